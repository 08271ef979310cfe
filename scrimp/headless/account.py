"""What a run came to, from the ledger: its dollars, its requests, its limits and where the budget stopped it.

`reckoned` makes the account; `as_json` is the file of `scrimp run --json`, which `scrimp check` reads again. Dollars in
it are exact decimal strings.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core import managed_settings, prices, settings, times, transcript
from scrimp.core.budget import gate
from scrimp.core.budget.where import Where
from scrimp.core.ledger import intake
from scrimp.limiting.showing import exact as exact_amount
from scrimp.reports import gap_totals, session, totals, unpriced
from scrimp.reports.shown import Column, exact
from scrimp.reports.source import Source

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from scrimp.core.budget.gate import State
    from scrimp.core.budget.rules import Rules
    from scrimp.reports.shown import Row

FORMAT = 1
"""Of the JSON file; a change that readers must know of is a new one."""

_DEAREST = 3
"""So many requests are named: a longer list is `scrimp session --requests`."""

_STOPS = (
    "SELECT kind, reason, agent_id, at_ms FROM stops WHERE kind IN ('stop', 'landing') AND reason <> '' "
    "AND session_id = ? AND at_ms >= ? ORDER BY at_ms"
)
_TOOLS = "SELECT name, COUNT(*) FROM tool_calls WHERE message_id = ? GROUP BY name ORDER BY COUNT(*) DESC, name"


_STARTED_IN = """
    WITH RECURSIVE down(id) AS (SELECT ? UNION SELECT session_id FROM forks JOIN down ON parent_id = id)
    SELECT id FROM down
"""


class Run(NamedTuple):
    """How a run went.

    sessions: the ids of those that were watched; fresh: of these, those that began with it. at_ms: from and to when.
    is_over: the client's own limit was reached. reason: why we ended it, '' if we did not.
    """

    sessions: tuple[str, ...]
    fresh: tuple[str, ...]
    at_ms: tuple[int, int]
    folder: str
    client_code: int
    is_over: bool
    reason: str


class Stop(NamedTuple):
    """Where the budget cut an agent short: kind `stop`, or `landing` where it was told to answer. agent_id '': main."""

    kind: str
    reason: str
    agent_id: str
    at_ms: int


class Account(NamedTuple):
    """cost_pico: the larger of the ledger's and the client's own total, None where the client has left none.

    sums: a row of `totals.SUMS`. dearest: rows of `session.REQUESTS`, each with the `tools` it called.
    """

    run: Run
    cost_pico: int
    ledger_pico: int
    client_pico: int | None
    sums: Row
    dearest: list[Row]
    models: list[Row]
    unpriced: list[str]
    states: list[State]
    stops: list[Stop]
    problems: Mapping[str, int]

    @property
    def is_cut_short(self) -> bool:
        """Whether the budget cut it short, ours or the client's own, with an answer or without."""
        return self.run.is_over or bool(self.stops)


def sessions_of(db: sqlite3.Connection, session_id: str) -> tuple[str, ...]:
    """A run's session, and those of the runs that were started in it; none for ''."""
    return tuple(one for (one,) in db.execute(_STARTED_IN, (session_id,))) if session_id else ()


def reckoned(db: sqlite3.Connection, run: Run, environ: Mapping[str, str], rules: Rules) -> Account:
    """The account of a run, the ledger brought up to date with its transcripts first."""
    found = transcript.find(settings.projects_dirs(environ))
    problems = intake.catch_up(
        db, [file for file in found if file.session_id in run.sessions], managed_settings.prices(environ)
    )
    source = _source(db, run, environ, problems)
    by_model = totals.rows(source, "model")
    sums = totals.summed(totals.rows(source, "session"))
    requests = sorted(session.requests(source), key=lambda row: -row["cost_usd"])[:_DEAREST]
    for row in requests:
        row["tools"] = dict(db.execute(_TOOLS, (row["message_id"],)).fetchall())
    client_pico = _client_pico(db, run)
    return Account(
        run,
        max(sums["cost_usd"], client_pico or 0),
        sums["cost_usd"],
        client_pico,
        sums,
        requests,
        by_model,
        unpriced.named(source) if "unpriced" in sums["flags"] else [],
        _states(db, run, environ, rules),
        [Stop(*row) for name in run.sessions for row in db.execute(_STOPS, (name, run.at_ms[0]))],
        problems,
    )


