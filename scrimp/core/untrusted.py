"""Values from JSON that somebody else wrote: given back in the type that was hoped for, or as its empty value."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def is_object(value: object) -> bool:
    """Whether `value` is a JSON object; tells the type checker nothing, which knows no more of it than we do."""
    return isinstance(value, dict)


def is_list(value: object) -> bool:
    """Whether `value` is a JSON array."""
    return isinstance(value, list)


def as_object(value: object) -> dict[str, Any]:
    """`value` if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType]


def as_list(value: object) -> list[Any]:
    """`value` if it is a JSON array, else an empty one."""
    return value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]


def as_text(value: object) -> str:
    """`value` if it is a string, else the empty one."""
    return value if isinstance(value, str) else ""


def meant(key: str, known: Iterable[str]) -> str:
    """The one of the `known` keys that is `key` but for capitals, dashes and underscores; else `key` itself."""
    plain = _plain(key)
    return next((one for one in known if _plain(one) == plain), key)


def _plain(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()
