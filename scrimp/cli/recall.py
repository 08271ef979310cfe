"""Bring back what was cut: an original whole, by lines, or by a pattern."""

from __future__ import annotations

import os
import re
import shutil
import sys
from typing import TYPE_CHECKING

from scrimp.cli.kept import originals, reader
from scrimp.core import limits, settings, wanted_back
from scrimp.core.errors import OutputError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

_LINES = re.compile(r"(\d+)|(\d*):(\d*)")
_MOST_BYTES_PER_CHAR = 4
"""UTF-8's longest; a larger file has more characters than the limit without being read."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp recall`."""
    parser.add_argument(
        "handle", nargs="+", help="from the marker: its 16 digits, 6 or more of them, or the whole line"
    )
    parser.add_argument("--lines", metavar="A:B", help="only these lines, from 1, both included; A: and :B work too")
    parser.add_argument("--grep", metavar="RE", help="only lines that match this regular expression")
    parser.add_argument("-C", dest="context", metavar="N", type=int, help="with --grep: N lines around each match")
    parser.add_argument("--all", action="store_true", help="all of it, however long")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp recall`."""
    span, pattern = _selection(arguments)
    path = originals.found(" ".join(arguments.handle), environ)
    _learn(path, environ)
    with open(path, "rb") as file:
        if span is None and pattern is None:
            _whole(file, path, everything=arguments.all)
            return 0
        lines = reader.pieces(file, span or reader.Span(1, None))
        if pattern is None:
            return _print(reader.numbered(lines), f"{path} has no line {span.first if span else 1}", wrong_use=True)
        found = reader.matching(lines, pattern, arguments.context or 0)
        return _print(found, f"no line matches {arguments.grep!r}", wrong_use=False)


def _learn(path: str, environ: Mapping[str, str]) -> None:
    """What is wanted back soon after its cut was cut too much."""
    data = settings.data_dir(environ)
    cut = wanted_back.cut_of(data, originals.handle_in(path))
    if cut is not None:
        wanted_back.note(data, cut, wanted_back.RECALL)


def _selection(arguments: argparse.Namespace) -> tuple[reader.Span | None, re.Pattern[str] | None]:
    if arguments.all and (arguments.lines or arguments.grep):
        raise UsageError("--all is everything: leave it out, or leave out --lines and --grep")
    if arguments.context is not None and (arguments.context < 0 or not arguments.grep):
        raise UsageError("-C is a number of lines around each match: it goes with --grep and is not negative")
    return _span(arguments.lines), _pattern(arguments.grep)


def _span(given: str | None) -> reader.Span | None:
    if given is None:
        return None
    found = _LINES.fullmatch(given)
    if found is None or given == ":":
        raise UsageError(f"--lines {given!r} is not A:B with line numbers from 1, as in 120:180")
    first = int(found[1] or found[2] or 1)
    last = int(found[1] or found[3]) if found[1] or found[3] else None
    if first < 1 or (last is not None and last < first):
        raise UsageError(f"--lines {given!r}: lines count from 1, and the second number is not below the first")
    return reader.Span(first, last)


def _pattern(given: str | None) -> re.Pattern[str] | None:
    try:
        return None if given is None else re.compile(given)
    except re.error as error:
        raise UsageError(f"--grep {given!r} is not a regular expression: {error}") from error


def _whole(file: BinaryIO, path: str, *, everything: bool) -> None:
    if not everything:
        _refuse_large(file, path)
    shutil.copyfileobj(file, sys.stdout.buffer)
    sys.stdout.buffer.flush()


def _refuse_large(file: BinaryIO, path: str) -> None:
    size = os.fstat(file.fileno()).st_size
    limit = limits.SUCCEEDED_CHARS
    if size <= limit * _MOST_BYTES_PER_CHAR and len(file.read().decode("utf-8", "replace")) <= limit:
        file.seek(0)
        return
    file.seek(0)
    facts = f"{path}: {reader.count_lines(file):,} lines, {size:,} bytes"
    raise UsageError(f"{facts}; ask for a part with --lines A:B or --grep RE [-C N], or for everything with --all")


def _print(chunks: Iterator[bytes], nothing: str, *, wrong_use: bool) -> int:
    last = b""
    for chunk in chunks:
        sys.stdout.buffer.write(chunk)
        last = chunk
    if not last:
        raise (UsageError if wrong_use else OutputError)(nothing)
    if not last.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
    return 0
