"""Runs made up at random, gated by the budget's own forecast and decision, with a model of ledger and reservations.

A run is a main thread that now and then starts agents and waits for them. Sizes of prompts, batches and replies are
random; of every thread the newest reply may not be in its transcript yet when a gate looks.
`python -m tests.budget.simulation` says what came of 10,000 of them.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core import limits, prices
from scrimp.core.budget import forecast
from scrimp.core.budget.decision import GO, LAND, STOP, decide, money_ask
from scrimp.core.usage import NOTHING, Usage, prompt_tokens
from tests.ledger.lines import OPUS

if TYPE_CHECKING:
    from scrimp.core.budget.forecast import Forecast

RUNS = 10_000
NOW_MS = 1_795_348_800_000
UNLIMITED = 10**18
DENIED_CHARS = 200
"""What a denied tool brings into the context."""

PRICE: Any = prices.lookup(OPUS, at="2026-11-22T12:00:00.000Z", prompt_tokens=0)


class Plan(NamedTuple):
    """What a thread would do if nobody stopped it: for each request the new characters before it and its output.

    starts: the agents that it starts after a request, by its place, and waits for before it goes on.
    """

    first_tokens: int
    chars: list[int]
    outputs: list[int]
    starts: dict[int, list[Plan]]


def plan(rng: random.Random, *, agent_tokens: int = 0) -> Plan:
    """A main thread's plan, or that of an agent, whose first prompt has so many tokens."""
    count = rng.randint(1, 6) if agent_tokens else rng.randint(2, 16)
    usual = rng.choice((60, 200, 600, 1500))
    outputs = [max(10, int(rng.lognormvariate(0, 0.7) * usual)) for _ in range(count)]
    chars = [sum(int(rng.lognormvariate(7, 1.2)) for _ in range(rng.randint(1, 5))) for _ in range(count)]
    of_agents = rng.randint(6_000, 20_000)
    starts: dict[int, list[Plan]] = {}
    for place in range(count - 1):
        if not agent_tokens and rng.random() < 0.12:
            starts[place] = [plan(rng, agent_tokens=of_agents) for _ in range(rng.randint(1, 5))]
    return Plan(agent_tokens or rng.randint(10_000, 40_000), chars, outputs, starts)


class Thread:
    """A thread of a run: its requests, how many of them the ledger has (`seen`), what was reserved for each."""

    def __init__(self, plan: Plan, *, is_agent: bool) -> None:
        self.plan = plan
        self.is_agent = is_agent
        self.usages: list[Usage] = []
        self.rows: list[tuple[Any, ...]] = []
        self.costs: list[int] = []
        self.reserved: list[int] = []
        self.contexts: list[int] = []
        self.seen = 0
        self.landings = 0
        self.is_over = False
        self.in_flight = False
        self.started: set[int] = set()
        self.waits_for: list[Thread] = []

    @property
    def is_ready(self) -> bool:
        return self.in_flight or not (self.is_over or self.waits_for)

    def known(self, first_of_type: int) -> forecast.Thread:
        """The thread as the ledger has it, the lag made up for."""
        if not self.seen:
            tokens = first_of_type if self.is_agent else limits.BUDGET_FIRST_CONTEXT_TOKENS
            cached = 0 if self.is_agent else tokens
            growth, output = limits.BUDGET_GROWTH_TOKENS, limits.BUDGET_OUTPUT_TOKENS
            known = forecast.Thread("", "", tokens, cached, growth, output, output, True, False, OPUS, "", "", "")
        else:
            known = forecast.of_rows(self.rows[max(0, self.seen - limits.BUDGET_USUAL_OF) : self.seen][::-1])
        return known if self.seen == len(self.usages) else forecast.lagging(known, self.contexts[-1])

    def send(self, own: Forecast, chars: int) -> None:
        """Let the next request go: what it costs is on its way from now on."""
        place, new = len(self.usages), forecast.tokens_of(chars)
        output = self.plan.outputs[place] if place < len(self.plan.outputs) else self.plan.outputs[-1]
        usage = NOTHING._replace(write_5m=self.plan.first_tokens + new, output=output)
        if self.usages:
            last = self.usages[-1]
            usage = usage._replace(cache_read=last.cache_read + last.write_5m, write_5m=last.output + new)
        self.usages.append(usage)
        self.rows.append((str(place), *usage, "", OPUS, "", "", "", ""))
        self.costs.append(prices.cost(usage, PRICE))
        self.reserved.append(own.pico)
        self.contexts.append(own.context_tokens)
        self.in_flight = True


