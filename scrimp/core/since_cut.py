"""What a session has done since one of its outputs was cut, from the end of its transcript: requests, and changes.

Whose transcript it is, main's or a subagent's, tells the cut's tool call, which stands in one of them alone.
"""

from __future__ import annotations

import os

from scrimp.core import limits, quick_json
from scrimp.core.untrusted import as_list, as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_CALL_ID = b'"tool_use_id":"'
_NEW_REQUEST = b'"type":"assistant"'
_MESSAGE_ID = b'"id":"msg_'
_A_CALL = b'"tool_use"'

_LOOKING_TOOLS = frozenset(
    ("Read", "Grep", "Glob", "LS", "WebFetch", "WebSearch", "ToolSearch", "TodoWrite", "BashOutput", "TaskOutput")
)
# fmt: off
_LOOKING_PROGRAMS = frozenset((
    "ls", "cat", "head", "tail", "grep", "egrep", "fgrep", "rg", "find", "fd", "sed", "wc",
    "sort", "uniq", "cut", "pwd", "cd", "echo", "printf", "stat", "file", "du", "tree", "diff",
    "which", "env", "date", "test", "true", "jq", "less", "sleep", "cksum", "scrimp",
))
# fmt: on
_LOOKING_GIT = frozenset(("log", "status", "diff", "show", "blame", "grep", "branch"))
_IN_PLACE = ("-i", "--in-place", "-delete", "-exec")
_HARMLESS = ("2>&1", "2>/dev/null", "> /dev/null", ">/dev/null", "&>/dev/null", "2> /dev/null")


def requests_since(cut: Mapping[str, Any], now_ms: int) -> int | None:
    """How many requests were made since a cut (a row of the journal of cuts); None where no transcript tells.

    A call that has only just been made may not stand in its transcript yet.
    """
    lines = _lines_since(cut)
    if lines is not None:
        return _count(lines)
    at_ms = cut.get("at_ms")
    return 0 if isinstance(at_ms, int) and 0 <= now_ms - at_ms <= limits.TRANSCRIPT_LAG_MS else None


def is_looked_at_again(cut: Mapping[str, Any], command: str) -> bool:
    """Whether nothing but looking was done between a cut and `command`, soon after it: its output is wanted again.

    A program that is not known may have changed what the command prints.
    """
    lines = _lines_since(cut)
    if lines is None or _count(lines) > limits.RETURN_TURNS:
        return False
    return all(_only_looks(call, command) for line in lines for call in _calls(line))


def simple_commands(command: str) -> list[str]:
    """The simple commands of a line, as far as their words tell."""
    for separator in ("&&", "||", ";", "|"):
        command = command.replace(separator, "\n")
    return [part.strip() for part in command.split("\n") if part.strip()]


def without_filter(command: str) -> str:
    """A command without what only chooses how much of it is seen."""
    for pipe in ("| head", "| tail", "| cat", "| less"):
        command = command.partition(pipe)[0]
    return " ".join(command.replace("2>&1", " ").split())


def tail(path: str, most_bytes: int) -> list[bytes]:
    """The last whole lines of a file; none of one that is not there."""
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - most_bytes))
            lines = file.read().split(b"\n")
    except OSError:
        return []
    return lines if size <= most_bytes else lines[1:]


def _lines_since(cut: Mapping[str, Any]) -> list[bytes] | None:
    """The replies since a cut. The transcripts lie beside the folder that holds the originals, and in it."""
    folder = os.path.dirname(os.path.dirname(as_text(cut.get("path"))))
    call = as_text(cut.get("tool_use_id"))
    if not folder or not call:
        return None
    wanted = _CALL_ID + call.encode()
    for path in _transcripts(folder):
        lines = tail(path, limits.TRANSCRIPT_TAIL_BYTES)
        result = next((at for at, line in enumerate(lines) if wanted in line), None)
        if result is not None:
            return [line for line in lines[result + 1 :] if _NEW_REQUEST in line]
    return None


def _transcripts(folder: str) -> Iterator[str]:
    """Main's, then those of the subagents that have written last."""
    yield f"{folder}.jsonl"
    subagents = os.path.join(folder, "subagents")
    try:
        with os.scandir(subagents) as entries:
            found = [(one.stat().st_mtime_ns, one.path) for one in entries if one.name.endswith(".jsonl")]
    except OSError:
        return
    for _, path in sorted(found, reverse=True)[: limits.SUBAGENTS_LOOKED_AT]:
        yield path


def _count(replies: list[bytes]) -> int:
    """A reply is several lines with one id."""
    return len({line.partition(_MESSAGE_ID)[2].partition(b'"')[0] for line in replies})


def _calls(line: bytes) -> Iterator[dict[str, Any]]:
    """The tool calls in one line of a reply; one that cannot be read is a call of no known tool."""
    if _A_CALL not in line:
        return
    try:
        reply = as_object(quick_json.loads(line.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        yield {}
        return
    for block in as_list(as_object(reply.get("message")).get("content")):
        if as_object(block).get("type") == "tool_use":
            yield as_object(block)


def _only_looks(call: dict[str, Any], again: str) -> bool:
    tool = as_text(call.get("name"))
    if tool != "Bash":
        return tool in _LOOKING_TOOLS
    command = as_text(as_object(call.get("input")).get("command"))
    return without_filter(command) == without_filter(again) or is_looking(command)


def is_looking(command: str) -> bool:
    """Whether a command line does nothing but look, as far as its words tell."""
    for harmless in _HARMLESS:
        command = command.replace(harmless, " ")
    return ">" not in command and all(_is_look(part.split()) for part in simple_commands(command))


def _is_look(words: list[str]) -> bool:
    program = words[0].rpartition("/")[2]
    if program == "git":
        return words[1:2] != [] and words[1] in _LOOKING_GIT
    return program in _LOOKING_PROGRAMS and not any(word.startswith(_IN_PLACE) for word in words)
