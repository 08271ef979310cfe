"""The settings of the server's tools, from the user's own file alone: a repo can neither spend nor open doors."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from scrimp.core import quick_json, small_file
from scrimp.core.settings import config_dir
from scrimp.core.untrusted import as_object
from scrimp.settings_schema import AskSettings, FetchSettings

if TYPE_CHECKING:
    from collections.abc import Mapping


def ask(environ: Mapping[str, str]) -> AskSettings:
    """Who answers questions; what cannot be read asks nobody, so that nothing is spent by mistake."""
    try:
        return AskSettings.model_validate(_section(environ, "ask"))
    except (ValidationError, OSError, ValueError):
        return AskSettings(backend="extractive")


def fetch(environ: Mapping[str, str]) -> FetchSettings:
    """What may be reached beyond the public web; what cannot be read opens nothing."""
    try:
        return FetchSettings.model_validate(_section(environ, "fetch"))
    except (ValidationError, OSError, ValueError):
        return FetchSettings()


def _section(environ: Mapping[str, str], name: str) -> dict[str, Any]:
    try:
        text = small_file.read(os.path.join(config_dir(environ), "scrimp.json"))
    except FileNotFoundError:
        return {}
    return as_object(as_object(quick_json.loads(text)).get(name, {}))
