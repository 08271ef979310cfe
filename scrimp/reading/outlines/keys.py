"""Keys of JSON, TOML and YAML, from how the lines are laid out: what is all on one line has no outline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from scrimp.reading.outlines.symbols import Symbol

if TYPE_CHECKING:
    from collections.abc import Callable

_JSON = re.compile(r'(\s*)"((?:[^"\\]|\\.){1,200})"\s*:')
_YAML = re.compile(r"""(\s*(?:- +)*)("[^"]{1,200}"|'[^']{1,200}'|[^\s#&*!|>'"%@`{\[,-][^:#]{0,200}?)\s*:(?=\s|$)(.*)""")
_YAML_TEXT = re.compile(r".*(?:^|\s)[|>][+-]?\d?[+-]?\s*(#.*)?")
_TABLE = re.compile(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?")
_TOML = re.compile(r"""\s*("[^"]{1,200}"|'[^']{1,200}'|[\w.-]{1,200})\s*=""")


class _Key(NamedTuple):
    """indent: how deep it stands; text_indent: how far in its lines stand at least."""

    indent: int
    name: str
    line: int
    text_indent: int = 0
    is_minor: bool = False


def symbols(ending: str, lines: list[str]) -> list[Symbol]:
    """The keys; a value ends before the next key that is not inside it."""
    find: Callable[[list[str]], list[_Key]] = _toml if ending == ".toml" else _yaml if "y" in ending else _json
    found = find(lines)
    ends = [_trimmed(key, end, lines) for key, end in zip(found, _ends(found, len(lines)), strict=True)]
    names: list[str] = []
    indents: list[int] = []
    symbols: list[Symbol] = []
    for key, end in zip(found, ends, strict=True):
        while indents and indents[-1] >= key.indent:
            indents.pop()
            names.pop()
        indents.append(key.indent)
        names.append(key.name)
        symbols.append(Symbol(tuple(names), key.line, end, key.line, key.line, key.is_minor))
    return symbols


def _ends(keys: list[_Key], last: int) -> list[int]:
    """Where each value ends, from the last key backwards."""
    ends: list[int] = []
    after: list[_Key] = []
    for key in reversed(keys):
        while after and after[-1].indent > key.indent:
            after.pop()
        ends.append(after[-1].line - 1 if after else last)
        after.append(key)
    return ends[::-1]


def _trimmed(key: _Key, end: int, lines: list[str]) -> int:
    """Without the empty lines at its end and, where lines are indented, what closes that in which the key stands."""
    while end > key.line and (not lines[end - 1].strip() or _indent(lines[end - 1]) < key.text_indent):
        end -= 1
    return end


def _json(lines: list[str]) -> list[_Key]:
    found = ((number, _JSON.match(line)) for number, line in enumerate(lines, 1))
    return [_Key(_width(key[1]), key[2], number, _width(key[1])) for number, key in found if key]


def _yaml(lines: list[str]) -> list[_Key]:
    """Lines of a block of text (`key: |`) are no keys, nor are those that are comments."""
    found: list[_Key] = []
    text_indent: int | None = None
    for number, line in enumerate(lines, 1):
        indent = _indent(line)
        if text_indent is not None and (not line.strip() or indent > text_indent):
            continue
        text_indent = None
        key = _YAML.fullmatch(line)
        if key:
            found.append(_Key(_width(key[1]), key[2].strip("'\""), number, indent))
            if _YAML_TEXT.fullmatch(key[3]):
                text_indent = indent
    return found


def _toml(lines: list[str]) -> list[_Key]:
    found: list[_Key] = []
    quotes = ""
    in_table = False
    for number, line in enumerate(lines, 1):
        if quotes:
            quotes = "" if quotes in line else quotes
            continue
        if table := _TABLE.fullmatch(line):
            in_table = True
            found.append(_Key(0, table[1], number))
        elif key := _TOML.match(line):
            found.append(_Key(int(in_table), key[1].strip("'\""), number, is_minor=in_table))
            quotes = next((mark for mark in ('"""', "'''") if line.count(mark) == 1), "")
    return found


def _indent(line: str) -> int:
    return _width(line[: len(line) - len(line.lstrip())])


def _width(indent: str) -> int:
    return len(indent.expandtabs())
