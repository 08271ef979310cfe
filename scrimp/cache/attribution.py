"""The breaks in the ledger, each with its cause and its price: found by a query, their causes looked up once.

Transcripts are read again only for breaks whose cause the ledger does not have yet; from then on it has it, also when
the client has cleaned the transcript away. Prices are worked out anew each time, so that they are those of the list.
"""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from scrimp.cache import breaks, causes, sent
from scrimp.cache.causes import Known, Why
from scrimp.core import prices, times
from scrimp.core.cache_watch.last_reply import FIVE_MINUTES, HOUR, TTL_MS
from scrimp.core.ledger import cache_breaks
from scrimp.core.usage import prompt_tokens, writes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence
    from typing import Any

    from scrimp.cache.sent import Sent
    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.usage import Usage
    from scrimp.reports.source import Source

_COUNTS = ("input", "cache_read", "write_5m", "write_1h", "write_unsplit")
_BEFORE = ("message_id", "at", "model", "speed", "cache_asked", *_COUNTS)
_QUERY = f"""
    SELECT requests.message_id, requests.session_id, requests.agent_id, requests.agent_type, requests.project,
        requests.prompt_id, requests.model, requests.at, requests.geo, requests.tier, requests.speed,
        requests.cache_asked, requests.flags,
        EXISTS (SELECT 1 FROM legs WHERE legs.message_id = requests.message_id),
        EXISTS (SELECT 1 FROM compactions AS mark WHERE mark.session_id = requests.session_id
            AND mark.agent_id = requests.agent_id AND mark.at > before.at AND mark.at <= requests.at),
        known.causes, known.detail,
        {", ".join(f"requests.{name}" for name in _COUNTS)}, {", ".join(f"before.{name}" for name in _BEFORE)}
    FROM cache_breaks AS known CROSS JOIN requests ON requests.message_id = known.message_id
        JOIN requests AS before ON before.message_id = known.before_id
    WHERE {{where}} ORDER BY requests.at, requests.message_id
"""  # noqa: S608 - our own names


class Break(NamedTuple):
    """One break. expected_tokens: what should have been read. pico: what the rewrite cost more; None unpriced."""

    message_id: str
    before_id: str
    session_id: str
    agent_id: str
    agent_type: str
    project: str
    prompt_id: str
    model: str
    at: str
    usage: Usage
    expected_tokens: int
    rewritten_tokens: int
    pico: int | None
    why: Why


class _Found(NamedTuple):
    """A break as it was found, with what its cause is looked for in. is_attributed: the ledger has its cause."""

    row: Break
    before: Known
    now: Known
    is_compacted: bool
    is_attributed: bool


def found(source: Source, managed: ManagedPrices | None = None) -> list[Break]:
    """Every break among the requests that are asked for, by time; new causes are kept in the ledger."""
    cache_breaks.find(source.db)
    query = _QUERY.format(where=source.where)
    rows = [_of_row(row, managed) for row in source.db.execute(query, source.parameters)]
    new = [one for one in rows if not one.is_attributed]
    if not new:
        return [one.row for one in rows]
    reasons = _reasons(source.db, new)
    rows_of = [(one.row.message_id, one.row.before_id, " ".join(why.causes), why.detail) for one, why in reasons]
    cache_breaks.explain(source.db, rows_of)
    by_id = {one.row.message_id: why for one, why in reasons}
    return [one.row._replace(why=by_id.get(one.row.message_id, one.row.why)) for one in rows]


def _of_row(row: tuple[Any, ...], managed: ManagedPrices | None) -> _Found:
    message_id, session, agent, agent_type, project, prompt, model, at, geo, tier, speed, asked, flags = row[:13]
    has_legs, is_compacted, known, detail = row[13:17]
    usage = breaks.usage_of(row[17:22])
    before_id, before_at, before_model, before_speed, before_asked = row[22:27]
    before = breaks.usage_of(row[27:32])
    anew = breaks.rewrite(before, usage)
    price = None
    if not has_legs and "unpriced" not in flags.split():
        price = prices.lookup(
            model, at=at, prompt_tokens=prompt_tokens(usage), speed=speed, geo=geo, tier=tier, managed=managed
        )
    return _Found(
        Break(
            message_id,
            before_id,
            session,
            agent,
            agent_type,
            project,
            prompt,
            model,
            at,
            usage,
            breaks.expected_tokens(before, usage),
            anew.tokens,
            None if price is None else breaks.price_pico(anew, price),
            Why(tuple(known.split()), detail) if known else Why((causes.UNKNOWN,)),
        ),
        Known(times.epoch_ms(before_at), before_model, before_speed, _ttl(before_asked, before)),
        Known(times.epoch_ms(at), model, speed, _ttl(asked, usage)),
        bool(is_compacted),
        bool(known),
    )


def _ttl(asked: str, usage: Usage) -> str:
    """As it was asked for, else as it was written; '' where it says neither."""
    if asked in TTL_MS:
        return asked
    if not writes(usage) - usage.write_unsplit:
        return ""
    return HOUR if usage.write_1h else FIVE_MINUTES


def _reasons(db: sqlite3.Connection, new: Sequence[_Found]) -> list[tuple[_Found, Why]]:
    """Why each of these came about, from the transcripts that they are in."""
    by_name: defaultdict[str, list[_Found]] = defaultdict(list)
    for one in new:
        by_name[_name(one.row)].append(one)
    paths = _paths(db, by_name)
    reasons: list[tuple[_Found, Why]] = []
    for name, some in by_name.items():
        records = _records(paths[name], [key for one in some for key in (one.row.message_id, one.row.before_id)])
        for one in some:
            before = (one.before, records.get(one.row.before_id))
            now = (one.now, records.get(one.row.message_id))
            reasons.append((one, causes.why(before, now, is_compacted=one.is_compacted)))
    return reasons


def _name(row: Break) -> str:
    return f"agent-{row.agent_id}.jsonl" if row.agent_id else f"{row.session_id}.jsonl"


def _paths(db: sqlite3.Connection, names: Iterable[str]) -> dict[str, list[str]]:
    """Where the transcripts of these names lie."""
    paths: dict[str, list[str]] = {name: [] for name in names}
    for (path,) in db.execute("SELECT path FROM files"):
        place = paths.get(os.path.basename(path))
        if place is not None:
            place.append(path)
    return paths


def _records(paths: Iterable[str], message_ids: Sequence[str]) -> dict[str, Sent]:
    """What was sent for these; nothing of transcripts that are gone."""
    records: dict[str, Sent] = {}
    for path in paths:
        try:
            records.update(sent.of_file(path, set(message_ids)))
        except OSError:
            continue
    return records
