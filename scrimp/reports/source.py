"""Where a report's rows come from: the ledger, brought up to date, and what the person asked to see of it.

A report's verb calls `add_arguments`, then `with opened(arguments, environ) as source`. Its queries take
`source.where` and `source.parameters`, which hold for the table `requests` under that name.
"""

from __future__ import annotations

import argparse
import gc
import os
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import ledger, managed_settings, settings
from scrimp.core.errors import UsageError
from scrimp.reports import periods

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Generator, Mapping

WITHOUT_TIME = "requests without a time are left out because of --since or --until"

_CACHE_KILOBYTES = 8_000
"""Enough to sort some 20,000 requests without a temporary file; more makes a short process slower."""

_PROJECT = """
    CASE WHEN EXISTS (SELECT 1 FROM main.requests AS named WHERE named.project = ?) THEN requests.project = ?
    ELSE instr(folded(requests.cwd), ?) OR instr(folded(requests.project), ?) END
"""
"""The whole name of a client's folder names that project alone; any other text is a part of a path."""


class Filter(NamedTuple):
    """One of the options that choose requests, as it was given, and its condition."""

    option: str
    test: str
    parameters: tuple[str, ...]


class Source(NamedTuple):
    """An open ledger and what of it is asked for.

    db: its tables are described in `scrimp.core.ledger.schema`.
    problems: what was wrong in the transcripts, in words for a person, to how often.
    where, parameters: the condition on `requests` (never empty) and its values.
    now: when the report was asked for, in UTC.
    filters: what `where` is made of. notes: what a person must know about the choice.
    """

    db: sqlite3.Connection
    problems: dict[str, int]
    where: str
    parameters: tuple[str, ...]
    environ: Mapping[str, str]
    now: datetime
    filters: tuple[Filter, ...] = ()
    notes: tuple[str, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that all reports have."""
    add_filters(parser)
    add_places(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("-j", "--json", action="store_true", help="a list of objects; dollars are exact decimal strings")
    form.add_argument("--csv", action="store_true", help="comma-separated values, with a header")


def number(text: str) -> int:
    """An argument that counts rows or things; the parser says what is wrong with it."""
    if not text.isascii() or not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1")
    return int(text)


def add_filters(parser: argparse.ArgumentParser) -> None:
    """The arguments that say which requests are asked for."""
    parser.add_argument(
        "-s",
        "--since",
        metavar="WHEN",
        default="",
        help="from 24h, 7d or 2w ago, from today or yesterday, or from a day or month (2026-11-01, 20261101, 2026-11)",
    )
    parser.add_argument("-u", "--until", metavar="WHEN", default="", help="the same; a day or month is included")
    parser.add_argument(
        "--project",
        metavar="TEXT",
        default="",
        help="only projects with this in their path; the whole name of a folder of ~/.claude/projects: only that one",
    )
    parser.add_argument("--model", metavar="TEXT", default="", help="only models with this in their id")
    add_timezone(parser)


def add_timezone(parser: argparse.ArgumentParser) -> None:
    """The argument that says by which clock days are told apart and times are shown; `scrimp.cli` sees to it."""
    parser.add_argument(
        "-z", "--timezone", metavar="NAME", default="", help="the clock of another place, such as Europe/Berlin or UTC"
    )


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
    filters = _filters(arguments, now)
    where = " AND ".join(f"({one.test})" for one in filters) or "TRUE"
    parameters = tuple(value for one in filters for value in one.parameters)
    with _ledger_path(arguments, environ) as path, ledger.opened(path) as db, _without_collector():
        db.create_function("folded", 1, str.casefold, deterministic=True)  # SQLite's own lower() knows only ASCII
        db.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
        problems = _up_to_date(db, folders, environ)
        notes = _without_time(db) if arguments.since or arguments.until else ()
        yield Source(db, problems, where, parameters, environ, now, filters, notes)


def nothing(source: Source, usual: str = "no requests here") -> str:
    """Why there is nothing to report: which of the filters no request passes, and how many there are without it."""
    if not source.filters or not _number(source, ()):
        return usual
    for one in source.filters:
        if not _number(source, (one,)):
            others = tuple(other for other in source.filters if other is not one)
            return f"no request is left by {one.option}; without it there are {_number(source, others):,}"
    together = " and ".join(one.option for one in source.filters)
    return f"no request passes {together} together; without them there are {_number(source, ()):,}"


def _number(source: Source, filters: tuple[Filter, ...]) -> int:
    where = " AND ".join(f"({one.test})" for one in filters) or "TRUE"
    parameters = [value for one in filters for value in one.parameters]
    (number,) = source.db.execute(f"SELECT COUNT(*) FROM requests WHERE {where}", parameters).fetchone()  # noqa: S608 - ours
    return number


@contextmanager
def _without_collector() -> Generator[None]:
    """Tens of thousands of rows, and no cycles among them: looking for some takes a fifth of a report's time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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
            wrong = "that is no folder" if os.path.lexists(folder) else "there is no such folder"
            raise UsageError(f"--projects {folder!r}: {wrong}")
    return [_of_all_projects(folder) for folder in arguments.projects] or settings.projects_dirs(environ)


def _of_all_projects(folder: str) -> str:
    """The folder of all projects, where the client's own folder was named; UsageError for that of one project.

    From the wrong level every project would be called by a wrong name.
    """
    inside = os.path.join(folder, "projects")
    if os.path.isdir(inside):
        return inside
    name = os.path.basename(os.path.abspath(folder))
    if name.startswith("-") and any(entry.endswith(".jsonl") for entry in os.listdir(folder)):
        above = os.path.dirname(os.path.abspath(folder))
        raise UsageError(f"--projects {folder!r} is one project's folder: --projects {above} --project={name}")
    return folder


def _up_to_date(db: sqlite3.Connection, folders: list[str], environ: Mapping[str, str]) -> dict[str, int]:
    from scrimp.ingest import bring_up_to_date  # noqa: PLC0415 - only here
    from scrimp.reports.progress import Bar  # noqa: PLC0415

    with Bar() as bar:
        cuts = settings.data_dir(environ)
        return bring_up_to_date(db, folders, cuts, managed=managed_settings.prices(environ), progress=bar.show)


def _filters(arguments: argparse.Namespace, now: datetime) -> tuple[Filter, ...]:
    """The conditions on `requests`: times are compared as text, which is why a bound has no fraction and no `Z`."""
    found: list[Filter] = []
    since, until, project, model = arguments.since, arguments.until, arguments.project, arguments.model
    begin = periods.start(since, "--since", now) if since else ""
    end = periods.end(until, "--until", now) if until else ""
    if begin and end and begin >= end:
        raise UsageError(f"--since {since} is after --until {until}: there is nothing between them")
    if begin:
        found.append(Filter(f"--since {since}", "requests.at >= ?", (begin,)))
    if end:
        found.append(Filter(f"--until {until}", "requests.at < ? AND requests.at <> ''", (end,)))
    if project:
        text = project.casefold()
        found.append(Filter(f"--project {project}", _PROJECT, (project, project, text, text)))
    if model:
        found.append(Filter(f"--model {model}", "instr(folded(requests.model), ?)", (model.casefold(),)))
    return tuple(found)


def _without_time(db: sqlite3.Connection) -> tuple[str, ...]:
    (number,) = db.execute("SELECT COUNT(*) FROM requests WHERE at = ''").fetchone()
    return (f"{WITHOUT_TIME}: {number:,}",) if number else ()
