"""budget: how the limits stand; a raise only where the client can ask the person, and the person says yes.

Annotations are evaluated here, not postponed: the server reads them, and `consent` is known only inside `make`.
"""

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

from anyio import to_thread
from mcp.server.elicitation import AcceptedElicitation, ElicitationResult
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.resolve import Elicit, Resolve
from pydantic import BaseModel, Field

from mcp_server import answering
from mcp_server.house import House
from scrimp.core.errors import ScrimpError

if TYPE_CHECKING:
    import sqlite3
    from contextlib import AbstractContextManager

    from scrimp.core.budget.gate import State
    from scrimp.core.budget.rules import Rules
    from scrimp.limiting.standing import Standing

DESCRIPTION = "How much of each spending limit is used; raise_by asks the person to raise one."

_MS = 1000
_HOW = "a person raises it with `scrimp budget raise AMOUNT` in a terminal"
_CANNOT_ASK = f"this client cannot ask the person: {_HOW}"


class Consent(BaseModel):
    """What the person is asked for."""

    allow: bool = Field(description="raise the limit")


def make(house: House) -> Callable[..., Awaitable[str]]:
    """The tool."""

    async def consent(context: Context, raise_by: str, limit: str) -> Consent | Elicit[Consent]:
        if not raise_by:
            return Consent(allow=False)
        if not answering.can_ask(context):
            raise ToolError(_CANNOT_ASK)
        return Elicit(_question(house, context, raise_by, limit), Consent)

    async def budget(
        context: Context,
        answer: Annotated[ElicitationResult[Consent], Resolve(consent)],
        raise_by: Annotated[str, Field(description="dollars")] = "",
        limit: str = "",
    ) -> str:
        if not raise_by:
            return await to_thread.run_sync(_status, house, context)  # it reads transcripts
        if not isinstance(answer, AcceptedElicitation) or not answer.data.allow:
            return f"Not raised: the person was asked and did not agree. Otherwise {_HOW}."
        return _raised(house, context, raise_by, limit)

    return budget


def _status(house: House, context: Context) -> str:
    from scrimp.limiting import showing

    with _opened(house) as db:
        rules, standing = _standing(house, db, context)
        return showing.as_text(rules, standing)


def _question(house: House, context: Context, raise_by: str, limit: str) -> str:
    from scrimp.core.budget import wording

    with _opened(house) as db:
        state, extra, _ = _raise_of(house, db, context, (raise_by, limit))
    unit = state.limit.unit
    more, whole = wording.amount(unit, extra), wording.amount(unit, state.amount + extra)
    return f"The agent asks to raise {state.name} by {more} to {whole} ({wording.used(state)}). Raise it?"


def _raised(house: House, context: Context, raise_by: str, limit: str) -> str:
    from scrimp.core.ledger import raises, transaction
    from scrimp.limiting import raising

    with _opened(house) as db:
        state, extra, now_ms = _raise_of(house, db, context, (raise_by, limit))
        with transaction(db):
            raises.add(db, state.name, state.span_key, extra, raising.FOREVER_MS, now_ms)
    return raising.told(state, extra, raising.FOREVER_MS, now_ms)


def _raise_of(
    house: House, db: "sqlite3.Connection", context: Context, asked: tuple[str, str]
) -> "tuple[State, int, int]":
    """Which limit is meant, how much goes on top in its unit, and the time; ToolError for what makes no sense."""
    from scrimp.limiting import raising, standing

    raise_by, limit = asked
    try:
        _, found = _standing(house, db, context)
        state = standing.chosen(found, limit)
        return state, raising.amount(raise_by, state), found.where.now_ms
    except ScrimpError as error:
        raise ToolError(str(error)) from error


def _standing(house: House, db: "sqlite3.Connection", context: Context) -> "tuple[Rules, Standing]":
    from scrimp.core import managed_settings, settings
    from scrimp.ingest import bring_up_to_date
    from scrimp.limiting import standing

    caller = house.caller(context)
    rules = settings.load(house.environ, caller.folder).budget
    bring_up_to_date(db, settings.projects_dirs(house.environ), managed=managed_settings.prices(house.environ))
    known = db.execute("SELECT 1 FROM requests WHERE session_id = ? LIMIT 1", (caller.session_id,)).fetchone()
    place = (caller.session_id if known else "", caller.folder)
    return rules, standing.look(db, rules, house.environ, place, int(time.time() * _MS))


def _opened(house: House) -> "AbstractContextManager[sqlite3.Connection]":
    from scrimp.core import ledger

    return ledger.opened(ledger.path_of(house.environ))
