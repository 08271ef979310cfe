"""What the client was started with: `--disallowedTools` and `--settings` hold for our tools as the settings files do.

Seen where the system shows processes as files (Linux); elsewhere they are not. Only what makes rules stricter is taken
from there (deny, ask, a sandbox, hooks): what is allowed there is asked for. A `--settings` that cannot be read asks
for everything.
"""

from __future__ import annotations

import os
import re

from scrimp.core import limits, quick_json, small_file
from scrimp.core.permissions.layers import USER, Layer
from scrimp.core.untrusted import as_object, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

_PROC = "/proc"
_CLIENTS = ("claude", "claude.exe")
_PACKAGE = "@anthropic-ai/claude-code"
_LOOKED_AT = 3
_DENIED = ("--disallowedTools", "--disallowed-tools")
_SETTINGS = "--settings"
_TAKEN = ("sandbox", "hooks", "enabledPlugins")
_NAME = re.compile(r"[^\s,(]+(?:\([^)]*\))?")
"""One rule in a list of them, which spaces or commas part."""


def layers(pid: int, proc: str = _PROC) -> list[Layer]:
    """The command line's own layers, of the nearest client among the processes from `pid` upwards."""
    for _ in range(limits.ANCESTORS_LOOKED_AT):
        words, parent = _process(pid, proc)
        if any(os.path.basename(word) in _CLIENTS or _PACKAGE in word for word in words[:_LOOKED_AT]):
            return list(_layers(words, os.path.join(proc, str(pid), "cwd")))
        if parent <= 1:
            break
        pid = parent
    return []


def _layers(words: Sequence[str], cwd: str) -> Iterator[Layer]:
    folder = os.path.realpath(cwd)
    denied = [rule for value in _values(words, _DENIED) for rule in _NAME.findall(value)]
    if denied:
        yield Layer(_DENIED[0], USER, folder, {"permissions": {"deny": denied}})
    for value in _values(words, (_SETTINGS,))[-1:]:  # the client takes the last
        yield Layer(_SETTINGS, USER, folder, _stricter(value, folder))


def _values(words: Sequence[str], names: Sequence[str]) -> list[str]:
    """What is given to an option: behind its `=`, or all the words up to the next option."""
    found: list[str] = []
    is_given = False
    for word in words:
        name, equals, value = word.partition("=")
        if word.startswith("--"):
            is_given = name in names and not equals
            found += [value] if name in names and equals else []
        elif word.startswith("-"):
            is_given = False
        elif is_given:
            found.append(word)
            is_given = names[0] != _SETTINGS
    return found


def _stricter(value: str, folder: str) -> dict[str, Any] | None:
    """Of settings, a file or the text itself, what may make rules stricter; None where they cannot be read."""
    try:
        is_text = value.lstrip().startswith("{")
        said: object = quick_json.loads(value if is_text else small_file.read(os.path.join(folder, value)))
    except (OSError, ValueError, RecursionError):
        return None
    if not is_object(said):
        return None
    given = as_object(said)
    rules = as_object(given.get("permissions"))
    kept = {key: rules[key] for key in ("deny", "ask") if key in rules}
    return {"permissions": kept, **{key: given[key] for key in _TAKEN if key in given}}


def _process(pid: int, proc: str) -> tuple[list[str], int]:
    """The words of a process and its parent; no words and 0 where it cannot be looked at."""
    try:
        with open(os.path.join(proc, str(pid), "cmdline"), encoding="utf-8", errors="surrogateescape") as file:
            words = file.read().split("\0")
        with open(os.path.join(proc, str(pid), "stat"), encoding="utf-8", errors="replace") as file:
            after = file.read().rpartition(")")[2].split()  # the name itself may hold any character
        return words[:-1], int(after[1])
    except (OSError, ValueError, IndexError):
        return [], 0