class Run:
    """One run under one limit. `heeds`: how often a thread that is told to answer does; `lags`: how often one does."""

    def __init__(self, plan: Plan, limit: int, rng: random.Random, *, heeds: float, lags: float) -> None:
        self.limit = limit
        self.heeds = heeds
        self.lags = lags
        self._rng = rng
        self.main = Thread(plan, is_agent=False)
        self.threads = [self.main]
        self.stops = self.denied = self.landed = self.early = 0
        self.dearest_forecast = 0
        self.most_at_once = 1
        self.has_answer = False

    @property
    def total(self) -> int:
        return sum(sum(thread.costs) for thread in self.threads)

    @property
    def dearest(self) -> int:
        """What one request is worth: the dearest, made or forecast."""
        return max(self.dearest_forecast, *(cost for thread in self.threads for cost in thread.costs))

    def go(self) -> Run:
        """Run to the end."""
        self._start(self.main)
        while True:
            ready = [one for one in self.threads if one.is_ready]
            if not ready:
                return self
            self.most_at_once = max(self.most_at_once, sum(one.in_flight for one in ready))
            self._step(self._rng.choice(ready))

    def _step(self, thread: Thread) -> None:
        """A thread's reply comes; then the thread ends, starts agents or asks for its next request."""
        thread.in_flight = False
        thread.seen = max(thread.seen, len(thread.usages) - (self._rng.random() < self.lags))
        place = len(thread.usages)
        heeds = thread.landings > 0 and self._rng.random() < self.heeds
        if heeds or place >= len(thread.plan.outputs):
            self._end(thread, has_answer=True)
        elif not thread.landings and place - 1 in thread.plan.starts.keys() - thread.started:
            thread.started.add(place - 1)
            agents = [Thread(plan, is_agent=True) for plan in thread.plan.starts[place - 1]]
            self.threads += agents
            thread.waits_for = [agent for agent in agents if self._start(agent)]
            if not thread.waits_for:
                self._ask(thread)
        else:
            self._ask(thread)

    def _start(self, thread: Thread) -> bool:
        self._wait_for_first(self.main)
        action, own = self._judge(thread, thread.plan.chars[0], is_start=thread.is_agent)
        if action == STOP or (action == LAND and thread.is_agent):
            self.denied += 1
            self._end(thread, has_answer=False)
            return False
        thread.send(own, thread.plan.chars[0])
        return True

    def _ask(self, thread: Thread) -> None:
        place = len(thread.usages)
        chars = DENIED_CHARS if thread.landings else thread.plan.chars[place]
        action, own = self._judge_patiently(thread, chars)
        if action == STOP:
            self.stops += 1
            self._end(thread, has_answer=False)
            return
        if action == LAND and not thread.landings:
            self.landed += 1
            self.early += place < len(thread.plan.outputs) - 1
        thread.landings = thread.landings + 1 if action == LAND else 0
        thread.send(own, chars)

    def _judge_patiently(self, thread: Thread, chars: int) -> tuple[str, Forecast]:
        """The gate waits for what is under way to show what it really costs, before it ends anything for it."""
        self._wait_for_first(thread)
        action, own = self._judge(thread, chars)
        if action == GO or all(one.seen == len(one.usages) for one in self.threads):
            return action, own
        for one in self.threads:
            one.seen = len(one.usages)
        return self._judge(thread, chars)

    def _wait_for_first(self, thread: Thread) -> None:
        """The gate waits for a thread's first reply, of which it only had a guess."""
        if not thread.seen:
            thread.seen = len(thread.usages)

    def _judge(self, thread: Thread, chars: int, *, is_start: bool = False) -> tuple[str, Forecast]:
        """By the gate's own rules, from this model of what it sees."""
        agents = [one for one in self.threads if one.is_agent and one.usages]
        seen = (prompt_tokens(one.usages[0]) for one in agents if one.seen)
        first_of_type = next(seen, limits.BUDGET_AGENT_CONTEXT_TOKENS)
        own = forecast.forecast(thread.known(first_of_type), forecast.tokens_of(chars), NOW_MS)
        self.dearest_forecast = max(self.dearest_forecast, own.pico)
        running = (one.reserved[-1] for one in agents if one is not thread and not one.is_over)
        answer = forecast.forecast(self.main.known(0), 0, NOW_MS) if thread.is_agent else None
        spent = sum(sum(one.costs[: one.seen]) for one in self.threads)
        reserved = sum(sum(one.reserved[one.seen :]) for one in self.threads)
        ask = money_ask(own, answer, running, is_start=is_start)
        return decide(self.limit - spent - reserved, ask, thread.landings), own

    def _end(self, thread: Thread, *, has_answer: bool) -> None:
        thread.is_over = True
        thread.seen = len(thread.usages)
        self.main.waits_for = [one for one in self.main.waits_for if one is not thread]
        if thread is self.main:
            self.has_answer = has_answer


