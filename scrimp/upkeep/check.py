"""Checks a ledger: is the file whole, does every sum follow from its parts, and do the transcripts say the same."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import ledger
from scrimp.core.ledger import repricing, requests
from scrimp.core.prices import usd
from scrimp.ingest import bring_up_to_date

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_AT_ONCE = 10_000
_COUNTS = ("input", "output", "cache_read", "write_5m", "write_1h", "write_unsplit", "searches")
_TOTALS = "COUNT(*), SUM(cost_pico / 1000000), SUM(cost_pico % 1000000)"
_MILLION = 10**6


class Verdict(NamedTuple):
    """What a check found: `facts` is what was looked at, `faults` what is wrong, both as sentences."""

    facts: list[str]
    faults: list[str]


def check(db: sqlite3.Connection, projects_dirs: Iterable[str]) -> Verdict:
    """Check a ledger against itself and against the transcripts that are still there.

    A ledger may know more than the transcripts, which the client deletes after 30 days; never less.
    """
    verdict = Verdict([], [])
    _is_whole(db, verdict)
    if not verdict.faults:
        _sums_follow(db, verdict)
        _transcripts_agree(db, projects_dirs, verdict)
    return verdict


def _is_whole(db: sqlite3.Connection, verdict: Verdict) -> None:
    said = [row[0] for row in db.execute("PRAGMA integrity_check")]
    if said != ["ok"]:
        verdict.faults.extend(f"the file is damaged: {line}" for line in said)


def _sums_follow(db: sqlite3.Connection, verdict: Verdict) -> None:
    count, millions, rest = db.execute(f"SELECT {_TOTALS} FROM requests").fetchone()  # noqa: S608 - our own words
    total = (millions or 0) * _MILLION + (rest or 0)
    verdict.facts.append(f"{count:,} requests, ${usd(total)}: every one priced anew from its counts")
    for pairs in repricing.different(db):
        verdict.faults.extend(_differs(was, new) for was, new in pairs)
    lost = "SELECT DISTINCT message_id FROM legs WHERE message_id NOT IN (SELECT message_id FROM requests)"
    verdict.faults.extend(f"{row[0]}: legs of a request that is not there" for row in db.execute(lost))


def _differs(was: requests.Entry, new: requests.Entry) -> str:
    columns = requests.COLUMNS
    names = [name for name, a, b in zip(columns, was[0], new[0], strict=True) if a != b] or ["legs"]
    stored, reckoned = (usd(entry[0][columns.index("cost_pico")]) for entry in (was, new))
    return f"{was[0][0]}: {', '.join(names)} not as reckoned: ${stored} stored, ${reckoned} reckoned"


def _transcripts_agree(db: sqlite3.Connection, projects_dirs: Iterable[str], verdict: Verdict) -> None:
    with tempfile.TemporaryDirectory() as folder:
        fresh = ledger.connect(os.path.join(folder, ledger.NAME))
        try:
            bring_up_to_date(fresh, projects_dirs)
            found = 0
            for (ids,) in _ids(fresh):
                known = {entry[0][0]: entry[0] for entry in requests.stored(db, ids)}
                for row, _ in requests.stored(fresh, ids):
                    found += 1
                    verdict.faults.extend(_lacks(row, known.get(row[0])))
        finally:
            fresh.close()
    verdict.facts.append(f"{found:,} requests in the transcripts that are still there: read anew and compared")


def _ids(db: sqlite3.Connection) -> list[tuple[list[str]]]:
    every = [row[0] for row in db.execute("SELECT message_id FROM requests ORDER BY message_id")]
    return [(every[start : start + _AT_ONCE],) for start in range(0, len(every), _AT_ONCE)]


def _lacks(row: requests.Row, known: requests.Row | None) -> list[str]:
    """What the transcripts say of a request and the ledger does not."""
    if known is None:
        return [f"{row[0]}: in the transcripts and not in the ledger"]
    places = [requests.COLUMNS.index(name) for name in _COUNTS]
    less = [requests.COLUMNS[place] for place in places if known[place] < row[place]]
    splits = {"write_5m", "write_1h", "write_unsplit"}
    return [f"{row[0]}: the transcripts have more {', '.join(less)}"] if set(less) - splits else []
