"""Lists of commands: side by side or in order, each with its output or one clear error."""

from __future__ import annotations

import asyncio
import os
import re
from typing import TYPE_CHECKING

from scrimp.batch import shown
from scrimp.core import limits
from scrimp.running.commands import Command
from scrimp.running.runner import Order

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from scrimp.batch.item import Item
    from tests.running.sessions import Session

IN_ORDER = Order(is_sequential=True)
UP_TO_A_FAILURE = Order(is_sequential=True, stops_on_failure=True)


def said(items: Sequence[Item], budget_tokens: int = 5_000) -> str:
    """The answer, with every time as 0.0 s."""
    return re.sub(r"\b\d+\.\d s\b", "0.0 s", shown.answer(items, budget_tokens))


def test_each_command_has_its_heading_and_its_output_in_the_order_of_the_call(session: Session) -> None:
    items = session.run("echo out; echo err >&2; exit 3", "printf 'no line break'", "true", "kill -SEGV $$")
    assert said(items) == (
        "## `echo out; echo err >&2; exit 3`: exit 3, 0.0 s\nout\nerr\n\n"
        "## `printf 'no line break'`: exit 0, 0.0 s\nno line break\n\n"
        "## `true`: exit 0, 0.0 s, no output\n\n"
        "## `kill -SEGV $$`: exit 139 (SIGSEGV), 0.0 s, no output"
    )


def test_a_long_or_many_lined_command_is_named_by_its_beginning(session: Session) -> None:
    items = session.run("for n in 1 2\ndo echo $n\ndone", "true " + "x" * 500)
    assert said(items) == (
        "## `for n in 1 2 …`: exit 0, 0.0 s\n1\n2\n\n## `true " + "x" * 115 + " …`: exit 0, 0.0 s, no output"
    )


def test_independent_commands_run_side_by_side(session: Session) -> None:
    os.mkfifo(session.project / "ping")
    os.mkfifo(session.project / "pong")
    items = session.run("echo one > ping; cat pong", "cat ping; echo two > pong")  # alone, each would wait for ever
    assert [item.within(100).text for item in items] == ["two\n", "one\n"]


def test_no_more_than_the_limit_run_at_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RUN_AT_ONCE", 2)
    command = "echo + >> log; for n in 1 2 3 4 5 6 7 8; do /bin/true; done; echo - >> log"
    session.run(*[command] * 9)
    running = most = 0
    for sign in (session.project / "log").read_text().split():
        running += 1 if sign == "+" else -1
        most = max(most, running)
    assert (running, most) == (0, 2)


def test_sequential_commands_run_in_their_order_and_all_of_them(session: Session) -> None:
    items = session.run("sleep 0.1; echo 1 >> log", "exit 1", "echo 2 >> log", order=IN_ORDER)
    assert [item.heading.partition(": ")[2][:6] for item in items] == ["exit 0", "exit 1", "exit 0"]
    assert (session.project / "log").read_text() == "1\n2\n"


def test_up_to_the_first_failure_the_rest_is_named_as_not_run(session: Session) -> None:
    assert said(session.run("echo a", "false", "touch never", "echo b", order=UP_TO_A_FAILURE)) == (
        "## `echo a`: exit 0, 0.0 s\na\n\n"
        "## `false`: exit 1, 0.0 s, no output\n\n"
        "## `touch never`\n[error: not run: `false` failed]\n\n"
        "## `echo b`\n[error: not run: `false` failed]"
    )
    assert not (session.project / "never").exists()


def test_a_command_that_is_refused_is_a_failure_that_stops_the_rest_too(session: Session) -> None:
    session.refusal = lambda command: "denied by Bash(touch a)" if command.command == "touch a" else ""
    assert said(session.run("touch a", "touch b", order=UP_TO_A_FAILURE)) == (
        "## `touch a`\n[error: denied by Bash(touch a)]\n\n## `touch b`\n[error: not run: `touch a` failed]"
    )
    assert os.listdir(session.project) == []


