"""batch_run: independent commands in one call, each output compacted, its original kept."""

import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import BaseModel, ConfigDict, Field

from mcp_server import answering, rules
from mcp_server.house import House
from scrimp.core import limits
from scrimp.core.callers import Caller
from scrimp.running.commands import Command, Place

if TYPE_CHECKING:
    from scrimp.running.outputs_kept import Keeping

DESCRIPTION = (
    "Run independent shell commands side by side. Of long output comes what matters; the rest is kept for recall."
)

_ENTRIES = "command, or {command, cwd, timeout_s, env}"


class RunItem(BaseModel):
    """A command with where and how it runs."""

    model_config = ConfigDict(extra="forbid", title=None)

    command: str
    cwd: str = ""
    timeout_s: float | None = None
    env: dict[str, str] = {}


def make(house: House) -> Callable[..., Awaitable[str]]:
    """The tool."""

    async def batch_run(
        context: Context,
        commands: Annotated[list[str | RunItem], answering.entries(_ENTRIES)],
        sequential: Annotated[bool, Field(description="up to the first that fails")] = False,
        max_tokens: int = limits.BATCH_TOKENS,
        ask: str = "",
    ) -> str:
        from scrimp.running.runner import Call, Order

        caller = house.caller(context)
        found = rules.CallRules(house, caller)
        if caller.permission_mode == "plan":
            raise ToolError("batch_run does not run in plan mode")
        why_off = found.running_is_off()
        if why_off:
            raise ToolError(f"batch_run is off here: {why_off}. Use Bash instead.")

        def refusal(command: Command) -> str:
            return found.command(command.command, command.environ, command.folder)

        call = Call(Place(house.project, found.roots, house.environ), _keeping(house, caller, context), refusal)
        order = Order(is_sequential=sequential, stops_on_failure=sequential)
        items = await house.runner().run([_command(one) for one in commands], call, order, context.report_progress)
        return await answering.answer(items, answering.budget_tokens(max_tokens), ask, house, caller)

    return batch_run


def _command(item: str | RunItem) -> Command:
    return Command(item) if isinstance(item, str) else Command(item.command, item.cwd, item.timeout_s, item.env)


def _keeping(house: House, caller: Caller, context: Context) -> "Keeping":
    from scrimp.running.outputs_kept import Keeping

    folder = house.originals_folder(caller)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    return Keeping(folder, house.project, caller.session_id, house.call_id(context))
