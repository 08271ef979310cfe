"""The recorded cases: what a command printed, and what is made of it.

`python -m tests.compact.cases` writes every expected.txt anew; `git diff` is then what to review, as the agent
that has to go on from it.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from scrimp.core import limits
from scrimp.core.compact import Compaction, compact

HERE = os.path.dirname(os.path.abspath(__file__))
MARKER = "[scrimp HANDLE …]"


class Case(NamedTuple):
    """One folder: the family it is kept under, the command, its exit code and the text it printed."""

    name: str
    command: str
    exit_code: int
    text: str

    def __repr__(self) -> str:
        """Its name: what a failing property is told by."""
        return f"load({self.name!r})"

    @property
    def family(self) -> str:
        return self.name.split("/")[0]

    @property
    def raw_limit(self) -> int:
        return limits.CLIENT_FAILED_CHARS if self.exit_code else limits.CLIENT_SUCCEEDED_CHARS

    @property
    def cap(self) -> int:
        return limits.FAILED_CHARS if self.exit_code else limits.SUCCEEDED_CHARS

    def compacted(self, text: str | None = None) -> Compaction:
        """What the hooks would make of it, or of another text that the same command might have printed."""
        return compact(
            self.text if text is None else text,
            command=self.command,
            exit_code=self.exit_code,
            raw_limit=self.raw_limit,
            cap=self.cap,
        )


def load(name: str) -> Case:
    """The case `family/case`."""
    return Case(name, _read(name, "command").strip(), int(_read(name, "exit_code")), _read(name, "input.txt"))


def names() -> list[str]:
    """Every case there is, as `family/case`."""
    folders = sorted(entry.name for entry in os.scandir(HERE) if entry.is_dir() and entry.name != "__pycache__")
    return [f"{family}/{case}" for family in folders for case in sorted(os.listdir(os.path.join(HERE, family)))]


def expected(name: str) -> str:
    """What is written down as the model's view of the case."""
    return _read(name, "expected.txt")


def view(result: Compaction) -> str:
    """The model's view: the text with a marker whose handle and sizes do not matter here, or why it is raw."""
    return result.with_marker(MARKER) if result.cut else f"raw, unchanged: {result.why}\n"


def _read(name: str, file: str) -> str:
    path = os.path.join(HERE, *name.split("/"), file)
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as opened:
        return opened.read()


def _rewrite() -> None:
    for name in names():
        path = os.path.join(HERE, *name.split("/"), "expected.txt")
        with open(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(view(load(name).compacted()))


if __name__ == "__main__":
    _rewrite()
