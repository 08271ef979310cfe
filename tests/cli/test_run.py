"""`scrimp run` with a client that behaves as the real one where it matters; `test_run_with_client.py` has the real."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli import on_a_terminal

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Machine, Output

FAKE = os.path.join(os.path.dirname(__file__), "fake_client.py")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
UUID_OF_ONE = "11111111-2222-4333-8444-555555555555"
RATE_LIMIT = {
    "type": "rate_limit_event",
    "rate_limit_info": {"status": "allowed", "rateLimitType": "five_hour", "utilization": 0.62, "resetsAt": 0},
    "session_id": "s",
}


@pytest.fixture
def client(machine: Machine) -> str:
    """A `claude` on this machine."""
    path = machine.home / "bin" / "claude"
    path.parent.mkdir()
    with open(FAKE, encoding="utf-8") as file:
        path.write_text(f"#!{sys.executable}\n{file.read()}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def told(output: Output) -> list[str]:
    """What was said on standard error, without how long it took."""
    return [re.sub(r"[\d.]+ s$", "T", line) for line in output.err.splitlines()]


def run(machine: Machine, client: str, *words: str, fake: Any = None, **more: str) -> Output:
    return machine.scrimp("run", *words, "--", client, "-p", "do it", FAKE=json.dumps(fake or {}), **more)


def test_a_run_within_its_limit_ends_as_the_client_does_and_says_what_it_cost(machine: Machine, client: str) -> None:
    fake = {"requests": 3, "prints": "the answer", "code": 0}
    output = run(machine, client, "--max-budget-usd", "2", fake=fake)
    assert (output.code, output.out) == (0, "the answer")
    assert told(output) == [
        "scrimp: $0.02 in 3 requests, 0 % of the prompts from the cache, T",
        "scrimp:   limit sessionUsd: $0.018 of $2.00 used",
        "scrimp:   dearest: $0.0060, main, claude-opus-5-5, 0 tokens from the cache, 1,000 new, 100 out, then Bash x1",
        "scrimp:   dearest: $0.0060, main, claude-opus-5-5, 0 tokens from the cache, 1,000 new, 100 out, then Bash x1",
        "scrimp:   dearest: $0.0060, main, claude-opus-5-5, 0 tokens from the cache, 1,000 new, 100 out",
    ]


@pytest.mark.parametrize("code", [0, 1, 42])
def test_the_exit_code_is_the_clients(machine: Machine, client: str, code: int) -> None:
    assert run(machine, client, fake={"code": code}).code == code
    assert run(machine, client, "--max-budget-usd", "2", fake={"code": code}).code == code


def test_without_a_limit_nothing_is_stopped_and_no_gate_is_asked_for(machine: Machine, client: str) -> None:
    output = run(machine, client, fake={"requests": 3, "deaf": True})
    assert (output.code, told(output)[0]) == (
        0,
        "scrimp: $0.02 in 3 requests, 0 % of the prompts from the cache, T",
    )


def test_what_the_client_prints_passes_through_byte_by_byte(machine: Machine, client: str) -> None:
    printed = "first\nünfinished \x1b[1m line"
    output = run(machine, client, "--max-budget-usd", "2", fake={"prints": printed, "times": 20_000})
    assert output.out == printed * 20_000


@pytest.mark.parametrize(("limit", "expected"), [("2", 5), ("0.05", 3)])
def test_nobody_who_reads_on_changes_neither_the_watch_nor_the_exit_code(
    machine: Machine, client: str, limit: str, expected: int
) -> None:
    """`scrimp run … 2>&1 | head -1`."""
    fake = {"requests": 12, "says": "a line\n", "prints": "x" * 100_000, "code": 5}
    with subprocess.Popen(
        [sys.executable, "-m", "scrimp", "run", "--max-budget-usd", limit, "--", client, "-p", "x"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**machine.environ, "PYTHONPATH": os.pathsep.join(sys.path), "FAKE": json.dumps(fake)},
        cwd=machine.repo,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"a line\n"
        process.stdout.close()
        assert process.wait(60) == expected
    exported = machine.scrimp("ledger", "export", "--table", "requests", "--jsonl")
    assert (len(exported.out.splitlines()) == 12) == (expected == 5)


def test_output_that_finds_no_room_is_dropped_and_said(machine: Machine, client: str) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no full disk here")
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "scrimp", "run", "--max-budget-usd", "2", "--", client, "-p", "x"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env={**machine.environ, "PYTHONPATH": os.pathsep.join(sys.path), "FAKE": '{"prints": "text", "code": 5}'},
        )
    first, second, *_ = done.stderr.decode().splitlines()
    assert first == "scrimp: what the client prints cannot be written and is dropped (No space left on device)"
    assert (done.returncode, second.startswith("scrimp: $0.0060 in 1 request, ")) == (5, True)


@pytest.mark.parametrize("options", [("-c",), ("--resume", "by-title"), ("--resume", UUID_OF_ONE, "--fork-session")])
def test_a_client_below_a_shell_is_found_whatever_session_it_goes_on_with(
    machine: Machine, client: str, options: tuple[str, ...]
) -> None:
    shell = ("sh", "-c", '"$0" "$@"; exit $?')
    words = ("run", "--max-budget-usd", "2", "--", *shell, client, "-p", "x", *options)
    output = machine.scrimp(*words, FAKE=json.dumps({"requests": 6, "chooses": True}))
    assert output.code == 0, output.err
    assert told(output)[0].startswith("scrimp: $0.04 in 6 requests, ")


def test_what_is_written_to_us_reaches_the_client(machine: Machine, client: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scrimp", "run", "--", client, "-p", "x"],
        input=b"one\ntwo\xff",
        capture_output=True,
        check=False,
        env={**machine.environ, "PYTHONPATH": os.pathsep.join(sys.path), "FAKE": '{"echoes": true}'},
    )
    assert (done.returncode, done.stdout) == (0, b"one\ntwo\xff")


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGINT])
def test_a_signal_reaches_the_client_once_and_its_exit_code_is_ours(
    machine: Machine, client: str, sent: signal.Signals
) -> None:
    before = signal.signal(sent, signal.SIG_DFL)  # what starts us may ignore it, as nohup does, and so would scrimp
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "scrimp", "run", "--", client, "-p", "x"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**machine.environ, "PYTHONPATH": os.pathsep.join(sys.path), "FAKE": '{"requests": 2, "waits": true}'},
            start_new_session=True,
        )
    finally:
        signal.signal(sent, before)
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"waiting\n"
            process.send_signal(sent)
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, out) == (7, f"got {sent.name}\n".encode())


def test_on_a_terminal_its_keys_reach_the_client_once_and_the_account_is_still_told(
    machine: Machine, client: str
) -> None:
    environ = {**machine.environ, "PYTHONPATH": os.pathsep.join(sys.path), "FAKE": '{"requests": 2, "waits": true}'}
    words = on_a_terminal.scrimp("run", "--", client, "-p", "x")
    with on_a_terminal.started(words, environ, str(machine.repo)) as terminal:
        terminal.until("waiting\n")
        terminal.type("\x03")
        assert terminal.end() == 7
    assert terminal.screen.count("got SIGINT") == 1
    assert "scrimp: $0.0060 in 1 request" in terminal.screen


def test_the_client_gets_our_settings_the_plugin_its_own_limit_and_the_budget(machine: Machine, client: str) -> None:
    output = run(machine, client, "--max-budget-usd", "2.5", fake={"arguments": True})
    seen = json.loads(output.out)
    words = seen["arguments"]
    assert words[:4:2] == ["--settings", "--max-budget-usd"]
    assert words[3:6:2] == ["2.5", words[5]]
    assert UUID.fullmatch(words[5])
    assert (words[4], words[6], words[8:]) == ("--session-id", "--plugin-dir", ["-p", "do it"])
    assert json.loads(seen["budget"]) == {"sessionUsd": 2.5}
    assert not os.path.exists(words[1])
    assert not os.path.exists(words[7])


def test_of_two_limits_for_the_client_it_gets_the_lower(machine: Machine, client: str) -> None:
    words = ("run", "--max-budget-usd", "2", "--", client, "-p", "x", "--max-budget-usd")
    for own, expected in (("0.5", "0.5"), ("30", "2")):
        output = machine.scrimp(*words, own, FAKE='{"arguments": true}')
        given = json.loads(output.out)["arguments"]
        assert given[given.index("--max-budget-usd") + 1] == expected
        assert given.count("--max-budget-usd") == 1


def test_a_run_inside_a_run_takes_the_lower_limit(machine: Machine, client: str) -> None:
    handed = '{"sessionUsd": 1, "dayUsd": 9}'
    for own, expected in (("0.5", 0.5), ("30", 1)):
        output = run(machine, client, "--max-budget-usd", own, fake={"arguments": True}, SCRIMP_BUDGET=handed)
        assert json.loads(json.loads(output.out)["budget"]) == {"sessionUsd": expected, "dayUsd": 9}


def test_a_run_inside_a_session_counts_for_that_session_too(machine: Machine, client: str, tmp_path: Path) -> None:
    outer, inner = tmp_path / "outer.json", tmp_path / "inner.json"
    session = "11111111-2222-4333-8444-555555555555"
    words = ("--max-budget-usd", "2", "--json")
    assert run(machine, client, *words, str(inner), fake={"requests": 2}, CLAUDECODE="1", **of(session)).code == 0
    resumed = ("run", *words, str(outer), "--", client, "-p", "x", "--resume", session)
    assert machine.scrimp(*resumed, FAKE='{"requests": 1}').code == 0
    accounts = [json.loads(path.read_text()) for path in (inner, outer)]
    assert [account["cost_usd"] for account in accounts] == ["0.012", "0.006"]
    assert [account["limits"][0]["used"] for account in accounts] == ["0.012", "0.018"]
    assert len(accounts[0]["sessions"]) == 1
    assert sorted(accounts[1]["sessions"]) == sorted([session, *accounts[0]["sessions"]])


def of(session: str) -> dict[str, str]:
    return {"CLAUDE_CODE_SESSION_ID": session}


def test_a_stop_by_the_budget_is_exit_code_three_whatever_the_client_says(machine: Machine, client: str) -> None:
    output = run(machine, client, "--max-budget-usd", "0.05", fake={"requests": 40, "code": 0})
    assert output.code == 3
    assert "the limit for this session is reached" in output.err


def test_a_prompt_that_is_not_let_through_is_exit_code_three_and_costs_nothing(machine: Machine, client: str) -> None:
    output = run(machine, client, "--max-budget-usd", "0.000001", fake={"requests": 3})
    assert output.code == 3
    assert told(output)[0].startswith("scrimp: $0.00 in 0 requests")


@pytest.mark.parametrize(
    "said",
    ["Error: Exceeded USD budget (2)\n", '{"type":"result","subtype":"error_max_budget_usd","session_id":"s"}\n'],
    ids=["text", "json"],
)
def test_the_clients_own_limit_is_exit_code_three_too(machine: Machine, client: str, said: str) -> None:
    output = run(machine, client, "--max-budget-usd", "2", fake={"prints": said, "code": 1})
    assert (output.code, told(output)[-1]) == (3, "scrimp:   the client's own --max-budget-usd was reached")


def test_a_run_that_no_gate_holds_is_ended_after_its_first_tools(
    machine: Machine, client: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scrimp.headless.watch._GRACE_S", 0.0)
    output = run(machine, client, "--max-budget-usd", "2", fake={"requests": 9, "waits": True, "deaf": True})
    assert (output.code, output.out) == (4, "waiting\ngot SIGTERM\n")
    assert told(output)[-1] == ("scrimp:   no gate has checked in, so nothing held the budget: the run was ended")
    assert told(output)[0].startswith("scrimp: $0.0060 in 1 request, ")


def test_a_run_that_ends_before_its_first_tools_is_told_that_nothing_held_it(machine: Machine, client: str) -> None:
    output = run(machine, client, "--max-budget-usd", "2", fake={"requests": 1, "deaf": True})
    assert (output.code, told(output)[-1]) == (
        4,
        "scrimp:   no gate has checked in, so nothing held the budget of this run",
    )


def test_a_client_that_fails_before_it_asks_anything_keeps_its_exit_code(machine: Machine, client: str) -> None:
    output = run(machine, client, "--max-budget-usd", "2", fake={"requests": 0, "deaf": True, "code": 1})
    assert output.code == 1


WRONG: dict[tuple[str, ...], str] = {
    ("--bare",): "--bare cannot be used under a budget: it runs no hooks",
    ("--safe-mode",): "--safe-mode cannot be used under a budget: it runs no hooks",
    ("--no-session-persistence",): "without a transcript nobody can tell what was spent",
    ("--bg",): "it runs on in the background, where nobody would end it",
    ("--cloud=x",): "--cloud cannot be used under a budget: it runs on another machine",
    ("--settings", '{"disableAllHooks": true}'): "has disableAllHooks, which cannot be used under a budget",
    ("--settings={",): "--settings '{' cannot be read",
    ("--settings", "nowhere.json"): "--settings 'nowhere.json': there is no such file",
    ("--max-budget-usd", "lots"): "claude --max-budget-usd 'lots': expected a number of dollars above 0",
}


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_what_would_silence_the_gate_is_refused_before_anything_is_started(
    machine: Machine, client: str, words: tuple[str, ...]
) -> None:
    output = machine.scrimp("run", "--max-budget-usd", "2", "--", client, "-p", "x", *words, FAKE='{"prints": "ran"}')
    assert (output.code, output.out, output.err.count("\n")) == (2, "", 1)
    assert WRONG[words] in output.err


@pytest.mark.parametrize("name", ["CLAUDE_CODE_SIMPLE", "CLAUDE_CODE_SAFE_MODE", "CLAUDE_CODE_SKIP_PROMPT_HISTORY"])
def test_a_variable_that_would_silence_the_gate_is_refused(machine: Machine, client: str, name: str) -> None:
    output = run(machine, client, "--max-budget-usd", "2", **{name: "1"})
    assert (output.code, output.out) == (2, "")
    assert output.err.startswith(f"scrimp: {name} is set, which cannot be used under a budget: ")
    assert run(machine, client, "--max-budget-usd", "2", **{name: "0"}).code == 0


def test_a_word_of_the_prompt_is_no_option(machine: Machine, client: str) -> None:
    words = ("run", "--max-budget-usd", "2", "--", client, "-p", "--", "--bare")
    assert machine.scrimp(*words).code == 0


@pytest.mark.parametrize("amount", ["$2", "-1", "0", "nan", "two", "1e9", ""])
def test_an_amount_that_is_none_is_refused(machine: Machine, client: str, amount: str) -> None:
    output = run(machine, client, f"--max-budget-usd={amount}", fake={"prints": "ran"})
    assert (output.code, output.out) == (2, "") if amount else (0, "ran")
    if amount:
        assert f"--max-budget-usd {amount!r}: expected a number of dollars above 0, up to 1,000,000" in output.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "there is no Claude Code that a budget could hold for"),
        (("python3", "agent.py"), "'python3' starts no Claude Code that a budget could hold for"),
    ],
)
def test_a_command_without_the_client_is_refused(machine: Machine, words: tuple[str, ...], expected: str) -> None:
    output = machine.scrimp("run", "--max-budget-usd", "2", "--", *words)
    assert output.code == 2
    assert expected in output.err


def test_a_client_that_is_not_there_is_wrong_use(machine: Machine) -> None:
    output = machine.scrimp("run", "--max-budget-usd", "2", "--", "/nowhere/claude", "-p", "x")
    assert (output.code, output.err) == (
        2,
        "scrimp: /nowhere/claude: No such file or directory; is Claude Code installed?\n",
    )


def test_settings_of_the_persons_own_are_kept_beside_ours(machine: Machine, client: str) -> None:
    own = machine.repo / "own.json"
    hook = {"type": "command", "command": "true"}
    own.write_text(json.dumps({"model": "opus", "env": {"A": "1"}, "hooks": {"Stop": [{"hooks": [hook]}]}}))
    kept = machine.home / "seen.json"
    script = machine.home / "bin" / "claude-seen"
    script.write_text(f'#!/bin/sh\ncp "$2" {kept}\n')
    script.chmod(0o755)
    (machine.home / "bin" / "seen").mkdir()
    link = machine.home / "bin" / "seen" / "claude"
    link.symlink_to(script)
    assert client
    machine.scrimp("run", "--max-budget-usd", "2", "--", str(link), "-h", "--settings", str(own))
    seen = json.loads(kept.read_text())
    assert (seen["model"], seen["env"]["A"], seen["disableAllHooks"]) == ("opus", "1", False)
    assert {"hooks": [hook]} in seen["hooks"]["Stop"]
    gate = seen["hooks"]["PostToolBatch"][0]["hooks"][0]
    assert (gate["command"], gate["args"][-1].endswith("gate.py"), gate["onFailure"]) == (sys.executable, True, "block")


def test_the_account_is_a_file_for_machines(machine: Machine, client: str, tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    fake = {"requests": 2, "costs": 0.02}
    run(machine, client, "--max-budget-usd", "2", "--json", str(path), fake=fake)
    account = json.loads(path.read_text())
    assert (account["scrimp_run"], account["exit_code"], account["client_exit_code"]) == (1, 0, 0)
    assert (account["cost_usd"], account["ledger_usd"], account["client_usd"]) == ("0.02", "0.012", "0.02")
    assert (account["requests"], account["tool_calls"], account["hit_rate"]) == (2, 1, 0.0)
    assert account["models"] == [{"model": "claude-opus-5-5", "cost_usd": "0.012", "requests": 2, "flags": []}]
    assert (account["stops"], account["ended_by_scrimp"], account["unpriced"]) == ([], "", [])
    assert [one["name"] for one in account["limits"]] == ["sessionUsd"]


def test_a_resumed_session_is_charged_what_this_run_added(machine: Machine, client: str, tmp_path: Path) -> None:
    session = "11111111-2222-4333-8444-555555555555"
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for path in paths:
        words = ("run", "--max-budget-usd", "2", "--json", str(path), "--", client, "-p", "x", "--resume", session)
        assert machine.scrimp(*words, FAKE='{"requests": 2}').code == 0
    accounts = [json.loads(path.read_text()) for path in paths]
    assert [account["cost_usd"] for account in accounts] == ["0.012", "0.012"]
    assert [account["limits"][0]["used"] for account in accounts] == ["0.012", "0.024"]


def test_a_job_gets_its_summary_and_its_annotations(machine: Machine, client: str, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    output = run(
        machine,
        client,
        "--max-budget-usd",
        "0.000001",
        "--summary",
        fake={"requests": 2},
        GITHUB_STEP_SUMMARY=str(summary),
    )
    assert output.code == 3
    assert summary.read_text().startswith("before\n### Claude Code: $0.00 in 0 requests")
    assert any(line.startswith("::error title=scrimp::the limit for this session") for line in told(output))


def test_a_summary_without_a_job_is_refused_before_anything_is_started(machine: Machine, client: str) -> None:
    output = run(machine, client, "--summary", fake={"prints": "ran"})
    assert (output.code, output.out) == (2, "")
    assert output.err == (
        "scrimp: --summary: $GITHUB_STEP_SUMMARY is not set; it is there in a step of GitHub Actions\n"
    )


def test_a_day_limit_on_an_empty_ledger_in_ci_says_what_it_does_not_know(machine: Machine, client: str) -> None:
    day = '{"dayUsd": 5}'
    first = run(machine, client, SCRIMP_BUDGET=day, CI="true")
    assert told(first)[0].startswith("scrimp: the ledger is empty: what other runners spent today")
    assert "scrimp ledger merge" in told(first)[0]
    second = run(machine, client, SCRIMP_BUDGET=day, CI="true")
    assert told(second)[0].startswith("scrimp: $0.0060 in 1 request")


def test_a_ledger_that_cannot_be_used_starts_nothing_under_a_limit(machine: Machine, client: str) -> None:
    data = machine.home / ".local" / "share" / "scrimp"
    data.mkdir(parents=True)
    (data / "ledger.db").write_text("this is no database, but long enough to be taken for one" * 100)
    output = run(machine, client, "--max-budget-usd", "2", fake={"prints": "ran"})
    assert (output.code, output.out) == (3, "")
    assert "nothing was started, because a limit cannot be held without it" in output.err
    free = run(machine, client, fake={"prints": "ran"})
    assert (free.code, free.out) == (0, "ran")


def test_readings_of_a_plan_are_kept_from_the_stream(machine: Machine, client: str) -> None:
    line = json.dumps(RATE_LIMIT, separators=(",", ":")) + "\n"
    output = run(machine, client, "--max-budget-usd", "2", fake={"prints": line})
    assert output.out == line
    exported = machine.scrimp("ledger", "export", "--table", "limits_seen", "--jsonl")
    row = json.loads(exported.out)
    assert (row["window"], row["source"], row["used_percent"]) == ("five_hour", "event", 62.0)


@pytest.mark.parametrize(
    ("words", "environ"),
    [
        (("--max-budget-usd", ""), {}),
        (("--json", "/nosuch/x.json"), {}),
        ((), {"SCRIMP_BUDGET": '{"dayUzd": 0.5}'}),
        ((), {"SCRIMP_BUDGET": '{"promptUsd": "$1"}'}),
    ],
)
def test_what_would_leave_a_run_without_its_limit_or_its_account_is_wrong_use(
    machine: Machine, client: str, words: tuple[str, ...], environ: dict[str, str]
) -> None:
    """As in CI, where a variable may be empty or mistyped."""
    refused = machine.scrimp("run", *words, "--", client, "-p", "hi", **environ)
    assert (refused.code, refused.err.count("\n")) == (2, 1)
