"""Every text in a JSON value, whatever its shape: a tool's result is a text, a list of blocks, or anything else."""

from __future__ import annotations

from scrimp.core.untrusted import as_list, as_object, is_list, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator


def of(value: object) -> Iterator[str]:
    """The texts in `value`, in order, without the names of keys."""
    if isinstance(value, str):
        yield value
    elif is_object(value):
        for one in as_object(value).values():
            yield from of(one)
    elif is_list(value):
        for one in as_list(value):
            yield from of(one)


def chars(value: object) -> int:
    """How many characters all of them have: so much comes into the context."""
    return sum(map(len, of(value)))
