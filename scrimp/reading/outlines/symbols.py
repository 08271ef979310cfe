"""What an outline is made of: definitions, headings or keys, each with its lines."""

from __future__ import annotations

import re
from typing import NamedTuple

_SIGNS = re.compile(r"::|[:#\\/]|->")
_SLUG = re.compile(r"[^\w]+")


class Symbol(NamedTuple):
    """names: its own, and before it those of what it stands in. Lines are numbered from 1, ends included.

    first, last: all of it, with comments and decorators above. shown_first, shown_last: its signature. is_minor: a
    constant or field, left out first.
    """

    names: tuple[str, ...]
    first: int
    last: int
    shown_first: int
    shown_last: int
    is_minor: bool = False

    @property
    def depth(self) -> int:
        """0 for what stands in nothing."""
        return len(self.names) - 1


def named(symbols: list[Symbol], wanted: str) -> list[Symbol]:
    """The symbols that a name means: `Class.method`, `method` alone, `Class::method`; headings by words or slug."""
    dotted = _dotted(wanted)
    found = [symbol for symbol in symbols if _is_end(dotted, _dotted(".".join(symbol.names)))]
    if found:
        whole = [symbol for symbol in found if _dotted(".".join(symbol.names)) == dotted]
        return whole or found
    slug = _slug(wanted)
    return [symbol for symbol in symbols if slug and _slug(symbol.names[-1]) == slug]


def _dotted(name: str) -> str:
    return _SIGNS.sub(".", name.strip().removesuffix("()"))


def _is_end(wanted: str, whole: str) -> bool:
    return whole == wanted or whole.endswith("." + wanted)


def _slug(name: str) -> str:
    return _SLUG.sub("-", name.lower()).strip("-")
