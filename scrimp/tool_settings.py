"""The settings of the server's tools, from the user's own file alone: a repo can neither spend nor open doors."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from scrimp.core import quick_json, small_file
from scrimp.core.settings import config_dir
from scrimp.core.untrusted import as_object, is_object
from scrimp.settings_schema import AskSettings, FetchSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails


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


def problems(environ: Mapping[str, str]) -> list[str]:
    """What of both is wrong, by file and key; a file that cannot be read at all is for `core.settings` to name."""
    found: list[str] = []
    for name, model in (("ask", AskSettings), ("fetch", FetchSettings)):
        try:
            model.model_validate(_layer(environ).get(name, {}))
        except ValidationError as error:
            found += [f"{_path(environ)}: {_said(name, one)}" for one in error.errors()]
        except (OSError, ValueError):
            return []
    return found


def _said(name: str, error: ErrorDetails) -> str:
    key = ".".join([name, *map(str, error["loc"])])
    becomes = "nobody is asked" if name == "ask" else "no door is opened"
    return f"{key} is {error['input']!r}: {error['msg'][:1].lower()}{error['msg'][1:]}; {becomes} until it is mended"


def _path(environ: Mapping[str, str]) -> str:
    return os.path.join(config_dir(environ), "scrimp.json")


def _layer(environ: Mapping[str, str]) -> dict[str, Any]:
    try:
        layer: object = quick_json.loads(small_file.read(_path(environ)))
    except FileNotFoundError:
        return {}
    if not is_object(layer):
        raise ValueError(f"{_path(environ)}: expected an object")
    return as_object(layer)


def _section(environ: Mapping[str, str], name: str) -> object:
    return _layer(environ).get(name, {})
