"""The answer of a batch tool as text: each item under its heading, in the order in which they were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.batch import sharing
from scrimp.core import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.batch.item import Item, Part


def answer(items: Sequence[Item], budget_tokens: int) -> str:
    """All items within the budget; errors are one line each, and a cut says what it left out.

    Headings and errors are there whatever the budget; what they take the parts do not get.
    """
    frames = [_frame(item) for item in items]
    left_tokens = max(0, budget_tokens - tokens.estimate("\n\n".join(frames)))
    shown = zip(frames, sharing.parts(items, left_tokens), strict=True)
    return "\n\n".join(_shown(frame, part) for frame, part in shown)


def _frame(item: Item) -> str:
    return f"## {item.heading}\n[error: {item.error}]" if item.error else f"## {item.heading}"


def _shown(frame: str, part: Part) -> str:
    left_out = f"[{part.left_out}]" if part.left_out else ""
    return "\n".join(text for text in (frame, part.text.rstrip("\n"), left_out) if text)
