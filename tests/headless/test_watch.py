from __future__ import annotations

import json
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

    def watch(self, session_id: str = SESSION) -> Callable[[], None]:
        def checked_in(session: str) -> bool:
            self.asked.append(session)
            return self.has_gate

        watch = Watch({"HOME": str(self.home)}, session_id, checked_in, lambda: self.now_s)
        return lambda: watch(PID)

    def write(self, *lines: str) -> None:
        path = self.home / ".claude" / "projects" / "-repo" / f"{SESSION}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as file:
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
