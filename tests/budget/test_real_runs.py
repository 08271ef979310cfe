"""The same made-up runs through the real gate: transcripts on disk, a ledger, replies that come late."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from scrimp.core.budget import gate
from scrimp.core.prices import PICO
from tests.budget.simulation import UNLIMITED, Run, Thread, plan
from tests.budget.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from scrimp.core.budget.forecast import Forecast
    from tests.budget.simulation import Plan

SEEDS = range(40)


class RealRun(Run):
    """A run whose gate is the real one, with the transcripts that its ledger is filled from."""

    def __init__(self, plan: Plan, limit: int, rng: random.Random, folder: Path, lags: float) -> None:
        super().__init__(plan, limit, rng, heeds=1.0, lags=lags)
        self.world = World(folder, sessionUsd=limit / PICO, warnAt=[])
        self._written: dict[int, int] = {}
        self._names: dict[int, str] = {id(self.main): ""}

    def _judge(self, thread: Thread, chars: int, *, is_start: bool = False) -> tuple[str, Forecast]:
        _, own = super()._judge(thread, chars, is_start=is_start)
        self._write()
        asker = self.main if is_start else thread
        door = gate.AGENT_START if is_start else gate.BATCH if thread.usages else gate.PROMPT
        call = f"toolu_start{len(self._names)}" if is_start else self._call(thread, len(thread.usages) - 1)
        where = self.world.where(agent=self._name(asker), calls=(call,))
        verdict = gate.judge(
            self.world.db, self.world.rules, where, self.world.environ,
            new_chars=chars, door=door, agent_type="Explore" if is_start else "", sleep=self._come,
        )  # fmt: skip
        if is_start:
            self._name(thread)
        return verdict.action, own

    def _judge_patiently(self, thread: Thread, chars: int) -> tuple[str, Forecast]:
        return self._judge(thread, chars)

    def _wait_for_first(self, thread: Thread) -> None:
        """The real gate waits by itself."""

    def _end(self, thread: Thread, *, has_answer: bool) -> None:
        super()._end(thread, has_answer=has_answer)
        self._write()
        if thread.is_agent and thread.usages:
            gate.release(self.world.db, self.world.where(agent=self._name(thread)))

    def _come(self, _: float) -> None:
        """What was late comes while the gate waits."""
        for thread in self.threads:
            thread.seen = len(thread.usages)
        self._write()

    def _write(self) -> None:
        for thread in self.threads:
            name = self._name(thread) if thread.usages or not thread.is_agent else ""
            for place in range(self._written.get(id(thread), 0), thread.seen):
                usage = thread.usages[place]
                self.world.reply(
                    agent=name, call=self._call(thread, place),
                    read=usage.cache_read, write=usage.write_5m, output=usage.output,
                )  # fmt: skip
            self._written[id(thread)] = thread.seen

    def _name(self, thread: Thread) -> str:
        return self._names.setdefault(id(thread), f"a{len(self._names)}")

    def _call(self, thread: Thread, place: int) -> str:
        return f"toolu_{self._name(thread)}_{place}"


@pytest.mark.parametrize("lags", [0.0, 0.5, 1.0])
def test_through_the_real_gate_no_run_that_fits_is_stopped_and_none_goes_far_over(tmp_path: Path, lags: float) -> None:
    over: list[float] = []
    for seed in SEEDS:
        rng = random.Random(seed)  # noqa: S311 - nothing secret
        whole = plan(rng)
        natural = Run(whole, UNLIMITED, rng, heeds=1.0, lags=0.0).go()
        fitting = natural.total + natural.dearest
        limit = fitting if seed % 2 else int(natural.total * rng.uniform(0.3, 1.0))
        run = RealRun(whole, limit, rng, tmp_path / f"{lags}-{seed}", lags)
        run.go()
        over.append(max(0, run.total - limit) / natural.dearest / run.most_at_once)
        assert limit != fitting or (run.stops, run.total <= limit) == (0, True)
    over.sort()
    assert over[len(over) // 2] == 0
    assert over[-1] <= 1
