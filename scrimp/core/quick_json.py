"""JSON without the `json` package, whose import (it brings `re` and `enum`) costs a hook more than all its work.

CPython's own scanner and string encoder are used directly, as `json` itself does; another Python, or one that has
moved them, gets the package.
"""

from __future__ import annotations

from scrimp.core.untrusted import as_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

_SPACE = " \t\n\r"


class _Context:
    """What the scanner asks: the answers of `json.loads` with no argument."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float


def loads(text: str) -> Any:  # noqa: ANN401 - JSON is any shape
    """The value of a JSON document; ValueError where it is none, RecursionError where it is too deep."""
    try:
        from _json import make_scanner

        context: Any = _Context()
        value, end = make_scanner(context)(text, len(text) - len(text.lstrip(_SPACE)))
    except (ImportError, AttributeError, TypeError, StopIteration, SystemError, ValueError):
        return _by_the_package(text)
    return _by_the_package(text) if text[end:].strip(_SPACE) else value


def object_in(line: bytes) -> dict[str, Any]:
    """The JSON object that a line of a transcript or a journal is; empty for any other line and for a broken one."""
    try:
        return as_object(loads(line.decode("utf-8", "replace"))) if line else {}
    except (ValueError, RecursionError):
        return {}


def _by_the_package(text: str) -> Any:  # noqa: ANN401 - JSON is any shape
    """What the scanner alone cannot do, in particular say what is wrong."""
    import json

    return json.loads(text)


def dumps_flat(row: Mapping[str, str | int | None]) -> str:
    """One line of ASCII JSON for an object of strings, whole numbers and nulls."""
    try:
        from _json import encode_basestring_ascii as quote
    except ImportError:
        from json import dumps as quote
    pairs = (f"{quote(key)}: {_value(value, quote)}" for key, value in row.items())
    return "{" + ", ".join(pairs) + "}"


def _value(value: str | int | None, quote: Any) -> str:  # noqa: ANN401 - a function
    if value is None:
        return "null"
    return quote(value) if isinstance(value, str) else str(int(value))
