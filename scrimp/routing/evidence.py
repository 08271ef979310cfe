"""How each run of a subagent went: judged from the transcripts, once for each state of them, and kept in the ledger.

What is kept are facts (how it ended, what was touched again); what they add up to is worked out by each report. What
they cannot show: an agent that another message woke again is one run; a parent that redoes work under another name of
a file or another spelling of a command is not noticed.
"""

from __future__ import annotations

import os
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import quick_json, small_file
from scrimp.core.ledger import agent_runs
from scrimp.core.untrusted import as_object, as_text
from scrimp.routing import signals, threads

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from typing import Any

    from scrimp.routing.threads import Result, Thread

    Row = tuple[Any, ...]

DONE, ERROR, INTERRUPTED, MAX_TURNS, REFUSED, UNFINISHED = (
    "done",
    "error",
    "interrupted",
    "max_turns",
    "refused",
    "unfinished",
)
"""How a run ended."""

_SUFFIX, _AGENT = ".jsonl", "agent-"
_LAUNCHED = "async_launched"
_NOTICES = {"completed": DONE, "failed": ERROR, "killed": INTERRUPTED, "stopped": INTERRUPTED}
_TYPES = "SELECT session_id, agent_id, MAX(agent_type) FROM requests WHERE file_kind = 'subagent' GROUP BY 1, 2"


class _Session(NamedTuple):
    """The threads of a session by agent ('' is main), what is written beside each agent's, and their size together."""

    name: str
    threads: Mapping[str, Thread]
    beside: Mapping[str, Mapping[str, Any]]
    types: Mapping[str, str]
    size: int


def bring_up_to_date(db: sqlite3.Connection) -> None:
    """Judge the runs of every session whose transcripts have changed since it was judged."""
    agents: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for session, agent, kind in db.execute(_TYPES):
        agents[session][agent] = kind
    paths, sizes = _files(db, agents)
    known = agent_runs.looked(db)
    for session, types in agents.items():
        if sizes.get(session, 0) > known.get(session, 0):
            found = _read(session, paths[session], types, sizes[session])
            agent_runs.put(db, _judged(found))


def _files(db: sqlite3.Connection, sessions: Iterable[str]) -> tuple[dict[str, list[str]], dict[str, int]]:
    """By session: its transcripts, and their size together."""
    wanted = set(sessions)
    paths: defaultdict[str, list[str]] = defaultdict(list)
    sizes: defaultdict[str, int] = defaultdict(int)
    for path, size in db.execute("SELECT path, size FROM files"):
        stem = os.path.basename(path)[: -len(_SUFFIX)]
        folder, inner = os.path.split(os.path.dirname(path))
        session = os.path.basename(folder) if inner == "subagents" else stem
        if session in wanted:
            paths[session].append(path)
            sizes[session] += max(0, size)
    return paths, sizes


def _read(session: str, paths: Iterable[str], types: Mapping[str, str], size: int) -> _Session:
    found: dict[str, Thread] = {}
    beside: dict[str, Mapping[str, Any]] = {}
    for path in paths:
        stem = os.path.basename(path)[: -len(_SUFFIX)]
        agent = stem.removeprefix(_AGENT) if stem.startswith(_AGENT) else ""
        try:
            found[agent] = threads.of_file(path)
        except OSError:
            continue
        if agent:
            beside[agent] = _described(f"{path[: -len(_SUFFIX)]}.meta.json")
    return _Session(session, found, beside, types, size)


def _described(path: str) -> Mapping[str, Any]:
    try:
        return as_object(quick_json.loads(small_file.read(path)))
    except (OSError, ValueError, RecursionError):
        return {}


def _judged(session: _Session) -> list[Row]:
    """A row for each agent whose transcript is there."""
    return [_row(session, agent) for agent in session.types if agent in session.threads]


def _row(session: _Session, agent: str) -> Row:
    """As `agent_runs.COLUMNS`."""
    own, main = session.threads[agent], session.threads.get("", threads.Thread())
    call = as_text(session.beside.get(agent, {}).get("toolUseId"))
    parent_id = next((name for name, one in session.threads.items() if _calls(one, call) and name != agent), "")
    parent = session.threads.get(parent_id, main)
    reported_at, ended = _end(own, parent.results.get(call), main.notices.get(call) or parent.notices.get(call))
    began_at, brief = own.prompts[0] if own.prompts else ("", "")
    before = [at for at, _ in main.prompts if at <= began_at]
    after = [(at, text) for at, text in main.prompts if at > (reported_at or own.ended_at)]
    until = after[0][0] if after else ""
    touched = {one.target for one in own.calls if one.target}
    later = {
        one.target for one in parent.calls if reported_at and one.at > reported_at and (not until or one.at < until)
    }
    again, commands_again = signals.again(touched, later)
    is_corrected = bool(after) and signals.is_correction(after[0][1])
    return (
        session.name, agent, session.types[agent], parent_id, before[-1] if before else "", began_at, reported_at,
        signals.brief_hash(brief), ended, int(signals.says_could_not(own.report)), len(touched), again,
        commands_again, int(is_corrected), session.size,
    )  # fmt: skip


def _calls(thread: Thread, call: str) -> bool:
    return bool(call) and any(one.id == call for one in thread.calls)


def _end(own: Thread, result: Result | None, notice: tuple[str, str] | None) -> tuple[str, str]:
    """When the parent had the report ('' never), and how the run ended."""
    is_background = result is not None and result.status == _LAUNCHED
    at = notice[0] if notice else result.at if result and not is_background else ""
    if own.is_out_of_turns:
        return at, MAX_TURNS
    if own.is_interrupted or (result and result.is_interrupted):
        return at, INTERRUPTED
    if own.is_error or (result and result.is_error):
        return at, ERROR
    if own.stop_reason == "refusal":
        return at, REFUSED
    if notice:
        return at, _NOTICES.get(notice[1], DONE)
    return at, DONE if at else UNFINISHED
