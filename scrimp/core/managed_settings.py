"""What an organisation has settled for Claude Code on this machine: in which files, and its own prices.

As client 2.1.330 has it: `remote-settings.json`, which the organisation's server sends, in the client's own folder;
`managed-settings.json`, and after it the files of `managed-settings.d` by name, in a folder that only an
administrator writes. Settings of a user or a repo cannot set prices.
"""

from __future__ import annotations

import os

from scrimp.core import quick_json, small_file
from scrimp.core.managed_prices import ManagedPrices
from scrimp.core.settings import config_dir
from scrimp.core.untrusted import as_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOLDERS = ("/etc/claude-code", "/Library/Application Support/ClaudeCode")
_FILE = "managed-settings.json"
_MORE = "managed-settings.d"
_REMOTE = "remote-settings.json"
_PRICES = "modelPricing"


def prices(environ: Mapping[str, str], folders: Iterable[str] = FOLDERS) -> ManagedPrices | None:
    """The organisation's own prices; None where it has none. What cannot be read counts as not there."""
    found = None
    for path in files(environ, folders):
        found = as_object(_read(path)).get(_PRICES, found)
    return None if found is None else ManagedPrices(found)


def files(environ: Mapping[str, str], folders: Iterable[str] = FOLDERS) -> list[str]:
    """Where an organisation's settings may lie, the server's last."""
    return [*_local(folders), os.path.join(config_dir(environ), _REMOTE)]


def _local(folders: Iterable[str]) -> list[str]:
    paths: list[str] = []
    for folder in folders:
        more = os.path.join(folder, _MORE)
        paths += [os.path.join(folder, _FILE), *(os.path.join(more, name) for name in _names(more))]
    return paths


def _names(folder: str) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if name.endswith(".json"))
    except OSError:  # most machines have none; of one that not everybody may read nothing is known
        return []


def _read(path: str) -> object:
    try:
        return quick_json.loads(small_file.read(path))
    except (OSError, ValueError, RecursionError):
        return None
