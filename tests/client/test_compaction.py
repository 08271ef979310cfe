"""In the real client, wired as `scrimp install` wires it: bulky output reaches the model compact and recoverable.

Everything is asserted on what the model was sent, and on files that a person would find. One run per way of working
(bash, zsh, and both in a sandbox where the shell may write only to $TMPDIR) holds all the commands.
"""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from scrimp.core import limits
from tests.client import projects
from tests.client.agents import KEPT
from tests.client.driver import Run, Setup, run_client
from tests.client.script import Request, Script, bash, read, task
from tests.client.wiring import scrimp_env, scrimp_settings

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.client.script import Reply

pytestmark = pytest.mark.client

FAILING = "pytest -v tests"
PASSING = "pytest -v good"
SECOND_MS = 1_000
SIX_KB = 6_000
EXIT_LINE_CHARS = 40
MARKED_SUCCESS_CHARS = limits.SUCCEEDED_CHARS + limits.MARKER_CHARS
WINDOW = {"offset": 3, "limit": 4}

SANDBOX_PROGRAMS = ("bwrap", "socat")
SANDBOX = {"enabled": True, "autoAllowBashIfSandboxed": True, "allowUnsandboxedCommands": False}


class Way(NamedTuple):
    """One way of working: the user's shell, and whether commands run in a sandbox."""

    shell: str
    sandboxed: bool


WAYS = {
    "bash": Way("/bin/bash", sandboxed=False),
    "bash in a sandbox": Way("/bin/bash", sandboxed=True),
    "zsh": Way(shutil.which("zsh") or "/bin/zsh", sandboxed=False),
    "zsh in a sandbox": Way(shutil.which("zsh") or "/bin/zsh", sandboxed=True),
}


class Shown(NamedTuple):
    """A run, and where its parts are."""

    run: Run
    way: Way

    def kept_path(self, name: str) -> str:
        """The file that the marker in this call's result names."""
        match = KEPT[0].search(self.run.text(name))
        assert match, self.run.text(name)[:300] + " … " + self.run.text(name)[-300:]
        return match.group(1)

    def kept(self, name: str) -> bytes:
        """The original of this call's output."""
        with open(self.kept_path(name), "rb") as file:
            return file.read()


def seq(first: int, last: int) -> bytes:
    """What `seq first last` prints."""
    return b"".join(b"%d\n" % n for n in range(first, last + 1))


def path_in(request: Request, name: str) -> str:
    """The marker's path in this call's result; a path that does not exist when there is no marker."""
    match = KEPT[0].search(request.text(name))
    return match.group(1) if match else "/no/marker"


def file_of(text: str) -> str:
    """The file of a task in the background."""
    match = re.search(r"(?:being written to|full output): (\S+\.output)", text)
    return match.group(1) if match else "/no/file"


def agents() -> Script:
    """Main does everything; the subagent runs a command of its own and reads main's kept file and its own."""
    kept: dict[str, str] = {}

    def main(request: Request) -> Generator[Reply, Request, None]:
        request = yield [
            bash(FAILING, "failing"),
            bash(PASSING, "passing"),
            bash("cat service.log", "log"),
            bash("seq 1 200000", "seq"),
            bash("seq 1 20000; exit 3", "failing seq"),
            bash("seq 1 50000 | grep -c 9", "pipe"),
            bash('n=$(seq 1 50000); echo "${#n}"', "substitution"),
            bash("touch b1", "denied"),
            bash("seq 1 100; exit 5", "small"),
        ]
        for name in ("failing", "log", "seq", "failing seq"):
            kept[name] = path_in(request, name)
        yield [
            *(read(path, f"read {name}", **WINDOW) for name, path in kept.items()),
            task("SUB-TASK work", "task"),
            bash('exec > "${TMPDIR:-.}/data.csv"; seq 1 100000', "exec"),
            bash('f() { seq 1 5000; exit 3; }; f > "${TMPDIR:-.}/data2.csv"', "function"),
            bash('{ seq 1 5000; exit 4; } > "${TMPDIR:-.}/data3.csv"', "group"),
        ]
        request = yield [
            bash('cksum < "${TMPDIR:-.}/data.csv"', "exec sum"),
            bash('cksum < "${TMPDIR:-.}/data2.csv"', "function sum"),
            bash('cksum < "${TMPDIR:-.}/data3.csv"', "group sum"),
            bash("seq 1 30000", "background", run_in_background=True),
            bash("sleep 0.5; seq 1 30000; exit 6", "late background", run_in_background=True),
            bash("seq 1 9000; sleep 2; echo end", "moved", timeout=SECOND_MS),
            bash("seq 1 5000; sleep 1.2; echo end", "moved and ended", timeout=SECOND_MS),
            bash("sleep 0.3; seq 1 5000; sleep 60", "killed", timeout=SECOND_MS),
        ]
        moved = file_of(request.text("moved"))
        yield [bash(f"for i in $(seq 100); do grep -q ^end {moved} && break; sleep 0.1; done")]
        yield [read(moved, "read moved", offset=8_999, limit=3)]

    def sub(request: Request) -> Generator[Reply, Request, None]:
        request = yield [bash("seq 1 20000; exit 7", "sub failing")]
        yield [
            read(path_in(request, "sub failing"), "sub reads its own", **WINDOW),
            read(kept["failing seq"], "sub reads main's", **WINDOW),
        ]

    return Script(main, {"SUB-TASK": sub})


