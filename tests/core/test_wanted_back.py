"""What is wanted back soon after a cut makes the next cut of such a command gentler."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import cuts, limits, wanted_back
from scrimp.core.compact import compact
from scrimp.core.compact.manner import Manner

if TYPE_CHECKING:
    from pathlib import Path

REPO = "/home/dev/shop"
SESSION = "906f12f5-f438-4e9f-b163-cd65ac5d180b"


class Session:
    """A session whose call `toolu_cut` was cut; what it has done since stands in its transcript."""

    def __init__(self, folder: Path, command: str = "pytest -v") -> None:
        self.data = str(folder / "data")
        self.command = command
        self.transcript = folder / f"{SESSION}.jsonl"
        self.results = folder / SESSION / "tool-results"
        self.transcript.write_text("")
        self.say({"type": "user", "message": {"content": [{"type": "tool_result", "tool_use_id": "toolu_cut"}]}})

    def say(self, line: dict[str, Any]) -> None:
        with self.transcript.open("a") as file:
            file.write(json.dumps(line, separators=(",", ":")) + "\n")

    def reply(self, number: int, tool: str = "Bash") -> None:
        """A reply in two lines, as the client writes it."""
        for block in ({"type": "text"}, {"type": "tool_use", "name": tool}):
            self.say({"type": "assistant", "message": {"id": f"msg_{number}", "content": [block]}})

    def cut(self, handle: str = "3f9c02d41b7a8e55") -> dict[str, Any]:
        row = {
            "handle": handle, "session_id": SESSION, "tool_use_id": "toolu_cut", "project": REPO, "tool": "Bash",
            "command": self.command, "family": "pytest", "path": str(self.results / f"scrimp-{handle}.txt"),
        }  # fmt: skip
        cuts.record(self.data, row)
        return row

    def steps(self, command: str = "pytest -v", repo: str = REPO) -> dict[str, int]:
        return wanted_back.steps_of(self.data, repo, command)


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("pytest -v tests/x.py", "pytest"),
        ("cd /srv/shop && FOO=1 git log -p -n 3 | head -50", "git log"),
        ("python3 -m pytest -q", "pytest"),
        ("/usr/bin/npm ls --all", "npm ls"),
        ("npm run test:unit", "npm run"),
        ("./scripts/build.sh --all 2>&1", "build.sh"),
        ("make", ""),
        ("", ""),
    ],
)
def test_commands_are_of_a_kind_by_program_and_first_plain_word(command: str, kind: str) -> None:
    assert wanted_back.kind_of(command) == (kind or command)


@pytest.mark.parametrize("how", [wanted_back.RECALL, wanted_back.READ])
def test_what_is_read_back_soon_counts_once_for_its_command_in_its_repo(tmp_path: Path, how: str) -> None:
    session = Session(tmp_path)
    for number in range(limits.RETURN_TURNS):
        session.reply(number)
    assert wanted_back.note(session.data, session.cut(), how)
    assert wanted_back.note(session.data, session.cut(), how)
    assert session.steps("pytest tests/y.py") == {"pytest": 1}
    assert (session.steps("git log"), session.steps(repo="/home/dev/blog")) == ({}, {})


def test_what_is_read_back_late_is_written_down_and_does_not_count(tmp_path: Path) -> None:
    session = Session(tmp_path)
    for number in range(limits.RETURN_TURNS + 1):
        session.reply(number)
    assert not wanted_back.note(session.data, session.cut(), wanted_back.RECALL, "toolu_recall")
    assert session.steps() == {}
    (line,) = (tmp_path / "data" / wanted_back.NAME).read_text().splitlines()
    row = json.loads(line)
    assert row.pop("at_ms") > 0
    assert row == {
        "how": "recall", "is_soon": 0, "by_tool_use_id": "toolu_recall", "handle": "3f9c02d41b7a8e55",
        "session_id": SESSION, "tool_use_id": "toolu_cut", "repo": REPO, "family": "pytest", "kind": "pytest",
    }  # fmt: skip


def test_a_rerun_counts_unless_a_file_was_changed_before_it(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.cut()
    session.reply(1)
    wanted_back.note_rerun(session.data, SESSION, "pytest -v 2>&1 | tail -50")
    assert session.steps() == {"pytest": 1}
    (tmp_path / "b").mkdir()
    changed = Session(tmp_path / "b")
    changed.cut()
    changed.reply(1, "Edit")
    wanted_back.note_rerun(changed.data, SESSION, "pytest -v")
    wanted_back.note_rerun(changed.data, "another", "pytest -v")
    wanted_back.note_rerun(changed.data, SESSION, "pytest -q")
    assert changed.steps() == {}


def test_twice_wanted_back_it_is_cut_less_then_not_at_all() -> None:
    text = "".join(f"building {chr(97 + n % 26) * 9} part\n" for n in range(3_000)) + "error: disk full\n"

    def size(times: int) -> int:
        manner = Manner(wanted_back={"plain": times})
        result = compact(text, command="make", exit_code=2, raw_limit=9_900, cap=100_000, manner=manner)
        assert result.family == "plain"
        return len(result.text)

    sizes = [size(times) for times in range(4)]
    assert sizes == sorted(sizes)
    assert sizes[1] > 1.5 * sizes[0]
    assert sizes[2] > 1.5 * sizes[1]
    assert sizes[3] == len(text)


def test_broken_journals_and_transcripts_teach_nothing(tmp_path: Path) -> None:
    session = Session(tmp_path)
    row = session.cut()
    session.transcript.unlink()
    assert not wanted_back.note(session.data, row, wanted_back.READ)
    (tmp_path / "data" / wanted_back.NAME).write_bytes(b"\xff\n{\n[1]\n")
    assert session.steps() == {}
    assert wanted_back.cut_at(session.data, "/x/scrimp-0.txt") is None
    assert not wanted_back.note(session.data, {}, wanted_back.READ)
