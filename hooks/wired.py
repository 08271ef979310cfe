"""Tells the plugin's copy of the hooks whether a settings file already starts them: then it has nothing to do."""

from __future__ import annotations

import os

from scrimp.core import project, quick_json, small_file
from scrimp.core.untrusted import as_list, as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ENTRY, _GATE_ENTRY = "main.py", "gate.py"

GATE = "gate"
"""The event by which the gate is asked for: it is a program of its own."""


def is_wired(config_dir: str, folder: str, event: str, but_for: str = "") -> bool:
    """Whether settings of the user (`config_dir`), or of a person in a repo, start our hook for `event`.

    event: what `main.py` is given, or GATE for the program of its own. A handler counts that starts a script that is
    there, never a mere mention (a repo that names our hooks must not silence them), and not with the flag `but_for`.
    """
    places = [os.path.join(config_dir, "settings.json")]
    places += [os.path.join(one, ".claude", "settings.local.json") for one in project.folders(folder)]
    return any(starts(path, event, but_for) for path in places)


def starts(path: str, event: str, but_for: str = "") -> bool:
    """Whether a settings file of the client's starts our hook for `event`."""
    entry = _GATE_ENTRY if event == GATE else _ENTRY
    try:
        text = small_file.read(path)
        if entry not in text:
            return False
        groups = as_object(as_object(quick_json.loads(text)).get("hooks")).values()
    except (OSError, ValueError, RecursionError):
        return False
    handlers = (
        handler for one in groups for group in as_list(one) for handler in as_list(as_object(group).get("hooks"))
    )
    return any(_is_ours(as_object(handler), entry, event, but_for) for handler in handlers)


def switches_off(path: str) -> bool:
    """Whether a settings file of the client's switches all hooks off."""
    try:
        return as_object(quick_json.loads(small_file.read(path))).get("disableAllHooks") is True
    except (OSError, ValueError, RecursionError):
        return False


def _is_ours(handler: dict[str, Any], entry: str, event: str, but_for: str) -> bool:
    words = [as_text(word) for word in as_list(handler.get("args"))] or as_text(handler.get("command")).split()
    scripts = [word for word in words if os.path.basename(word) == entry and os.path.isfile(word)]
    return "-S" in words and bool(scripts) and (event == GATE or event in words) and but_for not in words
