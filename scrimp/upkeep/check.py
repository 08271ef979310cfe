"""Checks a ledger: is the file whole, does every sum follow from its parts, and do the transcripts say the same."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import ledger
from scrimp.core.ledger import files, repricing, requests
from scrimp.core.prices import usd
from scrimp.ingest import bring_up_to_date

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from scrimp.core.ledger.requests import Row

_AT_ONCE = 10_000
_COUNTS = ("input", "output", "cache_read", "searches")
_WRITES = ("write_5m", "write_1h", "write_unsplit")
_SAME = ("session_id", "agent_id", "model", "speed", "geo", "tier", "prompt_id")
_TOTALS = "COUNT(*), SUM(cost_pico / 1000000), SUM(cost_pico % 1000000)"
_MILLION = 10**6
_WHERE_WRONG = "SELECT path, problems FROM files WHERE problems != '' ORDER BY path"


class Verdict(NamedTuple):
    """What a check found: `facts` is what was looked at, `faults` what is wrong, both as sentences."""

    facts: list[str]
    faults: list[str]


def check(db: sqlite3.Connection, projects_dirs: Iterable[str]) -> Verdict:
    """Check a ledger, brought up to date, against itself and against the transcripts that are still there.

    Where some of the files it has read are gone, as the client deletes them after 30 days, it may know more than
    those that are left; otherwise both must say the same.
    """
    verdict = Verdict([], [])
    _is_whole(db, verdict)
    if not verdict.faults:
        _sums_follow(db, verdict)
        _transcripts_agree(db, projects_dirs, verdict)
        _say_where_files_are_wrong(db, verdict)
    return verdict


def _is_whole(db: sqlite3.Connection, verdict: Verdict) -> None:
    said = [row[0] for row in db.execute("PRAGMA integrity_check")]
    if said != ["ok"]:
        verdict.faults.extend(f"the file is damaged: {line}" for line in said)


def _sums_follow(db: sqlite3.Connection, verdict: Verdict) -> None:
    count, millions, rest = db.execute(f"SELECT {_TOTALS} FROM requests").fetchone()  # noqa: S608 - our own words
    total = (millions or 0) * _MILLION + (rest or 0)
    verdict.facts.append(f"{count:,} requests, ${usd(total)}: each priced anew from its counts")
    for pairs in repricing.different(db):
        verdict.faults.extend(_differs(was, new) for was, new in pairs)
    lost = "SELECT DISTINCT message_id FROM legs WHERE message_id NOT IN (SELECT message_id FROM requests)"
    verdict.faults.extend(f"{row[0]}: legs of a request that is not there" for row in db.execute(lost))


def _differs(was: requests.Entry, new: requests.Entry) -> str:
    columns = requests.COLUMNS
    names = [name for name, a, b in zip(columns, was[0], new[0], strict=True) if a != b] or ["legs"]
    stored, reckoned = (usd(requests.at(entry[0], "cost_pico")) for entry in (was, new))
    return f"{was[0][0]}: {', '.join(names)} not as reckoned: ${stored} stored, ${reckoned} reckoned"


def _transcripts_agree(db: sqlite3.Connection, projects_dirs: Iterable[str], verdict: Verdict) -> None:
    may_know_more = any(not os.path.exists(path) for path in files.known(db))
    found = 0
    with tempfile.TemporaryDirectory() as folder, ledger.opened(os.path.join(folder, ledger.NAME)) as fresh:
        bring_up_to_date(fresh, projects_dirs)
        for ids in _ids(fresh):
            known = {entry[0][0]: entry[0] for entry in requests.stored(db, ids)}
            for row, _ in requests.stored(fresh, ids):
                found += 1
                verdict.faults.extend(_disagreements(row, known.get(row[0]), may_know_more=may_know_more))
    verdict.facts.append(f"{found:,} requests in transcripts that are still there, read anew")


def _ids(db: sqlite3.Connection) -> Iterator[list[str]]:
    every = [row[0] for row in db.execute("SELECT message_id FROM requests ORDER BY message_id")]
    return (every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE))


def _disagreements(row: Row, known: Row | None, *, may_know_more: bool) -> list[str]:
    """Where the transcripts' `row` of a request and the ledger's do not agree, in one sentence or none."""
    if known is None:
        return [f"{row[0]}: in the transcripts and not in the ledger"]
    there, here = _counts(row), _counts(known)
    less = [name for name in there if here[name] < there[name]]
    more = [name for name in there if here[name] > there[name]]
    if less:
        return [f"{row[0]}: the transcripts have more {', '.join(less)}"]
    if may_know_more:
        return []
    others = [name for name in _SAME if requests.at(known, name) != requests.at(row, name)]
    return [f"{row[0]}: the transcripts have less {', '.join(more)}"] if more else _other(row[0], others)


def _other(message_id: str, names: list[str]) -> list[str]:
    return [f"{message_id}: the transcripts have another {', '.join(names)}"] if names else []


def _counts(row: Row) -> dict[str, int]:
    """The counts of a request; how its writes are split may become known later."""
    counts = {name: requests.at(row, name) for name in _COUNTS}
    return counts | {"cache writes": sum(requests.at(row, name) for name in _WRITES)}


def _say_where_files_are_wrong(db: sqlite3.Connection, verdict: Verdict) -> None:
    for path, text in db.execute(_WHERE_WRONG):
        verdict.facts.extend(f"{path}: {count:,} {problem}" for problem, count in files.counts(text).items())
