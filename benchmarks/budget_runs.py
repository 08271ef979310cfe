"""Random runs of the real client under a limit: what they were billed, what of it was beyond the limit, and why.

The API is the scripted one: it bills each request against a simulated prompt cache at list prices. What is random, by
the seed of a run: the limit and its span, how long the agent's replies and its commands' outputs are (one in twenty is
ten times as long), how many calls a batch has, how slowly the API streams, how many agents work in the background, and
whether an agent answers when it is told to.
"""

from __future__ import annotations

import random
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core.prices import PICO
from tests.client.api import Pace
from tests.client.budgeted import Asked, Budgeted, is_told_to_answer
from tests.client.script import Call, Script, bash
from tests.client.spending import agent

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.client.script import Agent, Reply, Request

AT_ONCE = 2
"""Clients that run side by side."""

ANSWER = "THE ANSWER from what there is."
STEPS = 200
"""More than any of these limits pays for."""

LIMITS_CENTS = (40, 150)
FIVE_CENTS = 150
SPANS = ("promptUsd", "sessionUsd", "dayUsd")
BACKGROUND = (0, 0, 0, 0, 1, 1, 2, 3)
CALLS = (1, 1, 1, 2, 3, 5)
REPLY_CHARS, OUTPUT_CHARS = (200, 5_000), (20, 4_000)
LONG, LONG_FACTOR = 0.05, 10
LISTENS = 0.8
SLOWEST_S = 0.05


class Outcome(NamedTuple):
    """A run: the limit, what was billed, what the passing of the limit took, all in pico-dollars.

    over: billed beyond the limit. in_flight: what the requests cost that were under way when the limit was passed, the
    passing one among them. later: requests sent after that one had ended by a thread that had none under way.
    is_answered: whether the result is the main agent's answer; listens: whether it answers when it is told to.
    """

    seed: int
    limit: int
    billed: int
    over: int
    in_flight: int
    later: int
    threads: int
    requests: int
    dearest: int
    is_answered: bool
    listens: bool


class Kind(NamedTuple):
    """What is random in a run, decided."""

    span: str
    cents: int
    background: int
    listens: bool
    pace: Pace
    long: float


def any_kind(chance: random.Random) -> Kind:
    """A run as the module says."""
    pace = Pace(chance.uniform(0, SLOWEST_S), chance.uniform(0, SLOWEST_S))
    span, cents = chance.choice(SPANS), chance.randint(*LIMITS_CENTS)
    return Kind(span, cents, chance.choice(BACKGROUND), chance.random() < LISTENS, pace, LONG)


def alone(chance: random.Random) -> Kind:
    """A run of one agent that answers when it is told to, and does nothing that is ten times as long."""
    return any_kind(chance)._replace(background=0, listens=True, long=0)


def five(chance: random.Random) -> Kind:
    """Five agents side by side, in the background of one that waits for them."""
    return any_kind(chance)._replace(background=5, span="sessionUsd", cents=FIVE_CENTS)


def runs(kind: Callable[[random.Random], Kind], count: int, done: Callable[[], None]) -> list[Outcome]:
    """`count` runs of a kind, two at a time; the same seeds each time."""

    def one(seed: int) -> Outcome:
        chance = random.Random(seed)  # noqa: S311 - a seed is wanted
        outcome = run(seed, kind(chance), chance)
        done()
        return outcome

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(1, count + 1)))


def run(seed: int, kind: Kind, chance: random.Random) -> Outcome:
    """One run of the client, from start to end."""
    parts = {f"SUB-{number} look": worker(random.Random(chance.random()), kind) for number in range(kind.background)}  # noqa: S311
    start = [agent(part, background=True) for part in parts]
    script = Script(worker(chance, kind, start), parts)
    with tempfile.TemporaryDirectory(prefix="scrimp-budget-") as folder:
        asked = Budgeted(folder, {kind.span: kind.cents / 100}, pace=kind.pace).ask("MAIN-TASK", script)
    return outcome_of(seed, asked, kind.cents * PICO // 100, listens=kind.listens)


def worker(chance: random.Random, kind: Kind, start: list[Call] | None = None) -> Agent:
    """An agent that works on until it is told to answer, if it listens; first it starts what it has to start."""

    def work(request: Request) -> Generator[Reply, Request, None]:
        if start:
            request = yield start
        for _ in range(STEPS):
            if kind.listens and is_told_to_answer(request):
                break
            request = yield batch(chance, kind.long)
        while True:
            request = yield ANSWER

    return work


def batch(chance: random.Random, long: float) -> list[Call]:
    """A reply of a few commands, whose length is theirs."""
    count = chance.choice(CALLS)
    chars = _chars(chance, REPLY_CHARS, long) // count
    return [_command(chance, chars, _chars(chance, OUTPUT_CHARS, long)) for _ in range(count)]


def _chars(chance: random.Random, bounds: tuple[int, int], long: float) -> int:
    return chance.randint(*bounds) * (LONG_FACTOR if chance.random() < long else 1)


def _command(chance: random.Random, chars: int, printed: int) -> Call:
    words = " ".join(chance.choice(("order", "rate", "total", "line", "tax")) for _ in range(chars // 6))
    return bash(f"yes 'rate 17 of order 5531' | head -c {printed} # {words}")


def outcome_of(seed: int, asked: Asked, limit: int, *, listens: bool) -> Outcome:
    """What a run came to, from what the API was sent and when it had answered."""
    ended = sorted(asked.requests, key=lambda request: request.ended_s)
    total, passed_s = asked.pico - sum(request.pico_usd for request in ended), float("inf")
    for request in ended:
        total += request.pico_usd
        if total > limit:
            passed_s = request.ended_s
            break
    under_way = [request for request in ended if request.at_s <= passed_s <= request.ended_s]
    busy = {request.agent for request in under_way}
    after = [request for request in ended if request.at_s > passed_s]
    first_of = {request.agent: request for request in reversed(after) if request.agent not in busy}
    let_go = [*under_way, *first_of.values()]
    return Outcome(
        seed=seed,
        limit=limit,
        billed=asked.pico,
        over=max(0, asked.pico - limit),
        in_flight=sum(request.pico_usd for request in let_go),
        later=len(after) - len(first_of),
        threads=len(asked.agents),
        requests=len(asked.requests),
        dearest=max(request.pico_usd for request in asked.requests),
        is_answered=asked.result == ANSWER,
        listens=listens,
    )