@pytest.fixture(scope="module", params=WAYS)
def shown(request: pytest.FixtureRequest, client: str, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    assert client
    way = WAYS[request.param]
    needed = [way.shell, *(SANDBOX_PROGRAMS if way.sandboxed else ())]
    missing = [program for program in needed if not shutil.which(program)]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    folder = str(tmp_path_factory.mktemp("run"))
    settings: dict[str, Any] = {**scrimp_settings(), "permissions": {"deny": ["Bash(touch b*)"]}}
    if way.sandboxed:
        unwritable = {"denyWrite": [os.path.join(folder, "project")]}
        settings["sandbox"] = {**SANDBOX, "filesystem": unwritable}
    setup = Setup(
        settings=settings,
        files={**projects.shop(), "service.log": projects.log_with_one_error().text},
        env=scrimp_env(os.path.join(folder, "data")),
        shell=way.shell,
    )
    return Shown(run_client(folder, agents(), setup), way)


def test_all_29_failures_keep_name_place_and_message_in_six_kilobytes(shown: Shown) -> None:
    code, raw = projects.run_outside(FAILING, shown.run.project)
    failures = projects.failures_in(raw.decode())
    text = shown.run.text("failing")
    assert (code, len(failures)) == (1, 29)
    facts = [fact for failure in failures for fact in failure.facts]
    assert [fact for fact in facts if text.count(fact) < facts.count(fact)] == []
    assert text.startswith("Exit code 1\n")
    assert re.search(r"29 failed, 871 passed in \d+\.\d+s", text)
    assert len(text) <= SIX_KB + EXIT_LINE_CHARS
    assert projects.timeless(shown.kept("failing")) == projects.timeless(raw)


def test_a_passing_run_keeps_its_totals(shown: Shown) -> None:
    code, raw = projects.run_outside(PASSING, shown.run.project)
    text = shown.run.text("passing")
    assert code == 0
    assert not shown.run.results["passing"].is_error
    assert re.search(r"400 passed in \d+\.\d+s", text)
    assert len(text) < len(raw) / 2
    assert projects.timeless(shown.kept("passing")) == projects.timeless(raw)


def test_a_log_keeps_its_one_error_block(shown: Shown) -> None:
    log = projects.log_with_one_error()
    text = shown.run.text("log")
    assert [line for line in log.block if line not in text] == []
    assert len(text) <= MARKED_SUCCESS_CHARS
    assert shown.kept("log") == log.text.encode()


def test_a_long_succeeding_output_fits_and_its_original_is_kept(shown: Shown) -> None:
    text = shown.run.text("seq")
    assert not shown.run.results["seq"].is_error
    assert text.startswith("1\n2\n")
    assert "\n200000\n" in text
    assert len(text) <= MARKED_SUCCESS_CHARS
    assert shown.kept("seq") == seq(1, 200_000)


def test_a_long_failing_output_keeps_its_exit_code_and_its_end(shown: Shown) -> None:
    text = shown.run.text("failing seq")
    assert shown.run.results["failing seq"].is_error
    assert text.startswith("Exit code 3\n1\n2\n")
    assert "\n20000" in text
    assert "characters truncated" not in text
    assert shown.kept("failing seq") == seq(1, 20_000)


def test_a_small_output_is_as_it_was(shown: Shown) -> None:
    assert shown.run.text("small") == "Exit code 5\n" + seq(1, 100).decode().rstrip("\n")


def test_pipes_and_substitutions_inside_a_command_see_raw_bytes(shown: Shown) -> None:
    assert shown.run.text("pipe") == str(sum("9" in str(n) for n in range(1, 50_001)))
    assert shown.run.text("substitution") == str(len(seq(1, 50_000)) - 1)


def test_a_denied_command_is_still_denied(shown: Shown) -> None:
    assert shown.run.text("denied") == "Permission to use Bash with command touch b1 has been denied."


@pytest.mark.parametrize("name", ["failing", "log", "seq", "failing seq"])
def test_the_native_read_opens_the_kept_file_without_a_rule(shown: Shown, name: str) -> None:
    third_to_sixth = shown.kept(name).decode().splitlines()[2:6]
    assert shown.run.text(f"read {name}") == "\n".join(f"{n}\t{line}" for n, line in enumerate(third_to_sixth, 3))
    assert shown.kept_path(name).startswith(shown.run.session_dir + "/tool-results/")


def test_a_subagents_output_is_cut_and_both_kept_files_can_be_read_there(shown: Shown) -> None:
    text = shown.run.text("sub failing")
    assert text.startswith("Exit code 7\n1\n2\n")
    assert "characters truncated" not in text
    assert shown.kept("sub failing") == seq(1, 20_000)
    assert shown.run.text("sub reads its own") == "3\t3\n4\t4\n5\t5\n6\t6"
    assert shown.run.text("sub reads main's") == "3\t3\n4\t4\n5\t5\n6\t6"
    assert "sub failing" in {result.name for request in shown.run.of("SUB-TASK") for result in request.all_results}


@pytest.mark.parametrize(("name", "code", "last"), [("exec", 0, 100_000), ("function", 3, 5_000), ("group", 4, 5_000)])
def test_a_file_that_the_command_redirected_to_stays_whole(shown: Shown, name: str, code: int, last: int) -> None:
    _, expected = projects.run_outside(f"seq 1 {last} | cksum", shown.run.project)
    assert shown.run.text(f"{name} sum") == expected.decode().strip()
    assert shown.run.text(name).startswith(f"Exit code {code}") == bool(code)


@pytest.mark.parametrize(("name", "code"), [("background", 0), ("late background", 6)])
def test_the_file_of_a_background_command_stays_whole(shown: Shown, name: str, code: int) -> None:
    assert shown.run.text(name).startswith("Command running in background with ID: ")
    with open(file_of(shown.run.text(name)), "rb") as file:
        assert file.read() == seq(1, 30_000) + b"\n[exited with code %d]\n" % code


def test_a_command_moved_to_the_background_at_its_timeout_keeps_its_file_whole(shown: Shown) -> None:
    assert "was moved to the background" in shown.run.text("moved")
    assert shown.run.text("read moved") == "8999\t8999\n9000\t9000\n9001\tend"
    with open(file_of(shown.run.text("moved")), "rb") as file:
        assert file.read().startswith(seq(1, 9_000) + b"end\n")


def test_one_that_ends_right_after_it_was_moved_keeps_its_file_whole_too(shown: Shown) -> None:
    with open(file_of(shown.run.text("moved and ended")), "rb") as file:
        assert file.read().startswith(seq(1, 5_000) + b"end\n")


def test_a_killed_command_says_so_and_loses_nothing(shown: Shown) -> None:
    text = shown.run.text("killed")
    assert text.startswith("Exit code 143\nCommand timed out after 1s\n1\n2\n3\n")
    assert "5000" in text
    if KEPT[0].search(text):
        assert shown.kept("killed") == seq(1, 5_000)


def test_nothing_went_wrong_on_the_way(shown: Shown) -> None:
    log = os.path.join(os.path.dirname(shown.run.home), "data", "scrimp.log")
    noted = ""
    if os.path.exists(log):
        with open(log, encoding="utf-8") as file:
            noted = file.read()
    assert noted == ""
    assert not shown.run.stderr


def test_the_history_is_never_rewritten(shown: Shown) -> None:
    for request in shown.run.requests:
        for result in request.all_results:
            assert result == shown.run.results[result.name]
