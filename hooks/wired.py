"""Tells the plugin's copy of the hooks whether a settings file already starts them: then it has nothing to do."""

from __future__ import annotations

import os

from scrimp.core import project, small_file

_FILES = ("settings.json", "settings.local.json")
_SIGNS = ("post_tool_use", "main.py", '"-S"')


def is_wired(config_dir: str, folder: str) -> bool:
    """Whether the settings of the user (`config_dir`) or of a session started in `folder` name our hooks."""
    places = [config_dir, *(os.path.join(one, ".claude") for one in project.folders(folder))]
    return any(_names_our_hooks(os.path.join(place, name)) for place in places for name in _FILES)


def _names_our_hooks(path: str) -> bool:
    try:
        text = small_file.read(path)
    except OSError:
        return False
    return all(sign in text for sign in _SIGNS)
