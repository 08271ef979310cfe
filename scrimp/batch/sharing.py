"""How a budget of tokens is shared among the items of one call: small ones whole, big ones alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.batch.item import Item, Part


def parts(items: Sequence[Item], budget_tokens: int) -> list[Part]:
    """A part of each item, in their order, all together within the budget (max-min fair); notices are counted too.

    The smallest come first, each with an equal share of what is left: what it does not need, or what its part does not
    fill, the bigger ones get.
    """
    found: dict[int, Part] = {}
    left = budget_tokens
    order = sorted(range(len(items)), key=lambda place: items[place].tokens)
    for count, place in enumerate(order):
        share = left // (len(order) - count)
        found[place] = part = items[place].within(share)
        is_whole = not part.left_out and items[place].tokens <= share
        left -= min(left, items[place].tokens if is_whole else tokens.estimate(f"{part.text}\n{part.left_out}"))
    return [found[place] for place in range(len(items))]
