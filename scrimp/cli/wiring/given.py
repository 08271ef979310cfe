"""The skills and agents that the bundle gives a repo or a person: files of their own beside Claude Code's settings.

A file that somebody else has put there, or that was edited after install, is left alone by install and uninstall.
In the local scope a `.gitignore` beside each keeps it out of `git status`, without a word in any file of the repo's;
so the agents lie in a folder of their own, which Claude Code reads as it does the one above.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from scrimp.cli.wiring import places, plans, receipts, settings_file
from scrimp.core import bundle_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scrimp.cli.wiring.plans import Plan

_SKILLS, _AGENTS, _AGENTS_FOLDER = "skills", "agents", "scrimp"
_IGNORE = (".gitignore", b"*\n")


class File(NamedTuple):
    """A file to give: where it goes, and what is in it."""

    path: str
    content: bytes


class Given(NamedTuple):
    """The plans for the files that are ours, and the paths of those that are somebody's own."""

    plans: list[Plan]
    foreign: list[str]


def install(scope: str, environ: Mapping[str, str], folder: str) -> Given:
    """What puts the files into `scope` ("local" or "user"), and brings them up to date."""
    found = Given([], [])
    made: set[str] = set()
    for file in _files(scope, environ, folder):
        before = settings_file.read_bytes(file.path)
        receipt = receipts.load(file.path, environ)
        if before is not None and before != file.content and not (receipt and receipt.is_of(before)):
            found.foreign.append(file.path)
            continue
        folders = _missing_folders(file.path, made)
        made.update(folders)
        left = _receipt(scope, file, receipt, folders)
        found.plans.append(plans.Plan(scope, file.path, before, file.content, left, is_private=True))
    return found


def uninstall(scope: str, environ: Mapping[str, str], folder: str) -> Given:
    """What takes out the files that are as install left them, with the folders that it made."""
    found = Given([], [])
    for file in reversed(list(_files(scope, environ, folder))):
        before = settings_file.read_bytes(file.path)
        receipt = receipts.load(file.path, environ)
        if before is None or (receipt is None and not _is_known(scope, file, before)):
            continue
        if receipt is not None and not receipt.is_of(before):
            found.foreign.append(file.path)
            continue
        above = os.path.dirname(file.path)
        folders = tuple(names[0] for names in reversed(receipt.created)) if receipt else (above, os.path.dirname(above))
        found.plans.append(plans.Plan(scope, file.path, before, None, None, empties=folders, is_private=True))
    return found


def _is_known(scope: str, file: File, before: bytes) -> bool:
    """Whether a file is ours though its receipt is gone: the very bytes, where no repo can have it committed."""
    ignore = os.path.join(os.path.dirname(file.path), _IGNORE[0])
    return before == file.content and (scope == "user" or settings_file.read_bytes(ignore) == _IGNORE[1])


def _files(scope: str, environ: Mapping[str, str], folder: str) -> Iterator[File]:
    """Every file to give, and where it goes; none where the bundle is at home in that very place."""
    source = os.path.join(bundle_root(), ".claude")
    target = os.path.dirname(places.path_to_write(scope, environ, folder))
    if os.path.realpath(source) == os.path.realpath(target):
        return
    for name in _names(os.path.join(source, _SKILLS)):
        yield from _files_of(scope, folder, os.path.join(source, _SKILLS, name), os.path.join(target, _SKILLS, name))
    agents = os.path.join(source, _AGENTS)
    yield from _files_of(scope, folder, agents, os.path.join(target, _AGENTS, _AGENTS_FOLDER))


def _files_of(scope: str, folder: str, source: str, target: str) -> Iterator[File]:
    """The Markdown files of one folder, what keeps them out of git before them."""
    names = [name for name in _names(source) if name.endswith(".md")]
    for name in names:
        places.require_inside(os.path.join(target, name), scope, folder)
    if scope == "local" and names:
        yield File(os.path.join(target, _IGNORE[0]), _IGNORE[1])
    for name in names:
        with open(os.path.join(source, name), "rb") as file:
            yield File(os.path.join(target, name), file.read())


def _names(folder: str) -> list[str]:
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def _receipt(scope: str, file: File, before: receipts.Receipt | None, folders: list[str]) -> receipts.Receipt:
    """created: the folders that had to be made, the outermost first."""
    return receipts.Receipt(
        path=file.path,
        scope=scope,
        bundle=bundle_root(),
        sha256=receipts.digest(file.content),
        original=None,
        made_folder=False,
        created=before.created if before else [[folder] for folder in folders],
    )


def _missing_folders(path: str, made: set[str]) -> list[str]:
    """The folders above `path` that are not there, up to the client's own; what another file brings counts once."""
    found: list[str] = []
    above = os.path.dirname(path)
    while not os.path.isdir(above) and above not in made and os.path.basename(above) != ".claude":
        found.append(above)
        above = os.path.dirname(above)
    return found[::-1]
