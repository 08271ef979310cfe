"""A run's account as a person reads it: lines for standard error, a job's summary in Markdown, annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core.budget import wording as budget_wording
from scrimp.core.ledger.stops import LANDING
from scrimp.reports import wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrimp.core.budget.gate import State
    from scrimp.headless.account import Account, Stop
    from scrimp.reports.shown import Row

_MS = 1000


def lines(account: Account) -> list[str]:
    """The account in a few lines, the first of which is the sum."""
    told = [headline(account)]
    told += [f"  limit {limit(state)}" for state in account.states]
    told += [f"  dearest: {dearest(row)}" for row in account.dearest]
    if account.client_pico is not None and account.client_pico > account.ledger_pico:
        more = wording.money(account.client_pico - account.ledger_pico)
        told.append(f"  {more} of it is in the client's own total alone: calls that no transcript shows")
    if account.unpriced:
        told.append(f"  no price is known for {', '.join(map(wording.printable, account.unpriced))}")
    told += [f"  {wording.printable(words)}: {number:,}" for words, number in sorted(account.problems.items())]
    return told + [f"  {stop}" for stop in ends(account)]


def headline(account: Account) -> str:
    """`$0.43 in 23 requests, 91 % of the prompts from the cache, 2m 04s`."""
    sums, run = account.sums, account.run
    hit = wording.percent(sums["hit_rate"])
    parts = [
        f"{wording.money(account.cost_pico, sums['flags'])} in {_counted(sums['requests'], 'request')}",
        *([f"{hit} of the prompts from the cache"] if hit else []),
        wording.seconds((run.at_ms[1] - run.at_ms[0]) / _MS),
    ]
    return ", ".join(parts)


def ends(account: Account) -> list[str]:
    """Why it ended other than by itself, each once."""
    own = ["the client's own --max-budget-usd was reached"] if account.run.is_over else []
    reasons = [*own, *map(_reason, account.stops), account.run.reason]
    return list(dict.fromkeys(wording.printable(reason) for reason in reasons if reason))


def _reason(stop: Stop) -> str:
    """Why the budget cut an agent short; what a landing one was told ends with what it was to do."""
    if stop.kind != LANDING:
        return stop.reason.removeprefix("scrimp: ")
    why = stop.reason.removeprefix("[scrimp] ").removesuffix(budget_wording.ANSWER_NOW).strip()
    return f"told to answer, its tools denied: {why}"


def limit(state: State) -> str:
    """`sessionUsd: $0.43 of $2.00 used`."""
    return f"{wording.printable(state.name)}: {budget_wording.used(state)}"


def dearest(row: Row) -> str:
    """`$0.08, main, claude-opus-5-5, 12,300 tokens written, 400 out, then Bash x3`."""
    written = row["input_tokens"] + row["cache_write_5m_tokens"] + row["cache_write_1h_tokens"]
    parts = [
        wording.money(row["cost_usd"], row["flags"]),
        wording.printable(row["agent"]),
        wording.printable(row["model"]),
        f"{wording.tokens(row['cache_read_tokens'])} tokens from the cache",
        f"{wording.tokens(written)} new",
        f"{wording.tokens(row['output_tokens'])} out",
    ]
    calls = [f"{wording.printable(name)} x{number}" for name, number in row["tools"].items()]
    return ", ".join(parts) + (f", then {' '.join(calls)}" if calls else "")


def markdown(account: Account) -> str:
    """The account as a section of a job's summary."""
    told = [f"### Claude Code: {headline(account)}", ""]
    told += [f"- **{_escaped(end)}**" for end in ends(account)]
    told += [f"- limit {_escaped(limit(state))}" for state in account.states]
    told += _table(account) if account.models else []
    told += ["", *(f"- dearest: {_escaped(dearest(row))}" for row in account.dearest)] if account.dearest else []
    return "\n".join(told) + "\n\n"


def annotation(level: str, text: str) -> str:
    """A workflow command: `level` is error or warning."""
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{level} title=scrimp::{escaped}"


def _table(account: Account) -> Iterable[str]:
    yield ""
    yield "| model | requests | cost |"
    yield "|---|--:|--:|"
    for row in account.models:
        cost = wording.money(row["cost_usd"], row["flags"])
        yield f"| {_escaped(wording.printable(row['model']))} | {row['requests']:,} | {cost} |"


def _escaped(text: str) -> str:
    """`text` as Markdown that says just that: a model's id or a reason may hold anything."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>|#" else char for char in text)


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
