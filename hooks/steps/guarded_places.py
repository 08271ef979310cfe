"""What of the budget's own a path is: scrimp's settings and data, the client's settings and transcripts.

A path may hold what a shell would fill in (`*`, `?`, `[…]`, `{…}`); it is then whatever it may come to.
"""

from __future__ import annotations

import os

from scrimp.core import managed_settings, project, settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SETTINGS = "scrimp's settings"
DATA = "scrimp's data"
HOOKS = "Claude Code's settings, which start scrimp's hooks"
FOLDER = "the folder of Claude Code's settings"
MANAGED = "what an organisation has settled, its prices with it"
TRANSCRIPTS = "the transcripts, from which spending is read"

OWN_FILES = ("scrimp.json", "scrimp.local.json")
CLIENT_FILES = ("settings.json", "settings.local.json")
_REMOTE = "remote-settings.json"
_LEDGERS = ("ledger.db", "ledger.db-wal", "ledger.db-shm")
_NO_TRANSCRIPTS = ("tool-results", "memory")
_TRANSCRIPT_ENDS = (".jsonl", ".meta.json")
_OPEN = "*?[{"


class Places:
    """Where all that lies for a session in `folder`; letters count whatever their case, as on many disks."""

    def __init__(self, environ: Mapping[str, str], folder: str, data: str) -> None:
        config = settings.config_dir(environ)
        own = [os.path.join(one, ".claude") for one in project.folders(folder)]
        self.home = environ.get("HOME") or os.path.expanduser("~")
        self.config = config
        self._data = _both([data])
        self._projects = _both(settings.projects_dirs(environ))
        self._folders = _both([config, *own])
        self._managed = _both(managed_settings.FOLDERS)
        files = [f"{one}/{name}" for one in self._folders for name in (*OWN_FILES, *CLIENT_FILES)]
        files += [f"{one}/{_REMOTE}" for one in _both([config])]
        self._all = [*files, *(f"{one}/{name}" for one in self._data for name in _LEDGERS), *self._projects]
        self._held = [*self._data, *self._projects, *files]
        real = [os.path.join(one, name) for one in (config, *own) for name in (*OWN_FILES, *CLIENT_FILES)]
        real += [data, *(os.path.join(data, name) for name in _LEDGERS)]
        self._files = {name.lower(): name for one in real for name in (os.path.abspath(one), os.path.realpath(one))}

    def named(self, path: str) -> str:
        """What it is, in words, '' for anything else; `path` is absolute and leads straight there."""
        low = path.lower()
        folder, _, name = low.rpartition("/")
        kinds = (
            (DATA, _is_in(low, self._data) or name.partition("?")[0] in _LEDGERS),
            (SETTINGS, name in OWN_FILES),
            (MANAGED, self._is_managed(low)),
            (TRANSCRIPTS, self._is_transcript(low)),
            (FOLDER, self._is_folder(low)),
        )
        what = next((what for what, is_it in kinds if is_it), "")
        if what or not (_is_open(low) or self._is_folder(folder)):
            return what
        if self._is_folder(folder):
            return self._right_below(name)
        return FOLDER if any(covers(low, one, whole=True) for one in self._all) else ""

    def taken_with(self, path: str) -> str:
        """What goes with a folder that is taken away, in words."""
        found = next((one for one in self._held if covers(path.lower(), one)), "")
        return self.named(found) if found else ""

    def found_in(self, path: str, names: list[str]) -> str:
        """What of this lies in a folder and is called like one of these patterns, in words."""
        low = path.lower()
        for one, real in self._files.items():
            name = one.rpartition("/")[2]
            if (
                covers(low, one)
                and any(_fits(name_, name) for name_ in map(str.lower, names))
                and os.path.lexists(real)
            ):
                return self.named(real)
        has_transcripts = any(covers(low, one) for one in self._projects) and any(
            _fits(name, "s.jsonl") for name in names
        )
        return TRANSCRIPTS if has_transcripts else ""

    def is_settings_folder(self, path: str) -> bool:
        """Whether Claude Code reads settings here: in its own folder, or in any that bears the name."""
        return self._is_folder(path.lower())

    def holds(self, path: str) -> bool:
        """Whether commands that are started here may work on what is guarded without naming it."""
        return self._is_folder(path.lower()) or _is_in(path.lower(), self._data)

    def is_data(self, path: str) -> bool:
        """Whether a file lies in scrimp's own folder."""
        return _is_in(path.lower(), self._data)

    def _right_below(self, name: str) -> str:
        if name in CLIENT_FILES:
            return HOOKS
        if name == _REMOTE:
            return MANAGED
        known = (*OWN_FILES, *CLIENT_FILES, _REMOTE, "projects")
        return FOLDER if _is_open(name) and any(_fits(name, one) for one in known) else ""

    def _is_folder(self, low: str) -> bool:
        return low.endswith("/.claude") or low in self._folders

    def _is_managed(self, low: str) -> bool:
        return _is_in(low, self._managed) or any(low == f"{one}/{_REMOTE}" for one in self._folders)

    def _is_transcript(self, low: str) -> bool:
        root = next((one for one in self._projects if low == one or low.startswith(f"{one}/")), None)
        if root is None:
            return False
        parts = low[len(root) :].split("/")[1:]
        if any(part in _NO_TRANSCRIPTS for part in parts):
            return False
        last = parts[-1] if parts else ""
        return "." not in last or last.endswith(_TRANSCRIPT_ENDS) or _is_open(last)


def covers(pattern: str, path: str, *, whole: bool = False) -> bool:
    """Whether a pattern may come to `path` or, unless whole, to a folder that it lies in."""
    asked, given = [part for part in pattern.split("/") if part], path.split("/")[1:]
    if len(asked) > len(given) or (whole and len(asked) != len(given)):
        return False
    return all(map(_fits, asked, given))


def _fits(pattern: str, name: str) -> bool:
    """Whether a pattern may come to this name, told by what stands before and after all that is open in it."""
    places = [place for place, char in enumerate(pattern) if char in _OPEN]
    if not places:
        return pattern == name
    before, after = pattern[: places[0]], pattern[max(pattern.rfind(char) for char in "*?]}") + 1 :]
    is_hidden = name.startswith(".") and not before and pattern[0] != "{"
    return (
        not is_hidden and name.startswith(before) and (name.endswith(after) or places[-1] >= len(pattern) - len(after))
    )


def _is_open(text: str) -> bool:
    return any(char in text for char in _OPEN)


def _is_in(low: str, folders: Iterable[str]) -> bool:
    return any(low == folder or low.startswith(f"{folder}/") for folder in folders)


def _both(folders: Iterable[str]) -> list[str]:
    """The folders as they are named and as links lead to them, each once, in small letters."""
    names = [name for folder in folders for name in (os.path.abspath(folder), os.path.realpath(folder))]
    return list(dict.fromkeys(name.lower() for name in names))
