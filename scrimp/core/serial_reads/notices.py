"""The notices that were given of serial reads: their words, their journal, and when they stop.

The journal is one JSON object a line, appended: `given` (repo, reads: how long the run was, tool: the one that was
named), then at most one `followed` or `ignored` of the same thread and prompt. Followed: among the next
`limits.SERIAL_LOOKED_AT` requests that read, one asked for several things. That it would not have done so without the
notice is not known: the share is an upper bound of the notice's effect.
"""

from __future__ import annotations

import os
import time

from scrimp.core import cuts, limits, quick_json, since_cut
from scrimp.core.serial_reads import calls
from scrimp.core.untrusted import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from scrimp.core.serial_reads.calls import Call

    Row = dict[str, Any]

NAME = "batching.jsonl"
GIVEN, FOLLOWED, IGNORED = "given", "followed", "ignored"

_TOOLS = {calls.FILES: "batch_read", calls.COMMANDS: "batch_run", calls.PAGES: "batch_fetch"}
_SERVERS = ("mcp__scrimp__", "mcp__plugin_scrimp_scrimp__")
_THREAD = ("session_id", "agent_id", "prompt_id")


def sentence(reads: int, tool: str) -> str:
    """What the agent is told; tool: the one that takes a list, '' where none is there."""
    how = f" ({tool} takes a list)" if tool else ""
    return (
        f"scrimp: none of the last {reads} reads needed another's result. Think what else you need, and ask for all "
        f"of it in one turn{how}."
    )


def tool_for(run: Sequence[Call], environ: Mapping[str, str], folder: str) -> str:
    """The tool that takes a list of what this run reads, if it is allowed by name; else ''.

    Only a rule says that the server is there: `scrimp install` writes one for batch_read with it.
    """
    from scrimp.core.permissions import layers

    kinds = {calls.kind_of(call) for call in run}
    name = _TOOLS.get(next(iter(kinds)), "") if len(kinds) == 1 else ""
    if not name:
        return ""
    found = layers.rules(layers.read(environ, folder), environ, folder)
    names = [server + name for server in _SERVERS]
    refused = {rule.tool for rule in (*found.deny, *found.ask)}
    allowed = {rule.tool for rule in found.allow if not rule.content}
    return next((one for one in names if one in allowed and one not in refused), "")


def note(data: str, row: Mapping[str, str | int | None]) -> None:
    """Append a row with the time; JournalError when it cannot be written."""
    cuts.append(os.path.join(data, NAME), {"at_ms": int(time.time() * 1_000), **row})


def rows(data: str) -> list[Row]:
    """The notices that were given, the latest last; each with `outcome`: FOLLOWED, IGNORED, '' while that is open."""
    found: dict[tuple[str, ...], Row] = {}
    for line in since_cut.tail(os.path.join(data, NAME), limits.JOURNAL_TAIL_BYTES):
        row = quick_json.object_in(line)
        thread = tuple(as_text(row.get(name)) for name in _THREAD)
        if row.get("what") == GIVEN:
            found[thread] = {**row, "outcome": ""}
        elif thread in found:
            found[thread]["outcome"] = as_text(row.get("what"))
    return list(found.values())


def of_repo(found: Iterable[Row], repo: str) -> list[Row]:
    """Those of one repo, by its top folder."""
    return [row for row in found if row.get("repo") == repo]


def is_in_vain(found: Sequence[Row], now_ms: int) -> bool:
    """Whether no more are given in a repo with these: of the latest decided ones none was followed."""
    oldest = now_ms - limits.SERIAL_FORGOTTEN_MS
    decided = [row["outcome"] for row in found if row["outcome"] and _at_ms(row) > oldest]
    return len(decided) >= limits.SERIAL_IN_VAIN and FOLLOWED not in decided[-limits.SERIAL_IN_VAIN :]


def _at_ms(row: Row) -> int:
    at_ms = row.get("at_ms")
    return at_ms if isinstance(at_ms, int) else 0
