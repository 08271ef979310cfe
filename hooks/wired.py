"""Tells the plugin's copy of the hooks whether a settings file already starts them: then it has nothing to do."""

from __future__ import annotations

import os

from scrimp.core import project, small_file

_FILES = ("settings.json", "settings.local.json")
_OF_MAIN = ("main.py", '"-S"')
_OF_GATE = ("gate.py", '"-S"')

GATE = "gate"
"""The event by which the gate is asked for: it is a program of its own."""


def is_wired(config_dir: str, folder: str, event: str) -> bool:
    """Whether the settings of the user (`config_dir`) or of a session started in `folder` start our hook for `event`.

    event: what `main.py` is given, or GATE for the program of its own.
    """
    signs = _OF_GATE if event == GATE else (*_OF_MAIN, f'"{event}"')
    places = [config_dir, *(os.path.join(one, ".claude") for one in project.folders(folder))]
    return any(_names(os.path.join(place, name), signs) for place in places for name in _FILES)


def _names(path: str, signs: tuple[str, ...]) -> bool:
    try:
        text = small_file.read(path)
    except OSError:
        return False
    return all(sign in text for sign in signs)
