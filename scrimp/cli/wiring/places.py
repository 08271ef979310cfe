"""Where Claude Code keeps the settings of each scope, and what git says about one of them.

Seen with Claude Code 2.1.330: a session started in a subfolder of a repo reads `settings.local.json` of the repo's
top folder; one in a linked worktree reads both the worktree's own and the main checkout's.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from scrimp.core import managed_settings, project, settings
from scrimp.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

SCOPES = ("local", "project", "user")


def settings_path(scope: str, environ: Mapping[str, str], folder: str) -> str:
    """The settings file of `scope` for someone who works in `folder`."""
    if scope == "user":
        return os.path.join(settings.config_dir(environ), "settings.json")
    name = "settings.local.json" if scope == "local" else "settings.json"
    path = os.path.join(project.top(folder), ".claude", name)
    if scope == "project" and _is_own(environ, folder):
        raise UsageError(f"{path} is your own settings file, not a team's: use --scope user, or change into a repo")
    return path


def path_to_write(scope: str, environ: Mapping[str, str], folder: str) -> str:
    """The settings file of `scope`; UsageError when a link leads it out of the repo, whose owner may have put it there.

    In the user scope every link is that person's own.
    """
    path = settings_path(scope, environ, folder)
    require_inside(path, scope, folder)
    return path


def require_inside(path: str, scope: str, folder: str) -> None:
    """The same UsageError for any file that is to be written in `scope`."""
    top, target = os.path.realpath(project.top(folder)), os.path.realpath(path)
    if scope != "user" and os.path.commonpath([top, target]) != top:
        raise UsageError(f"{path} leads out of {top}, to {target}: take that link away, or use --scope user")


def scopes(environ: Mapping[str, str], folder: str) -> list[str]:
    """The scopes that are different files for someone who works in `folder`."""
    own = _is_own(environ, folder)
    return [scope for scope in SCOPES if not (scope == "project" and own)]


def managed_paths() -> list[str]:
    """The files by which an administrator settles things on this machine, that are there."""
    files = (os.path.join(folder, "managed-settings.json") for folder in managed_settings.FOLDERS)
    return [path for path in files if os.path.isfile(path)]


def git_notes(path: str, environ: Mapping[str, str]) -> list[str]:
    """What to know before a path of this machine stands in `path`: that git tracks it or does not ignore it."""
    folder = project.top(os.path.dirname(path))
    inside = os.path.relpath(path, folder)
    if not os.path.lexists(os.path.join(folder, ".git")):
        return []
    if _git(environ, folder, "ls-files", "--error-unmatch", "--", inside) == 0:
        return [f"{inside} is tracked by git: do not commit it, it names paths of this machine"]
    if _git(environ, folder, "check-ignore", "--quiet", "--", inside) == 1:
        return [f"git does not ignore {inside}; to keep it out of `git status`: echo '{inside}' >> .git/info/exclude"]
    return []


def _is_own(environ: Mapping[str, str], folder: str) -> bool:
    return os.path.realpath(os.path.join(project.top(folder), ".claude")) == os.path.realpath(
        settings.config_dir(environ)
    )


def _git(environ: Mapping[str, str], folder: str, *words: str) -> int | None:
    try:
        done = subprocess.run(["git", "-C", folder, *words], capture_output=True, check=False, env=environ)
    except OSError:
        return None
    return done.returncode
