"""`scrimp run` around the real client: nothing is installed, the gate holds, the client's output is untouched."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.client import driver
from tests.client.api import Api
from tests.client.driver import PROMPT, Setup, client_program
from tests.client.script import Script, bash, play

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(not client_program(os.environ), reason="Claude Code is not installed: make client"),
]

TIMEOUT_S = 60.0
PICO = 10**12
SHORT = Script(play([bash("echo one")], [bash("echo two")], "the answer"))
RUNAWAY = Script(play(*[[bash(f"echo {number}")] for number in range(40)], "too late"))
MESSAGE = {"type": "user", "message": {"role": "user", "content": PROMPT}}


class Ended(NamedTuple):
    """How a run ended: what it printed, what the API was asked and billed, the account."""

    code: int
    out: str
    err: str
    requests: int
    pico: int
    account: dict[str, Any]


def run(
    folder: Path,
    script: Script,
    words: Sequence[str],
    *,
    setup: Setup | None = None,
    stdin: bytes = b"",
    below: Sequence[str] = (),
) -> Ended:
    """`scrimp run WORDS -- claude …`, in a home of its own; the client's words stand after the `--` among `words`.

    below: the words of a program that starts the client.
    """
    given = setup or Setup()
    env = {"SCRIMP_HOME": str(folder / "data"), "PYTHONPATH": os.pathsep.join(sys.path), **given.env}
    given = given._replace(env=env)
    project, home = driver.prepare(str(folder), given)
    place = words.index("--") + 1
    ours = [sys.executable, "-m", "scrimp", "run", "--json", str(folder / "account.json"), *words[:place]]
    (folder / "in").write_bytes(stdin)
    with contextlib.ExitStack() as stack:
        read = stack.enter_context(open(folder / "in", "rb"))
        out = stack.enter_context(open(folder / "out", "w+b"))
        err = stack.enter_context(open(folder / "err", "w+b"))
        command = [*ours, *below, client_program(os.environ), *words[place:]]
        files = (out.fileno(), err.fileno())
        process, listener = driver.start(command, project, driver.environment(home, given), files, read.fileno())
        api = stack.enter_context(driver.serving(Api(listener, script, given.pace)))
        try:
            code = process.wait(TIMEOUT_S)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert api.errors == []
    account = json.loads((folder / "account.json").read_text())
    printed, said = (folder / "out").read_text(), (folder / "err").read_text()
    return Ended(code, printed, said, len(api.requests), api.pico_usd, account)


ASK = ("--", "-p", PROMPT, "--allowedTools", "Bash", "--output-format")


def test_a_run_within_its_limit_is_the_clients_own_and_costs_what_was_billed(tmp_path: Path) -> None:
    ended = run(tmp_path, SHORT, ["--max-budget-usd", "2", *ASK, "json"])
    assert (ended.code, json.loads(ended.out)["result"], ended.requests) == (0, "the answer", 3)
    assert float(ended.account["cost_usd"]) == pytest.approx(ended.pico / PICO, abs=1e-9)
    assert (ended.account["requests"], ended.account["tool_calls"]) == (3, 2)
    assert ended.err.startswith("scrimp: $0.1")


@pytest.mark.parametrize("settings", [{}, {"disableAllHooks": True, "env": {"CLAUDE_CODE_SKIP_PROMPT_HISTORY": "1"}}])
def test_a_runaway_is_held_whatever_the_repo_says(tmp_path: Path, settings: dict[str, Any]) -> None:
    ended = run(tmp_path, RUNAWAY, ["--max-budget-usd", "0.2", *ASK, "json"], setup=Setup(settings=settings))
    assert ended.code == 3
    assert ended.requests < 40
    assert ended.pico <= PICO // 5
    assert [stop["kind"] for stop in ended.account["stops"]] == ["landing", "stop"]


def test_a_stream_of_messages_as_the_agent_sdk_sends_them_passes_through_both_ways(tmp_path: Path) -> None:
    words = ["--max-budget-usd", "2", "--", "-p", "--allowedTools", "Bash", "--verbose"]
    forms = ["--input-format", "stream-json", "--output-format", "stream-json"]
    ended = run(tmp_path, SHORT, [*words, *forms], stdin=json.dumps(MESSAGE).encode() + b"\n")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert (ended.code, lines[-1]["type"], lines[-1]["result"]) == (0, "result", "the answer")
    plugins = next(line["plugins"] for line in lines if line.get("subtype") == "init")
    assert [plugin["source"] for plugin in plugins if plugin["name"] == "scrimp"] == ["scrimp@inline"]


def test_without_a_limit_the_run_only_gets_its_account(tmp_path: Path) -> None:
    ended = run(tmp_path, SHORT, [*ASK, "text"])
    assert (ended.code, ended.out, ended.requests) == (0, "the answer\n", 3)
    assert ended.account["limits"] == []


def test_a_run_that_goes_on_below_a_shell_is_found_too(tmp_path: Path) -> None:
    shell = ("sh", "-c", '"$0" "$@"; exit $?')
    first = run(tmp_path, SHORT, ["--max-budget-usd", "2", *ASK, "text"], below=shell)
    second = run(tmp_path, SHORT, ["--max-budget-usd", "2", "--", "-c", *ASK[1:], "text"], below=shell)
    forked = run(
        tmp_path, SHORT, ["--max-budget-usd", "2", "--", "-c", "--fork-session", *ASK[1:], "text"], below=shell
    )
    assert [ended.code for ended in (first, second, forked)] == [0, 0, 0]
    assert second.account["sessions"] == first.account["sessions"]
    assert float(second.account["cost_usd"]) == pytest.approx(second.pico / PICO, abs=1e-9)
    assert forked.account["sessions"] not in ([], first.account["sessions"])


def test_a_run_that_goes_on_is_found_and_charged_what_it_added(tmp_path: Path) -> None:
    first = run(tmp_path, SHORT, ["--max-budget-usd", "2", *ASK, "json"])
    second = run(tmp_path, SHORT, ["--max-budget-usd", "2", "--", "--continue", *ASK[1:], "json"])
    assert (first.code, second.code) == (0, 0)
    assert second.account["sessions"] == first.account["sessions"]
    assert float(second.account["cost_usd"]) == pytest.approx(second.pico / PICO, abs=1e-9)
    (limit,) = second.account["limits"]
    assert float(limit["used"]) == pytest.approx((first.pico + second.pico) / PICO, abs=1e-9)
