"""In the real client: cuts that are wanted back make the next ones gentler, then stop; nothing is copied elsewhere.

One session wants three cuts of the same kind of command back, each in another way, and a subagent one of its own; a
session in another repo begins anew. What was learned, why, and purge are then asked of what the runs have left.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from typing import TYPE_CHECKING, NamedTuple

import pytest

from scrimp.cli import main as scrimp
from scrimp.core import cuts, ledger, wanted_back
from scrimp.ingest import bring_up_to_date
from tests.client.agents import KEPT
from tests.client.api import Pace
from tests.client.driver import Run, Setup, run_client
from tests.client.script import Request, Script, bash, play, read, task
from tests.client.wiring import scrimp_env, scrimp_settings

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.client.script import Reply

pytestmark = pytest.mark.client

PRINT = """#!/usr/bin/env python3
import random, sys

words = "amber birch cedar delta ember flint grove heron inlet junco kelp larch maple north ocean pearl".split()
chance = random.Random(sys.argv[1])
for line in range(900):
    print(*chance.sample(words, 9))
    if line == 450:
        print("password: SECRET-" + sys.argv[1] + "-END")
"""
FILES = {"bin/report": PRINT, "bin/other": PRINT}
SECRET = b"SECRET-"
FLUSHED_S = 0.3
"""A model takes longer, and meanwhile the client writes its transcript; a re-run is told from that alone."""
WINDOW = {"offset": 440, "limit": 20}


def printed(program: str, number: int) -> str:
    """The command that prints the report with this number."""
    return f"PATH=$PWD/bin:$PATH {program} {number}"


def kept_at(request: Request, name: str) -> str:
    """The marker's path in this call's result; one that is not there without a marker."""
    found = KEPT[0].search(request.text(name))
    return found.group(1) if found else "/no/marker"


def main(_request: Request) -> Generator[Reply, Request, None]:
    """Each report is wanted back in another way."""
    yield [bash("chmod +x bin/*")]
    request = yield [bash(printed("report", 1), "one")]
    yield [read(kept_at(request, "one"), "read", **WINDOW)]
    request = yield [bash(printed("report", 2), "two")]
    yield [bash(f"grep -n password {kept_at(request, 'two')}", "grep")]
    yield [bash(printed("report", 3), "three")]
    yield [bash(printed("report", 3), "three again")]
    yield [bash(printed("report", 4), "four")]
    yield [task("SUB-TASK look", "task")]
    yield [bash(printed("other", 6), "six")]


def sub(_request: Request) -> Generator[Reply, Request, None]:
    """Reads back what was cut in the subagent."""
    request = yield [bash(printed("other", 5), "five")]
    yield [read(kept_at(request, "five"), "read in subagent", **WINDOW)]


class Left(NamedTuple):
    """Two runs in two repos with one data folder."""

    first: Run
    second: Run
    data: str

    def cuts(self) -> list[dict[str, object]]:
        with open(os.path.join(self.data, cuts.NAME), encoding="utf-8") as journal:
            return [json.loads(line) for line in journal]


@pytest.fixture(scope="module")
def left(client: str, tmp_path_factory: pytest.TempPathFactory) -> Left:
    assert client
    first, second = str(tmp_path_factory.mktemp("first")), str(tmp_path_factory.mktemp("second"))
    data = os.path.join(first, "data")
    setup = Setup(settings=scrimp_settings(), files=FILES, env=scrimp_env(data), pace=Pace(first_s=FLUSHED_S))
    elsewhere = play([bash("chmod +x bin/*")], [bash(printed("report", 1), "one")])
    return Left(
        run_client(first, Script(main, {"SUB-TASK": sub}), setup), run_client(second, Script(elsewhere), setup), data
    )


def test_wanted_back_twice_it_is_cut_less_and_from_the_third_time_on_not_at_all(left: Left) -> None:
    sizes = [len(left.first.text(name)) for name in ("one", "two", "three")]
    assert sizes[1] > 1.5 * sizes[0]
    assert sizes[2] > 1.5 * sizes[1]
    for name in ("three again", "four"):
        assert left.first.text(name).startswith("<persisted-output>"), "as the client shows it by itself"
    assert left.first.text("read").count("\n") == WINDOW["limit"] - 1
    assert SECRET.decode() in left.first.text("grep")


def test_another_repo_begins_anew(left: Left) -> None:
    gone = len(left.second.project) - len(left.first.project)
    assert abs(len(left.second.text("one")) - len(left.first.text("one"))) <= abs(gone) + 40


def test_a_subagents_cut_is_learned_from_too(left: Left) -> None:
    assert len(left.first.text("six")) > 1.5 * len(left.first.text("five"))


def test_how_each_was_wanted_back_is_in_the_ledger_joined_to_the_calls(left: Left) -> None:
    db = ledger.connect(os.path.join(left.data, "ledger.db"))
    try:
        bring_up_to_date(db, [os.path.join(left.first.home, ".claude", "projects")], left.data)
        rows = db.execute(
            "SELECT cuts.tool_use_id, how, by_tool_use_id, is_soon, kind FROM recalls "
            "JOIN cuts USING (handle, tool_use_id, session_id) JOIN tool_calls ON tool_calls.id = cuts.tool_use_id "
            "ORDER BY recalls.at_ms"
        ).fetchall()
    finally:
        db.close()
    assert rows == [
        ("toolu_one", "read", "toolu_read", 1, "report"),
        ("toolu_two", "read", "toolu_grep", 1, "report"),
        ("toolu_three", "rerun", "", 1, "report"),
        ("toolu_five", "read", "toolu_read_in_subagent", 1, "other"),
    ]


def test_every_cut_is_joined_to_its_call_and_names_the_file_that_is_kept(left: Left) -> None:
    rows = left.cuts()
    calls = ["toolu_one", "toolu_two", "toolu_three", "toolu_five", "toolu_six", "toolu_one"]
    assert [row["tool_use_id"] for row in rows] == calls
    assert all(os.path.isfile(str(row["path"])) for row in rows)


def test_an_original_is_its_owners_alone(left: Left) -> None:
    for path in (str(row["path"]) for row in left.cuts()):
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
        assert stat.S_IMODE(os.stat(os.path.dirname(path)).st_mode) == 0o700
    for folder, _, names in os.walk(left.data):
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        for name in names:
            assert stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode) == 0o600, name


def test_what_a_command_printed_is_nowhere_but_in_originals_and_the_clients_own_files(left: Left) -> None:
    kept = {os.path.realpath(str(row["path"])) for row in left.cuts()}
    found: set[str] = set()
    for run in (left.first, left.second):
        for folder, _, names in os.walk(os.path.dirname(run.home)):
            paths = (os.path.realpath(os.path.join(folder, name)) for name in names)
            found |= {path for path in paths if os.path.isfile(path) and _holds_secret(path)}
    assert kept <= found
    clients = ("/home/.claude/", "/project/bin/", "/tmp/claude-")
    assert [path for path in found - kept if not any(part in path for part in clients)] == []


def _holds_secret(path: str) -> bool:
    with open(path, "rb") as file:
        return SECRET in file.read()


def test_why_and_outputs_tell_of_them_and_purge_leaves_nothing_of_ours(
    left: Left, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", left.first.home)
    monkeypatch.setenv("SCRIMP_HOME", left.data)
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    handle = str(left.cuts()[0]["handle"])
    assert scrimp(["compact", "--why", handle]) == 0
    head = capfd.readouterr().out.splitlines()[:2]
    assert head[0] == f"{printed('report', 1)} (exit code 0)"
    assert head[1].startswith("family plain: ")
    assert scrimp(["outputs"]) == 0
    shown = capfd.readouterr().out
    repo = os.path.realpath(left.first.project)
    assert shown.startswith("5 originals are kept, ")
    assert f"report in {repo}: wanted back 3 times, is not cut any more (family plain)\n" in shown
    assert f"other in {repo}: wanted back once, is cut less (family plain)\n" in shown
    assert scrimp(["outputs", "purge", "--yes"]) == 0
    results = os.path.join(left.first.session_dir, "tool-results")
    assert [name for name in os.listdir(results) if name.startswith("scrimp-")] == []
    assert not {cuts.NAME, wanted_back.NAME} & set(os.listdir(left.data))
    with sqlite3.connect(os.path.join(left.data, "ledger.db")) as db:
        assert {row[0] for row in db.execute("SELECT command FROM cuts")} == {""}
