"""Killed at any moment, written by many at once, read by helping processes: the same ledger in the end."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from benchmarks import transcripts_gen
from scrimp import ingest
from scrimp.core import ledger
from scrimp.core.managed_prices import ManagedPrices
from scrimp.core.prices import PICO
from scrimp.ingest import bring_up_to_date, helpers, limits
from tests.core.transcripts import TRAPS
from tests.ledger.tables import Tables, filled, tables_of

if TYPE_CHECKING:
    from pathlib import Path

KILLS = 50
WRITERS = 8
SEED = 20261122
_IN_LITTLE_PIECES = """
import sys
sys.path[:0] = [sys.argv[1]]
from scrimp.core import ledger
from scrimp.ingest import bring_up_to_date, limits
limits.BATCH_BYTES = limits.WRITE_BYTES = 60_000
bring_up_to_date(ledger.connect(sys.argv[2]), sys.argv[3:])
"""
"""A first reading in so many transactions that there is always one to interrupt."""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Two megabytes of usual transcripts, a real recording with a fork, and a subagent whose parent has copies."""
    folder = tmp_path_factory.mktemp("tree")
    transcripts_gen.write(str(folder), 2)
    return [str(folder), *(str(TRAPS / trap / "projects") for trap in ("recorded", "subagent_and_parent_copy"))]


@pytest.fixture(scope="module")
def expected(tree: list[str], tmp_path_factory: pytest.TempPathFactory) -> Tables:
    path = tmp_path_factory.mktemp("expected") / "ledger.db"
    db = ledger.connect(str(path))
    bring_up_to_date(db, tree)
    db.close()
    return tables_of(path)


def reader(path: Path, tree: list[str]) -> subprocess.Popen[bytes]:
    root = str(TRAPS.parents[1])
    return subprocess.Popen([sys.executable, "-c", _IN_LITTLE_PIECES, root, str(path), *tree])


def test_killed_fifty_times_at_random_the_totals_come_out_the_same(
    tmp_path: Path, tree: list[str], expected: Tables
) -> None:
    """Each kill strikes somewhere in what is left to read; a run that is through begins with a new ledger."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable
    started = time.perf_counter()
    assert reader(tmp_path / "timed.db", tree).wait() == 0
    whole_s = time.perf_counter() - started
    killed = ledgers = 0
    while killed < KILLS:
        ledgers += 1
        path = tmp_path / f"{ledgers}.db"
        is_through = False
        while not is_through and killed < KILLS:
            process = reader(path, tree)
            time.sleep(chance.uniform(0, whole_s))
            os.kill(process.pid, signal.SIGKILL)
            is_through = process.wait() == 0
            killed += not is_through
        assert reader(path, tree).wait() == 0
        assert tables_of(path) == expected


def test_eight_writers_at_once_lose_nothing_and_count_nothing_twice(
    tmp_path: Path, tree: list[str], expected: Tables
) -> None:
    path = tmp_path / "ledger.db"
    processes = [reader(path, tree) for _ in range(WRITERS)]
    assert [process.wait() for process in processes] == [0] * WRITERS
    assert tables_of(path) == expected


def test_helping_processes_find_the_same(
    tmp_path: Path, tree: list[str], expected: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ALONE_BYTES", 0)
    monkeypatch.setattr(limits, "HELPER_BYTES", 1)
    monkeypatch.setattr(limits, "BATCH_BYTES", 60_000)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    seen: list[tuple[int, int]] = []
    db = ledger.connect(str(tmp_path / "ledger.db"))
    bring_up_to_date(db, tree, progress=lambda done, total: seen.append((done, total)))
    db.close()
    assert tables_of(tmp_path / "ledger.db") == expected
    assert seen == sorted(seen)
    assert seen[-1][0] == seen[-1][1]


def test_what_a_helper_that_is_gone_was_asked_is_read_here(
    tmp_path: Path, tree: list[str], expected: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ALONE_BYTES", 0)
    monkeypatch.setattr(limits, "HELPER_BYTES", 1)
    monkeypatch.setattr(limits, "BATCH_BYTES", 60_000)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    monkeypatch.setattr(helpers, "_START", "import sys; sys.stdin.buffer.read(20); print('no answer')")
    db = ledger.connect(str(tmp_path / "ledger.db"))
    bring_up_to_date(db, tree)
    db.close()
    assert tables_of(tmp_path / "ledger.db") == expected


def test_helpers_price_by_the_organisations_own_prices_too(
    tmp_path: Path, tree: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = {"input": 1, "output": 1, "cacheRead": 1, "cacheWrite": 1}
    managed = ManagedPrices({"overrides": {"claude-opus-5-5": rates}})
    totals: list[int] = []
    for share in (0, limits.ALONE_BYTES):
        monkeypatch.setattr(limits, "ALONE_BYTES", share)
        monkeypatch.setattr(limits, "HELPER_BYTES", 1)
        db = ledger.connect(str(tmp_path / f"{share}.db"))
        bring_up_to_date(db, tree[:1], managed=managed)
        query = "SELECT SUM(cost_pico), SUM(input + output + cache_read + write_5m + write_1h) FROM requests"
        cost, tokens = db.execute(f"{query} WHERE model = 'claude-opus-5-5'").fetchone()
        db.close()
        assert cost == tokens * PICO // 10**6
        totals.append(cost)
    assert totals[0] == totals[1] > 0


def test_the_share_that_is_read_here_is_less_the_more_help_there_is() -> None:
    shares = [helpers.own_share(count) for count in range(5)]
    assert shares[0] == 1
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] == 0


def test_a_tree_that_was_read_is_not_read_again(
    tmp_path: Path, tree: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    db = ledger.connect(str(tmp_path / "ledger.db"))
    problems = bring_up_to_date(db, tree)
    monkeypatch.setattr(ingest, "_take_in", None)
    assert bring_up_to_date(db, tree) == problems
    db.close()
    assert filled(tmp_path / "other.db") == {}
