"""The seam to orjson: the same values with it and without, and texts that can be encoded."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrimp.core import bulk_json

fast = bulk_json.fastest()
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES, st.booleans())
def test_both_read_the_same_value(value: object, ascii_only: bool) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "replace")
    assert fast(raw) == bulk_json.plain(raw) == json.loads(raw)


@pytest.mark.parametrize("loads", [fast, bulk_json.plain])
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (rb'{"a\ud83d":["\ud83d\ude00","cut \uD83D"]}', {"a?": ["\N{GRINNING FACE}", "cut ?"]}),
        (b'"caf\xe9"', "caf\ufffd"),
        (b"[Infinity,1e999]", [float("inf"), float("inf")]),
        (b' {"a":1}\r', {"a": 1}),
    ],
)
def test_what_json_ought_not_to_have_is_read_all_the_same(loads: bulk_json.Loads, raw: bytes, expected: object) -> None:
    assert loads(raw) == expected


@pytest.mark.parametrize("loads", [fast, bulk_json.plain])
@pytest.mark.parametrize("raw", [b"", b"{", b'{"a":1}{', b"nul", b"\x00\x00"])
def test_what_is_no_json_is_an_error(loads: bulk_json.Loads, raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        loads(raw)


def test_without_orjson_it_is_the_standard_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "orjson", None)
    assert bulk_json.fastest() is bulk_json.plain
