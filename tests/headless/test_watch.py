from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from scrimp.headless.child import Ended
from scrimp.headless.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SESSION = "11111111-2222-4333-8444-555555555555"
PID = 4711
SAID = '{"type":"assistant","message":{"content":[{"type":"text","text":"a \\"type\\":\\"tool_result\\" said"}]}}\n'
TOOLS_RAN = '{"type":"user","message":{"content":[{"type":"tool_result","content":"made"}]}}\n'


class Scene:
    """A home, a clock, and whether a gate has checked in."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.now_s = 0.0
        self.has_gate = False
        self.asked: list[str] = []

    @property
    def transcript(self) -> Path:
        return self.home / ".claude" / "projects" / "-repo" / f"{SESSION}.jsonl"

    def note(self, pid: int, session_id: str, **more: str) -> None:
        notes = self.home / ".claude" / "sessions"
        notes.mkdir(parents=True, exist_ok=True)
        (notes / f"{pid}.json").write_text(json.dumps({"pid": pid, "sessionId": session_id, **more}))

    def watch(self, session_id: str = SESSION, pid: int = PID) -> Callable[[], None]:
        def checked_in(session: str) -> bool:
            self.asked.append(session)
            return self.has_gate

        watch = Watch({"HOME": str(self.home)}, session_id, checked_in, lambda: self.now_s)
        return lambda: watch(pid)

    def write(self, *lines: str) -> None:
        self.transcript.parent.mkdir(parents=True, exist_ok=True)
        with self.transcript.open("a") as file:
            file.writelines(lines)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def test_before_tools_have_run_nothing_is_asked_of_the_gate(scene: Scene) -> None:
    look = scene.watch()
    look()
    scene.write(SAID, TOOLS_RAN[:-1])
    look()
    scene.now_s = 99.0
    look()
    assert scene.asked == []


def test_a_gate_that_has_checked_in_is_asked_for_once(scene: Scene) -> None:
    look = scene.watch()
    scene.has_gate = True
    scene.write(SAID, TOOLS_RAN)
    look()
    look()
    assert scene.asked == [SESSION]


def test_without_a_gate_the_run_is_ended_once_it_has_had_time_to_start(scene: Scene) -> None:
    look = scene.watch()
    scene.write(TOOLS_RAN)
    look()
    scene.now_s = 1.9
    look()
    scene.now_s = 2.0
    with pytest.raises(Ended, match="no gate has checked in"):
        look()


def test_what_tools_brought_in_the_past_of_a_session_does_not_count(scene: Scene) -> None:
    scene.write(TOOLS_RAN)
    look = scene.watch()
    look()
    scene.now_s = 99.0
    look()
    assert scene.asked == []
    scene.write(TOOLS_RAN)
    look()
    assert scene.asked == [SESSION]


def test_a_session_whose_id_the_client_chose_is_found_by_its_process(scene: Scene) -> None:
    look = scene.watch("")
    look()
    notes = scene.home / ".claude" / "sessions"
    notes.mkdir(parents=True)
    (notes / f"{PID}.json").write_text("{")
    look()
    (notes / f"{PID}.json").write_text(json.dumps({"pid": PID, "sessionId": "of nobody"}))
    look()
    (notes / f"{PID}.json").write_text(json.dumps({"pid": PID, "sessionId": SESSION}))
    look()
    scene.write(TOOLS_RAN)
    look()
    assert scene.asked == [SESSION]


def test_a_transcript_that_is_moved_away_is_not_there_yet(scene: Scene) -> None:
    look = scene.watch()
    scene.write(SAID)
    look()
    scene.transcript.rename(scene.home / "moved")
    look()
    assert scene.asked == []
    scene.write(TOOLS_RAN)
    look()
    assert scene.asked == [SESSION]


@pytest.mark.parametrize("place", ["sessions", "projects"])
def test_what_cannot_be_read_is_not_there_yet(scene: Scene, place: str) -> None:
    (scene.home / ".claude").mkdir()
    (scene.home / ".claude" / place).write_text("no folder")
    scene.watch()()
    scene.watch("")()
    assert scene.asked == []


WAITS = "import sys; sys.stdin.read()"
STARTS = f"""
import subprocess, sys
process = subprocess.Popen([sys.executable, "-c", {WAITS!r}])
print(process.pid, flush=True)
process.wait()
"""


def test_a_session_is_found_by_a_process_below_the_one_that_was_started(scene: Scene) -> None:
    with subprocess.Popen([sys.executable, "-c", STARTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as wrapper:
        assert wrapper.stdout
        assert wrapper.stdin
        client = int(wrapper.stdout.readline())
        look = scene.watch("", wrapper.pid)
        scene.note(os.getpid(), "of one who is above")
        scene.note(client, SESSION)
        look()
        scene.write(TOOLS_RAN)
        look()
        wrapper.stdin.close()
    assert scene.asked == [SESSION]


def test_of_two_that_are_below_the_upper_one_is_ours(scene: Scene) -> None:
    with subprocess.Popen([sys.executable, "-c", STARTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as outer:
        assert outer.stdout
        assert outer.stdin
        inner = int(outer.stdout.readline())
        look = scene.watch("", os.getpid())
        scene.note(inner, "of one that ours has started")
        scene.note(outer.pid, SESSION)
        look()
        scene.write(TOOLS_RAN)
        look()
        outer.stdin.close()
    assert scene.asked == [SESSION]


def test_a_process_that_cannot_be_looked_at_is_ours_if_it_has_begun_since_in_our_folder(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unseen(_: int) -> None:
        return None

    monkeypatch.setattr("scrimp.limiting.person.process", unseen)
    look = scene.watch("")
    scene.note(PID + 1, "of another folder", cwd=str(scene.home))
    scene.note(PID + 2, "of the past", cwd=os.getcwd())
    os.utime(scene.home / ".claude" / "sessions" / f"{PID + 2}.json", (1, 1))
    scene.note(PID + 3, SESSION, cwd=os.getcwd())
    look()
    scene.write(TOOLS_RAN)
    look()
    assert scene.asked == [SESSION]
