"""The plugin copies of scrimp that Claude Code has installed, from its own list of them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from scrimp.cli.checks import Finding
from scrimp.cli.wiring import entries, survey
from scrimp.core import settings
from scrimp.core.untrusted import as_list, as_object, as_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ROOT = "${CLAUDE_PLUGIN_ROOT}"


def examine(environ: Mapping[str, str], layer: survey.Layer) -> list[Finding]:
    """A line per plugin copy that a settings file enables."""
    findings: list[Finding] = []
    for name in layer.plugins():
        folders = _folders(environ, name)
        text = f"{layer.path}: the plugin {name}"
        if not folders:
            findings.append(Finding("note", layer.scope, f"{text} is enabled, but not installed on this machine"))
        findings += [Finding("ok", layer.scope, f"{text}, {folder}") for folder in folders]
    return findings


def handlers(environ: Mapping[str, str], layers: Sequence[survey.Layer]) -> list[entries.Found]:
    """The handlers of every plugin copy that is enabled and installed, with the plugin's folder filled in."""
    names = {name for layer in layers for name in layer.plugins()}
    folders = {folder for name in names for folder in _folders(environ, name)}
    return [found for folder in sorted(folders) for found in _declared(folder)]


def _declared(folder: str) -> list[entries.Found]:
    found = entries.handlers(_read(os.path.join(folder, "hooks", "hooks.json")))
    return [
        one._replace(
            handler={**one.handler, "args": [word.replace(_ROOT, folder) for word in one.handler.get("args", [])]}
        )
        for one in found
    ]


def _folders(environ: Mapping[str, str], name: str) -> list[str]:
    listed = as_object(_read(os.path.join(settings.config_dir(environ), "plugins", "installed_plugins.json")))
    rows = as_list(as_object(listed.get("plugins")).get(name))
    paths = (as_text(as_object(row).get("installPath")) for row in rows)
    return sorted({path for path in paths if os.path.isdir(path)})


def _read(path: str) -> object:
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return None
