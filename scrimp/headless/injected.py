"""The settings that a run gives to the client: the person's own with our hooks in them, and no way to switch them off.

Settings given by `--settings` win over those of the user and the repo, so `disableAllHooks` of a repo does not hold
(client 2.1.330); only an administrator's do. Hooks of all files run beside each other.
"""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from scrimp.cli.wiring import entries, settings_file
from scrimp.core import settings as core
from scrimp.core.errors import SettingsError, UsageError
from scrimp.core.untrusted import as_list, as_object, is_object
from scrimp.headless import command

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrimp.cli.wiring.entries import Groups

_MANIFEST = (".claude-plugin", "plugin.json")
_SWITCHES = {"disableAllHooks": "it switches all hooks off", "allowManagedHooksOnly": "it switches our hooks off"}


def settings(given: str, hooks: Groups) -> dict[str, Any]:
    """What `--settings` is to hold: `given` (a file, JSON, or '') with these hooks too. UsageError for bad ones."""
    own = _read(given)
    for name, why in _SWITCHES.items():
        if own.get(name) not in (None, False):
            raise UsageError(f"--settings {given!r} has {name}, which cannot be used under a budget: {why}")
    joined = {event: list(as_list(groups)) for event, groups in as_object(own.get("hooks")).items()}
    for event, groups in hooks.items():
        joined.setdefault(event, []).extend(groups)
    env = {**as_object(own.get("env")), **command.unset_variables()}
    plugins = {**as_object(own.get("enabledPlugins")), entries.PLUGIN: False}  # an installed one has hooks too
    return {**own, "env": env, "disableAllHooks": False, "enabledPlugins": plugins, "hooks": joined}


def plugin(folder: str, root: str, *, has_server: bool) -> str:
    """The bundle at `root` as a plugin without its hooks, in the run's own folder; its path.

    The settings have these hooks, started by this interpreter; twice, they would count twice. Its server, where the run
    may use it, runs on this interpreter, too, which has the libraries.
    """
    path = os.path.join(folder, "plugin")
    os.makedirs(os.path.join(path, _MANIFEST[0]))
    for name in os.listdir(root):
        if name not in ("hooks", _MANIFEST[0]):
            os.symlink(os.path.join(root, name), os.path.join(path, name))
    with open(os.path.join(root, *_MANIFEST), encoding="utf-8") as file:
        manifest = json.load(file)
    if not has_server:
        del manifest["mcpServers"]
    for server in manifest.get("mcpServers", {}).values():
        server["command"] = os.path.abspath(sys.executable)
        server["args"] = [word.replace("${CLAUDE_PLUGIN_ROOT}", root) for word in server["args"]]
        server["env"] = {core.SERVER_PYTHON_VARIABLE: server["command"]}
    with open(os.path.join(path, *_MANIFEST), "w", encoding="utf-8") as file:
        json.dump(manifest, file)
    return path


def write(folder: str, settings: Mapping[str, Any]) -> str:
    """Put them into a file of the run's own folder; its path."""
    path = os.path.join(folder, "settings.json")
    with open(path, "w", encoding="utf-8") as file:
        json.dump(settings, file)
    return path


def _read(given: str) -> dict[str, Any]:
    """The settings in `given`, which is JSON if it looks so and a file otherwise, as the client takes it."""
    if not given:
        return {}
    try:
        text = given if given.lstrip().startswith("{") else settings_file.read(os.path.abspath(given)).text
        found = json.loads(text)
    except (SettingsError, ValueError) as error:
        raise UsageError(f"--settings {given!r} cannot be read: {error}") from error
    if not is_object(found):
        raise UsageError(f"--settings {given!r} is not an object")
    if not given.lstrip().startswith("{") and not os.path.exists(given):
        raise UsageError(f"--settings {given!r}: there is no such file")
    return as_object(found)
