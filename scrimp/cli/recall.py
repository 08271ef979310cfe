"""Bring back what was cut: an original whole, by lines, or by a pattern."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrimp.core.errors import UsageError
from scrimp.kept import originals, parts

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

_WORDS = parts.Words(
    "--lines", "--grep", "ask for a part with --lines A:B or --grep RE [-C N], or for everything with --all"
)


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
    wanted = _wanted(arguments)
    path = originals.found(" ".join(arguments.handle), environ)
    originals.learn_that_wanted(path, environ)
    last = b"\n"
    for chunk in parts.chunks(path, wanted, _WORDS):
        sys.stdout.buffer.write(chunk)
        last = chunk
    if (wanted.lines or wanted.grep) and not last.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")
    sys.stdout.buffer.flush()
    return 0


def _wanted(arguments: argparse.Namespace) -> parts.Wanted:
    if arguments.all and (arguments.lines or arguments.grep):
        raise UsageError("--all is everything: leave it out, or leave out --lines and --grep")
    if arguments.context is not None and (arguments.context < 0 or not arguments.grep):
        raise UsageError("-C is a number of lines around each match: it goes with --grep and is not negative")
    if "" in (arguments.lines, arguments.grep):
        raise UsageError("--lines and --grep need something: leave them out for the whole")
    return parts.Wanted(arguments.lines or "", arguments.grep or "", arguments.context or 0, arguments.all)
