"""What is missing of one model in a session, shared out among what can have caused it; see `gap_causes`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import transcript_records as records
from scrimp.core.usage import NOTHING, prompt_tokens
from scrimp.reports.gap_totals import NO_MONEY, Spent, added
from scrimp.reports.wording import ESTIMATED, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrimp.core.prices import Price

UNFINISHED = frozenset((records.F_LOWER_BOUND, records.F_OLD_VERSION))
"""Flags of requests whose output is only known to be at least so much."""

_SENDS = 3
"""A compaction sends the conversation once or, as seen with client 2.1.330, twice and a little; never three times."""

_GUESS = "at a price that the client guessed"
_ROUGHLY = (ESTIMATED,)


class Cause(NamedTuple):
    """One cause: its name for programs, its words for a person, pico-dollars, what more there is to say, flags."""

    name: str
    text: str
    pico: int
    detail: str
    flags: tuple[str, ...] = ()


class Mark(NamedTuple):
    """A compaction: tokens of the conversation before it, and of the summary."""

    agent_id: str
    at: str
    pre_tokens: int
    post_tokens: int


class OfModel:
    """What the client should have for one model, by the ledger, and what may explain that it has more.

    spent: of the session's requests, as the client prices them. refused: of requests that were not billed. price: of
    its last request. is_unpriced: some of it has no price here.
    """

    __slots__ = ("is_lower_bound", "is_unpriced", "marks", "price", "refused", "spent")

    def __init__(self) -> None:
        self.spent: Spent = NO_MONEY
        self.refused: list[Spent] = []
        self.marks: list[Mark] = []
        self.price: Price | None = None
        self.is_lower_bound = False
        self.is_unpriced = False


def missing(name: str, client: Spent, model: OfModel | None, *, is_guess: bool) -> list[Cause]:
    """Why the client has `client` for a model; `model`: what the ledger says of it, None where it never met it."""
    left = added(client, model.spent if model else NO_MONEY, -1)
    if model is None:
        return [Cause("background", "background calls (titles, summaries)", left.pico, _described(name, left))]
    if model.is_unpriced:
        detail = f"{name}, {_GUESS}" if is_guess else name
        return [Cause("unpriced", "a model without a price here", left.pico, detail)]
    causes: list[Cause] = []
    for refused in model.refused:
        if _covers(left, refused):
            causes.append(Cause("refused", "refusals that it counts as billed", refused.pico, name, _ROUGHLY))
            left = added(left, refused, -1)
    if model.marks:
        cause, left = _compactions(name, left, model)
        causes.append(cause)
    if left.usage.searches > 0:
        pico = max(left.pico, 0)
        causes.append(
            Cause("searches", "web searches, by requests of their own", pico, _described(name, left), _ROUGHLY)
        )
        left = Spent(left.pico - pico, NOTHING)
    if model.is_lower_bound and model.price is not None:
        output = max(left.usage.output, 0)
        pico = _at_most(output * model.price.output, left.pico)
        detail = f"{name}: {tokens(output)} tokens"
        causes.append(Cause("missing output", "output that transcripts leave out", pico, detail, _ROUGHLY))
    return causes


def compactions_by_size(models: Iterable[OfModel], left_pico: int) -> Cause:
    """Compactions where the client gives no figures by model: the conversation read once, the summary written."""
    pico = count = 0
    for model in models:
        count += len(model.marks)
        if model.price is not None:
            pico += sum(mark.pre_tokens * model.price.cache_read for mark in model.marks)
            pico += sum(mark.post_tokens * model.price.output for mark in model.marks)
    return Cause("compactions", _counted(count), _at_most(pico, left_pico), "by their sizes", _ROUGHLY)


def _compactions(name: str, left: Spent, model: OfModel) -> tuple[Cause, Spent]:
    """The part of what is missing that these compactions can have used, and what is left then."""
    sent = max(prompt_tokens(left.usage), 0)
    written = max(left.usage.output, 0)
    longest = sum(mark.post_tokens for mark in model.marks)
    output = min(written, longest) if all(mark.post_tokens for mark in model.marks) else written
    most = _SENDS * sum(mark.pre_tokens for mark in model.marks)
    rate = model.price.output if model.price else 0
    for_prompt = max(left.pico - written * rate, 0)
    pico = _at_most(output * rate + (for_prompt * min(sent, most) // sent if sent else 0), left.pico)
    detail = f"{name}: {tokens(min(sent, most))} in, {tokens(output)} out"
    rest = Spent(left.pico - pico, left.usage._replace(output=left.usage.output - output))
    return Cause("compactions", _counted(len(model.marks)), pico, detail, _ROUGHLY), rest


def _counted(number: int) -> str:
    return "a compaction" if number == 1 else f"{number:,} compactions"


def _covers(left: Spent, part: Spent) -> bool:
    """Whether all of `part` is in what is left: then the client has counted it."""
    return left.pico >= part.pico and all(a >= b for a, b in zip(left.usage, part.usage, strict=True))


def _at_most(pico: int, left: int) -> int:
    """An estimate never explains more than is missing."""
    return min(pico, max(left, 0))


def _described(name: str, spent: Spent) -> str:
    return f"{name}: {tokens(prompt_tokens(spent.usage))} in, {tokens(spent.usage.output)} out"
