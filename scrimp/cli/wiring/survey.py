"""What is there already: Claude Code's settings files of every scope, and what in them matters to scrimp."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from scrimp.cli.wiring import entries, json_text, places, settings_file
from scrimp.core.errors import SettingsError
from scrimp.core.statusline import entry
from scrimp.core.untrusted import as_object

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_SWITCHES = {
    "disableAllHooks": "no hook runs",
    "allowManagedHooksOnly": "only an administrator's hooks run",
}
_RANKS = ("managed", "local", "project", "user")
"""The scopes, the one that wins first."""

_SHOWN_CHARS = 100
"""Of another hook's command, enough to know it by."""


@dataclass(frozen=True)
class Layer:
    """One settings file: its parsed `settings` ({} when there is none) or the `problem` with it."""

    scope: str
    path: str
    settings: Mapping[str, Any]
    problem: str | None = None

    def ours(self, known: Collection[str] = ()) -> list[entries.Found]:
        """Our handlers in this file."""
        return [found for found in entries.handlers(self.settings) if entries.is_ours(found.handler, known)]

    def others(self, events: Collection[str], known: Collection[str] = ()) -> list[str]:
        """Everyone else's handlers on `events`, each as one phrase."""
        return [
            f"{found.place.event}: {_shown(found.handler)}"
            for found in entries.handlers(self.settings)
            if found.place.event in events and not entries.is_ours(found.handler, known)
        ]

    def plugins(self) -> list[str]:
        """The plugin copies of scrimp that this file enables."""
        enabled = self.settings.get("enabledPlugins")
        if not isinstance(enabled, dict):
            return []
        named = cast("dict[str, object]", enabled)
        return [name for name, on in named.items() if on and name.partition("@")[0] == entries.MARKETPLACE]

    def switched_off(self) -> list[str]:
        """What in this file keeps hooks from running."""
        return [f"{key}: {effect}" for key, effect in _SWITCHES.items() if self.settings.get(key) is True]

    def status_line(self, known: Collection[str] = ()) -> StatusLine | None:
        """The status line that is set here; None where none is, or not one that Claude Code can run."""
        line = as_object(self.settings.get("statusLine"))
        command = line.get("command")
        if not isinstance(command, str):
            return None
        return StatusLine(self, _shown(line), entry.parse(command, known))


@dataclass(frozen=True)
class StatusLine:
    """A status line and its `layer`: the words of its command, and what it says if it is `ours`."""

    layer: Layer
    words: str
    ours: entry.Entry | None


def status_lines(found: Sequence[Layer], known: Collection[str] = ()) -> list[StatusLine]:
    """The status lines of these layers, the one that Claude Code shows first."""
    lines = (layer.status_line(known) for layer in sorted(found, key=lambda layer: _RANKS.index(layer.scope)))
    return [line for line in lines if line is not None]


def outranks(scope: str, other: str) -> bool:
    """Whether Claude Code takes a setting of `scope` over that of `other`."""
    return _RANKS.index(scope) < _RANKS.index(other)


def layers(environ: Mapping[str, str], folder: str) -> list[Layer]:
    """Every scope's file for someone who works in `folder`, the ones of an administrator last."""
    scoped = [(scope, places.settings_path(scope, environ, folder)) for scope in places.scopes(environ, folder)]
    return [_layer(scope, path) for scope, path in [*scoped, *(("managed", path) for path in places.managed_paths())]]


def _layer(scope: str, path: str) -> Layer:
    try:
        file = settings_file.read(path)
    except SettingsError as error:
        return Layer(scope, path, {}, str(error))
    except OSError as error:
        return Layer(scope, path, {}, f"{path}: {error.strerror}")
    return Layer(scope, path, json_text.parse(file.text).value)


def _shown(handler: dict[str, Any]) -> str:
    words = shlex.join(entries.command_words(handler)) or str(handler.get("type", "a hook"))
    return words if len(words) <= _SHOWN_CHARS else words[: _SHOWN_CHARS - 1] + "…"
