"""The EXIT trap in real shells: what it compacts, and everything that it must leave alone."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hooks import in_place
from hooks.dispatch import State
from hooks.steps import exit_trap
from scrimp.core import limits
from tests.hooks.conftest import Box

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

LARGE = "for i in {1..2000}; do echo INFO request $i took 12 ms; done; echo ERROR disk full"


@pytest.mark.parametrize("code", [0, 1, 42])
def test_a_large_output_is_compacted_and_the_exit_code_is_the_commands(box: Box, code: int) -> None:
    raw = box.run_plain(f"{LARGE}; exit {code}").shown
    ran = box.run(f"{LARGE}; exit {code}")
    assert ran.code == code
    assert b"ERROR disk full" in ran.shown
    assert len(ran.shown) < len(raw) / 2
    assert ran.original() == raw


def test_a_small_output_is_left_alone_and_nothing_is_started(box: Box) -> None:
    box.line = box.line.replace(sys.executable, "/nothing/python")
    assert box.run("echo small; exit 3").shown == b"small\n"


@pytest.mark.parametrize(
    "command",
    [
        f"{LARGE}; trap 'echo mine' EXIT",
        f"{LARGE}; exec true",
        f"{LARGE}; kill -9 $$",
        f"{LARGE}; exec >&-",
        f"({LARGE}) | grep -c took",
        f"x=$({LARGE}; exit 2); echo $?",
        f"{LARGE}; sleep 0.4 &",
    ],
)
def test_what_the_trap_cannot_judge_stays_raw_with_its_exit_code(box: Box, command: str) -> None:
    plain = box.run_plain(command)
    ran = box.run(command)
    assert (ran.code, ran.shown) == (plain.code, plain.shown)


@pytest.mark.parametrize(
    "command",
    [
        f"set -e; {LARGE}; exit 5",
        f"set -u; {LARGE}; exit 5",
        f"set -euo pipefail; {LARGE}; exit 5",
        f"set -o noclobber; set -f; {LARGE}; cd /; exit 5",
        f"IFS=x; {LARGE}; exit 5",
        f"unset PATH; {LARGE}; exit 5",
        f"({LARGE}; exit 5)",
        f"{{ {LARGE}; }} >&2; exit 5",
        f"read() {{ echo hijacked; }}; {LARGE}; exit 5",
        f"umask 0777; {LARGE}; exit 5",
        f"export HOME=/nothing CLAUDE_CONFIG_DIR=/nothing SCRIMP_HOME=/nothing; {LARGE}; exit 5",
        f"set() {{ echo hijacked; }}; local() {{ echo hijacked; }}; {LARGE}; exit 5",
        f"export PYTHONHOME=/nothing PYTHONPATH=/nothing; {LARGE}; exit 5",
        f"rm -rf ../repo/gone; mkdir gone; cd gone; rmdir ../gone; {LARGE}; exit 5",
    ],
)
def test_no_shell_option_or_variable_of_the_command_gets_in_the_way(box: Box, command: str) -> None:
    plain = box.run_plain(command)
    ran = box.run(command)
    assert (ran.code, plain.code) == (5, 5)
    assert ran.original() == plain.shown


def test_tracing_does_not_show_the_trap(box: Box) -> None:
    command = f"set -x; {LARGE}"
    assert b"scrimp" not in box.run(command).original()


@pytest.mark.parametrize(
    "command",
    [
        "exec > data.csv; seq 1 100000",
        "exec >> data.csv; seq 1 100000",
        "f() { seq 1 100000; exit 3; }; f > data.csv",
        "{ seq 1 100000; exit 3; } > data.csv",
        "echo 'seq 1 100000; exit 3' > s.sh; exec > data.csv; . ./s.sh",
        "mkdir -p 5f6c/tasks; exec >> 5f6c/tasks/a.output; seq 1 100000",
    ],
)
def test_a_file_that_the_command_redirects_to_is_whole(box: Box, command: str) -> None:
    plain = box.run_plain(command)
    expected = files_of(box)
    for path in box.repo.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    ran = box.run(command)
    assert (ran.code, ran.shown) == (plain.code, plain.shown)
    assert files_of(box) == expected


def files_of(box: Box) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in box.repo.rglob("*") if path.is_file()}


def test_a_task_in_the_background_is_left_alone(box: Box) -> None:
    notes = box.tasks.parent / "scrimp"
    notes.mkdir()
    (notes / "b0c8tx3nj.background").touch()
    assert box.run(LARGE).shown == box.run_plain(LARGE).shown


def test_a_process_that_left_the_shell_but_holds_the_file_keeps_it_raw(bash_box: Box) -> None:
    ran = bash_box.run(f"setsid sleep 2 & disown; {LARGE}")
    assert ran.marker() is None


def test_a_job_that_writes_elsewhere_has_no_say_once_it_ended(box: Box) -> None:
    ran = box.run(f"sleep 0.1 > /dev/null & wait; {LARGE}")
    assert ran.marker() is not None


def test_what_is_made_is_the_owners_alone_whatever_the_commands_umask(box: Box) -> None:
    found = box.run(f"umask 0; {LARGE}").marker()
    assert found is not None
    assert stat.S_IMODE(os.stat(found[1]).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(found[1])).st_mode) == 0o700


def test_a_missing_python_leaves_the_output_raw(box: Box) -> None:
    box.line = box.line.replace(sys.executable, "/nothing/python")
    plain = box.run_plain(f"{LARGE}; exit 4")
    ran = box.run(f"{LARGE}; exit 4")
    assert (ran.code, ran.shown) == (4, plain.shown)


def test_a_trap_that_is_already_there_stays(bash_box: Box) -> None:
    line = f"trap 'echo theirs' EXIT\n: && {bash_box.line}"
    assert bash_box.run(LARGE, trap=line).shown.endswith(b"theirs\n")


def test_no_room_for_the_original_leaves_the_output_raw(box: Box) -> None:
    """`ulimit -f` stands for a full disk: the kernel refuses the write, or ends the process that tries."""
    plain = box.run_plain(f"{LARGE}; exit 4")
    ran = box.run(f"{LARGE}; ulimit -f 1; exit 4")
    assert (ran.code, ran.shown) == (4, plain.shown)


def test_a_compactor_that_raises_leaves_the_output_raw_and_one_line_in_the_log(bash_box: Box, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    source = Path(exit_trap.__file__).parents[2]
    bundle.mkdir()
    for name in ("hooks", "scrimp"):
        subprocess.run(["cp", "-R", str(source / name), str(bundle / name)], check=True)
    (bundle / "scrimp/core/compact/__init__.py").write_text("raise RuntimeError('broken on purpose')\n")
    bash_box.line = bash_box.line.replace(f"{source}/hooks", f"{bundle}/hooks")
    plain = bash_box.run_plain(f"{LARGE}; exit 4")
    ran = bash_box.run(f"{LARGE}; exit 4")
    assert (ran.code, ran.shown) == (4, plain.shown)
    (line,) = (bash_box.data / "scrimp.log").read_text(encoding="utf-8").splitlines()
    assert line.endswith("at_exit: RuntimeError in __init__.py, line 1")


def test_where_the_shell_may_not_write_the_original_waits_beside_the_task(box: Box) -> None:
    """As root nothing is unwritable, so the folder is one in which not even root can make a file."""
    box.line = box.trap_to("/sys/scrimp/tool-results")
    raw = box.run_plain(LARGE).shown
    ran = box.run(LARGE)
    found = ran.marker()
    if found is None:
        pytest.skip("this system does not answer EACCES, EPERM or EROFS for a folder in /sys")
    assert found[1].startswith("/sys/scrimp/tool-results/")
    assert (box.tasks.parent / "scrimp" / os.path.basename(found[1])).read_bytes() == raw


def test_an_output_too_large_to_be_held_is_streamed_and_kept_whole(bash_box: Box) -> None:
    lines = limits.STREAM_BYTES // len("INFO request took 12 ms\n") + 1
    ran = bash_box.run(f"yes 'INFO request took 12 ms' | head -n {lines}; echo 'ERROR disk full'; exit 3")
    assert ran.code == 3
    assert b"ERROR disk full" in ran.shown
    assert len(ran.shown) < limits.FAILED_CHARS
    found = ran.marker()
    assert found is not None
    assert os.path.getsize(found[1]) == lines * len("INFO request took 12 ms\n") + len("ERROR disk full\n")


def test_a_command_that_reads_what_was_kept_is_never_cut(box: Box) -> None:
    path = box.run(LARGE).marker()
    assert path is not None
    assert box.run(f"cat {path[1]}").shown == box.run_plain(LARGE).shown


def test_killed_while_it_writes_the_file_has_a_raw_tail_and_no_hole(bash_box: Box) -> None:
    raw = bash_box.run_plain(LARGE).shown
    for pause in range(1, 60, 3):
        process = bash_box.start(LARGE, "killed")
        try:
            process.wait(timeout=pause / 500)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        shown = (bash_box.tasks / "killed.output").read_bytes()
        assert b"\0" not in shown
        cut = b"[scrimp " in shown
        assert cut or raw.startswith(shown)


def test_the_line_is_written_once_beside_what_others_wrote(tmp_path: Path) -> None:
    env_file = tmp_path / "hook-0.sh"
    env_file.write_text("export THEIRS=1")
    state = State({"CLAUDE_ENV_FILE": str(env_file), "HOME": str(tmp_path), "CLAUDE_PROJECT_DIR": "/repo"}, {})
    event = {"transcript_path": str(tmp_path / "it's a path" / "s.jsonl")}
    exit_trap.step(event, state)
    once = env_file.read_text()
    exit_trap.step(event, state)
    assert env_file.read_text() == once
    lines = once.splitlines()
    assert lines[0] == "export THEIRS=1"
    assert len(lines) == 2


@pytest.mark.parametrize("sign", ["\n", "\r"])
def test_a_folder_whose_name_would_break_the_line_gets_no_trap(tmp_path: Path, sign: str) -> None:
    env_file = tmp_path / "hook-0.sh"
    environ = {"CLAUDE_ENV_FILE": str(env_file), "HOME": str(tmp_path), "CLAUDE_PROJECT_DIR": f"/a{sign}touch PWNED #"}
    exit_trap.step({"transcript_path": "/h/s.jsonl"}, State(environ, {}))
    assert not env_file.exists()


def test_other_hooks_lines_stay_byte_for_byte(tmp_path: Path) -> None:
    env_file = tmp_path / "hook-0.sh"
    env_file.write_bytes(b"export A='\xff\xe2\x80\xa8'\r\nexport B=1")
    state = State({"CLAUDE_ENV_FILE": str(env_file), "HOME": str(tmp_path), "CLAUDE_PROJECT_DIR": "/repo"}, {})
    for _ in range(2):
        exit_trap.step({"transcript_path": "/h/s.jsonl"}, state)
    assert env_file.read_bytes().startswith(b"export A='\xff\xe2\x80\xa8'\r\nexport B=1\n__scrimp_at_exit()")


@pytest.mark.parametrize("missing", ["CLAUDE_ENV_FILE", "transcript_path"])
def test_without_what_it_needs_no_trap_is_set(tmp_path: Path, missing: str) -> None:
    env_file = tmp_path / "hook-0.sh"
    environ = {"CLAUDE_ENV_FILE": str(env_file), "HOME": str(tmp_path)}
    event = {"transcript_path": "/h/s.jsonl"}
    environ.pop(missing, None)
    event.pop(missing, None)
    exit_trap.step(event, State(environ, {}))
    assert not env_file.exists()


def test_switched_off_no_trap_is_set(tmp_path: Path) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude/scrimp.json").write_text('{"compact": {"enabled": false}}')
    env_file = tmp_path / "hook-0.sh"
    state = State({"CLAUDE_ENV_FILE": str(env_file), "HOME": str(tmp_path)}, {})
    exit_trap.step({"transcript_path": "/h/s.jsonl"}, state)
    assert not env_file.exists()


@pytest.mark.parametrize(
    ("script", "command"),
    [
        ("source s || true && trap x EXIT\n: && eval 'pytest -v' < /dev/null && pwd -P >| /tmp/cwd", "pytest -v"),
        ("true && eval 'cat < a.txt' && pwd -P >| /tmp/cwd", "cat < a.txt"),
        ("true && eval 'echo it'\"'\"'s && eval x' < /dev/null && pwd -P >| /tmp/cwd", "echo it's && eval x"),
        ("something else", "something else"),
    ],
)
def test_the_command_is_read_out_of_the_clients_wrapper(script: str, command: str) -> None:
    assert in_place.command_in(script) == command
