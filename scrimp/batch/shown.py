"""The answer of a batch tool as text: each item under its heading, in the order in which they were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.batch import sharing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.batch.item import Item, Part


def answer(items: Sequence[Item], budget_tokens: int) -> str:
    """All items within the budget; errors are one line each, and a cut says what it left out."""
    return "\n\n".join(
        _shown(item, part) for item, part in zip(items, sharing.parts(items, budget_tokens), strict=True)
    )


def _shown(item: Item, part: Part) -> str:
    if item.error:
        return f"## {item.heading}\n[error: {item.error}]"
    left_out = f"[{part.left_out}]" if part.left_out else ""
    return "\n".join(text for text in (f"## {item.heading}", part.text.rstrip("\n"), left_out) if text)
