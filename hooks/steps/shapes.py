"""Where the text stands in each tool's output, and how it goes back in: the client drops an output of another shape."""

from __future__ import annotations

import os
import stat

from scrimp.core import limits, quick_json
from scrimp.core.untrusted import as_list, as_object, as_text, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any


class Slot:
    """The one bulky text of an output: `text` as the event has it, `size` in characters, `kept_at` its file if any.

    is_unseen: the client shows nothing of it, only where it is.
    """

    __slots__ = ("_replace", "is_unseen", "kept_at", "size", "text")

    def __init__(self, text: str, replace: Callable[[str], Any], kept_at: str = "", size: int = 0) -> None:
        self.text = text
        self._replace = replace
        self.kept_at = kept_at
        self.size = size or len(text)
        self.is_unseen = False

    def read(self) -> str:
        """The whole text, from the client's own file where the event has only its beginning."""
        if not self.kept_at:
            return self.text
        with open(self.kept_at, "rb") as file:
            return file.read().decode("utf-8", "surrogateescape")

    def replaced(self, text: str) -> Any:  # noqa: ANN401 - whatever shape the tool has
        """The output in the tool's own shape, with `text` in place of the slot's."""
        return self._replace(text)


def slot_of(tool: str, response: object, results_folder: str) -> Slot | None:
    """The slot of a tool's output; None for tools and shapes that are not known.

    results_folder: the session's own, the one folder that an output is believed to have been saved in.
    """
    if tool.startswith("mcp__"):
        return _of_saved(response, results_folder) or _of_mcp(response)
    find = _SLOTS.get(tool)
    return find(as_object(response)) if find and is_object(response) else None


def command_of(tool: str, tool_input: object) -> str:
    """What was asked, in one line: Bash's command, else the tool and the one input that names the thing.

    Grep and Glob are put as a shell would be asked.
    """
    given = as_object(tool_input)
    if tool == "Bash":
        return as_text(given.get("command"))
    if tool in _SEARCHES:
        words = [*_SEARCHES[tool](as_text(given.get("output_mode"))), _quoted(as_text(given.get("pattern")))]
        return " ".join([*words, as_text(given.get("path"))]).strip()
    named = next((as_text(given[key]) for key in _NAMED_BY if isinstance(given.get(key), str)), "")
    return f"{tool} {named}".strip()


def session_folder(environ: Mapping[str, str], event: Mapping[str, Any]) -> str:
    """The client's temporary folder of this session, which holds `tasks/`."""
    notes = environ.get("CLAUDE_CODE_CHILD_NOTES_DIR")
    if notes:
        return os.path.dirname(notes)
    base = os.path.join(environ.get("TMPDIR") or "/tmp", f"claude-{os.getuid()}")  # noqa: S108 - the client's own choice
    slugs = os.listdir(base) if os.path.isdir(base) else []
    folders = [os.path.join(base, slug, as_text(event.get("session_id"))) for slug in slugs]
    return next(filter(os.path.isdir, folders), "")


_SEARCHES: dict[str, Callable[[str], tuple[str, ...]]] = {
    "Grep": lambda mode: ("grep", {"content": "-rn", "count": "-rc"}.get(mode, "-rl"), "-e"),
    "Glob": lambda _: ("find", "-path"),
}
"""The command that prints what these tools print: families tell a search by it."""

_NAMED_BY = ("url", "query", "pattern", "description", "path", "prompt")


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "'\\''") + "'"


def _of_bash(response: dict[str, Any]) -> Slot | None:
    if response.get("isImage") or response.get("interrupted"):
        return None
    text = as_text(response.get("stdout"))
    kept_at = as_text(response.get("persistedOutputPath"))

    def replace(new: str) -> dict[str, Any]:
        others = {k: v for k, v in response.items() if k not in ("persistedOutputPath", "persistedOutputSize")}
        return {**others, "stdout": new}

    size = response.get("persistedOutputSize")
    return Slot(text, replace, kept_at, size if kept_at and isinstance(size, int) else 0)


def _of_key(key: str) -> Callable[[dict[str, Any]], Slot | None]:
    def find(response: dict[str, Any]) -> Slot | None:
        text = as_text(response.get(key))
        return Slot(text, lambda new: {**response, key: new}) if text else None

    return find


def _of_glob(response: dict[str, Any]) -> Slot | None:
    names = [as_text(name) for name in as_list(response.get("filenames"))]
    return Slot("\n".join(names), lambda new: {**response, "filenames": new.split("\n")}) if names else None


def _of_grep(response: dict[str, Any]) -> Slot | None:
    return _of_key("content")(response) or _of_glob(response)


def _of_search(response: dict[str, Any]) -> Slot | None:
    """The text commentary of a web search; its hits are titles and links, which are not bulk."""
    results = as_list(response.get("results"))
    return _of_longest(results, lambda item: item, lambda _, new: new, lambda new: {**response, "results": new})


def _of_agent(response: dict[str, Any]) -> Slot | None:
    return _of_blocks(as_list(response.get("content")), lambda new: {**response, "content": new})


_TOO_LARGE, _SAVED, _FORMAT = (
    "Error: result (",
    " exceeds maximum allowed tokens. Output has been saved to ",
    ".\nFormat: ",
)
_OF_BLOCKS = "JSON array with schema: [{type: string, text: string}]"


def _of_saved(response: object, results_folder: str) -> Slot | None:
    """The slot of a result past 25,000 tokens, which the client has saved, and of which it shows only the file's name.

    A server can write such a text itself: only a plain file directly in the session's own folder is read.
    """
    text = as_text(response)
    head, _, rest = text.partition(_SAVED)
    path, _, form = rest.partition(_FORMAT)
    if not head.startswith(_TOO_LARGE) or not form or os.path.dirname(path) != results_folder:
        return None
    status = os.lstat(path)
    if not stat.S_ISREG(status.st_mode) or status.st_size > limits.WIDE_STREAM_BYTES:
        return None
    slot = Slot("", lambda new: [{"type": "text", "text": new}], path, status.st_size)
    if form.startswith(_OF_BLOCKS):  # their texts are escaped there, on lines that no Read pages through
        blocks = as_list(quick_json.loads(slot.read()))
        slot.text, slot.kept_at = "\n".join(as_text(as_object(block).get("text")) for block in blocks), ""
    slot.is_unseen = True
    return slot


def _of_mcp(response: object) -> Slot | None:
    if isinstance(response, str):
        return Slot(response, lambda new: [{"type": "text", "text": new}])
    return _of_blocks(as_list(response), lambda new: new)


def _of_blocks(blocks: list[Any], wrap: Callable[[list[Any]], Any]) -> Slot | None:
    return _of_longest(
        blocks, lambda block: as_object(block).get("text"), lambda block, new: {**block, "text": new}, wrap
    )


def _of_longest(
    items: list[Any],
    text_of: Callable[[Any], Any],
    with_text: Callable[[Any, str], Any],
    wrap: Callable[[list[Any]], Any],
) -> Slot | None:
    """The longest text among `items`; the others stay as they are."""
    texts = [as_text(text_of(item)) for item in items]
    if not any(texts):
        return None
    longest = max(range(len(texts)), key=lambda index: len(texts[index]))

    def replace(new: str) -> Any:  # noqa: ANN401 - whatever shape the tool has
        return wrap([with_text(item, new) if index == longest else item for index, item in enumerate(items)])

    return Slot(texts[longest], replace)


_SLOTS = {
    "Bash": _of_bash,
    "Grep": _of_grep,
    "Glob": _of_glob,
    "WebFetch": _of_key("result"),
    "WebSearch": _of_search,
    "Agent": _of_agent,
}
