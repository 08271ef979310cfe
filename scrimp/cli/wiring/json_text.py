"""Edits of JSON as text: what is not edited stays, byte for byte, as its owner wrote it.

Numbers, escapes, spacing and the order of keys belong to the person; a parse and a fresh dump would lose them.
Every function takes a text and returns a new one; positions are found anew for each edit.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
"""Keys and indices from the root to a value."""

_BLANK = re.compile(r"[ \t\r\n]*")
_FIRST_INDENT = re.compile(r"\n([ \t]+)[^ \t\r\n]")
_DEFAULT_INDENT = "  "
_DECODER = json.JSONDecoder()


@dataclass
class Node:
    """One value in a text: where it stands, and for a container its children in order."""

    start: int
    end: int
    value: Any
    children: list[Child] = field(default_factory=list["Child"])


@dataclass
class Child:
    """A member (`key` at `start`) or an element (`key` is its index) of a container."""

    key: str | int
    start: int
    node: Node


class NotJsonError(ValueError):
    """What is wrong in a text, with `line` and `column` from 1."""

    def __init__(self, what: str, text: str, position: int) -> None:
        super().__init__(what)
        self.line = text.count("\n", 0, position) + 1
        self.column = position - text.rfind("\n", 0, position)


def parse(text: str) -> Node:
    """The root of `text`; NotJsonError for anything but strict JSON with distinct keys."""
    try:
        json.loads(text)
        return _node(text, _skip(text, 0))
    except json.JSONDecodeError as error:
        raise NotJsonError(_what(text, error), text, error.pos) from None
    except RecursionError:
        raise NotJsonError("nested too deeply", text, 0) from None


def find(root: Node, path: Path) -> Node | None:
    """The value at `path`, or None."""
    node = root
    for key in path:
        child = next((child for child in node.children if child.key == key), None)
        if child is None:
            return None
        node = child.node
    return node


def insert(text: str, path: Path, key: str | None, value: object) -> str:
    """`value` as the last member (`key`) or element (None) of the container at `path`, in the text's own layout."""
    container = _found(text, path)
    if not container.children:
        return _insert_first(text, container, key, value)
    first, last = container.children[0], container.children[-1]
    gap = text[container.start + 1 : first.start]
    if "\n" in gap:
        lead = _newline(text) + gap.rpartition("\n")[2]
        added = "," + lead + _indented(text, key, value, gap.rpartition("\n")[2])
    else:
        added = _separator(text) + _inline(text, key, value)
    return text[: last.node.end] + added + text[last.node.end :]


def replace(text: str, path: Path, value: object) -> str:
    """`value` in the place of what stands at `path`."""
    node = _found(text, path)
    new = _indented(text, None, value, _line_indent(text, node.start)) if "\n" in text else _inline(text, None, value)
    return text[: node.start] + new + text[node.end :]


def remove(text: str, path: Path) -> str:
    """The text without the member or element at `path`, and without its comma."""
    container = _found(text, path[:-1])
    keys = [child.key for child in container.children]
    index = keys.index(path[-1])
    if len(keys) == 1:
        start, end = container.start + 1, container.end - 1
    elif index == len(keys) - 1:
        start, end = container.children[index - 1].node.end, container.children[index].node.end
    else:
        start, end = container.children[index].start, container.children[index + 1].start
    return text[:start] + text[end:]


def _found(text: str, path: Path) -> Node:
    node = find(parse(text), path)
    if node is None:
        raise KeyError(path)
    return node


def _node(text: str, position: int) -> Node:
    opening = text[position]
    if opening not in "{[":
        return _scalar(text, position)
    node = Node(position, position + 1, {} if opening == "{" else [])
    position = _skip(text, position + 1)
    while text[position] not in "}]":
        child = _member(text, position, node) if opening == "{" else _element(text, position, node)
        node.children.append(child)
        position = _skip(text, child.node.end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    node.end = position + 1
    return node


def _scalar(text: str, position: int) -> Node:
    for name in ("NaN", "Infinity", "-Infinity"):
        if text.startswith(name, position):
            raise NotJsonError(f"{name} is not JSON", text, position)
    value, end = _DECODER.raw_decode(text, position)
    return Node(position, end, value)


def _member(text: str, position: int, node: Node) -> Child:
    key, end = _DECODER.raw_decode(text, position)
    if key in node.value:
        raise NotJsonError(f"the key {key!r} is there twice", text, position)
    child = Child(key, position, _node(text, _skip(text, _skip(text, end) + 1)))
    node.value[key] = child.node.value
    return child


def _element(text: str, position: int, node: Node) -> Child:
    child = Child(len(node.value), position, _node(text, position))
    node.value.append(child.node.value)
    return child


def _insert_first(text: str, container: Node, key: str | None, value: object) -> str:
    before, after = text[: container.start + 1], text[container.end - 1 :]
    if "\n" not in text.strip() and text.strip() not in ("{}", "[]"):
        return before + _inline(text, key, value) + after
    base = _line_indent(text, container.start)
    inner = base + _unit(text)
    newline = _newline(text)
    return before + newline + inner + _indented(text, key, value, inner) + newline + base + after


def _indented(text: str, key: str | None, value: object, indent: str) -> str:
    dumped = json.dumps(value, indent=_unit(text), ensure_ascii=False).replace("\n", _newline(text) + indent)
    return dumped if key is None else f"{json.dumps(key, ensure_ascii=False)}: {dumped}"


def _inline(text: str, key: str | None, value: object) -> str:
    between = ": " if '": ' in text else ":"
    dumped = json.dumps(value, ensure_ascii=False, separators=(_separator(text), between))
    return dumped if key is None else json.dumps(key, ensure_ascii=False) + between + dumped


def _separator(text: str) -> str:
    return ", " if '": ' in text or ", " in text else ","


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _unit(text: str) -> str:
    found = _FIRST_INDENT.search(text)
    return found[1] if found else _DEFAULT_INDENT


def _line_indent(text: str, position: int) -> str:
    start = text.rfind("\n", 0, position) + 1
    return text[start:position][: len(text[start:position]) - len(text[start:position].lstrip(" \t"))]


def _skip(text: str, position: int) -> int:
    found = _BLANK.match(text, position)
    return found.end() if found else position


def _what(text: str, error: json.JSONDecodeError) -> str:
    if text.startswith(("//", "/*"), error.pos) or text[error.pos : error.pos + 1] == "#":
        return "a comment, which JSON does not have"
    return error.msg[0].lower() + error.msg[1:]
