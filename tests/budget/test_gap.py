"""What the client's own total has over the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.core.ledger import client_totals
from tests.budget.world import SESSION, World, usd

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(("more_pico", "extra"), [(900_000, 0), (3_000_000, 3_000_000)])
def test_a_millionth_of_a_dollar_is_how_the_client_adds_and_no_request(
    tmp_path: Path, more_pico: int, extra: int
) -> None:
    world = World(tmp_path, sessionUsd=10)
    world.reply()
    client_totals.record(world.db, SESSION, usd(0.1) + more_pico, "2026-11-22T12:00:02.000Z")
    assert world.ask().states[0].extra == pytest.approx(extra, abs=100)
