"""Round trips by prompt: how many calls a request asks for, and what reading one thing at a time has cost in re-reads.

A request is serial when it asks for one read and the one before it, in the same thread and prompt, did so too: asked
for together the two would have been one round trip. It costs what it read from the prompt cache, at its own price; its
output would have been written anyway. The ledger does not know whether the second read needed the first one's result,
so the sum is an upper bound. Of a command its first line is known, which tells whether it reads.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core import managed_settings, prices, settings, times
from scrimp.core.ledger.pricing import MANAGED
from scrimp.core.serial_reads import calls, notices
from scrimp.reports.shown import COUNT, FLAGS, ID, LABEL, PERCENT, TEXT, TIME, USD, Column

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

COLUMNS = (
    Column("prompt_id", "Turn", ID),
    Column("first_at", "Begun", TIME, 2),
    Column("session_id", "Session", ID, 3),
    Column("requests", "Reqs", COUNT),
    Column("tool_calls", "Calls", COUNT, 4),
    Column("width", "Width", TEXT),
    Column("single_share", "Single", PERCENT, 1),
    Column("serial", "Serial", COUNT),
    Column("serial_usd", "Re-read", USD),
    Column("notices", "Told", TEXT, 5),
    Column("flags", "Flags", FLAGS),
)
"""width: calls a request, of those that ask for any. serial_usd: at most, see above. notices: what became of them."""

NOTES = (
    "Width: calls a request, of those that ask for any; Single: the share of these with one",
    (
        "Serial: single reads right after a single read; Re-read: what these read of the context, so what asking at "
        "once could have saved at most (a read that needed the result before it is among them)"
    ),
)

_QUERY = """
    SELECT requests.message_id, requests.session_id, requests.agent_id, requests.prompt_id, requests.at,
        requests.model, requests.cache_read, requests.input + requests.cache_read + requests.write_5m
        + requests.write_1h + requests.write_unsplit, requests.speed, requests.geo, requests.tier, requests.priced_by,
        tool_calls.name, tool_calls.about
    FROM requests LEFT JOIN tool_calls USING (message_id)
    WHERE {where} ORDER BY requests.session_id, requests.agent_id, requests.at, requests.message_id, tool_calls.id
"""


class Step(NamedTuple):
    """One request: its thread, what it asks for, and the pico-dollars that its read of the context cost.

    width: how many calls. is_single_read: one, and it only reads. pico: None without a known price.
    """

    session_id: str
    agent_id: str
    prompt_id: str
    at: str
    width: int
    is_single_read: bool
    pico: int | None


def steps(source: Source) -> list[Step]:
    """All requests that are asked for, thread by thread, each thread in the order of time."""
    found = source.db.execute(_QUERY.format(where=source.where), source.parameters)
    managed = managed_settings.prices(source.environ)
    return [_step(hits, managed) for hits in _by_request(found)]


def prompts(found: Sequence[Step], given: Iterable[Row]) -> list[Row]:
    """A row a prompt, the one whose serial reads cost most first; see COLUMNS. given: rows of `notices.rows`."""
    outcomes: dict[tuple[str, str], list[str]] = {}
    for row in given:
        outcomes.setdefault((row["session_id"], row["prompt_id"]), []).append(row["outcome"] or "open")
    groups: dict[tuple[str, str], list[Step]] = {}
    for step in found:
        groups.setdefault((step.session_id, step.prompt_id), []).append(step)
    rows = [
        {"prompt_id": key[1], "session_id": key[0], "notices": " ".join(outcomes.get(key, ())), **_summed(group)}
        for key, group in groups.items()
    ]
    return sorted(rows, key=lambda row: (-(row["serial_usd"] or 0), -row["serial"], row["first_at"]))


def total(found: Sequence[Step]) -> Row:
    """The same over all of them."""
    return {LABEL: "total", **_summed(found)}


def effect(found: Sequence[Step], given: Sequence[Row]) -> dict[str, Any]:
    """What became of the notices, and how wide the requests of their threads were before and after, in that prompt."""
    before: list[Step] = []
    after: list[Step] = []
    times_of = {(row["session_id"], row["agent_id"], row["prompt_id"]): row["at_ms"] for row in given}
    for step in found:
        at_ms = times_of.get((step.session_id, step.agent_id, step.prompt_id))
        if at_ms is not None:
            (before if times.epoch_ms(step.at) < at_ms else after).append(step)
    outcomes = [row["outcome"] for row in given]
    return {
        "given": len(given),
        "followed": outcomes.count(notices.FOLLOWED),
        "ignored": outcomes.count(notices.IGNORED),
        "width_before": _width(before),
        "width_after": _width(after),
    }


def notices_of(source: Source, found: Sequence[Step]) -> list[Row]:
    """The notices that were given in these prompts."""
    known = {(step.session_id, step.prompt_id) for step in found}
    rows = notices.rows(settings.data_dir(source.environ))
    return [row for row in rows if (row["session_id"], row["prompt_id"]) in known]


def _summed(group: Sequence[Step]) -> Row:
    """What the steps of a prompt, or of all of them, come to."""
    asking = [step for step in group if step.width]
    serial = [
        now
        for before, now in pairwise(group)
        if before.is_single_read and now.is_single_read and _thread(before) == _thread(now)
    ]
    known = [step.pico for step in serial if step.pico is not None]
    return {
        "first_at": min((step.at for step in group if step.at), default=""),
        "requests": len(group),
        "tool_calls": sum(step.width for step in group),
        "width": _width(asking),
        "single_share": sum(step.width == 1 for step in asking) / len(asking) if asking else None,
        "serial": len(serial),
        "serial_usd": sum(known),
        "flags": ["unpriced"] if len(known) < len(serial) else [],
    }


def _width(group: Sequence[Step]) -> str:
    asking = [step.width for step in group if step.width]
    return f"{sum(asking) / len(asking):.2f}" if asking else ""


def _thread(step: Step) -> tuple[str, str, str]:
    return step.session_id, step.agent_id, step.prompt_id


def _by_request(found: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of each request together: one for each of its calls."""
    group: list[tuple[Any, ...]] = []
    for row in found:
        if group and row[0] != group[0][0]:
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _step(hits: list[tuple[Any, ...]], managed: ManagedPrices | None) -> Step:
    _, session, agent, prompt, at, model, cached, tokens, speed, geo, tier, priced_by, _, _ = hits[0]
    asked = [calls.Call(name, {"command": about or ""}, "", is_error=False) for *_, name, about in hits if name]
    held = managed if priced_by == MANAGED else None
    price = prices.lookup(model, at=at, prompt_tokens=tokens, speed=speed, geo=geo, tier=tier, managed=held)
    return Step(
        session_id=session,
        agent_id=agent,
        prompt_id=prompt,
        at=at,
        width=len(asked),
        is_single_read=len(asked) == 1 and bool(calls.kind_of(asked[0])),
        pico=None if price is None else cached * price.cache_read,
    )
