"""Our status line as it stands in the client's settings: one shell command, made and recognised here.

    '/venv/bin/python' -I -S '/bundle/hooks/statusline.py'
    '/venv/bin/python' -I -S '/bundle/hooks/statusline.py' --after 'theirs' || eval 'theirs'

`theirs` is the command that stood in the same file before: it is run first, and alone once our program is gone.
"""

from __future__ import annotations

import os

from scrimp.core import quick_json, small_file
from scrimp.core.untrusted import as_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import NamedTuple

    class Entry(NamedTuple):
        """The interpreter and the program of a command of ours, and the command that it runs first ('' none)."""

        interpreter: str
        program: str
        after: str
else:
    from collections import namedtuple

    Entry = namedtuple("Entry", "interpreter program after")

PLUGIN = "scrimp"
_PROGRAM = ("hooks", "statusline.py")
_ISOLATED = ["-I", "-S"]
_AFTER = "--after"
_SIGN = "statusline.py"


def command(interpreter: str, root: str, after: str = "") -> str:
    """The command for a bundle at `root`, that runs the command `after` first where there is one."""
    from shlex import quote  # only whoever installs writes one

    words = f"{quote(interpreter)} -I -S {quote(os.path.join(root, *_PROGRAM))}"
    return f"{words} {_AFTER} {quote(after)} || eval {quote(after)}" if after else words


def parse(text: object, known: Collection[str] = ()) -> Entry | None:
    """What a command of ours says; None for anybody else's. `known` are roots of bundles that are gone."""
    if not isinstance(text, str) or _SIGN not in text:
        return None
    from shlex import split  # brings `re`: only where it may be ours

    try:
        words = split(text)
    except ValueError:  # an unbalanced quote
        return None
    if words[1:3] != _ISOLATED or not is_ours(words[3] if len(words) > len(_ISOLATED) + 1 else "", known):
        return None
    rest = words[4:]
    return Entry(words[0], words[3], rest[1] if rest[:1] == [_AFTER] and len(rest) > 1 else "")


def is_ours(program: str, known: Collection[str] = ()) -> bool:
    """Whether a path is the program of a scrimp bundle, as far as can be told of one that is gone."""
    folder, name = os.path.split(program)
    root, hooks = os.path.split(folder)
    if (hooks, name) != _PROGRAM:
        return False
    if not os.path.exists(root):
        return root in known or PLUGIN in root
    try:
        text = small_file.read(os.path.join(root, ".claude-plugin", "plugin.json"))
        return as_object(quick_json.loads(text)).get("name") == PLUGIN
    except (OSError, ValueError, RecursionError):
        return False
