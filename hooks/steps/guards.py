"""PreToolUse, where a limit is set: the agent does not raise its own budget.

What is denied: to write scrimp's settings and data, to take its hooks out of Claude Code's settings or switch hooks
off, and commands that name any of these and do more than look. This guards against drift: a program that builds the
name of a file as it runs is not seen.
"""

from __future__ import annotations

import os

from hooks.steps.guarded_places import DATA, HOOKS, MANAGED, SETTINGS, TRANSCRIPTS, Places
from scrimp.core import quick_json, silencers, small_file
from scrimp.core.untrusted import as_list, as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State

_WRITERS = ("Write", "Edit", "NotebookEdit")
_SWITCHES = ("disableAllHooks", "allowManagedHooksOnly")
_SCRIPTS = ("hooks/main.py", "hooks/gate.py")


def step(event: dict[str, Any], state: State) -> dict[str, Any] | None:
    """Deny what would change the budget or the hooks that keep it; None for everything else."""
    tool, given = as_text(event.get("tool_name")), as_object(event.get("tool_input"))
    what = _written(tool, given, event, state) if tool in _WRITERS else _run(given, event, state)
    return {"deny": _refusal(what)} if what and state.is_limited else None


def _refusal(what: str) -> str:
    return (
        f"scrimp: a budget is set here, and this would change {what}. Go on within the budget, "
        "or ask the person, who can raise it on a terminal: scrimp budget raise AMOUNT"
    )


def _written(tool: str, given: dict[str, Any], event: dict[str, Any], state: State) -> str:
    """What the file is that a tool would write, if that must not be; '' where it may."""
    named = as_text(given.get("file_path")) or as_text(given.get("notebook_path"))
    if not named:
        return ""
    path = os.path.realpath(os.path.join(_cwd(event, state), os.path.expanduser(named)))
    places = Places(state.environ, state.project, state.data)
    what = places.named(path)
    if what == HOOKS:
        return f"how scrimp's hooks are started ({path})" if _changes_hooks(tool, given, path) else ""
    if what == SETTINGS:  # a file may bear the name elsewhere
        return f"scrimp's settings file ({path})" if places.is_settings_folder(os.path.dirname(path)) else ""
    if what == DATA and not places.is_data(path):
        return ""
    return f"{what} ({path})" if what in (DATA, MANAGED, TRANSCRIPTS) else ""


def _run(given: dict[str, Any], event: dict[str, Any], state: State) -> str:
    command = as_text(given.get("command"))
    if not command:
        return ""
    from hooks.steps import guarded_commands

    places = Places(state.environ, state.project, state.data)
    return guarded_commands.changed_by(command, places, _cwd(event, state), state.environ)


def _cwd(event: dict[str, Any], state: State) -> str:
    return as_text(event.get("cwd")) or state.project


def _changes_hooks(tool: str, given: dict[str, Any], path: str) -> bool:
    """Whether our hooks, the switches over all hooks or our variables are others after the tool than before."""
    try:
        before = small_file.read(path)
    except OSError:
        before = ""
    return _ours(before) != _ours(_after(tool, given, before))


def _after(tool: str, given: dict[str, Any], before: str) -> str:
    if tool == "Write":
        return as_text(given.get("content"))
    old, new = as_text(given.get("old_string")), as_text(given.get("new_string"))
    if not old:
        return before + new
    return before.replace(old, new) if given.get("replace_all") else before.replace(old, new, 1)


def _ours(text: str) -> list[list[Any]] | None:
    """What in a settings file of the client's is scrimp's concern; None where it is no JSON, so that nothing holds."""
    if not text.strip():
        return []
    try:
        found = as_object(quick_json.loads(text))
    except (ValueError, RecursionError):
        return None
    found_pairs = (as_object(found.get(key)).items() for key in ("env", "enabledPlugins"))
    variables, plugins = ([pair for pair in pairs if _is_ours(pair[0])] for pairs in found_pairs)
    switches = [switch for switch in _SWITCHES if found.get(switch)]
    kept = [[one for one in _handlers(found) if _starts_ours(one[1])], switches, variables, plugins]
    return kept if any(kept) else []


def _is_ours(name: str) -> bool:
    return name.lower().startswith("scrimp") or name in silencers.VARIABLES or name in silencers.MOVERS


def _handlers(found: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (event, {"matcher": as_object(group).get("matcher"), **as_object(handler)})
        for event, groups in as_object(found.get("hooks")).items()
        for group in as_list(groups)
        for handler in as_list(as_object(group).get("hooks"))
    ]


def _starts_ours(handler: dict[str, Any]) -> bool:
    words = [as_text(handler.get("command")), *(as_text(word) for word in as_list(handler.get("args")))]
    return any(script in word.replace("\\", "/") for word in words for script in _SCRIPTS)
