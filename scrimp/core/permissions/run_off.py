"""Why batch_run must not run here at all: a sandbox, or somebody's own hook on Bash, would be gone around.

Seen are the settings files and the plugins that they enable and this machine has; not those of `--plugin-dir`.
"""

from __future__ import annotations

import os
import re

from scrimp.core import quick_json, settings, small_file
from scrimp.core.untrusted import as_list, as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from scrimp.core.permissions.layers import Layer

_OURS = ("main.py", "gate.py")
_NAME = "scrimp"
_ROOT = "${CLAUDE_PLUGIN_ROOT}"
_BASH = "Bash"


def why(layers: Sequence[Layer], environ: Mapping[str, str]) -> str:
    """The reason in words that name its file, '' where there is none."""
    for layer in layers:
        if as_object(as_object(layer.said).get("sandbox")).get("enabled"):
            return f"Bash is sandboxed here ({layer.path}), and batch_run would not be"
    for path, hooks, folder in _hooks(layers, environ):
        if any(_is_foreign(handler, folder) for handler in _on_bash(hooks)):
            return f"a hook on Bash ({path}) would not see what batch_run runs"
    return ""


def _hooks(layers: Sequence[Layer], environ: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Every set of hooks, with its file and the folder of its plugin."""
    for layer in layers:
        yield layer.path, as_object(as_object(layer.said).get("hooks")), ""
    enabled = {
        name: is_on
        for layer in layers
        for name, is_on in as_object(as_object(layer.said).get("enabledPlugins")).items()
    }
    listed = _read(os.path.join(settings.config_dir(environ), "plugins", "installed_plugins.json")) if enabled else {}
    for name, is_on in enabled.items():
        for row in as_list(as_object(listed.get("plugins")).get(name)) if is_on else []:
            folder = as_text(as_object(row).get("installPath"))
            yield from _of_plugin(folder)


def _of_plugin(folder: str) -> Iterator[tuple[str, dict[str, Any], str]]:
    manifest = os.path.join(folder, ".claude-plugin", "plugin.json")
    declared = _read(manifest).get("hooks")
    yield manifest, as_object(as_object(declared).get("hooks", declared)), folder
    names = [declared] if isinstance(declared, str) else as_list(declared)
    for name in ["hooks/hooks.json", *map(as_text, names)]:
        path = os.path.join(folder, name)
        yield path, as_object(_read(path).get("hooks")), folder


def _on_bash(hooks: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for group in as_list(hooks.get("PreToolUse")):
        if _covers_bash(as_text(as_object(group).get("matcher"))):
            yield from (as_object(handler) for handler in as_list(as_object(group).get("hooks")))


def _covers_bash(matcher: str) -> bool:
    if matcher in ("", "*"):
        return True
    try:
        return re.search(matcher, _BASH) is not None
    except (re.error, RecursionError):
        return True


def _is_foreign(handler: dict[str, Any], folder: str) -> bool:
    """Whether a handler is not one of a scrimp bundle that says its own name."""
    words = [as_text(word) for word in as_list(handler.get("args"))] or as_text(handler.get("command")).split()
    scripts = (word.replace(_ROOT, folder) for word in words)
    return bool(handler) and not any(_is_ours(script) for script in scripts)


def _is_ours(script: str) -> bool:
    hooks, name = os.path.split(script)
    if name not in _OURS or os.path.basename(hooks) != "hooks":
        return False
    manifest = os.path.join(os.path.dirname(hooks), ".claude-plugin", "plugin.json")
    return _read(manifest).get("name") == _NAME


def _read(path: str) -> dict[str, Any]:
    try:
        return as_object(quick_json.loads(small_file.read(path)))
    except (OSError, ValueError, RecursionError):
        return {}
