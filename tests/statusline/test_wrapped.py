"""A status line that the user has already: run on the same input, shown first, never in the way."""

from __future__ import annotations

import json
import os
import select
import shlex
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from scrimp.core import bundle_root, limits, statusline
from scrimp.core.statusline import entry
from tests.statusline.conftest import Machine

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

OURS = "$0.12 session"
HANGS_S = 60
"""Longer than anything here takes: then something hangs."""

PROGRAM = os.path.join(bundle_root(), "hooks", "statusline.py")


def ours(after: str = "") -> str:
    return entry.command(sys.executable, bundle_root(), after)


def has(path: Path, command: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"statusLine": {"type": "command", "command": command}}))


def shown(machine: Machine, *arguments: str) -> list[str]:
    return machine.lines(None, *arguments, COLUMNS="20")


def local(machine: Machine) -> Path:
    return machine.repo / ".claude" / "settings.local.json"


def shared(machine: Machine) -> Path:
    return machine.repo / ".claude" / "settings.json"


def own(machine: Machine) -> Path:
    return machine.home / ".claude" / "settings.json"


def test_the_remembered_command_gets_the_same_input_and_its_lines_come_first_unchanged(machine: Machine) -> None:
    copy = machine.home / "copy"
    command = f"tee {shlex.quote(str(copy))} | wc -c; printf '  two\\033[1m spaces\\n\\nthree'"
    assert shown(machine, "--after", command) == [str(len(machine.given())), "  two\x1b[1m spaces", "", "three", OURS]
    assert copy.read_bytes() == machine.given()


def test_input_larger_than_a_pipe_holds_arrives_whole(machine: Machine) -> None:
    raw = machine.given(padding="x" * 300_000)
    assert machine.lines(raw, "--after", "wc -c", COLUMNS="20") == [str(len(raw)), OURS]


def test_a_command_that_reads_nothing_is_no_error(machine: Machine) -> None:
    raw = machine.given(padding="x" * 300_000)
    assert machine.lines(raw, "--after", "echo mine", COLUMNS="20") == ["mine", OURS]


def test_it_gets_the_input_even_where_that_is_none(machine: Machine) -> None:
    assert machine.lines(b"not json", "--after", "cat") == ["not json"]


@pytest.mark.parametrize("command", ["echo no; exit 3", "/not/there", "echo 'unbalanced", "kill -9 $$", "true", "a\0b"])
def test_one_that_fails_or_says_nothing_leaves_ours_alone(machine: Machine, command: str) -> None:
    assert shown(machine, "--after", command) == [OURS]


def test_one_that_takes_too_long_is_ended_and_ours_shown(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STATUS_LINE_WRAPPED_S", 0.05)
    assert shown(machine, "--after", "echo half; exec sleep 60") == [OURS]
    assert shown(machine, "--after", "exec >&-; exec sleep 60") == [OURS]


class Held:
    """A named pipe, by which a test hears of what a command has started, for as long as anything of it holds it."""

    def __init__(self, root: Path) -> None:
        self.path = root / "held"
        os.mkfifo(self.path)
        self.descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self.descriptor)

    def read(self) -> bytes:
        """What was written to it next; b'' once nothing holds it any more."""
        assert select.select([self.descriptor], [], [], HANGS_S)[0], "something still runs"
        return os.read(self.descriptor, 100)


def test_past_its_deadline_all_that_it_has_started_is_ended_with_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Held(machine.home) as held:

        def own_line(*_: object) -> str:
            assert held.read() == b"up\n"
            return OURS

        monkeypatch.setattr(limits, "STATUS_LINE_WRAPPED_S", 0)
        monkeypatch.setattr(statusline, "own_line", own_line)
        assert shown(machine, "--after", f"exec 9> {held.path}; echo up >&9; sleep 60 | cat") == [OURS]
        assert held.read() == b""


def test_what_it_has_left_running_is_neither_waited_for_nor_ended(machine: Machine) -> None:
    gate = machine.home / "gate"
    os.mkfifo(gate)
    opened = os.open(gate, os.O_RDWR)
    with Held(machine.home) as held:
        command = f"echo mine; {{ read word < {gate}; echo $word > {held.path}; }} & printf two"
        assert shown(machine, "--after", command) == ["mine", "two", OURS]
        os.write(opened, b"alive\n")
        assert held.read() == b"alive\n"
    os.close(opened)


def test_the_client_need_not_wait_for_what_it_has_left_running(machine: Machine) -> None:
    """Neither of the client's two pipes is held by it."""
    gate = machine.home / "gate"
    os.mkfifo(gate)
    opened = os.open(gate, os.O_RDWR)
    done = subprocess.run(
        ["/bin/sh", "-c", ours(f"echo mine; echo no >&2; cat < {gate} &")],
        input=machine.given(),
        capture_output=True,
        check=True,
        env={**machine.environ, "COLUMNS": "20"},
        timeout=HANGS_S,
    )
    os.close(opened)
    assert (done.stdout.decode().splitlines(), done.stderr) == (["mine", OURS], b"")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_client_that_ends_us_ends_all_of_it(machine: Machine, number: signal.Signals) -> None:
    """It does, when it wants a newer line."""
    with Held(machine.home) as held:
        command = f"exec 9> {held.path}; echo up >&9; sleep 60 | cat"
        words = [sys.executable, "-I", "-S", PROGRAM, "--after", command]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=machine.environ) as ran:
            assert ran.stdin is not None
            ran.stdin.write(machine.given())
            ran.stdin.close()
            assert held.read() == b"up\n"
            ran.send_signal(number)
            assert ran.stdout is not None
            assert (ran.stdout.read(), ran.wait()) == (b"", 0)
        assert held.read() == b""
    assert not (machine.data / "scrimp.log").exists()


