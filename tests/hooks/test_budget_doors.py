"""What each door asks of the gate, and what it answers to each verdict."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hooks import dispatch
from hooks.steps import budget_doors, judging
from scrimp.cli.wiring import entries
from scrimp.core import bundle_root, ledger
from scrimp.core.budget import gate, signs
from scrimp.core.ledger import prompts
from tests.hooks import recorded

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrimp.core.budget.where import Where

    Doors = Callable[..., "dict[str, Any] | None"]

GO = gate.Verdict(gate.GO, "", "", "", [])
WARN = gate.Verdict(gate.GO, "", "half is spent", "50 % of sessionUsd is spent", [])
LAND = gate.Verdict(gate.LAND, "two more fit", "answer now", "the agent is told to answer", [])
STOP = gate.Verdict(gate.STOP, "sessionUsd $5 is spent", "", "", [])


class Gate:
    """Stands in for the real one: gives `verdict` and `landing`, and remembers what it was `asked`."""

    def __init__(self) -> None:
        self.verdict = GO
        self.landing = ""
        self.asked: list[dict[str, Any]] = []
        self.released: list[str] = []
        self.not_begun: list[str] = []
        self.unfit_because = ""
        self.requests: list[int] = []

    def judge(self, _db: object, _rules: object, where: Where, _environ: object, **asked: Any) -> gate.Verdict:
        self.asked.append({"agent_id": where.agent_id, "woken_by": where.woken_by, **asked})
        return self.verdict

    def is_landing(self, _db: object, _where: Where) -> str:
        return self.landing

    def release(self, _db: object, where: Where) -> None:
        self.released.append(where.agent_id)

    def not_started(self, _db: object, _where: Where, call_ids: list[str]) -> None:
        self.not_begun += call_ids

    def unfit(self, _db: object, _rules: object, _where: Where, _environ: object, requests: int) -> str:
        self.requests.append(requests)
        return self.unfit_because


class House:
    """Doors with a limit behind them."""

    def __init__(self, root: Path, gate: Gate) -> None:
        self.gate = gate
        (root / ".claude").mkdir()
        (root / ".claude/scrimp.json").write_text('{"budget": {"sessionUsd": 5}}')
        self.environ = {"HOME": str(root), "SCRIMP_HOME": str(root / "data"), "CLAUDE_PROJECT_DIR": str(root)}

    def tell(self, name: str) -> None:
        """The thread of this event has been told to answer."""
        event = recorded.event(name)
        signs.put(self.environ["SCRIMP_HOME"], event["session_id"], event.get("agent_id", ""))

    def at(self, door: Doors, name: str, **changes: Any) -> dict[str, Any] | None:
        event = recorded.event(name, **changes)
        return door(event, dispatch.State(self.environ, event))


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    stand_in = Gate()
    for name in ("judge", "is_landing", "release", "not_started", "unfit"):
        monkeypatch.setattr(judging.gate, name, getattr(stand_in, name))
    return House(tmp_path, stand_in)


@pytest.mark.parametrize(
    ("verdict", "answer"),
    [
        (GO, None),
        (WARN, {"message": WARN.to_person, "context": WARN.to_agent}),
        (LAND, {"message": LAND.to_person, "context": LAND.to_agent}),
        (STOP, {"block": STOP.reason}),
    ],
)
def test_a_prompt_goes_is_spoken_to_or_is_blocked(
    house: House, verdict: gate.Verdict, answer: dict[str, Any] | None
) -> None:
    house.gate.verdict = verdict
    assert house.at(budget_doors.at_prompt, "prompt") == answer
    chars = len(recorded.event("prompt")["prompt"])
    assert house.gate.asked == [{"agent_id": "", "woken_by": ("", ""), "new_chars": chars, "door": gate.PROMPT}]


@pytest.mark.parametrize(
    ("name", "woken_by"),
    [
        ("woken_by_agent", ("toolu_main_5", "a1104e806ca2be392")),
        ("woken_by_command", ("toolu_main_4", "bztew2dym")),
    ],
)
def test_a_wake_up_is_gated_as_what_woke_it_and_blocked_without_its_text(
    house: House, name: str, woken_by: tuple[str, str]
) -> None:
    house.gate.verdict = STOP
    assert house.at(budget_doors.at_prompt, name) == {"block": STOP.reason, "is_hidden": True}
    assert [asked["woken_by"] for asked in house.gate.asked] == [woken_by]


def test_an_agents_end_while_main_works_is_left_to_the_batch_that_it_came_with(house: House) -> None:
    """Blocked, the notice would be lost and the next request be sent all the same."""
    house.gate.verdict = STOP
    event = recorded.event("agents_end_while_working")
    with ledger.opened(ledger.path_of(house.environ)) as db:
        prompts.record(db, event["session_id"], event["prompt_id"], 1)
    assert house.at(budget_doors.at_prompt, "agents_end_while_working") is None
    assert house.gate.asked == []


@pytest.mark.parametrize("name", ["tool_agent", "tool_agent_in_background", "tool_send_message", "tool_workflow"])
@pytest.mark.parametrize(
    ("verdict", "answer"),
    [
        (GO, None),
        (WARN, {"message": WARN.to_person, "context": WARN.to_agent}),
        (LAND, {"deny": LAND.reason}),
        (STOP, {"deny": STOP.reason}),
    ],
)
def test_an_agent_starts_only_if_more_than_its_answer_fits(
    house: House, name: str, verdict: gate.Verdict, answer: dict[str, Any] | None
) -> None:
    house.gate.verdict = verdict
    assert house.at(budget_doors.at_tool, name) == answer
    assert [asked["door"] for asked in house.gate.asked] == [gate.AGENT_START]


def test_an_agents_start_names_its_type_its_model_and_what_it_is_given(house: House) -> None:
    given = {
        "prompt": "look",
        "description": "",
        "subagent_type": "Explore",
        "model": "haiku",
        "run_in_background": True,
    }
    house.at(budget_doors.at_tool, "tool_agent", tool_input=given)
    (asked,) = house.gate.asked
    assert (asked["agent_type"], asked["model"], asked["new_chars"]) == ("Explore", "haiku", len("lookExplorehaiku"))


@pytest.mark.parametrize("name", ["tool_bash", "tool_bash_in_subagent", "tool_agent"])
def test_a_thread_that_is_told_to_answer_has_no_tools(house: House, name: str) -> None:
    house.gate.landing = "two requests are left: give your answer now"
    house.tell(name)
    assert house.at(budget_doors.at_tool, name) == {"deny": house.gate.landing}
    assert house.gate.asked == []


def test_once_it_may_go_on_its_tools_are_not_looked_up_again(house: House) -> None:
    house.tell("tool_bash")
    assert house.at(budget_doors.at_tool, "tool_bash") is None
    house.gate.landing = "asked for in vain"
    assert house.at(budget_doors.at_tool, "tool_bash") is None


def test_a_sign_of_a_thread_is_no_other_threads_whatever_it_is_called(tmp_path: Path) -> None:
    signs.put(str(tmp_path), "../../etc", "x/y")
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["of-.._.._etc.x_y"]
    assert signs.is_up(str(tmp_path), "../../etc", "x/y")
    assert not signs.is_up(str(tmp_path), "../../etc", "")
    signs.take_down(str(tmp_path), "../../etc", "x/y")
    signs.take_down(str(tmp_path), "../../etc", "x/y")
    assert not signs.is_up(str(tmp_path), "../../etc", "x/y")


def test_the_tool_by_which_an_answer_is_given_is_not_denied(house: House) -> None:
    house.gate.landing = "two requests are left: give your answer now"
    assert house.at(budget_doors.at_tool, "tool_bash", tool_name="StructuredOutput") is None


def test_other_tools_run_without_asking_the_gate(house: House) -> None:
    house.gate.verdict = STOP
    assert house.at(budget_doors.at_tool, "tool_bash") is None
    assert house.gate.asked == []


@pytest.mark.parametrize("name", ["subagent_stop", "subagent_stop_in_background"])
def test_an_agents_end_gives_back_what_it_had_reserved(house: House, name: str) -> None:
    assert house.at(budget_doors.at_end, name) is None
    assert house.gate.released == [recorded.event(name)["agent_id"]]


def test_a_batch_brings_all_its_text_into_the_context(house: House) -> None:
    event = recorded.event("batch_with_agent")
    event["tool_calls"][0]["tool_input"] = {"prompt": "look"}
    event["tool_calls"][0]["tool_response"] = [{"type": "text", "text": "Looked."}, {"type": "image", "data": None}]
    judging.batch(event, dispatch.State(house.environ, event).settings.budget, house.environ)
    texts = "Agent", "look", event["tool_calls"][0]["tool_use_id"], "text", "Looked.", "image"
    assert [asked["new_chars"] for asked in house.gate.asked] == [sum(map(len, texts))]


@pytest.mark.parametrize(
    ("door", "name"),
    [
        (budget_doors.at_prompt, "prompt"),
        (budget_doors.at_tool, "tool_agent"),
        (budget_doors.at_end, "subagent_stop"),
        (budget_doors.at_end, "stop"),
        (budget_doors.at_compaction, "pre_compact"),
        (budget_doors.at_change, "config_change"),
    ],
)
def test_without_a_limit_no_door_does_anything(house: House, tmp_path: Path, door: Doors, name: str) -> None:
    (tmp_path / ".claude/scrimp.json").write_text("{}")
    house.gate.verdict = STOP
    house.gate.landing = "answer now"
    assert house.at(door, name) is None
    assert (house.gate.asked, house.gate.released) == ([], [])
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("name", ["stop", "subagent_stop"])
def test_a_thread_that_has_answered_ends_for_good_where_nothing_more_fits(house: House, name: str) -> None:
    house.gate.unfit_because = "scrimp: all is spent"
    assert house.at(budget_doors.at_end, name) == {"stop": "scrimp: all is spent"}
    assert house.gate.requests == [1]


def test_a_compaction_that_does_not_fit_is_blocked(house: House) -> None:
    assert house.at(budget_doors.at_compaction, "pre_compact") is None
    house.gate.unfit_because = "scrimp: all is spent"
    assert house.at(budget_doors.at_compaction, "pre_compact") == {"block": "scrimp: all is spent"}
    assert house.gate.requests == [2, 2]


def test_a_change_of_settings_is_kept_from_a_limited_session_where_it_would_take_its_gate_away(house: House) -> None:
    path = f"{house.environ['HOME']}/.claude/settings.json"
    wired = {"hooks": entries.for_budget(bundle_root(), sys.executable)}
    for kept, text in (
        (False, "{}"),
        (True, json.dumps(wired)),
        (False, json.dumps({**wired, "disableAllHooks": True})),
    ):
        Path(path).write_text(text)
        answer = house.at(budget_doors.at_change, "config_change", file_path=path)
        assert (answer is None) is kept


AGENT_RESPONSES = {
    "Agent type 'nonesuch' not found.": True,
    "[Subagent hand-back] The text below is the final report": True,
    '{"success":false,"message":"No agent named nobody is reachable."}': True,
    "Async agent launched successfully.": False,
}


@pytest.mark.parametrize("said", AGENT_RESPONSES)
def test_what_was_reserved_for_an_agent_that_did_not_start_is_given_back(house: House, said: str) -> None:
    event = recorded.event("batch_with_agent")
    is_error = said.startswith("Agent type")
    event["tool_calls"][0]["tool_response"] = said if is_error else [{"type": "text", "text": said}]
    judging.batch(event, dispatch.State(house.environ, event).settings.budget, house.environ)
    assert house.gate.not_begun == (["toolu_main_4"] if AGENT_RESPONSES[said] else [])
