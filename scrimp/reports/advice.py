"""What to do first: at most three suggestions, each with the figures it stands on, and none where these are too weak.

A suggestion says what dollars went into, never what would certainly be saved. Figures are those of the requests that
the report is about.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import managed_settings, prices
from scrimp.reports import results, totals, wording

if TYPE_CHECKING:
    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

MOST = 3
LOW_HIT_RATE = 0.8
"""Below this a project's cache works worse than the client's usual 90 % and more."""

LONG_CONTEXT_TOKENS = 150_000
"""A request that carries more than this pays for much that its task no longer needs."""

SMALLER_MODEL = "claude-sonnet-5-5"
"""What an agent's model is compared with."""

_WORTH_SHARE = 0.1
"""A suggestion that concerns less than this share of the dollars is not made."""
_MOSTLY = 0.3
"""Long contexts are worth a word from this share on: some tasks need them."""
_ENOUGH_REQUESTS = 20
"""Of fewer requests the hit rate says little: each session's first one writes."""
_MUCH_CHEAPER = 0.6
"""The smaller model is named where its output costs at most this share."""

_LONG = f"""
    SELECT SUM(cost_pico / {totals.HALF}), SUM(cost_pico % {totals.HALF}), COUNT(*), GROUP_CONCAT(DISTINCT flags)
    FROM requests WHERE input + cache_read + write_5m + write_1h + write_unsplit > {LONG_CONTEXT_TOKENS} AND """  # noqa: S608 - numbers
_AGENTS = f"""
    SELECT agent_type, model, SUM(cost_pico / {totals.HALF}), SUM(cost_pico % {totals.HALF}), MAX(at),
        GROUP_CONCAT(DISTINCT flags) FROM requests
    WHERE agent_type <> '' AND """  # noqa: S608 - numbers
_CUTS = """
    SELECT COUNT(DISTINCT handle), SUM(bytes_in - bytes_out) FROM cuts JOIN tool_calls ON tool_calls.id = tool_use_id
    JOIN requests USING (message_id) WHERE """
_MUCH_OF_IT = 0.15
"""Tool results are worth a word from this share of the dollars on."""
_TOOLS = 2
_MEGABYTE = 1_000_000


class Suggestion(NamedTuple):
    """pico: the dollars that it concerns. text: one sentence."""

    pico: int
    text: str


def suggestions(source: Source, projects: list[Row]) -> list[str]:
    """What to do first, what concerns most dollars first; `projects` are the rows of `totals.rows(…, "project")`."""
    whole = totals.summed(projects)["cost_usd"]
    found = [
        *_hit_rates(source, projects),
        *_long_contexts(source, whole),
        *_agents(source, whole),
        *_tools(source, whole),
    ]
    worth = [one for one in found if one.pico and one.pico >= whole * _WORTH_SHARE]
    return [one.text for one in sorted(worth, key=lambda one: (-one.pico, one.text))[:MOST]]


def _hit_rates(source: Source, projects: list[Row]) -> list[Suggestion]:
    """The projects whose prompts were seldom found in the cache."""
    found: list[Suggestion] = []
    for row in projects:
        rate = row["hit_rate"]
        if rate is None or rate >= LOW_HIT_RATE or row["requests"] < _ENOUGH_REQUESTS:
            continue
        others = totals.summed([other for other in projects if other is not row])["hit_rate"]
        beside = f" ({wording.percent(others)} elsewhere)" if others is not None and others > rate else ""
        where = wording.path(row["shown_cwd"], source.environ.get("HOME", ""))
        missed = row["input_tokens"] + row["cache_write_5m_tokens"] + row["cache_write_1h_tokens"]
        text = (
            f"cache hit rate {wording.percent(rate)} in project {where}{beside}: {wording.tokens(missed)} prompt "
            f"tokens were paid in full or written anew; the turns: scrimp report --by turn "
            f"--project={wording.printable(shlex.quote(row['project']))}"
        )
        found.append(Suggestion(row["cost_usd"], text))
    return found


def _long_contexts(source: Source, whole: int) -> list[Suggestion]:
    """Requests that carry a long conversation."""
    millions, rest, requests, flags = source.db.execute(_LONG + source.where, source.parameters).fetchone()
    pico = (millions or 0) * totals.HALF + (rest or 0)
    if pico < whole * _MOSTLY:
        return []
    money = wording.money(pico, totals.flags_of(flags))
    text = (
        f"{_share(pico, whole)} of the dollars ({money}) went into requests with more "
        f"than {LONG_CONTEXT_TOKENS:,} tokens of context ({requests:,} of them): /clear between tasks keeps it short"
    )
    return [Suggestion(pico, text)]


def _agents(source: Source, whole: int) -> list[Suggestion]:
    """Agents on a model that is much dearer than a smaller one."""
    found: list[Suggestion] = []
    query = f"{_AGENTS}{source.where} GROUP BY agent_type, model"
    for agent, model, millions, rest, at, flags in source.db.execute(query, source.parameters):
        pico = millions * totals.HALF + rest
        price = prices.lookup(model, at=at, prompt_tokens=0)
        smaller = prices.lookup(SMALLER_MODEL, at=at, prompt_tokens=0)
        if price is None or smaller is None or smaller.output > price.output * _MUCH_CHEAPER:
            continue
        money = wording.money(pico, totals.flags_of(flags))
        text = (
            f"{wording.printable(agent)} agents cost {money} ({_share(pico, whole)}) on "
            f"{wording.printable(model)}; {SMALLER_MODEL} takes {_share(smaller.output, price.output)} of its output "
            f"price: where it is good enough, name it as `model` in the agent"
        )
        found.append(Suggestion(pico, text))
    return found


def _tools(source: Source, whole: int) -> list[Suggestion]:
    """The tools whose results cost most, with what was cut of them already."""
    tools = results.by_tool(source.db, source.where, source.parameters, managed_settings.prices(source.environ))
    pico = sum(tool["pico"] for tool in tools)
    if not pico or pico < whole * _MUCH_OF_IT:
        return []
    flags = {flag for tool in tools for flag in tool["flags"]}
    most = " and ".join(
        f"{wording.printable(tool['name'])} {wording.money(tool['pico'], tool['flags'])}" for tool in tools[:_TOOLS]
    )
    cuts, saved = source.db.execute(_CUTS + source.where, source.parameters).fetchone()
    beside = f" ({cuts:,} of them were cut, by {saved / _MEGABYTE:,.1f} MB)" if cuts else ""
    text = (
        f"tool results cost {wording.money(pico, flags)} to be sent and read again ({_share(pico, whole)} of the "
        f"dollars), most of it {most}{beside}; which ones: scrimp costliest"
    )
    return [Suggestion(pico, text)]


def _share(part: int, whole: int) -> str:
    return wording.percent(part / whole if whole else None)
