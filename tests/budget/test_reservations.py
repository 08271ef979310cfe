"""Reservations: what is outstanding, and that two who ask at once cannot both have the last dollar."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from scrimp.core import ledger
from scrimp.core.budget import gate
from scrimp.core.budget.weighing import Weighing
from scrimp.core.ledger.reservations import Reservation, outstanding_pico
from tests.budget.world import World, usd

if TYPE_CHECKING:
    from pathlib import Path

    from scrimp.core.budget.weighing import Weighed

SESSIONS = 12


def row(after_id: str, lagging_pico: int = 0) -> Reservation:
    return Reservation("s", "", "", "p", "/", "/t", after_id, lagging_pico, 100, 0, 0, 0)


@pytest.mark.parametrize(
    ("kept", "known", "left"),
    [
        (row(""), [], 100),
        (row(""), ["m1"], 0),
        (row("m1"), ["m1"], 100),
        (row("m1"), ["m2", "m1"], 0),
        (row("m1"), ["m3", "m2"], 0),
        (row("", 70), [], 170),
        (row("", 70), ["m1"], 100),
        (row("", 70), ["m2", "m1"], 0),
        (row("m1", 70), ["m1", "m0"], 170),
        (row("m1", 70), ["m2", "m1"], 100),
        (row("m1", 70), ["m3", "m2"], 0),
    ],
)
def test_it_is_outstanding_until_the_ledger_has_a_newer_request_of_the_thread(
    kept: Reservation, known: list[str], left: int
) -> None:
    assert outstanding_pico(kept, known) == left


def test_what_is_weighed_is_reserved_before_anybody_else_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, dayUsd=2)
    call = world.reply()
    steps: list[str] = []
    real = Weighing.all

    def weigh(self: Weighing) -> list[Weighed]:
        beside = sqlite3.connect(ledger.path_of(world.environ), timeout=0, isolation_level=None)
        try:
            beside.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            steps.append(f"weighed: {error}")
        finally:
            beside.close()
        return real(self)

    monkeypatch.setattr(Weighing, "all", weigh)
    world.db.set_trace_callback(steps.append)
    world.ask(calls=(call,))
    world.db.set_trace_callback(None)
    between = steps[steps.index("weighed: database is locked") :]
    put = next(place for place, step in enumerate(between) if step.startswith("INSERT OR REPLACE INTO reservations"))
    assert [step for step in between[:put] if step.startswith(("BEGIN", "COMMIT", "ROLLBACK"))] == []


def test_an_agent_whose_first_request_is_known_counts_no_longer_as_one_that_is_to_start(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=10)
    world.reply()
    world.ask()
    world.ask(gate.AGENT_START, calls=("toolu_agent",), agent_type="Explore")
    (starting,) = world.ask().states
    world.reply(agent="a1")
    call = world.reply()
    (started,) = world.ask(calls=(call,)).states
    assert (starting.reserved > 0, started.reserved) == (True, 0)
    rows = world.db.execute("SELECT agent_id FROM reservations ORDER BY 1").fetchall()
    assert rows == [("",), ("a1",)]


def test_of_several_agents_that_are_to_start_one_of_the_type_that_is_seen_has_begun(tmp_path: Path) -> None:
    world = World(tmp_path, sessionUsd=10)
    world.reply()
    world.ask()
    for kind in ("Plan", "Explore", "Review"):
        world.ask(gate.AGENT_START, calls=(f"toolu_{kind}",), agent_type=kind)
    call = world.reply(agent="a1")
    world.ask(agent="a1", calls=(call,))
    query = "SELECT agent_id, agent_type FROM reservations WHERE agent_id != '' ORDER BY 1"
    assert world.db.execute(query).fetchall() == [
        ("a1", "Explore"),
        ("start:toolu_Plan", "Plan"),
        ("start:toolu_Review", "Review"),
    ]


def test_sessions_that_ask_at_the_same_time_never_reserve_more_than_there_is(tmp_path: Path) -> None:
    """Twelve sessions, each with a reply of $0.10 and one of $0.12 to come; $2 a day: $0.80 is left, for six of them.

    A seventh finds $0.08, enough for a short answer ($0.03); those for whom less than three are left have to land.
    """
    world = World(tmp_path, dayUsd=2)
    calls = {f"session-{number}": world.reply(session=f"session-{number}") for number in range(SESSIONS)}
    for session in calls:
        world.ask(gate.PROMPT, session=session)
    world.db.execute("DELETE FROM reservations")

    def ask(session: str) -> str:
        with ledger.opened(ledger.path_of(world.environ)) as db:
            where = world.where(session=session, calls=(calls[session],))
            waits: list[float] = []
            verdict = gate.judge(
                db, world.rules, where, world.environ, new_chars=0, door=gate.BATCH, sleep=waits.append
            )
            return verdict.action

    with ThreadPoolExecutor(SESSIONS) as pool:
        actions = sorted(pool.map(ask, calls))
    (reserved,) = world.db.execute("SELECT SUM(pico) FROM reservations").fetchone()
    (spent,) = world.db.execute("SELECT SUM(cost_pico) FROM requests").fetchone()
    assert (spent, reserved) == (usd(1.2), usd(0.8))
    assert [actions.count("go") + actions.count("land"), actions.count("stop")] == [7, 5]
    assert actions.count("go") in (3, 4)  # under load one of them lands that might have gone on once more
