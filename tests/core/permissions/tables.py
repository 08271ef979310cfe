"""The tables of rules and commands: `tables/<name>.txt`, rules in the first line, then a verdict and a command each.

The commands are written with Python's escapes. What the client does with each is asked in tests/client.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from scrimp.core.permissions import judging, layers, rule

FOLDER = Path(__file__).with_name("tables")
NAMES = sorted(path.stem for path in FOLDER.glob("*.txt"))

FILES = {
    "a.txt": "hello\n",
    "sub/b.txt": "b\n",
    ".env": "x\n",
    "secrets/a": "x\n",
    "locked/a": "x\n",
    ".git/HEAD": "ref: refs/heads/main\n",
}
"""The project that the commands stand in; `link` in it leads to `.env`."""


class Table(NamedTuple):
    """`permissions` as settings have them, and the rows: what is to come of each command."""

    permissions: dict[str, list[str]]
    rows: list[tuple[str, str]]


def table(name: str) -> Table:
    first, *lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("\t") for line in lines)
    rows = [(verdict, text.encode("latin-1").decode("unicode_escape")) for verdict, _, text in pairs]
    return Table(json.loads(first), rows)


def rules(permissions: dict[str, list[str]], root: str) -> layers.Rules:
    """The rules of a repo's own settings file, trusted, in a session of one folder."""

    def of(key: str) -> list[rule.Rule]:
        file = os.path.join(root, ".claude", "settings.json")
        found = (rule.parse(text, file, root, is_grant=key == "allow") for text in permissions.get(key, []))
        return [one for one in found if one]

    return layers.Rules(of("deny"), of("ask"), of("allow"), [root])


def project(folder: Path) -> judging.Place:
    """The project laid out in `folder`, and a place in it."""
    root = folder / "project"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    if not (root / "link").is_symlink():
        (root / "link").symlink_to(".env")
    return judging.Place(str(root), [os.path.realpath(root)], str(folder / "home"))
