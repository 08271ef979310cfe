from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrimp.cli.wiring import json_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=5)
LAYOUTS = st.sampled_from([{"indent": 2}, {"indent": "\t"}, {"indent": 4}, {}, {"separators": (",", ":")}])


@given(OBJECTS, LAYOUTS, st.booleans())
def test_a_text_parses_to_what_json_makes_of_it(
    value: dict[str, object], layout: dict[str, object], ascii_: bool
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_, **layout)  # type: ignore[arg-type]
    assert json_text.parse(text).value == json.loads(text)


@given(OBJECTS, LAYOUTS, st.text(), VALUES)
def test_what_is_inserted_last_and_removed_again_leaves_the_text_as_it_was(
    value: dict[str, object], layout: dict[str, object], key: str, new: object
) -> None:
    text = json.dumps(value, **layout)  # type: ignore[arg-type]
    if key in value:
        return
    added = json_text.insert(text, (), key, new)
    assert json.loads(added) == {**value, key: json.loads(json.dumps(new))}
    assert list(json.loads(added)) == [*value, key]
    assert json_text.remove(added, (key,)) == text or not value


@given(OBJECTS.filter(bool), LAYOUTS, st.data())
def test_removing_a_member_takes_that_one_and_keeps_the_order(
    value: dict[str, object], layout: dict[str, object], data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(value)))
    left = json.loads(json_text.remove(json.dumps(value, **layout), (key,)))  # type: ignore[arg-type]
    assert list(left.items()) == [item for item in value.items() if item[0] != key]


def test_an_element_goes_into_a_list_in_the_layout_of_the_list() -> None:
    text = '{\n    "a": [\n        1,\n        2\n    ],\n    "b": [1, 2]\n}'
    text = json_text.insert(text, ("a",), None, {"x": 3})
    text = json_text.insert(text, ("b",), None, {"x": 3})
    assert text == (
        '{\n    "a": [\n        1,\n        2,\n        {\n            "x": 3\n        }\n    ],\n'
        '    "b": [1, 2, {"x": 3}]\n}'
    )


def test_the_first_member_of_an_empty_object_takes_the_layout_of_the_file() -> None:
    assert json_text.insert('{\r\n\t"a": {}\r\n}', ("a",), "k", 1) == '{\r\n\t"a": {\r\n\t\t"k": 1\r\n\t}\r\n}'
    assert json_text.insert('{"a":{}}', ("a",), "k", 1) == '{"a":{"k":1}}'
    assert json_text.insert("{}", (), "k", 1) == '{\n  "k": 1\n}'


@pytest.mark.parametrize(
    "text", ["", "{", '{"a" 1}', "[1,]", '{"a":01}', '{"a":Infinity}', "{} {}", '{"a":{"b":1,"b":2}}']
)
def test_what_is_not_strict_json_is_refused_with_its_position(text: str) -> None:
    with pytest.raises(json_text.NotJsonError) as caught:
        json_text.parse(text)
    assert caught.value.line == 1
    assert 1 <= caught.value.column <= len(text) + 1
