"""JSON without the package says what the package says."""

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrimp.core import quick_json

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(VALUES)
def test_a_document_reads_as_by_the_package(value: object) -> None:
    for text in (json.dumps(value), json.dumps(value, indent=1, ensure_ascii=False)):
        assert quick_json.loads(f" \n{text}\t ") == json.loads(text)


@given(st.text(alphabet='{}[]",:0123456789.eE+-truefalsn \\u\n\x00'))
def test_what_is_no_document_is_a_value_error_where_it_is_one_for_the_package(text: str) -> None:
    try:
        expected = json.loads(text)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - the words differ
            quick_json.loads(text)
    else:
        assert quick_json.loads(text) == pytest.approx(expected, nan_ok=True)


def test_a_document_that_is_too_deep_is_a_recursion_error() -> None:
    with pytest.raises(RecursionError):
        quick_json.loads("[" * 200_000)


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text()))
def test_a_flat_object_is_written_as_one_line_that_reads_back(row: dict[str, str | int | None]) -> None:
    line = quick_json.dumps_flat(row)
    assert "\n" not in line
    assert json.loads(line) == row


def test_a_python_that_has_moved_its_scanner_gets_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "_json", None)
    assert quick_json.loads('{"a": [1, 2.5, null]}') == {"a": [1, 2.5, None]}
    assert json.loads(quick_json.dumps_flat({"a": "\u2026", "b": None})) == {"a": "…", "b": None}
