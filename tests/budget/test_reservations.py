"""Reservations: what is outstanding, and that two who ask at once cannot both have the last dollar."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from scrimp.core import ledger
from scrimp.core.budget import gate
from scrimp.core.ledger.reservations import Reservation, outstanding_pico
from tests.budget.world import World, usd

if TYPE_CHECKING:
    from pathlib import Path

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
    assert actions == [*["go"] * 4, *["land"] * 3, *["stop"] * 5]
