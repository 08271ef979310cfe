"""What a tool call is to a run of reads: whether it only reads, and by which words it could owe itself to a result.

A call that is not known is taken for one that changes something. Pure.
"""

from __future__ import annotations

import os

from scrimp.core import since_cut
from scrimp.core.untrusted import as_list, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NamedTuple

    class Call(NamedTuple):
        """A call with its result as the model saw it; is_error: the tool failed."""

        tool: str
        given: dict[str, Any]
        result: str
        is_error: bool

else:
    from collections import namedtuple

    Call = namedtuple("Call", "tool given result is_error")

FILES, COMMANDS, PAGES, OTHER = "files", "commands", "pages", "other"
"""What a read reads; a tool that takes a list is there for the first three."""

_KINDS = {"Read": FILES, "Grep": FILES, "Glob": FILES, "LS": FILES, "WebFetch": PAGES, "WebSearch": OTHER}
_MCP, _LISTS = "mcp__", ("items", "commands", "urls")
_MCP_VERBS = ("read", "get", "list", "search", "fetch", "find", "query", "view", "show", "describe", "lookup")
_FOLDER_FILES = ("__init__", "index", "mod", "readme", "package")
"""Names that say nothing without the folder that they stand in."""

_LEAST_CHARS = 3
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_PATH_WORD = _WORD | frozenset("./-@:~%+")
_EVERYWHERE = frozenset(
    (
        *("cat", "head", "tail", "grep", "egrep", "fgrep", "find", "sed", "git", "log", "status", "diff", "show"),
        *("blame", "branch", "tree", "stat", "file", "sort", "uniq", "echo", "name", "type", "true", "null", "dev"),
        *("def", "class", "func", "function", "import", "from", "return", "const", "the", "for", "and", "oneline"),
    )
)
"""Words of commands and of languages, which any result may hold."""


def kind_of(call: Call) -> str:
    """What a call reads, one of the four; '' for a call that may change something, or that has a list of its own."""
    if call.tool == "Bash":
        command = as_text(call.given.get("command"))
        is_read = bool(command) and not call.given.get("run_in_background") and since_cut.is_looking(command)
        return COMMANDS if is_read else ""
    if call.tool.startswith(_MCP):
        has_list = any(len(as_list(call.given.get(name))) > 1 for name in _LISTS)
        verbs = call.tool.rpartition("__")[2].lower().replace("-", "_").split("_")
        return OTHER if not has_list and any(verb in _MCP_VERBS for verb in verbs) else ""
    return _KINDS.get(call.tool, "")


def target_of(call: Call) -> str:
    """What a second call to the same would page through: a file, an address; '' where there is none."""
    return next((as_text(call.given[name]) for name in ("file_path", "url") if name in call.given), "")


def is_placed(call: Call) -> bool:
    """Whether a call names a place within a file: such a number was seen somewhere."""
    if call.tool == "Bash":
        return "sed -n" in as_text(call.given.get("command"))
    offset = call.given.get("offset")
    return isinstance(offset, int) and offset > 1


def words_of(call: Call) -> set[str]:
    """The words of a call's input by which it could come from an earlier result: paths, file names, names."""
    found: set[str] = set()
    for text in texts_of(call):
        found |= _words(text)
    return {word for word in found if len(word) >= _LEAST_CHARS and word.lower() not in _EVERYWHERE}


def texts_of(call: Call) -> list[str]:
    """What a call's input says, without what is meant for the person."""
    return [text for name, value in call.given.items() if name != "description" for text in _texts(value)]


def holds(text: str, word: str) -> bool:
    """Whether a text has this word as a word of its own."""
    at = text.find(word)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
        if before not in _WORD and after not in _WORD:
            return True
        at = text.find(word, at + 1)
    return False


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for one in as_list(value):
        yield from _texts(one)


def _words(text: str) -> set[str]:
    """Each run of characters that a path may have; of a path also its file's name, and that without its ending."""
    found: set[str] = set()
    for part in "".join(char if char in _PATH_WORD else " " for char in text).split():
        part = part.strip(".:-")  # noqa: PLW2901 - what stands around it
        if part.isdigit() or not part:
            continue
        found.add(part)
        folder, name = os.path.split(part.rstrip("/"))
        stem = name.partition(".")[0]
        if folder and name:
            found.add(name)
        if name != stem or folder:
            found.add(os.path.basename(folder) if stem.lower() in _FOLDER_FILES else stem)
    return found
