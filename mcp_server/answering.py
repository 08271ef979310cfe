"""What the batch tools do with their items: show them within the budget, or answer a question from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anyio import to_thread
from pydantic import Field

from scrimp.batch import shown
from scrimp.core import limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mcp.server.mcpserver import Context

    from mcp_server.house import House
    from scrimp.batch.item import Item
    from scrimp.core.callers import Caller


async def answer(items: Sequence[Item], max_tokens: int, ask: str, house: House, caller: Caller) -> str:
    """The tool's text."""
    if not ask.strip():
        return await to_thread.run_sync(shown.answer, items, max_tokens)
    from scrimp.digest import asking, worlds
    from scrimp.digest.source import Source

    sources = [Source(*one) for item in items if not item.error for one in _texts(item)]
    errors = [f"## {item.heading}\n[error: {item.error}]" for item in items if item.error]
    text = await asking.answer(ask, sources, max_tokens, worlds.of(house.environ, caller))
    return "\n\n".join([text, *errors])


def _texts(item: Item) -> list[tuple[str, str, int]]:
    """An item's texts by the names that a citation gives them, each with the number of its first line."""
    from scrimp.reading.other_items import Matches
    from scrimp.reading.text_item import TextItem
    from scrimp.running.outcome import Outcome

    if isinstance(item, TextItem | Matches):
        return [(one.name, one.text, one.first) for one in item.passages()]
    name = item.command.name if isinstance(item, Outcome) else item.heading.partition(": ")[0]
    return [(name, item.content(), 1)]


def entries(description: str) -> Any:  # noqa: ANN401 - pydantic's own kind of thing
    """What is said of a tool's list: how many entries it may have, and what one of them is."""
    return Field(min_length=1, max_length=limits.BATCH_ITEMS, description=description)


def budget_tokens(max_tokens: int) -> int:
    """The budget of a call, within what the client takes."""
    return max(1, min(max_tokens, limits.BATCH_TOKENS_MOST))


def can_ask(context: Context) -> bool:
    """Whether the client can ask the person; a bare `elicitation: {}` is the shape from before there were modes."""
    found = context.client_capabilities.elicitation if context.client_capabilities else None
    return found is not None and (found.form is not None or found.url is None)
