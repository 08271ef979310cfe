"""Tells the plugin's copy of the hooks whether a settings file already starts them: then it has nothing to do.

Seen with Claude Code 2.1.330: besides the user's own settings it reads `.claude` of the folder that it was started in,
of the repo's top folder, and in a linked worktree of the main checkout.
"""

from __future__ import annotations

import os

_FILES = ("settings.json", "settings.local.json")
_SIGNS = ("post_tool_use", "main.py", '"-S"')


def is_wired(config_dir: str, project: str) -> bool:
    """Whether the settings of the user (`config_dir`) or of `project` name our hooks."""
    folders = [config_dir, *(os.path.join(folder, ".claude") for folder in _project_folders(project))]
    return any(_names_our_hooks(os.path.join(folder, name)) for folder in folders for name in _FILES)


def _project_folders(project: str) -> list[str]:
    """The folders whose `.claude` counts for a session started in `project`."""
    top = os.path.abspath(project)
    while not os.path.lexists(os.path.join(top, ".git")):
        parent = os.path.dirname(top)
        if parent == top:
            return [project]
        top = parent
    return [project, top, *_main_checkout(os.path.join(top, ".git"))]


def _main_checkout(dot_git: str) -> list[str]:
    """Of a linked worktree, whose `.git` is a file with `gitdir: <main>/.git/worktrees/<name>`."""
    line = _text(dot_git) if os.path.isfile(dot_git) else ""
    main, found, _ = line.partition("gitdir:")[2].strip().partition("/.git/worktrees/")
    return [main] if found else []


def _names_our_hooks(path: str) -> bool:
    text = _text(path)
    return all(sign in text for sign in _SIGNS)


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
