"""What a fan-out over subagents costs, beside the same work in one thread: before it and after it.

A subagent pays for its own prefix (its prompt, tools and brief), written to the cache once; then it works in a short
context. One thread writes no prefix again, but carries what each part has brought into every request of the parts
after it. So of `runs` with a first prompt of P tokens, R requests and A tokens of context gained, one thread doing them
after another would cost what they cost, less the write of each P but the first, plus the reads of the A of all runs
before at each of the R requests. What the parent has in its context and would carry through all of it is left out, so
the serial figure is a lower bound; the parts could also have needed less when one of them knew of another.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core import limits, prices, times

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scrimp.reports.source import Source

_QUERY = """
    SELECT session_id, agent_id, prompt_id, model, at, ended_at, cost_pico, flags, output,
        input + cache_read + write_5m + write_1h + write_unsplit
    FROM requests WHERE ({where}) AND agent_id != '' ORDER BY session_id, agent_id, at
"""
_MS = 1_000


class Run(NamedTuple):
    """One subagent's run: its prompts and what it gained in tokens, its price in pico-dollars, its times in ms.

    is_unpriced: a part of it has no known price.
    """

    session_id: str
    prompt_id: str
    model: str
    first_tokens: int
    gained_tokens: int
    requests: int
    pico: int
    began_ms: int
    ended_ms: int
    is_unpriced: bool

    @property
    def seconds(self) -> float:
        """How long it took."""
        return max(0, self.ended_ms - self.began_ms) / _MS


class Bill(NamedTuple):
    """Dollars and seconds of a fan-out and of the same work in one thread. prefixes_pico: the writes of the prefixes.

    runs: how many past runs it is reckoned from, 0 for an assumption; None where it has happened.
    """

    agents: int
    model: str
    prefix_tokens: int
    prefixes_pico: int | None
    pico: int | None
    seconds: float | None
    serial_pico: int | None
    serial_seconds: float | None
    runs: int | None


def runs(source: Source) -> list[Run]:
    """The subagents' runs among the requests that are asked for, by when they began."""
    groups: dict[tuple[str, str], list[tuple[Any, ...]]] = {}
    for row in source.db.execute(_QUERY.format(where=source.where), source.parameters):
        groups.setdefault(row[:2], []).append(row[2:])
    return sorted((_run(session, rows) for (session, _), rows in groups.items()), key=lambda run: run.began_ms)


def estimate(past: Sequence[Run], agents: int, model: str, at: str) -> Bill:
    """What so many agents will cost, from the medians of past runs on that model; without any, the prefixes alone.

    model: an id or the beginning of a name; '' for the one that most runs were on. at: now, in ISO time.
    """
    wanted = model or _usual(past)
    same = [run for run in past if wanted in run.model and not run.is_unpriced]
    name = same[-1].model if same else _full(wanted)
    first = round(median(run.first_tokens for run in same)) if same else limits.ROUTES_FIRST_TOKENS
    price = prices.lookup(name, at=at, prompt_tokens=first)
    prefixes = None if price is None else agents * first * price.write_5m
    if not same or price is None:
        return Bill(agents, name, first, prefixes, None, None, None, None, 0)
    pico, seconds = round(median(run.pico for run in same)), median(run.seconds for run in same)
    gained = round(median(run.gained_tokens for run in same))
    requests = round(median(run.requests for run in same))
    carried = sum(place * gained * requests for place in range(agents)) * price.cache_read
    serial = agents * pico - (agents - 1) * first * price.write_5m + carried
    slowest = max(run.seconds for run in same) if agents > 1 else seconds
    return Bill(agents, name, first, prefixes, agents * pico, slowest, serial, agents * seconds, len(same))


def latest(found: Sequence[Run], session: str) -> list[Run]:
    """The runs of the last prompt that started several agents; session: of that one alone, '' of any."""
    groups: dict[tuple[str, str], list[Run]] = {}
    for run in found:
        if not session or run.session_id == session:
            groups.setdefault((run.session_id, run.prompt_id), []).append(run)
    several = [group for group in groups.values() if len(group) > 1]
    return several[-1] if several else []


def spent(found: Sequence[Run]) -> Bill:
    """What these runs did cost, and what one thread would have; see the top of this file."""
    prefixes = carried = gained = 0
    is_known = not any(run.is_unpriced for run in found)
    for place, run in enumerate(found):
        price = prices.lookup(run.model, at=times.iso(run.began_ms), prompt_tokens=run.first_tokens)
        if price is None:
            is_known = False
            continue
        carried += gained * run.requests * price.cache_read
        carried -= run.first_tokens * price.write_5m if place else 0
        prefixes += run.first_tokens * price.write_5m
        gained += run.gained_tokens
    pico = sum(run.pico for run in found)
    return Bill(
        agents=len(found),
        model=" ".join(dict.fromkeys(run.model for run in found)),
        prefix_tokens=round(median(run.first_tokens for run in found)),
        prefixes_pico=prefixes if is_known else None,
        pico=pico if is_known else None,
        seconds=(max(run.ended_ms for run in found) - min(run.began_ms for run in found)) / _MS,
        serial_pico=pico + carried if is_known else None,
        serial_seconds=sum(run.seconds for run in found),
        runs=None,
    )


def _run(session: str, rows: list[tuple[Any, ...]]) -> Run:
    prompts = [row[-1] for row in rows]
    ends = [times.epoch_ms(row[3] or row[2]) for row in rows]
    return Run(
        session_id=session,
        prompt_id=rows[0][0],
        model=rows[0][1],
        first_tokens=prompts[0],
        gained_tokens=max(0, prompts[-1] + rows[-1][6] - prompts[0]),
        requests=len(rows),
        pico=sum(row[4] for row in rows),
        began_ms=times.epoch_ms(rows[0][2]),
        ended_ms=max(ends),
        is_unpriced=any("unpriced" in row[5].split() for row in rows),
    )


def _usual(past: Iterable[Run]) -> str:
    names = [run.model for run in past]
    return max(set(names), key=lambda name: (names.count(name), name)) if names else _USUAL_MODEL


_USUAL_MODEL = "claude-opus-5-5"
"""The client's default (2.1.330), which subagents inherit."""


def _full(name: str) -> str:
    """The newest model that a short name such as `haiku` means; the name itself where there is none."""
    known = [model for model in prices.models() if name and name in model]
    return max(known, key=_version) if known else name


def _version(name: str) -> list[int]:
    return [int(part) for part in name.split("-") if part.isdigit()]
