"""Finding transcripts: every one once, whatever its layout, and nothing that only looks like one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from scrimp.core import transcript, transcript_files
from tests.core.transcripts import SESSION, TRAPS

if TYPE_CHECKING:
    from pathlib import Path

RECORDED = TRAPS / "recorded" / "projects"


def found(*roots: Path) -> list[str]:
    return sorted(file.path for file in transcript.find([str(root) for root in roots]))


def touch(path: Path, text: str = "{}\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("path", "kind", "session", "agent"),
    [
        (f"-p/{SESSION}.jsonl", "main", SESSION, ""),
        (f"-p/{SESSION}/subagents/agent-a1.jsonl", "subagent", SESSION, "a1"),
        (f"-p/{SESSION}/subagents/workflows/wf_1/agent-a1.jsonl", "workflow", SESSION, "a1"),
        (f"-p/{SESSION}/subagents/agent-acompact-1.jsonl", "compaction", SESSION, "acompact-1"),
        (f"-p/{SESSION}/subagents/agent-aside_question-1.jsonl", "subagent", SESSION, "aside_question-1"),
        ("-p/subagents/agent-a1.jsonl", "subagent", "", "a1"),
        ("-p/agent-a1.jsonl", "subagent", "", "a1"),
    ],
)
def test_a_path_says_what_a_transcript_is(path: str, kind: str, session: str, agent: str) -> None:
    file = transcript.of_path(f"/home/dev/.claude/projects/{path}", "/home/dev/.claude/projects")
    assert (file.kind, file.session_id, file.agent_id) == (kind, session, agent)
    assert file.project_dir == "/home/dev/.claude/projects/-p"


def test_the_projects_folder_of_one_project_will_do() -> None:
    whole = found(RECORDED)
    assert len(whole) == 4
    assert found(RECORDED / "-home-dev-shop") == whole


def test_files_come_with_their_size_and_the_one_written_longest_ago_first(tmp_path: Path) -> None:
    for name, at in (("b", 30), ("a", 20), ("c", 10)):
        os.utime(touch(tmp_path / "-p" / f"{name}.jsonl"), (at, at))
    files = list(transcript.find([str(tmp_path)]))
    assert [(os.path.basename(file.path), file.size, file.mtime_ns) for file in files] == [
        ("c.jsonl", 3, 10 * 10**9),
        ("a.jsonl", 3, 20 * 10**9),
        ("b.jsonl", 3, 30 * 10**9),
    ]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    file = touch(tmp_path / "-p" / f"{SESSION}.jsonl")
    (tmp_path / "-p" / "again").symlink_to(tmp_path)
    (tmp_path / "-p" / "self").symlink_to(tmp_path / "-p" / "self")
    (tmp_path / "-p" / "self.jsonl").symlink_to(tmp_path / "-p" / "self.jsonl")
    (tmp_path / "-p" / "gone.jsonl").symlink_to(tmp_path / "nowhere")
    assert found(tmp_path) == [str(file)]


def test_a_file_that_two_ways_lead_to_is_found_once(tmp_path: Path) -> None:
    touch(tmp_path / "one" / "-p" / f"{SESSION}.jsonl")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    (tmp_path / "one" / "-p" / "also.jsonl").hardlink_to(tmp_path / "one" / "-p" / f"{SESSION}.jsonl")
    assert len(found(tmp_path / "one", tmp_path / "two", tmp_path / "one")) == 1


def test_folders_that_are_not_there_are_no_problem(tmp_path: Path) -> None:
    problems: dict[str, int] = {}
    assert list(transcript.find([str(tmp_path / "nowhere")], problems)) == []
    assert problems == {}


def test_a_folder_that_may_not_be_read_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = touch(tmp_path / "-p" / f"{SESSION}.jsonl")
    touch(tmp_path / "-locked" / "secret.jsonl")
    scan = os.scandir

    def guarded(path: str) -> object:
        if path.endswith("-locked"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", guarded)
    problems: dict[str, int] = {}
    assert [found.path for found in transcript.find([str(tmp_path)], problems)] == [str(file)]
    assert problems == {"folders that could not be read": 1}


@pytest.mark.parametrize(
    ("described", "expected"),
    [('{"agentType":"Explore"}', "Explore"), ('{"agentType":7}', "side_question"), ("half {", "side_question")],
)
def test_an_agents_type_is_in_the_file_beside_it_or_in_its_id(tmp_path: Path, described: str, expected: str) -> None:
    path = touch(tmp_path / "-p" / SESSION / "subagents" / "agent-aside_question-1f.jsonl")
    touch(path.with_suffix(".meta.json"), described)
    assert transcript_files.agent_type(transcript.of_path(str(path), str(tmp_path))) == expected


def test_an_agent_without_either_has_no_type(tmp_path: Path) -> None:
    path = touch(tmp_path / "-p" / SESSION / "subagents" / "agent-a10264b473c22dd64.jsonl")
    assert transcript_files.agent_type(transcript.of_path(str(path), str(tmp_path))) == ""
