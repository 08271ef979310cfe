"""A question answered from content: weighed, asked, its quotations checked, its cost kept.

Many chunks are asked side by side, and one more request makes one answer of theirs. Whatever a model cannot be asked
for, or cannot prove, the passages that match best answer instead, and the answer says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import anyio

from scrimp.core import limits, prices, times, tokens
from scrimp.core.errors import DigestError
from scrimp.core.prices import PICO
from scrimp.core.usage import Usage
from scrimp.digest import brief, citations, extractive, source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrimp.digest.citations import Citation
    from scrimp.digest.models import Model, Used
    from scrimp.digest.source import Piece, Source

_MS = 1000


class World(NamedTuple):
    """What asking depends on.

    model: None where there is none. max_usd: for the whole question. now_s: since the epoch. refusal: why so many
    pico-dollars may not be spent, '' where they may. record: keeps what was used, and returns its pico-dollars.
    """

    model: Model | None
    max_usd: float
    now_s: float
    refusal: Callable[[int], str]
    record: Callable[[Sequence[Used]], int]


class _Draft(NamedTuple):
    """What came of one request: an answer with its proofs, or why there is none."""

    answer: str
    citations: list[Citation]
    wrong: int
    problem: str


async def answer(question: str, sources: Sequence[Source], budget_tokens: int, world: World) -> str:
    """The answer as text with its citations, or the best passages; the last line says who was asked, and the cost."""
    given = [one for one in sources if one.text.strip()]
    if not given:
        return "[nothing to answer from]"
    why, costs = "no model is set up to be asked", ""
    if world.model is not None:
        chunks = _chosen(question, source.chunks(given, limits.ASK_CHUNK_TOKENS), given)
        problem = _too_dear(chunks, given, world, world.model)
        why = f"no model was asked: {problem}"
        if not problem:
            found, costs = await _asked(question, chunks, given, world, world.model)
            if found.answer or not found.problem:
                return _shown(found, costs)
            why = f"the model's answer is left out: {found.problem}"
    passages = extractive.shown(extractive.best(question, given, budget_tokens), given)
    return f"{passages}\n[passages that match the question best; {why}]{costs}"


def _chosen(question: str, chunks: list[list[Piece]], sources: list[Source]) -> list[list[Piece]]:
    """The chunks that are asked: all, or those that match the question best."""
    if len(chunks) <= limits.ASK_CHUNKS:
        return chunks
    texts = [source.Source("", brief.content(chunk, sources)) for chunk in chunks]
    best = extractive.best(question, texts, limits.ASK_CHUNK_TOKENS)
    places = list(dict.fromkeys(one.source for one in best))[: limits.ASK_CHUNKS]
    return [chunks[place] for place in sorted(places)] or chunks[: limits.ASK_CHUNKS]


def _too_dear(chunks: list[list[Piece]], sources: list[Source], world: World, model: Model) -> str:
    """Why the question is not asked: what it would cost at most is over a limit, or unknown."""
    price = prices.lookup(prices.full_name(model.name), at=times.iso(round(world.now_s * _MS)), prompt_tokens=0)
    if price is None:
        return f"the price of {model.name} is not known"
    pico = 0
    for chunk in chunks:
        size = tokens.estimate(brief.content(chunk, sources)) + model.overhead_tokens
        usage = Usage(0, limits.ASK_REPLY_TOKENS, 0, round(size * limits.ESTIMATE_OFF), 0, 0, 0)
        pico += prices.cost(usage, price) or 0
    if pico > world.max_usd * PICO:
        return f"it may cost ${pico / PICO:.4f}, and ask.maxUsd is ${world.max_usd:.2f}"
    return world.refusal(pico)


async def _asked(
    question: str, chunks: list[list[Piece]], sources: list[Source], world: World, model: Model
) -> tuple[_Draft, str]:
    """The answer from all chunks, and what it took, in words."""
    drafts: list[_Draft] = [_Draft("", [], 0, "")] * len(chunks)
    used: list[Used] = []

    async def ask(place: int) -> None:
        drafts[place] = await _one(question, brief.content(chunks[place], sources), sources, (world, model, used))

    async with anyio.create_task_group() as group:
        for place in range(len(chunks)):
            group.start_soon(ask, place)
    found = [draft for draft in drafts if draft.answer]
    if len(found) > 1:
        together = "\n\n".join(f"{one.answer}\n{_quoted(one, sources)}" for one in found)
        final = await _one(question, together, sources, (world, model, used))
        proofs = list(dict.fromkeys([*final.citations, *(one for draft in found for one in draft.citations)]))
        result = final._replace(citations=proofs) if final.answer else found[0]
    else:
        result = found[0] if found else drafts[0]
    failed = [draft.problem for draft in drafts if draft.problem]
    pico = world.record(used)
    calls = f"{len(used)} call{'s' if len(used) > 1 else ''}"
    costs = f"\n[asked {model.name}: ${pico / PICO:.4f}, {calls}]"
    if failed and found:
        costs = f"\n[{len(failed)} of {len(drafts)} parts could not be asked: {failed[0]}]{costs}"
    return result, costs


def _quoted(draft: _Draft, sources: list[Source]) -> str:
    numbers = {one.name: place + 1 for place, one in reversed(list(enumerate(sources)))}
    return "\n".join(f"source {numbers[one.name]}: {one.text}" for one in draft.citations)


async def _one(question: str, content: str, sources: list[Source], asking: tuple[World, Model, list[Used]]) -> _Draft:
    world, model, used = asking
    try:
        said = await model.ask(content, question, world.max_usd)
        used += said.used
        if said.problem:
            return _Draft("", [], 0, said.problem)
        reply = brief.parse(said.text)
    except (DigestError, ValueError) as error:
        return _Draft("", [], 0, str(error))
    proofs, wrong = citations.checked(reply.quotes, sources)
    if reply.answer and not proofs:
        return _Draft("", [], wrong, "its answer quotes nothing that stands in the content")
    return _Draft(reply.answer, proofs, wrong, "")


def _shown(found: _Draft, costs: str) -> str:
    if not found.answer:
        return f"The content does not say.{costs}"
    lines = [found.answer, *(f"- {one.shown()}" for one in found.citations)]
    if found.wrong:
        lines.append(f"[left out: {found.wrong} quotations that do not stand in the content]")
    return "\n".join(lines) + costs
