"""How each run of a subagent went, from transcripts, and what `scrimp routes` makes of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.cli import main
from scrimp.core import ledger
from tests.routing.transcripts import Talk

if TYPE_CHECKING:
    from pathlib import Path

LOOK = (("Read", {"file_path": "src/a.py"}), ("Bash", {"command": "pytest -q"}))


@pytest.fixture
def talk() -> Talk:
    talk = Talk()
    talk.prompt("Do it")
    return talk


def routes(tmp_path: Path, talk: Talk, capfd: pytest.CaptureFixture[str], *words: str) -> Any:
    """The rows that `scrimp routes --json` gives."""
    talk.write(tmp_path / "projects")
    assert main(command(tmp_path, "--json", *words), environ(tmp_path)) == 0
    return json.loads(capfd.readouterr().out)


def command(tmp_path: Path, *words: str) -> list[str]:
    return ["routes", "--projects", str(tmp_path / "projects"), "--ledger", str(tmp_path / "ledger.db"), *words]


def environ(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path / "data")}


def test_each_way_in_which_a_run_fails_is_told_from_success(
    tmp_path: Path, talk: Talk, capfd: pytest.CaptureFixture[str]
) -> None:
    talk.agent("a1", "Find one", "src/a.py:1", calls=LOOK)
    talk.call("Read", file_path="/repo/src/a.py")  # what it was told of
    talk.agent("a2", "Find two", "could not: read src/a.py")
    talk.agent("a3", "Find three", "API Error: 500", calls=LOOK, ends="error")
    talk.agent("a4", "Find four", ends="turns")
    talk.agent("a5", "Find five", stop_reason="refusal")
    talk.agent("a6", "Find six!")
    talk.agent("a7", "find  SIX")
    talk.agent("a8", "Find eight", calls=(("Bash", {"command": "make  lint"}),))
    talk.call("Bash", command="make lint")
    talk.agent("a9", "Find nine", ends="never")
    talk.prompt("No, that is not it")
    talk.agent("b1", "Find six")  # under another prompt: not the same brief again
    talk.call("Bash", command="pytest -q")  # what a1 did, but the person has spoken since

    (row,) = routes(tmp_path, talk, capfd)
    columns = ("agent", "model", "effort", "runs", "successes", "failures", "corrected", "unfinished")
    assert {name: row[name] for name in columns} == {
        "agent": "scout",
        "model": "claude-haiku-5-5",
        "effort": "low",
        "runs": 9,
        "successes": 3,
        "failures": "1 brief again, 1 could not, 1 error, 1 max_turns, 1 redone, 1 refused",
        "corrected": 8,
        "unfinished": 1,
    }
    # a request is 100 · $0.10 + 50 · $0.50 a million; one of the 14 is that of the run without an end
    assert row["cost_usd"] == "0.00049"
    assert row["success_usd"] == "0.000151666667"
    assert (row["quality"], row["is_enough"], row["turns"]) == (0.3333, "no", 1)


def test_a_run_in_the_background_ends_with_its_notice(
    tmp_path: Path, talk: Talk, capfd: pytest.CaptureFixture[str]
) -> None:
    talk.agent("a1", "Find one", calls=LOOK)
    talk.call("Bash", command="pytest -q")  # while it runs: its report is not there yet
    talk.background("a1")
    talk.agent("a2", "Find two")
    talk.background("a2", "failed")
    talk.agent("a3", "Find three")
    talk.background("a3", "killed")
    (row,) = routes(tmp_path, talk, capfd)
    assert (row["runs"], row["successes"], row["failures"]) == (3, 1, "1 error, 1 interrupted")


def test_models_are_told_apart_and_a_retry_on_another_counts_against_the_first(
    tmp_path: Path, talk: Talk, capfd: pytest.CaptureFixture[str]
) -> None:
    talk.agent("a1", "Find one")
    talk.agent("a2", "Find one", model="claude-sonnet-5-5")
    talk.write(tmp_path / "projects")
    words = ("--json", "--model", "haiku")
    assert main(command(tmp_path, "--json"), environ(tmp_path)) == 0
    rows = json.loads(capfd.readouterr().out)
    assert [(row["model"], row["successes"]) for row in rows] == [("claude-haiku-5-5", 0), ("claude-sonnet-5-5", 1)]
    assert main(command(tmp_path, *words), environ(tmp_path)) == 0
    assert [row["failures"] for row in json.loads(capfd.readouterr().out)] == ["1 brief again"]


def test_what_is_known_stays_when_the_transcripts_are_gone_and_few_runs_say_so(
    tmp_path: Path, talk: Talk, capfd: pytest.CaptureFixture[str]
) -> None:
    talk.agent("a1", "Find one")
    before = routes(tmp_path, talk, capfd)
    for path in (tmp_path / "projects").rglob("*.jsonl"):
        path.unlink()
    assert main(command(tmp_path), environ(tmp_path)) == 0
    assert "1 of 1 rows have fewer than 10 runs: no conclusion" in capfd.readouterr().out
    assert main(command(tmp_path, "--json"), environ(tmp_path)) == 0
    assert json.loads(capfd.readouterr().out) == before


def test_a_session_is_judged_again_only_when_it_has_grown(
    tmp_path: Path, talk: Talk, capfd: pytest.CaptureFixture[str]
) -> None:
    talk.agent("a1", "Find one")
    routes(tmp_path, talk, capfd)
    with ledger.opened(str(tmp_path / "ledger.db")) as db:
        db.execute("UPDATE agent_runs SET ended = 'marked'")
        db.commit()
    assert main(command(tmp_path, "--json"), environ(tmp_path)) == 0
    assert json.loads(capfd.readouterr().out)[0]["failures"] == "1 marked"
    (path,) = (tmp_path / "projects").rglob("agent-*.jsonl")
    path.write_text(path.read_text() + '{"type":"system"}\n')
    assert main(command(tmp_path, "--json"), environ(tmp_path)) == 0
    assert json.loads(capfd.readouterr().out)[0]["successes"] == 1
