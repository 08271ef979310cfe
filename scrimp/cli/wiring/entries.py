"""Our entries in a settings file: what they are, how they are told from everyone else's.

`hooks/hooks.json` of the bundle is the list of events; as a plugin the client reads it itself, and `install` writes the
same entries with the interpreter and the bundle by their absolute paths. What keeps a budget is left out of these: it
comes from `hooks/when_limited.json`, is stricter, and is there only while a person has set a limit. Without one the
gate is wired, so that it never blocks when it fails, only for a person who wants to hear of serial reads.
"""

from __future__ import annotations

import json
import os
import re
import shlex
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from scrimp.core.untrusted import as_list, as_object

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

PLUGIN = "scrimp@scrimp"
MARKETPLACE = "scrimp"
ALLOWED = ("mcp__scrimp__recall", "mcp__scrimp__budget", "mcp__scrimp__batch_read")
"""The rules that install offers. Never batch_run or batch_fetch: each of their items is a command or an address."""

_ROOT = "${CLAUDE_PLUGIN_ROOT}"
_PLUGIN_FLAG = "--plugin"
_OPEN_FLAG = "--open"
_ENTRY = re.compile(r"[/\\]hooks[/\\](main|gate)\.py$")
_BUNDLE, _LIMITED = "hooks.json", "when_limited.json"
_BUDGET_EVENTS = ("user_prompt_submit", "pre_tool_use", "subagent_stop", "stop", "pre_compact", "config_change")
"""What `main.py` does for the budget alone."""

_ISOLATED = ["-I", "-S"]
_IF_THERE = (
    "import os, sys; del sys.argv[0]; __file__ = sys.argv[0]; "
    "os.path.exists(__file__) and exec(open(__file__, 'rb').read())"
)
"""Runs the script that follows, or nothing. Python exits with 2 where its script is not there, and Claude Code takes
that for a hook that blocks: it would tell the model after every call, in every session, once a bundle is gone.
What is to block when it fails goes without: there a script that is gone must not be taken for one that agrees."""

_BLOCK = "block"

Groups = dict[str, list[dict[str, Any]]]
"""Per event its groups, as a settings file has them."""


class Place(NamedTuple):
    """Where a handler stands: `settings["hooks"][event][group]["hooks"][position]`."""

    event: str
    group: int
    position: int


class Found(NamedTuple):
    """A handler in a settings file, with its place and its group's matcher."""

    place: Place
    matcher: str | None
    handler: dict[str, Any]


def from_bundle(root: str, interpreter: str, *, is_limited: bool = False) -> Groups:
    """The groups to write per event, from the bundle at `root`, run by `interpreter` (both absolute).

    is_limited: with those that keep a budget.
    """
    found = {
        event: [group for group in groups if not any(map(keeps_budget, group["hooks"]))]
        for event, groups in _declared(root, interpreter, _BUNDLE).items()
    }
    if is_limited:
        for event, groups in for_budget(root, interpreter).items():
            found[event] = [*found.get(event, []), *groups]
    return {event: groups for event, groups in found.items() if groups}


def for_budget(root: str, interpreter: str) -> Groups:
    """The groups that keep a budget, and no others; they fail closed."""
    return _declared(root, interpreter, _LIMITED)


def for_notices(root: str, interpreter: str) -> Groups:
    """The group that stands in their place where no limit is set but notices are wanted: the gate; it fails open."""
    found = {
        event: [group for group in groups if all(map(_is_gate, group["hooks"]))]
        for event, groups in _declared(root, interpreter, _BUNDLE).items()
    }
    for group in (group for groups in found.values() for group in groups):
        group["hooks"] = [{**handler, "args": [*handler["args"], _OPEN_FLAG]} for handler in group["hooks"]]
    return {event: groups for event, groups in found.items() if groups}


def fails_open(handler: dict[str, Any]) -> bool:
    """Whether a handler of ours is the gate as it is wired for notices alone."""
    return _is_gate(handler) and _OPEN_FLAG in command_words(handler)


def keeps_budget(handler: dict[str, Any]) -> bool:
    """Whether a handler of ours is one of those that change with the budget."""
    words = command_words(handler)
    return _is_gate(handler) or any(word in _BUDGET_EVENTS for word in words[-2:])


def _is_gate(handler: dict[str, Any]) -> bool:
    return (entry_of(handler) or "").endswith("gate.py")


def handlers(settings: object) -> Iterator[Found]:
    """Every hook handler in parsed settings, in order; what does not have the client's shape is passed over."""
    hooks = as_object(as_object(settings).get("hooks"))
    for event, groups in hooks.items():
        for group_index, group in enumerate(as_list(groups)):
            matcher = as_object(group).get("matcher")
            for index, handler in enumerate(as_list(as_object(group).get("hooks"))):
                if isinstance(handler, dict):
                    yield Found(Place(event, group_index, index), matcher, cast("dict[str, Any]", handler))


def is_ours(handler: dict[str, Any], known: Collection[str] = ()) -> bool:
    """Whether a handler starts `hooks/main.py` or `hooks/gate.py` of a scrimp bundle, wherever that is or was.

    A bundle that is still there says its own name; one that is gone counts when its path says scrimp or when it is
    among the `known` ones that a receipt names.
    """
    entry = entry_of(handler)
    if entry is None:
        return False
    return is_bundle(os.path.dirname(os.path.dirname(entry)), known)


def is_bundle(root: str, known: Collection[str] = ()) -> bool:
    """Whether a scrimp bundle is or was at `root`, by the same rule."""
    if os.path.exists(root):
        return _plugin_name(root) == MARKETPLACE
    return root in known or "scrimp" in root


def entry_of(handler: dict[str, Any]) -> str | None:
    """The path of the script in `hooks/` that a handler runs isolated (`-I -S`, with or without `-c`), or None."""
    words = command_words(handler)
    if words[1:3] != _ISOLATED:
        return None
    rest = words[5:] if words[3:4] == ["-c"] else words[3:]
    return rest[0] if rest and _ENTRY.search(rest[0]) else None


def command_words(handler: dict[str, Any]) -> list[str]:
    """The program and its arguments, from the exec form or the shell form."""
    command, arguments = handler.get("command"), handler.get("args")
    if not isinstance(command, str):
        return []
    if isinstance(arguments, list):
        return [command, *(str(word) for word in cast("list[object]", arguments))]
    try:
        return shlex.split(command)
    except ValueError:  # an unbalanced quote
        return [command]


def _declared(root: str, interpreter: str, name: str) -> Groups:
    with open(os.path.join(root, "hooks", name), encoding="utf-8") as file:
        declared: Groups = json.load(file)["hooks"]
    return {
        event: [
            {**group, "hooks": [_wired(handler, root, interpreter) for handler in group["hooks"]]} for group in groups
        ]
        for event, groups in declared.items()
    }


def _wired(handler: dict[str, Any], root: str, interpreter: str) -> dict[str, Any]:
    words = [word.replace(_ROOT, root) for word in handler["args"] if word != _PLUGIN_FLAG]
    script = words[len(_ISOLATED) :]
    guard = [] if handler.get("onFailure") == _BLOCK else ["-c", _IF_THERE]
    return {**handler, "command": interpreter, "args": [*_ISOLATED, *guard, *script]}


def _plugin_name(root: str) -> str | None:
    try:
        with open(os.path.join(root, ".claude-plugin", "plugin.json"), encoding="utf-8") as file:
            return as_object(json.load(file)).get("name")
    except (OSError, ValueError):
        return None
