"""batch_fetch: pages and APIs in one call, as Markdown, JSON or the passages that answer a query."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import BaseModel, ConfigDict, Field

from mcp_server import answering, opening, rules
from mcp_server.house import House
from scrimp.core import limits
from scrimp.fetching.wanted import Wanted

DESCRIPTION = "Fetch URLs side by side: pages as Markdown, JSON, text, PDF. query: only the passages that match."

_ENTRIES = "URL, or {url, query, lines: 301-600, links, raw, method, headers, body}"


class FetchItem(BaseModel):
    """A request beyond a plain GET, or a part of a page."""

    model_config = ConfigDict(extra="forbid", title=None)

    url: str
    method: str = "GET"
    headers: dict[str, str] = {}
    body: str = ""
    query: str = ""
    lines: Annotated[str, Field(description="301-600")] = ""
    raw: bool = False
    links: Annotated[bool, Field(description="keep link targets")] = False


class Consent(BaseModel):
    """What the person is asked for."""

    allow: bool = Field(description="open it for this session")


def make(house: House) -> Callable[..., Awaitable[str]]:
    """The tool."""

    async def consent(context: Context, urls: list[str | FetchItem]) -> Consent | Elicit[Consent]:
        closed = opening.closed([_wanted(one, "") for one in urls], house.is_open)
        if not closed or not answering.can_ask(context):
            return Consent(allow=False)
        named = ", ".join(f"{host}:{port}" for host, port in closed)
        return Elicit(
            f"The agent wants to send requests to {named}, local or other than plain reading. Allow?", Consent
        )

    async def batch_fetch(
        context: Context,
        answer: Annotated[ElicitationResult[Consent], Resolve(consent)],
        urls: Annotated[list[str | FetchItem], answering.entries(_ENTRIES)],
        query: str = "",
        max_tokens: int = limits.BATCH_TOKENS,
        ask: str = "",
    ) -> str:
        wanted = [_wanted(one, query) for one in urls]
        if isinstance(answer, AcceptedElicitation) and answer.data.allow:
            house.open(opening.closed(wanted, house.is_open))
        caller = house.caller(context)
        refusal = rules.CallRules(house, caller).address(opening.hosts(wanted))

        items = await house.fetch(wanted, refusal, context.report_progress)
        return await answering.answer(items, answering.budget_tokens(max_tokens), ask, house, caller)

    return batch_fetch


def _wanted(item: str | FetchItem, query: str) -> Wanted:
    if isinstance(item, str):
        return Wanted(item, query=query)
    headers = tuple(item.headers.items())
    return Wanted(
        item.url, item.method, headers, item.body, item.query or query, item.lines, raw=item.raw, links=item.links
    )
