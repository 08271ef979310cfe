"""The permission rules of all settings of Claude Code that can be seen, for a session started in one folder.

Managed settings (the machine's, then the organisation's server's), the user's, those of the repo and of the person in
it. As client 2.1.330 has it: what a repo allows counts only where its folder is trusted, and where the organisation
says `allowManagedPermissionRulesOnly`, only its own does. Deny and ask rules count wherever they stand. A file that is
there and cannot be read asks for everything.
"""

from __future__ import annotations

import os
from collections import namedtuple

from scrimp.core import limits, managed_settings, project, quick_json, settings, small_file
from scrimp.core.permissions import rule
from scrimp.core.untrusted import as_list, as_object, as_text, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any, NamedTuple

    from scrimp.core.permissions.rule import Rule

    class Layer(NamedTuple):
        """A settings file: its path, its kind, the folder from which its `/x` starts, and what it says.

        said: None where the file is there and cannot be read.
        """

        path: str
        kind: str
        folder: str
        said: dict[str, Any] | None

    class Rules(NamedTuple):
        """All rules by what they say, and the session's folders: its own first, links resolved."""

        deny: Sequence[Rule]
        ask: Sequence[Rule]
        allow: Sequence[Rule]
        roots: Sequence[str]

else:
    Layer = namedtuple("Layer", ("path", "kind", "folder", "said"))
    Rules = namedtuple("Rules", ("deny", "ask", "allow", "roots"))

MANAGED, USER, REPO = "managed", "user", "repo"
_NAMES = ("settings.json", "settings.local.json")
_UNREADABLE = "rules that cannot be read"


def read(environ: Mapping[str, str], folder: str, managed: Iterable[str] = managed_settings.FOLDERS) -> list[Layer]:
    """The settings files that are there for a session started in `folder`; `managed`: the machine's own folders."""
    config = settings.config_dir(environ)
    places = [(path, MANAGED, os.path.dirname(path)) for path in managed_settings.files(environ, managed)]
    places.append((os.path.join(config, _NAMES[0]), USER, config))
    for one in project.folders(folder):
        places += [(os.path.join(one, ".claude", name), REPO, one) for name in _NAMES]
    found = {path: _layer(path, kind, base) for path, kind, base in reversed(places)}
    return [layer for layer in reversed(list(found.values())) if layer]


def rules(layers: Sequence[Layer], environ: Mapping[str, str], folder: str) -> Rules:
    """What these layers say about permissions, for a session started in `folder`."""
    unreadable = [rule.Rule("*", "", _UNREADABLE, layer.path, layer.folder) for layer in layers if layer.said is None]
    granting = _granting(layers, environ, folder)
    more = [name for layer in granting for name in _texts(layer, "additionalDirectories")]
    home = environ.get("HOME") or os.path.expanduser("~")
    named = [home + name[1:] if name == "~" or name.startswith("~/") else name for name in more]
    roots = [os.path.realpath(os.path.join(folder, name)) for name in ["", *named]]
    return Rules(
        _rules(layers, rule.DENY, is_grant=False),
        [*_rules(layers, rule.ASK, is_grant=False), *unreadable],
        _rules(granting, rule.ALLOW, is_grant=True),
        list(dict.fromkeys(roots)),
    )


def _granting(layers: Sequence[Layer], environ: Mapping[str, str], folder: str) -> list[Layer]:
    """The layers whose grants count."""
    own = [layer for layer in layers if layer.kind == MANAGED]
    if any(as_object(layer.said).get("allowManagedPermissionRulesOnly") for layer in own):
        return own
    asks = [layer for layer in layers if layer.kind == REPO and as_object(as_object(layer.said).get("permissions"))]
    if asks and not _is_trusted(environ, folder):
        return [layer for layer in layers if layer.kind != REPO]
    return list(layers)


def _is_trusted(environ: Mapping[str, str], folder: str) -> bool:
    """Whether a person has said that they trust the folder, or the repo that it lies in."""
    try:
        text = small_file.read(settings.client_state_file(environ), limits.CLIENT_CONFIG_BYTES)
        known = as_object(as_object(quick_json.loads(text)).get("projects"))
    except (OSError, ValueError, RecursionError):
        return False
    names = (os.path.realpath(folder), os.path.realpath(project.top(folder)))
    return any(as_object(known.get(name)).get("hasTrustDialogAccepted") is True for name in names)


def _rules(layers: Iterable[Layer], key: str, *, is_grant: bool) -> list[Rule]:
    found = (
        rule.parse(text, layer.path, layer.folder, is_grant=is_grant) for layer in layers for text in _texts(layer, key)
    )
    return [one for one in found if one]


def _texts(layer: Layer, key: str) -> list[str]:
    found = as_list(as_object(as_object(layer.said).get("permissions")).get(key))
    return [text for text in map(as_text, found) if text]


def _layer(path: str, kind: str, folder: str) -> Layer | None:
    try:
        text = small_file.read(path)
        said: object = quick_json.loads(text) if text.strip() else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, RecursionError):
        return Layer(path, kind, folder, None)
    return Layer(path, kind, folder, as_object(said) if is_object(said) or not text.strip() else None)
