"""Originals of what was cut: how many are kept and what was learned from them; purge deletes them."""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from scrimp.cli import FAILED, OK
from scrimp.core import cuts, ledger, limits, settings, wanted_back
from scrimp.core.errors import OutputError, UsageError
from scrimp.core.ledger import journal, recalls
from scrimp.kept import originals

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

_AGES = {"h": 3_600, "d": 86_400, "w": 7 * 86_400}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp outputs`."""
    parser.add_argument("--json", action="store_true", help="one JSON object")
    what = parser.add_subparsers(dest="what", metavar="WHAT")
    purge = what.add_parser(
        "purge", help="delete originals, and the commands that printed them from journals and ledger"
    )
    purge.add_argument("--older", metavar="AGE", default="", help="only those older than this: 12h, 7d, 2w")
    purge.add_argument("--yes", action="store_true", help="delete without asking")
    what.add_parser("forget", help="forget what was learned from cuts that were wanted back")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp outputs`."""
    if arguments.what == "purge":
        return _purge(arguments, environ)
    if arguments.what == "forget":
        return _forget(environ)
    return _show(arguments, environ)


def _show(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    paths = originals.kept(environ)
    size = sum(os.path.getsize(path) for path in paths)
    learned = _learned(environ)
    if arguments.json:
        rows = [{"family": key[0], "command": key[1], "repo": key[2], "times": times} for key, times in learned]
        print(json.dumps({"originals": len(paths), "bytes": size, "wanted_back": rows}, indent=2))
        return OK
    print(f"{len(paths):,} originals are kept, {size / 1e6:,.1f} MB")
    for (family, kind, repo), times in learned:
        how = "is not cut any more" if times >= limits.RETURNS_TO_OFF else "is cut less"
        often = "once" if times == 1 else f"{times} times"
        print(f"{kind} in {repo}: wanted back {often}, {how} (family {family})")
    return OK


def _learned(environ: Mapping[str, str]) -> list[tuple[tuple[str, str, str], int]]:
    rows = {tuple(row.values()) for row in wanted_back.rows(settings.data_dir(environ))}
    counts = Counter((family, kind, repo) for family, kind, repo, _ in rows)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _purge(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    before = time.time() - _seconds(arguments.older) if arguments.older else None
    paths = [path for path in originals.kept(environ) if before is None or os.path.getmtime(path) < before]
    size = sum(os.path.getsize(path) for path in paths)
    print(f"{len(paths):,} originals, {size / 1e6:,.1f} MB{'' if before else ', and the journals of cuts'}")
    if not paths and before is not None:
        return OK
    if not arguments.yes and not _agreed():
        print("nothing was deleted")
        return FAILED
    failed = [path for path in paths if not _is_deleted(path)]
    if before is None:
        data = settings.data_dir(environ)
        _forget_in_ledger(data)
        failed += [path for path in (os.path.join(data, cuts.NAME), _journal(environ)) if not _is_deleted(path)]
    if failed:
        raise OutputError(f"{len(failed)} could not be deleted, such as {failed[0]}")
    print("deleted")
    return OK


def _forget_in_ledger(data: str) -> None:
    """What was saved stays counted; the commands go. LedgerError where the ledger cannot be used."""
    path = os.path.join(data, ledger.NAME)
    if not os.path.exists(path):
        return
    db = ledger.connect(path)
    try:
        journal.take_in(db, data)
        recalls.take_in(db, data)
        journal.forget_commands(db)
    finally:
        db.close()


def _forget(environ: Mapping[str, str]) -> int:
    if not _is_deleted(_journal(environ)):
        raise OutputError(f"{_journal(environ)} could not be deleted")
    print("every kind of command is cut as at first")
    return OK


def _journal(environ: Mapping[str, str]) -> str:
    return os.path.join(settings.data_dir(environ), wanted_back.NAME)


def _seconds(age: str) -> int:
    count, unit = age[:-1], age[-1:].lower()
    if not count.isdecimal() or unit not in _AGES:
        raise UsageError(f"--older {age!r}: expected a number and a unit, as in 12h, 7d or 2w")
    return int(count) * _AGES[unit]


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("there is no terminal to ask on: use --yes to delete them")
    try:
        return input("Delete them? They cannot be had back. [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _is_deleted(path: str) -> bool:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
