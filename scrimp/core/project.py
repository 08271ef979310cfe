"""Which folders' `.claude` count for a session, as the client counts them.

Seen with Claude Code 2.1.330: beside the folder that it was started in, those of the repo's top folder, and in a
linked worktree those of the main checkout.
"""

from __future__ import annotations

import os

from scrimp.core import small_file


def top(folder: str) -> str:
    """The git top level at or above `folder`, else `folder` itself; absolute."""
    start = os.path.abspath(folder)
    current = start
    while not os.path.lexists(os.path.join(current, ".git")):
        parent = os.path.dirname(current)
        if parent == current:
            return start
        current = parent
    return current


def folders(folder: str) -> list[str]:
    """The folders whose `.claude` counts for a session started in `folder`, each once, the widest first."""
    repo = top(folder)
    return list(dict.fromkeys([*_main_checkout(os.path.join(repo, ".git")), repo, os.path.abspath(folder)]))


def _main_checkout(dot_git: str) -> list[str]:
    """Of a linked worktree, whose `.git` is a file with `gitdir: <main>/.git/worktrees/<name>`."""
    try:
        pointer = small_file.read(dot_git)
    except OSError:
        return []
    main, found, _ = pointer.partition("gitdir:")[2].strip().partition("/.git/worktrees/")
    return [main] if found else []