def as_json(account: Account, code: int) -> dict[str, Any]:
    """The account as `scrimp run --json` writes it."""
    run, sums = account.run, account.sums
    return {
        "scrimp_run": FORMAT,
        "sessions": list(run.sessions),
        "started_at": times.iso(run.at_ms[0]),
        "ended_at": times.iso(run.at_ms[1]),
        "exit_code": code,
        "client_exit_code": run.client_code,
        "cost_usd": prices.usd(account.cost_pico),
        "ledger_usd": prices.usd(account.ledger_pico),
        "client_usd": None if account.client_pico is None else prices.usd(account.client_pico),
        **{column.name: exact(column, sums) for column in totals.SUMS if column.name not in {"cost_usd", "seconds"}},
        "unpriced": account.unpriced,
        "models": [_exact(row, "model", _MODEL) for row in account.models],
        "dearest_requests": [{**_exact(row, "", session.REQUESTS), "tools": row["tools"]} for row in account.dearest],
        "limits": [_limit(state) for state in account.states],
        "stops": [{**stop._asdict(), "at": times.iso(stop.at_ms)} for stop in account.stops],
        "ended_by_scrimp": run.reason,
        "problems": dict(account.problems),
    }


_MODEL = tuple(column for column in totals.SUMS if column.name in {"cost_usd", "requests", "flags"})


def _exact(row: Row, name: str, columns: Sequence[Column]) -> dict[str, Any]:
    first = {name: row[name]} if name else {}
    return {**first, **{column.name: exact(column, row) for column in columns}}


def _limit(state: State) -> dict[str, Any]:
    used = state.spent + state.extra
    return {
        "name": state.name,
        "unit": state.limit.unit,
        "amount": exact_amount(state.limit, state.amount),
        "used": exact_amount(state.limit, used),
        "is_estimated": state.is_estimated,
        "source": state.limit.source,
    }


def _source(db: sqlite3.Connection, run: Run, environ: Mapping[str, str], problems: dict[str, int]) -> Source:
    """The run's own requests: those of its sessions since it began."""
    places = ", ".join("?" * len(run.sessions)) or "NULL"
    where = f"requests.session_id IN ({places}) AND requests.at >= ?"
    parameters = (*run.sessions, times.iso(run.at_ms[0]))
    return Source(db, problems, where, parameters, environ, datetime.fromtimestamp(run.at_ms[1] / 1000, UTC))


def _client_pico(db: sqlite3.Connection, run: Run) -> int | None:
    """The client's own total of a run whose sessions all began with it; None of one that took up an old session."""
    if not run.fresh or set(run.fresh) != set(run.sessions):
        return None
    found = [gap_totals.of(db, name, 0) for name in run.fresh]
    known = [total.pico - total.parent_pico for total in found if total is not None]
    return sum(known) if known else None


def _states(db: sqlite3.Connection, run: Run, environ: Mapping[str, str], rules: Rules) -> list[State]:
    """The limits as they are after the run, from where its first session stands."""
    if not rules.is_set or not run.sessions:
        return []
    where = Where(run.sessions[0], _last_prompt(db, run), "", "", run.folder, "", run.at_ms[1])
    return gate.states(db, rules, where, environ)


def _last_prompt(db: sqlite3.Connection, run: Run) -> str:
    query = "SELECT prompt_id FROM requests WHERE session_id = ? AND agent_id = '' ORDER BY at DESC LIMIT 1"
    row = db.execute(query, (run.sessions[0],)).fetchone()
    return row[0] if row else ""
