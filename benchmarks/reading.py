"""What batch_read costs: 200 files beside 200 plain reads, an outline of 3,000 lines, a search, a glob.

Times are medians of so many runs in one process, in milliseconds; the plain reads are made in the same runs. The
files are this repo's own sources, copied into a folder of their own, so that sizes are real.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from scrimp.batch import shown
from scrimp.core import limits
from scrimp.reading.batch import Reader
from scrimp.reading.outlines import symbols_of
from scrimp.reading.places import Place
from scrimp.reading.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

FILES = 200
RUNS = 15
OUTLINE_LINES = 3_000
SMALL_BYTES = 1_200
"""Ended between two definitions, as whole files are, they have 1 KB in the middle."""

_MS = 1_000.0


def median_ms(work: Callable[[], object]) -> float:
    """The median of RUNS runs after one that is not counted."""
    work()
    times: list[float] = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * _MS)
    return statistics.median(times)


def sources() -> list[Path]:
    """FILES of this repo's own, in the order of their names."""
    found = sorted(Path(limits.__file__).parent.parent.rglob("*.py"))
    return (found * (FILES // len(found) + 1))[:FILES]


def copied(folder: str, *, most_bytes: int | None = None) -> list[str]:
    """The names of the files in `folder`, each at most so long and ending between two definitions."""
    os.makedirs(folder)
    names: list[str] = []
    for number, path in enumerate(sources()):
        names.append(f"{number:03}_{path.name}")
        Path(folder, names[-1]).write_bytes(_begun(path.read_bytes(), most_bytes))
    return names


def _begun(source: bytes, most_bytes: int | None) -> bytes:
    if most_bytes is None or len(source) <= most_bytes:
        return source
    end = source.rfind(b"\n\n\n", 0, most_bytes)
    return source[: end + 1] if end > 0 else source[:most_bytes]


def plain(folder: str, names: list[str]) -> None:
    """What a program does that reads them one by one."""
    for name in names:
        with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as file:
            file.read()


def reader_of(folder: str) -> Reader:
    """A reader without rules."""
    return Reader(Place(folder, [folder], folder, no_rules), os.environ)


def no_rules(path: str) -> str:
    """Every path may be read."""
    del path
    return ""


def measured(folder: str, names: list[str], label: str) -> None:
    """The rows of one set of files."""
    reader = reader_of(folder)
    wanted = [Wanted(name) for name in names]
    size = sum(os.path.getsize(os.path.join(folder, name)) for name in names)
    print(f"\n{label}: {len(names)} files, {size / 1024:,.0f} KB")
    row("200 plain open().read()", median_ms(lambda: plain(folder, names)))
    row("Reader.read, before anything is chosen", median_ms(lambda: reader.read(wanted)))
    for budget_tokens in (limits.BATCH_TOKENS, limits.BATCH_TOKENS_MOST):
        text = shown.answer(reader.read(wanted), budget_tokens)
        assert text.count("\n## ") == len(names) - 1
        found = median_ms(lambda budget=budget_tokens: shown.answer(reader.read(wanted), budget))
        row(f"the answer, budget {budget_tokens:,} tokens ({len(text):,} characters)", found)
    row("a glob for all of them, read", median_ms(lambda: reader.read([Wanted("*.py")])))
    found = reader.read([Wanted("*.py", "match", r"def \w+\(self")])
    row(
        f"a pattern in all of them ({len(found) - 1} match)",
        median_ms(lambda: reader.read([Wanted("*.py", "match", r"def \w+\(self")])),
    )


def row(what: str, found_ms: float) -> None:
    """One line of the table."""
    print(f"  {what:66} {found_ms:8.1f} ms")


def main() -> int:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        measured(os.path.join(folder, "real"), copied(os.path.join(folder, "real")), "as they are")
        small = os.path.join(folder, "small")
        measured(
            small,
            copied(small, most_bytes=SMALL_BYTES),
            f"their first {SMALL_BYTES:,} bytes at most, so that all fit whole",
        )
    lines = [line for path in sources() for line in path.read_text().split("\n")][:OUTLINE_LINES]
    print(f"\none file of {OUTLINE_LINES:,} lines")
    row(f"its outline ({len(symbols_of('a.py', lines))} definitions)", median_ms(lambda: symbols_of("a.py", lines)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
