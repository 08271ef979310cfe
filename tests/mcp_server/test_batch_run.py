"""batch_run through the server: commands side by side or in order, each with its own outcome."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import outputs, tokens
from tests.mcp_server.session import JUDGED, Calls, Place

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def plain(text: str) -> str:
    """An answer without what differs from run to run."""
    return re.sub(r", \d+\.\d s\b", "", text)


def run(place: Place, *commands: Any, **arguments: Any) -> str:
    """What commands come to that our hook has let through."""
    found = place.call("batch_run", {"commands": list(commands), **arguments}, JUDGED)
    assert not found.is_error
    return plain(found.text)


def test_each_command_has_its_exit_code_and_what_it_printed_in_the_order_asked_for(place: Place) -> None:
    assert run(place, "sleep 0.2; echo one", "echo two >&2; exit 3", "true") == (
        "## `sleep 0.2; echo one`: exit 0\none\n\n## `echo two >&2; exit 3`: exit 3\ntwo\n\n"
        "## `true`: exit 0, no output"
    )


def test_independent_commands_run_side_by_side(place: Place) -> None:
    """Each waits for the other's file: one after the other neither would end."""
    waiting = "touch {0}; for i in $(seq 300); do [ -e {1} ] && echo both && exit; sleep 0.02; done; exit 1"
    text = run(place, waiting.format("a", "b"), waiting.format("b", "a"))
    assert text.count("exit 0\nboth") == 2


def test_in_sequence_nothing_runs_after_the_first_that_fails(place: Place) -> None:
    assert run(place, "echo one", "false", "touch made", sequential=True) == (
        "## `echo one`: exit 0\none\n\n## `false`: exit 1, no output\n\n"
        "## `touch made`\n[error: not run: `false` failed]"
    )
    assert not (place.project / "made").exists()


def test_a_command_has_a_folder_variables_and_a_time_limit_of_its_own(place: Place) -> None:
    place.write("sub/x", "")
    inside = {"command": "echo $WORD; pwd", "cwd": "sub", "env": {"WORD": "here"}}
    assert run(place, inside, {"command": "echo begun; sleep 60", "timeout_s": 0.3}) == (
        f"## `echo $WORD; pwd` in sub: exit 0\nhere\n{place.project}/sub\n\n"
        "## `echo begun; sleep 60`: ended when its 0.3 s were over\nbegun"
    )


@pytest.mark.parametrize(
    ("command", "name", "error"),
    [
        ("", "``", "the command is empty"),
        (
            "echo \0",
            r"`echo \0`",
            r"the command has a NUL character in it; for a program that prints one write printf '\0'",
        ),
        ({"command": "ls", "cwd": "none"}, "`ls` in none", "there is no folder {project}/none"),
        (
            {"command": "ls", "cwd": "../.."},
            "`ls` in ../..",
            "{above} is outside the folders that this session may use: {project}",
        ),
        ({"command": "ls", "timeout_s": -1}, "`ls`", "the timeout is -1 s; give seconds above 0"),
        (
            {"command": "ls", "env": {"A=B": ""}},
            "`ls`",
            "'A=B' cannot be set in the environment: its name or value has a sign that none may have",
        ),
    ],
)
def test_what_cannot_run_is_one_line_and_the_others_run_all_the_same(
    place: Place, command: Any, name: str, error: str
) -> None:
    said = error.format(project=place.project, above=place.folder.parent)
    assert run(place, command, "echo on") == f"## {name}\n[error: {said}]\n\n## `echo on`: exit 0\non"


def test_a_missing_program_is_what_the_shell_says_of_it(place: Place) -> None:
    assert "## `nosuchprogram`: exit 127" in run(place, "nosuchprogram")


def test_what_a_command_leaves_running_is_ended_and_named_and_the_others_go_on(place: Place) -> None:
    assert run(place, "setsid -f sleep 1000; sleep 1000 & echo away", "kill -9 $$", "echo on") == (
        "## `setsid -f sleep 1000; sleep 1000 & echo away`: exit 0, left running and ended: sleep 1000; sleep 1000\n"
        "away\n\n## `kill -9 $$`: exit 137 (SIGKILL), no output\n\n## `echo on`: exit 0\non"
    )


def test_a_long_output_is_cut_within_the_budget_and_kept_whole(place: Place) -> None:
    place.environ["CLAUDE_CODE_SESSION_ID"] = ""
    text = run(place, "seq 1 5000", max_tokens=300)
    handle = re.findall(r"\[scrimp ([0-9a-f]{16}): 4,99\d of 5,000 lines", text)[0]
    assert tokens.estimate(text) <= 300
    whole = "".join(f"{number}\n" for number in range(1, 5001))
    folder = outputs.results_folder(place.event("x")["transcript_path"])
    assert os.path.dirname(outputs.path_of(handle, folder)) == folder
    with open(outputs.path_of(handle, folder), encoding="utf-8") as file:
        assert file.read() == whole


def test_what_was_cut_comes_back_by_recall_in_the_same_session(place: Place) -> None:
    async def work(calls: Calls) -> None:
        text = (await calls.call("batch_run", {"commands": ["seq 1 5000"]}, JUDGED)).text
        handle = re.findall(r"\[scrimp ([0-9a-f]{16}):", text)[0]
        part = await calls.call("recall", {"handle": handle, "lines": "4000:4001"})
        assert part == ("4000:4000\n4001:4001\n", False)

    place.session(work)


def test_a_question_is_answered_from_all_that_was_printed_and_names_the_command(place: Place) -> None:
    text = run(place, "echo: () { :; }; seq 1 3000; printf 'the port is: 8471\\n'", "false", ask="which port is it?")
    assert text.startswith("`echo: () { :; }; seq 1 3000; printf 'the port is: 8471\\n'`:")
    assert "the port is: 8471" in text
    assert text.endswith("[passages that match the question best; no model is set up to be asked]")


def test_it_says_how_far_it_is(place: Place) -> None:
    async def work(calls: Calls) -> None:
        await calls.call("batch_run", {"commands": ["true", "sleep 0.3"]}, JUDGED)
        assert calls.progress == [(1, 2, "`true`"), (2, 2, "`sleep 0.3`")]

    place.session(work)


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"sandbox": {"enabled": True}}, "Bash is sandboxed here ({file}), and batch_run would not be"),
        (
            {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "check"}]}]}},
            "a hook on Bash ({file}) would not see what batch_run runs",
        ),
    ],
)
def test_it_is_off_where_it_would_go_around_what_holds_for_bash(
    place: Place, said: dict[str, Any], reason: str
) -> None:
    file = place.rules(said, allow=["Bash"])
    found = place.call("batch_run", {"commands": ["touch made"]}, JUDGED)
    assert found.is_error
    assert found.text.endswith(f"batch_run is off here: {reason.format(file=file)}. Use Bash instead.")
    assert not (place.project / "made").exists()


def test_in_plan_mode_nothing_runs(place: Place) -> None:
    found = place.call("batch_run", {"commands": ["touch made"]}, {"permission_mode": "plan"})
    assert found.is_error
    assert found.text.endswith("batch_run does not run in plan mode")
    assert not (place.project / "made").exists()
