"""Where a report's rows come from: the ledger, brought up to date, and what the person asked to see of it.

A report's verb calls `add_arguments`, then `with opened(arguments, environ) as source`. Its queries take
`source.where` and `source.parameters`, which hold for the table `requests` under that name.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import ledger, managed_settings, settings
from scrimp.core.errors import UsageError
from scrimp.reports import periods

if TYPE_CHECKING:
    import argparse
    import sqlite3
    from collections.abc import Generator, Mapping

WITHOUT_TIME = "requests without a time, left out because of --since or --until"


class Source(NamedTuple):
    """An open ledger and what of it is asked for.

    db: its tables are described in `scrimp.core.ledger.schema`.
    problems: what was wrong in the transcripts, in words for a person, to how often.
    where, parameters: the condition on `requests` (never empty) and its values.
    model: the `--model` text, already in `where`; reports that split requests into legs apply it to these instead.
    now: when the report was asked for, in UTC.
    """

    db: sqlite3.Connection
    problems: dict[str, int]
    where: str
    parameters: tuple[str, ...]
    model: str
    environ: Mapping[str, str]
    now: datetime


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that all reports have."""
    add_filters(parser)
    add_places(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="a list of objects; dollars are exact decimal strings")
    form.add_argument("--csv", action="store_true", help="comma-separated values, with a header")


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which requests are asked for."""
    parser.add_argument("--since", metavar="WHEN", default="", help="from 7d, 24h or 2w ago, or from 2026-11-01")
    parser.add_argument("--until", metavar="WHEN", default="", help="the same; a day is included")
    parser.add_argument("--project", metavar="TEXT", default="", help="only projects with this in their path")
    parser.add_argument("--model", metavar="TEXT", default="", help="only models with this in their id")


def add_places(parser: argparse.ArgumentParser) -> None:
    """The arguments that say what is read and where it is kept."""
    parser.add_argument(
        "--projects", metavar="DIR", action="append", default=[], help="read transcripts below DIR (can be repeated)"
    )
    parser.add_argument(
        "--ledger",
        metavar="FILE",
        default="",
        help="keep the figures in FILE, made if missing; without it, those of --projects are not kept",
    )


@contextmanager
def opened(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Generator[Source]:
    """The ledger with all that the transcripts say by now. UsageError for bad arguments, LedgerError."""
    now = datetime.now(UTC)
    folders = _folders(arguments, environ)
    where, parameters = _condition(arguments, now)
    with _ledger_path(arguments, environ) as path, ledger.opened(path) as db:
        problems = _up_to_date(db, folders, environ)
        if arguments.since or arguments.until:
            problems = problems | _without_time(db)
        yield Source(db, problems, where, parameters, arguments.model, environ, now)


@contextmanager
def _ledger_path(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Generator[str]:
    """The ledger that is meant. Other transcripts than one's own do not come into one's own ledger unasked."""
    if arguments.ledger or not arguments.projects:
        yield arguments.ledger or ledger.path_of(environ)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield os.path.join(folder, ledger.NAME)


def _folders(arguments: argparse.Namespace, environ: Mapping[str, str]) -> list[str]:
    for folder in arguments.projects:
        if not os.path.isdir(folder):
            raise UsageError(f"--projects {folder!r}: there is no such folder")
    return arguments.projects or settings.projects_dirs(environ)


def _up_to_date(db: sqlite3.Connection, folders: list[str], environ: Mapping[str, str]) -> dict[str, int]:
    from scrimp.ingest import bring_up_to_date  # noqa: PLC0415 - only here
    from scrimp.reports.progress import Bar  # noqa: PLC0415

    with Bar() as bar:
        cuts = settings.data_dir(environ)
        return bring_up_to_date(db, folders, cuts, managed=managed_settings.prices(environ), progress=bar.show)


def _condition(arguments: argparse.Namespace, now: datetime) -> tuple[str, tuple[str, ...]]:
    """The condition on `requests`: times are compared as text, which is why a bound has no fraction and no `Z`."""
    tests: list[tuple[str, tuple[str, ...]]] = []
    if arguments.since:
        tests.append(("requests.at >= ?", (periods.start(arguments.since, "--since", now),)))
    if arguments.until:
        tests.append(("requests.at < ? AND requests.at <> ''", (periods.end(arguments.until, "--until", now),)))
    if arguments.project:
        text = arguments.project.lower()
        tests.append(("(instr(lower(requests.cwd), ?) OR instr(lower(requests.project), ?))", (text, text)))
    if arguments.model:
        tests.append(("instr(lower(requests.model), ?)", (arguments.model.lower(),)))
    condition = " AND ".join(test for test, _ in tests) or "TRUE"
    return condition, tuple(value for _, values in tests for value in values)


def _without_time(db: sqlite3.Connection) -> dict[str, int]:
    (number,) = db.execute("SELECT COUNT(*) FROM requests WHERE at = ''").fetchone()
    return {WITHOUT_TIME: number} if number else {}
