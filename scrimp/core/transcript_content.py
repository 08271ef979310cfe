"""What goes into a tool call and comes out of it: how large it is, and what a person would know it by."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.untrusted import as_list, as_object, is_list, is_object

_SAYS_MOST = ("command", "file_path", "path", "pattern", "url", "query", "description", "skill")
"""Of a tool's input, the field that a person would know the call by."""


def about(asked: object) -> str:
    """The beginning of the first line of what a call was asked; '' where its input says nothing of that kind."""
    given = as_object(asked)
    for name in _SAYS_MOST:
        text = given.get(name)
        if type(text) is str and text:
            return text[: limits.ABOUT_CHARS].partition("\n")[0]
    return ""


def shown(content: object) -> tuple[int, int]:
    """The bytes of text and the number of images of a tool result."""
    if type(content) is str:
        return len(content) if content.isascii() else size_of(content), 0
    blocks = [as_object(block) for block in as_list(content)]
    images = sum(block.get("type") == "image" for block in blocks)
    return sum(size_of(block.get("text")) for block in blocks), images


def size_of(value: object) -> int:
    """The bytes of all texts and numbers in a JSON value."""
    if isinstance(value, str):
        return len(value) if value.isascii() else len(value.encode("utf-8", "surrogatepass"))
    if is_object(value):
        items = as_object(value).values()
    elif is_list(value):
        items = as_list(value)
    else:
        return 0 if value is None else len(str(value))
    size = 0
    for item in items:
        size += len(item) if type(item) is str and item.isascii() else size_of(item)
    return size