def test_what_is_wrong_with_one_leaves_the_others_results_intact(session: Session) -> None:
    (session.project / "file").write_text("")
    (session.project / "away").symlink_to(session.home)
    session.refusal = lambda command: "denied by Bash(rm:*) in .claude/settings.json" if "rm" in command.command else ""
    project, home = session.project, session.home
    items = session.run(
        "echo first",
        " \n",
        "echo a\0b",
        "rm -rf x",
        "echo \ud800",
        Command("pwd", environ={"A": "\ud800"}),
        Command("pwd", folder="gone"),
        Command("pwd", folder="file"),
        Command("pwd", folder="away"),
        Command("pwd", folder=".."),
        Command("pwd", folder="a\0b"),
        Command("pwd", timeout_s=-1),
        Command("pwd", timeout_s=float("nan")),
        Command("pwd", environ={"A=B": "c"}),
        Command("pwd", environ={"A": "b\0c"}),
        "nosuchprogram",
        ": " + "x" * 200_000,
        "echo last",
    )
    outside = f"is outside the folders that this session may use: {project}"
    unset = "cannot be set in the environment: its name or value has a sign that none may have"
    assert shown.answer(items, 5_000).encode().count(b"\n[error: ") == 15
    surrogate = "the command, its folder or a variable has half a surrogate pair in it, which no program can be given"
    assert [item.error for item in items] == [
        "",
        "the command is empty",
        r"the command has a NUL character in it; for a program that prints one write printf '\0'",
        "denied by Bash(rm:*) in .claude/settings.json",
        surrogate,
        surrogate,
        f"there is no folder {project}/gone",
        f"{project}/file is not a folder",
        f"{home} {outside}",
        f"{project.parent} {outside}",
        "the folder's name has a NUL character in it",
        "the timeout is -1 s; give seconds above 0",
        "the timeout is nan s; give seconds above 0",
        f"'A=B' {unset}",
        f"'A' {unset}",
        "",
        "not started: Argument list too long",
        "",
    ]
    assert [items[place].within(100).text for place in (0, 15, 17)] == [
        "first\n",
        f"{session_shell()}: line 1: nosuchprogram: command not found\n",
        "last\n",
    ]


def session_shell() -> str:
    """The bash that a session without SHELL gets."""
    return next(os.path.join(one, "bash") for one in os.environ["PATH"].split(":") if os.path.exists(f"{one}/bash"))


def test_a_shell_that_cannot_be_started_is_an_error(session: Session) -> None:
    broken = session.home / "bash"
    broken.write_text("#!/nowhere/at/all\n")
    broken.chmod(0o700)
    session.environ["SHELL"] = str(broken)
    assert session.one("true").error == "not started: No such file or directory"


def test_a_command_runs_in_its_folder_with_its_variables_without_input_and_without_a_terminal(session: Session) -> None:
    (session.project / "sub").mkdir()
    command = 'echo "$PWD $GREETING $CLAUDECODE $GIT_EDITOR"; pwd; wc -c; test -t 1 || echo no terminal; : < /dev/tty'
    item = session.one(Command(command, "sub", environ={"GREETING": "hello"}))
    folder = f"{session.project}/sub"
    assert "in sub: exit 1, " in item.heading
    assert item.within(500).text == (
        f"{folder} hello 1 true\n{folder}\n0\nno terminal\n"
        f"{session_shell()}: line 1: /dev/tty: No such device or address\n"
    )


def test_each_end_is_told_as_it_comes(session: Session) -> None:
    told: list[tuple[int, int, str]] = []

    async def progress(done: int, of: int, last: str) -> None:
        told.append((done, of, last))

    session.run("true", "false", order=IN_ORDER, progress=progress)
    assert told == [(1, 2, "`true`"), (2, 2, "`false`")]


def test_calls_of_one_reply_run_concurrently_in_one_runner(session: Session) -> None:
    os.mkfifo(session.project / "line")

    async def two_calls() -> tuple[list[Item], list[Item]]:
        runner = session.runner()
        try:
            return await asyncio.gather(
                runner.run([Command("cat line")], session.call), runner.run([Command("echo hi > line")], session.call)
            )
        finally:
            await runner.aclose()

    assert [items[0].within(50).text for items in asyncio.run(two_calls())] == ["hi\n", ""]


def test_nothing_of_an_output_has_a_name_in_the_scratch_folder_while_it_runs(session: Session) -> None:
    item = session.one(f"echo some; ls -A '{session.scratch}'; stat -c %a '{session.scratch}'")
    assert item.within(50).text == "some\n700\n"
