"""JSON from bytes, line by line, for reading a great deal of it: orjson where it is installed, else the scanner.

A command that reads hundreds of megabytes asks for `fastest()`; a hook, which must not pay for an import, takes
`plain`. Both give texts that can be encoded: of half a surrogate pair a question mark is left.
"""

from __future__ import annotations

from scrimp.core import quick_json
from scrimp.core.untrusted import as_list, as_object, is_list, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Loads = Callable[[bytes], Any]


def plain(raw: bytes) -> Any:  # noqa: ANN401 - JSON is any shape
    """The value of a JSON document in UTF-8; ValueError where it is none, RecursionError where it is too deep."""
    value = quick_json.loads(raw.decode("utf-8", "replace"))
    return _encodable(value) if b"\\ud" in raw or b"\\uD" in raw else value


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if is_object(value):
        return {_encodable(name): _encodable(item) for name, item in as_object(value).items()}
    return [_encodable(item) for item in as_list(value)] if is_list(value) else value


def fastest() -> Loads:
    """A function that does what `plain` does, with orjson where it can be imported."""
    try:
        import orjson
    except ImportError:
        return plain
    fast = orjson.loads

    def loads(raw: bytes) -> Any:  # noqa: ANN401 - JSON is any shape
        try:
            return fast(raw)
        except ValueError:
            return plain(raw)  # half a surrogate pair, NaN, bytes that are no UTF-8: plain takes these

    return loads