class Outcomes:
    """What came of many runs: those that fit their limit with exactly one request's worth to spare, and the others."""

    def __init__(self, runs: int = RUNS) -> None:
        self.fitting: list[Run] = []
        self.others: list[Run] = []
        for seed in range(runs):
            rng = random.Random(seed)  # noqa: S311 - nothing secret
            whole = plan(rng)
            natural = Run(whole, UNLIMITED, rng, heeds=1.0, lags=0.0).go()
            lags = rng.choice((0.0, 0.5, 1.0))
            if seed % 2:
                limit = int(natural.total * rng.uniform(0.05, 1.0))
                self.others.append(Run(whole, limit, rng, heeds=rng.choice((0.0, 0.8, 1.0)), lags=lags).go())
            else:
                limit = natural.total + natural.dearest
                self.fitting.append(Run(whole, limit, rng, heeds=1.0, lags=lags).go())

    def over(self) -> list[float]:
        """By how many requests' worth each of the others went over its limit, for each thread at work."""
        paid = [run for run in self.others if run.total]
        return sorted(max(0, run.total - run.limit) / run.dearest / run.most_at_once for run in paid)

    def left(self) -> list[float]:
        """How many requests' worth the others left that were stopped without an answer."""
        stopped = [run for run in self.others if run.stops and run.total and not run.has_answer]
        return sorted((run.limit - run.total) / run.dearest for run in stopped)


def main() -> None:
    """Say what came of them."""
    outcomes = Outcomes()
    fitting, over, left = outcomes.fitting, outcomes.over(), outcomes.left()
    lines = {
        "runs that fit their limit with one request's worth to spare": len(fitting),
        "  stopped": sum(run.stops > 0 for run in fitting),
        "  told to answer before their last request": sum(run.early > 0 for run in fitting),
        "  an agent not started": sum(run.denied > 0 for run in fitting),
        "other runs": len(outcomes.others),
        "  with an answer": sum(run.has_answer for run in outcomes.others),
        "  over the limit, in requests a thread: median": over[len(over) // 2],
        "  95th percentile": round(over[len(over) * 95 // 100], 2),
        "  most": round(over[-1], 2),
        "  left at a stop, in requests: median": round(left[len(left) // 2], 2),
        "  most left": round(left[-1], 2),
    }
    for words, count in lines.items():
        print(f"{words:64} {count}")  # noqa: T201 - what it is for


if __name__ == "__main__":
    main()
