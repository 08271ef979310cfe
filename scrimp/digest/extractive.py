"""The answer without a model: the passages that match the question best, in the sources' own words and order."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import tokens
from scrimp.texts import passages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.digest.source import Source


class Found(NamedTuple):
    """A passage: of which source (its place), from which line of it, its text."""

    source: int
    first: int
    text: str


def best(question: str, sources: Sequence[Source], budget_tokens: int) -> list[Found]:
    """The passages that match the question best, at most so many tokens, each text once, in the sources' order."""
    every = [
        (place, source.first + passage.first - 1, passage)
        for place, source in enumerate(sources)
        for passage in passages.split(source.text.splitlines())
    ]
    chosen: dict[str, Found] = {}
    for rank in passages.ranked([passage for *_, passage in every], question):
        place, first, passage = every[rank]
        key = " ".join(passage.text.split())
        size = tokens.estimate(passage.text)
        if key in chosen or size > budget_tokens:
            continue
        chosen[key] = Found(place, first, passage.text)
        budget_tokens -= size
    return sorted(chosen.values())


def shown(found: Sequence[Found], sources: Sequence[Source]) -> str:
    """Passages as text, each under where it stands."""
    if not found:
        return "[no passage has a word of the question]"
    return "\n\n".join(_shown(one, sources[one.source].name) for one in found)


def _shown(one: Found, name: str) -> str:
    last = one.first + one.text.count("\n")
    return f"{name}:{one.first}-{last}\n{one.text}"
