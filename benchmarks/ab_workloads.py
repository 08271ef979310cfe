"""The jobs of `ab.py`, each the same for both arms: files, and a careful agent that does the job with them.

A job looks once at a bulky output, needs certain facts of it before it can go on, and then works on for 8 to 20 turns
that each read the whole context again: there lies most of what an output costs. Seeds vary names, sizes and positions.
"""

from __future__ import annotations

import json
import os
import random
import shlex
from typing import TYPE_CHECKING, NamedTuple

from tests.client import big_outputs, projects
from tests.client.agents import Need, Notes, look
from tests.client.script import Agent, Request, bash

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from tests.client.script import Reply

RERUN = "pytest -q tests/test_tax.py 2>&1 | tail -4"

LATER_TURNS = (8, 20)
"""How many turns a job goes on after the look."""

RECORDED = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests", "compact", "packages")


class Job(NamedTuple):
    """One job of one seed: its project, and the agent that does it, which writes what it paid into `notes`."""

    files: dict[str, str]
    agent: Agent
    notes: Notes


def failing_suite(seed: int) -> Job:
    """900 tests of which 29 fail in deep tracebacks: the agent needs every name, file:line and message to mend them."""
    chance, notes = random.Random(seed), Notes()  # noqa: S311  a seed is wanted
    name = chance.choice(["shop", "depot", "till"])
    files = {path.replace("shop", name): text.replace("shop", name) for path, text in projects.shop(seed).items()}
    command = "pytest -v tests"

    def agent(_request: Request) -> Generator[Reply, Request, None]:
        need = Need(_failures(files, command), "grep -E '^(FAILED|E  |[^ ]+:[0-9]+: [A-Z]|=+ .* in )'", command)
        yield from look(bash(command), need, notes)
        yield [bash(f'sed -i \'s/"NO": 25/"NO": 25, "XK": 20, "AQ": 20, "ZZ": 20/\' {name}/table.py')]
        yield from _later(chance, [f"cat {name}/table.py", f"cat {name}/region.py", RERUN])
        yield "Mended."

    return Job(files, agent, notes)


def log_hunt(seed: int) -> Job:
    """A service's log with one error block: the agent needs its lines, and the plain line before it that caused it."""
    chance, notes = random.Random(seed), Notes()  # noqa: S311  a seed is wanted
    lines = (400, 2_000, 5_000)[seed % 3]
    log = projects.log_with_one_error(seed, lines)
    files = {"service.log": log.text, **projects.shop(seed, tests=60, failures=0)}

    def agent(_request: Request) -> Generator[Reply, Request, None]:
        need = Need([*log.block, log.cause], "grep -nE -A6 'ERROR|pool orders'", "cat service.log")
        yield from look(bash("cat service.log"), need, notes)
        yield from _later(chance, ["cat shop/lookup.py", "cat shop/rates.py", "grep -rn 'def ' shop | head -20"])
        yield f"The pool was empty since: {log.cause}"

    return Job(files, agent, notes)


def many_tools(seed: int) -> Job:
    """Recorded outputs of twelve families, in an order of the seed's; of each the agent needs what is in its middle.

    Its filter names exactly that, which an agent that has not seen it could not do: in favour of the plain client.
    """
    chance, notes = random.Random(seed), Notes()  # noqa: S311  a seed is wanted
    outputs = chance.sample(big_outputs.OUTPUTS, len(big_outputs.OUTPUTS))
    files = {**big_outputs.files(), **projects.shop(seed, tests=60, failures=0)}

    def agent(_request: Request) -> Generator[Reply, Request, None]:
        yield [bash("chmod +x bin/*")]
        for output in outputs:
            wanted = " ".join(f"-e {shlex.quote(fact)}" for fact in output.needed)
            yield from look(output.call, Need(output.needed, f"grep -nF {wanted}", output.call.input["command"]), notes)
        yield from _later(chance, ["cat shop/lookup.py", "cat shop/rates.py", "grep -rn 'def ' shop | head -20"])
        yield "Looked at."

    return Job(files, agent, notes)


def dependency_conflict(seed: int) -> Job:
    """The conflict with npm's fetch lines, as a CI job prints them that wants to see the registry."""
    return _conflict(seed, "npm install --loglevel=http", lambda text: text)


def quiet_conflict(seed: int) -> Job:
    """The conflict as npm prints it by default: short, so that there is nothing to gain."""
    return _conflict(seed, "npm install", _without_fetches)


def _conflict(seed: int, command: str, shown: Callable[[str], str]) -> Job:
    """A recorded npm conflict behind more or fewer fetch lines; mended, the install prints its recorded success."""
    chance, notes = random.Random(seed), Notes()  # noqa: S311  a seed is wanted
    name = chance.choice(["shop-web", "depot-web", "till-web"])
    conflict, installed = (_recorded(case) for case in ("npm_conflict", "npm_installed"))
    fetched = [line for line in installed.splitlines(keepends=True) if line.startswith("npm http fetch")]
    files = {
        "bin/npm": 'if grep -q "17.0.2" package.json; then cat bin/conflict; exit 1; fi; cat bin/installed\n',
        "bin/conflict": shown("".join(fetched[: (0, 100, 250)[seed % 3]]) + conflict.replace("shop-web", name)),
        "bin/installed": shown(installed),
        "package.json": json.dumps({"name": name, "dependencies": {"react": "17.0.2", "react-redux": "9.1.0"}}),
        **projects.shop(seed, tests=60, failures=0),
    }

    def agent(_request: Request) -> Generator[Reply, Request, None]:
        cause = (f"While resolving: {name}@1.4.0", "Found: react@17.0.2", 'peer react@"^18.0" from react-redux@9.1.0')
        yield from look(
            bash(f"sh bin/{command}"), Need(cause, "grep -E '^npm (error|ERR)'", f"sh bin/{command}"), notes
        )
        yield [bash("sed -i 's/17.0.2/18.3.1/' package.json")]
        done = [line for line in installed.splitlines() if line.startswith("added ")]
        yield from look(bash(f"sh bin/{command}"), Need(done, "grep -vE '^npm http'", f"sh bin/{command}"), notes)
        yield from _later(chance, ["cat package.json", "cat shop/lookup.py", "grep -rn 'def ' shop | head -20"])
        yield "Installed."

    return Job(files, agent, notes)


def _without_fetches(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("npm http"))


JOBS: dict[str, Callable[[int], Job]] = {
    "failing test suite": failing_suite,
    "log hunt": log_hunt,
    "twelve tools": many_tools,
    "dependency conflict": dependency_conflict,
    "the same, npm quiet": quiet_conflict,
}


def _failures(files: dict[str, str], command: str) -> list[str]:
    """The facts of every failure, from what the command prints outside the client."""
    report = projects.output_of(command, files)
    failures = projects.failures_in(report)
    assert failures, report[-500:]
    return [fact for failure in failures for fact in failure.facts]


def _later(chance: random.Random, looks: list[str]) -> Generator[Reply, Request, None]:
    """The rest of the job: small commands, one a turn."""
    for turn in range(chance.randint(*LATER_TURNS)):
        yield [bash(f"{chance.choice(looks)}  # {turn}")]


def _recorded(case: str) -> str:
    with open(os.path.join(RECORDED, case, "input.txt"), encoding="utf-8") as file:
        return file.read()
