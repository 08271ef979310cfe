"""An explained request as a person reads it: exact dollars throughout, nothing rounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core.ledger.pricing import F_UNPRICED, MANAGED
from scrimp.core.prices import usd
from scrimp.core.transcript_records import (
    ADVISOR,
    COMPACTION,
    EXECUTOR,
    FALLBACK,
)
from scrimp.reports import unpriced, wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scrimp.core.transcript_records import Request
    from scrimp.reports.explain import Explained, LegLines, Line

_KINDS = {
    EXECUTOR: "answer",
    FALLBACK: "declined attempt",
    ADVISOR: "advisor",
    COMPACTION: "compaction",
}
_SIGNS = {wording.AT_LEAST: "at least ", wording.ABOUT: "about "}
_SEARCH = "web search"
_MILLION = 10**6


def lines(explained: Explained) -> Iterator[str]:
    """The lines of the explanation, as long as they come."""
    decimals = _decimals([explained.pico, *(line.pico for leg in explained.legs for line in leg.lines)])
    yield f"Request {wording.printable(explained.request.message_id)}: {_total(explained)}"
    yield from _about(explained)
    steps = sum(part.leg.kind == EXECUTOR for part in explained.legs)
    for place, part in enumerate(explained.legs, 1):
        yield ""
        step = f" {place} of {steps}" if part.leg.kind == EXECUTOR and steps > 1 else ""
        yield f"{_KINDS.get(part.leg.kind, part.leg.kind)}{step}: {wording.printable(part.leg.model)}"
        yield from _table(part, decimals)
        yield f"  {_price(explained.request, part)}"
    yield ""
    yield _sum(explained)
    yield from _flags(explained.flags)


def _total(explained: Explained) -> str:
    if not explained.pico and F_UNPRICED in explained.flags:
        return wording.UNPRICED
    return f"{_SIGNS.get(wording.sign(explained.flags), '')}${usd(explained.pico)}"


def _about(explained: Explained) -> Iterator[str]:
    request = explained.request
    asked = request.requested_model
    agent = f"subagent {request.agent_type} {request.agent_id}".rstrip() if request.agent_id else "main thread"
    facts = {
        "model": request.model + (f", asked for {asked}" if asked and asked != request.model else ""),
        "at": wording.local_time(request.at),
        "turn": request.prompt_id,
        "session": f"{request.session_id}, {agent}",
        "project": request.cwd or explained.project,
        "branch": request.git_branch,
        "mode": _mode(explained),
        "client": request.version,
    }
    for name, text in facts.items():
        if text:
            yield f"  {name:<8} {wording.printable(text)}"


def _mode(explained: Explained) -> str:
    """What its price and length depended on, as far as the record says."""
    request = explained.request
    named = {
        "effort": request.effort,
        "speed": request.speed,
        "region": request.geo,
        "tier": request.tier,
        "cache": request.cache_asked,
        "stopped by": request.stop_reason,
    }
    return ", ".join(f"{name} {value}" for name, value in named.items() if value)


def _table(part: LegLines, decimals: int) -> Iterator[str]:
    rows = [(line.name, f"{line.number:,}", *_rated(line, part, decimals)) for line in part.lines]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(4)]
    for name, count, rate, cost in rows:
        yield f"  {name:<{widths[0]}}  {count:>{widths[1]}} x {rate:<{widths[2]}} = {cost:>{widths[3]}}"


def _rated(line: Line, part: LegLines, decimals: int) -> tuple[str, str]:
    if part.price is None:
        return "no known price", wording.UNPRICED
    rate = f"${usd(line.rate)} each" if line.name == _SEARCH else f"${usd(line.rate * _MILLION)} per million"
    return "not billed" if part.is_free else rate, _padded(line.pico, decimals)


def _price(request: Request, part: LegLines) -> str:
    price = part.price
    if price is None:
        speed = "" if part.leg.kind == ADVISOR else request.speed
        reason = unpriced.reason(part.leg.model, request.at, speed, request.geo, request.tier)
        return f"no price is known for {wording.printable(reason)}"
    since = f" since {price.since}" if price.since else ""
    terms = "".join(f", {term}" for term in price.terms)
    return f"price: {price.model}{since}{terms}; source: {price.source}"


def _sum(explained: Explained) -> str:
    kept, reckoned = explained.pico, explained.reckoned_pico
    if not kept and F_UNPRICED in explained.flags:
        return f"sum: {wording.UNPRICED}"
    sign = f"{wording.sign(explained.flags)} ".lstrip()
    if kept == reckoned:
        return f"sum: {sign}${usd(kept)}, which is what the ledger has"
    if explained.priced_by == MANAGED:
        why = "priced by the organisation's own prices of that time"
    else:
        why = "priced when it was read"
    return f"sum: {sign}${usd(reckoned)} at the prices of now; the ledger has {sign}${usd(kept)}, {why}"


def _flags(flags: Sequence[str]) -> Iterator[str]:
    for flag in flags:
        yield f"{flag}: {wording.FLAGS[flag][1]}" if flag in wording.FLAGS else flag


def _decimals(amounts: Iterable[int]) -> int:
    """So many that every amount is exact."""
    return max(len(usd(amount).partition(".")[2]) for amount in amounts)


def _padded(pico: int, decimals: int) -> str:
    whole, _, part = usd(pico).partition(".")
    return f"${whole}.{part:0<{decimals}}" if decimals else f"${whole}"
