"""batch_read: many files, parts of files and searches in one call."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Literal

from anyio import to_thread
from mcp.server.mcpserver import Context
from pydantic import BaseModel, ConfigDict

from mcp_server import answering, rules
from mcp_server.house import House
from scrimp.core import limits
from scrimp.reading.places import Place
from scrimp.reading.wanted import FULL, MATCH, Wanted, readings

DESCRIPTION = (
    "Read many files at once. Small ones come whole, big ones as an outline with line numbers. mode match searches for "
    "a regular expression."
)

_ENTRIES = "path, glob, path:10-80, path#Class.method, or {path, mode, pattern, context, ignore_case, again}"

Mode = Literal["full", "outline", "match", "head", "tail"]


class ReadItem(BaseModel):
    """A path with its own way of being read."""

    model_config = ConfigDict(extra="forbid", title=None)

    path: str
    mode: Mode = "full"
    pattern: str = ""
    context: int = 0
    ignore_case: bool = False
    again: bool = False


def make(house: House) -> Callable[..., Awaitable[str]]:
    """The tool."""

    async def batch_read(
        context: Context,
        items: Annotated[list[str | ReadItem], answering.entries(_ENTRIES)],
        mode: Mode = "full",
        pattern: str = "",
        max_tokens: int = limits.BATCH_TOKENS,
        ask: str = "",
    ) -> str:
        caller = house.caller(context)
        found = rules.CallRules(house, caller)
        wanted = [_wanted(one, mode, pattern) for one in items]
        refusal = found.file(_named(wanted))
        place = Place(house.project, found.roots, house.environ.get("HOME", ""), refusal, found.opened)
        reader = house.reader(place)
        conversation = house.conversation(caller)
        name = house.next_call("batch_read", conversation) if conversation else ""
        conversation = "" if ask else conversation
        read = await to_thread.run_sync(reader.read, wanted, conversation)
        text = await answering.answer(read, answering.budget_tokens(max_tokens), ask, house, caller)
        if conversation:
            reader.remember(read, text, conversation, name)
        return text

    return batch_read


def _named(wanted: Sequence[Wanted]) -> list[str]:
    """The paths that a call names itself: those that our hook has judged one by one, which it cannot a pattern's."""
    found = [spec for one in wanted for spec in readings(one.spec)]
    return [spec.path for spec in found if not spec.is_glob and "/" not in spec.symbol]


def _wanted(item: str | ReadItem, mode: str, pattern: str) -> Wanted:
    """An entry without a mode or pattern of its own has the call's; a pattern alone means a search."""
    one = ReadItem(path=item) if isinstance(item, str) else item
    own = MATCH if one.pattern and one.mode == FULL else one.mode
    shared = MATCH if pattern and mode == FULL else mode
    text = one.pattern or (pattern if own in (FULL, MATCH) else "")
    return Wanted(one.path, shared if own == FULL else own, text, one.context, one.ignore_case, again=one.again)
