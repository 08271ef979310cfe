"""Check the ledger, merge another one into it, or write it out."""

from __future__ import annotations

import codecs
import os
import sys
from typing import TYPE_CHECKING

from scrimp.core import ledger, managed_settings, settings
from scrimp.core.errors import LedgerError
from scrimp.reports.wording import printable

if TYPE_CHECKING:
    import argparse
    import sqlite3
    from collections.abc import Mapping

_MOST_FAULTS = 20
"""More than this tell no more."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp ledger`."""
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    checks = what.add_parser("check", help="is the file whole, and does every sum follow from its parts?")
    checks.add_argument("--projects", metavar="DIR", action="append", help="compare with the transcripts below DIR")
    merges = what.add_parser("merge", help="take in another ledger, such as a CI runner's; nothing counts twice")
    merges.add_argument("file", metavar="FILE", help="the other ledger, which stays as it is")
    exports = what.add_parser("export", help="write a table to standard output")
    exports.add_argument("--table", metavar="NAME", default="requests", help="which (default: requests)")
    form = exports.add_mutually_exclusive_group()
    form.add_argument("--csv", action="store_true", help="as comma-separated values, with a header")
    form.add_argument("--jsonl", action="store_true", help="as one JSON object a line (default)")
    for one in (checks, merges, exports):
        one.add_argument("--ledger", metavar="FILE", help="another ledger than your own")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp ledger`."""
    path = arguments.ledger or ledger.path_of(environ)
    if arguments.what != "merge" and not os.path.exists(path):
        raise LedgerError(f"{path}: there is no ledger yet; any report makes one")
    with ledger.opened(path) as db:
        if arguments.what == "merge":
            return _merge(db, arguments.file)
        if arguments.what == "export":
            from scrimp.upkeep import export

            out = codecs.getwriter("utf-8")(sys.stdout.buffer, "replace")  # data, whatever the terminal reads
            export.export(db, arguments.table, out, as_csv=arguments.csv)
            return 0
        from scrimp.ingest import bring_up_to_date
        from scrimp.upkeep import check

        folders = arguments.projects or settings.projects_dirs(environ)
        if arguments.ledger or not arguments.projects:  # other transcripts do not come into one's own ledger unasked
            bring_up_to_date(db, folders, settings.data_dir(environ), managed=managed_settings.prices(environ))
        verdict = check.check(db, folders)
    return _say(path, verdict.facts, verdict.faults)


def _merge(db: sqlite3.Connection, file: str) -> int:
    from scrimp.upkeep import merge

    new = merge.merge(db, file)
    print(f"{file}: {new:,} requests were new")
    return 0


def _say(path: str, facts: list[str], faults: list[str]) -> int:
    print(path)
    for fact in facts:
        print(f"  {printable(fact)}")
    for fault in faults[:_MOST_FAULTS]:
        print(f"  wrong: {printable(fault)}")
    if len(faults) > _MOST_FAULTS:
        print(f"  and {len(faults) - _MOST_FAULTS:,} more")
    print("  nothing is wrong" if not faults else f"  {len(faults):,} wrong")
    return 1 if faults else 0