def test_signals_are_taken_no_longer_than_it_runs(machine: Machine) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)]
    for command in ("echo mine", "exit 1", "a\0b"):
        shown(machine, "--after", command)
        assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)] == before


def test_no_file_is_left_open(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STATUS_LINE_WRAPPED_S", 0.05)
    shown(machine)
    before = os.listdir("/dev/fd")
    for command in ("echo mine", "exit 1", "a\0b", "exec sleep 60", "exec <&-; exec sleep 60"):
        shown(machine, "--after", command)
        assert os.listdir("/dev/fd") == before


def test_its_output_is_shown_also_where_nobody_is_told_how_it_ended(machine: Machine) -> None:
    words = [sys.executable, "-I", "-S", PROGRAM, "--after", "echo mine"]
    was = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=machine.environ) as ran:
            printed, _ = ran.communicate(machine.given())
    finally:
        signal.signal(signal.SIGCHLD, was)
    assert printed.startswith(f"mine\n{OURS}".encode())


def test_one_that_prints_without_end_is_ended(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "STATUS_LINE_BYTES", 100_000)
    assert shown(machine, "--after", "exec yes") == [OURS]


def test_the_next_lower_layers_command_is_found_at_every_run(machine: Machine) -> None:
    has(local(machine), ours())
    assert shown(machine) == [OURS]
    has(own(machine), "echo user")
    assert shown(machine) == ["user", OURS]
    has(own(machine), "echo changed since")
    assert shown(machine) == ["changed since", OURS]
    has(shared(machine), "echo team")
    assert shown(machine) == ["team", OURS]


def test_in_two_scopes_there_is_one_line_of_ours_and_one_of_the_users(machine: Machine) -> None:
    has(local(machine), ours())
    has(own(machine), ours("echo user"))
    assert shown(machine) == ["user", OURS]
    has(own(machine), ours())
    assert shown(machine) == [OURS]


def test_what_was_in_the_same_file_counts_before_lower_layers(machine: Machine) -> None:
    has(own(machine), "echo user")
    has(local(machine), ours("echo local"))
    assert shown(machine, "--after", "echo local") == ["local", OURS]


@pytest.mark.parametrize("wrong", [None, 1, [], {}, "", "echo 'unbalanced statusline.py -I -S"])
def test_settings_of_a_wrong_shape_are_passed_over(machine: Machine, wrong: object) -> None:
    has(shared(machine), wrong)
    own(machine).write_text('{"statusLine": [1]}')
    local(machine).write_text("{")
    assert shown(machine)[-1:] == [OURS]


def test_a_scrimp_below_a_wrapped_command_prints_nothing_and_starts_nothing(machine: Machine) -> None:
    has(own(machine), "echo user; scrimp-by-hand")
    assert machine.lines(SCRIMP_STATUSLINE="1") == []
    script = machine.home / "script"
    script.write_text(f"#!/bin/sh\necho mine\n{ours('echo deep')}\n")
    script.chmod(0o755)
    assert shown(machine, "--after", str(script)) == ["mine", OURS]


COMMANDS = ["~/line.sh", "echo \"a\" 'b' | tr a-z A-Z", "a\nb", "it's", "é \\ $HOME `x` !", "--after", " "]


@pytest.mark.parametrize("command", COMMANDS)
def test_an_entry_says_what_it_was_made_of(command: str) -> None:
    assert entry.parse(ours(command)) == (sys.executable, PROGRAM, command)
    assert entry.parse(ours()) == (sys.executable, PROGRAM, "")


FOREIGN = [
    "python3 -I -S /somewhere/hooks/statusline.py",
    "statusline.py",
    "python3 statusline.py",
    f"python3 {PROGRAM}",
    f"python3 -I -S {PROGRAM}.sh",
    "bash 'statusline.py",
    "python3 -I -S",
    None,
    ["-I"],
]


@pytest.mark.parametrize("text", FOREIGN)
def test_another_programs_command_is_not_ours(text: object) -> None:
    assert entry.parse(text) is None


def test_an_entry_of_a_bundle_that_is_gone_is_ours_by_its_path_or_by_a_receipt() -> None:
    gone = "python3 -I -S /gone/{}/hooks/statusline.py"
    assert entry.parse(gone.format("scrimp-0.0")) is not None
    assert entry.parse(gone.format("other")) is None
    assert entry.parse(gone.format("other"), {"/gone/other"}) is not None


def test_once_our_program_is_gone_the_shell_runs_what_was_there_before() -> None:
    for command in (
        ours("cat; echo mine").replace(PROGRAM, "/gone/x.py"),
        ours("cat; echo mine").replace(sys.executable, "/gone"),
    ):
        done = subprocess.run(["/bin/sh", "-c", command], input=b"given\n", capture_output=True, check=False)
        assert (done.returncode, done.stdout) == (0, b"given\nmine\n")


def test_the_whole_entry_runs_as_the_client_runs_it(machine: Machine) -> None:
    done = subprocess.run(
        ["/bin/sh", "-c", ours("echo mine")],
        input=machine.given(rate_limits={"five_hour": {"used_percentage": 5, "resets_at": int(time.time()) + 60}}),
        capture_output=True,
        check=True,
        env=machine.environ,
    )
    lines = done.stdout.decode().splitlines()
    assert lines[0] == "mine"
    assert lines[1].startswith("5h 5 % · resets ")
    assert (len(lines), done.stderr) == (2, b"")
