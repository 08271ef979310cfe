"""What the budget's doors rely on in the client's hooks (2.1.330). When one of these fails, the client has changed."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.client.driver import Run, Setup, run_client
from tests.client.script import Call, Request, Script, bash, play
from tests.client.spending import agent

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.client

Event = dict[str, Any]

EVENTS = ("UserPromptSubmit", "PreToolUse", "PostToolBatch", "SubagentStart", "SubagentStop")
SKIP = ("--dangerously-skip-permissions",)
RECORD = (
    "import os, sys; raw = sys.stdin.buffer.read(); "
    "file = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600); "
    "os.write(file, raw.strip().replace(b'\\n', b' ') + b'\\n'); "
    "sys.argv[2].encode() in raw and print(sys.argv[3])"
)
"""Appends its event to a file; on one that holds a certain text it answers with another."""


def hook(file: str, on: str = "nothing like this", answer: str = "{}", **more: object) -> dict[str, Any]:
    """A handler that records, and answers events in which `on` occurs."""
    return {"type": "command", "command": sys.executable, "args": ["-I", "-S", "-c", RECORD, file, on, answer], **more}


def on_all(handler: dict[str, Any]) -> dict[str, Any]:
    """Settings that start it on every event."""
    return {"hooks": {event: [{"hooks": [handler]}] for event in EVENTS}}


def recorded(file: str) -> list[Event]:
    with open(file, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


class Recorded(NamedTuple):
    """A run and the events of it."""

    run: Run
    events: list[Event]

    def of(self, name: str) -> list[Event]:
        return [event for event in self.events if event["hook_event_name"] == name]

    def prompts(self) -> list[Event]:
        return self.of("UserPromptSubmit")


def go_on(request: Request) -> Sequence[Call]:
    """Send a word to the agent that ended first."""
    found = re.search(r"agentId: (a[0-9a-f]{16})", json.dumps(request.messages))
    assert found
    return [Call("SendMessage", {"to": found.group(1), "summary": "one more thing", "message": "AGAIN look"})]


WORKING = Script(
    play(
        [agent("SUB-A look", background=True)],
        [bash("sleep 3; echo busy")],
        [bash("sleep 3; echo done", run_in_background=True)],
        go_on,
        "Waiting.",
    ),
    {"SUB-A": play([bash("echo a")], "A done.", [bash("echo again")], "A again done.")},
)


@pytest.fixture(scope="module")
def working(client: str, tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    assert client
    folder = str(tmp_path_factory.mktemp("working"))
    file = os.path.join(folder, "events")
    own = os.path.join(folder, "home", ".claude", "settings.json")
    os.makedirs(os.path.dirname(own))
    with open(own, "w", encoding="utf-8") as settings:
        json.dump(on_all(hook(file)), settings)
    run = run_client(folder, WORKING, Setup(settings=on_all(hook(file)), permission_args=SKIP))
    return Recorded(run, recorded(file))


def test_the_same_handler_in_two_scopes_runs_once(working: Recorded) -> None:
    assert len(working.prompts()) == 4
    assert len({call["tool_use_id"] for call in working.of("PreToolUse")}) == len(working.of("PreToolUse"))


def test_an_agents_end_while_main_works_comes_after_a_batch_as_part_of_the_prompt_under_way(working: Recorded) -> None:
    first, second, *_ = working.prompts()
    assert second["prompt"].startswith("<task-notification>")
    assert second["prompt_id"] == first["prompt_id"]
    main = [event for event in working.events if "agent_id" not in event]
    assert main[main.index(second) - 1]["hook_event_name"] == "PostToolBatch"


def test_what_wakes_main_is_a_prompt_of_its_own_that_names_the_call_by_which_it_was_started(working: Recorded) -> None:
    calls = {call["tool_name"]: call["tool_use_id"] for call in working.of("PreToolUse") if "agent_id" not in call}
    wake_ups = working.prompts()[2:]
    assert len({event["prompt_id"] for event in working.prompts()}) == 3
    named = {event["prompt"].partition("<tool-use-id>")[2].partition("<")[0] for event in wake_ups}
    assert named == {calls["SendMessage"], calls["Bash"]}


def test_an_agent_that_had_ended_goes_on_by_a_message(working: Recorded) -> None:
    assert len({event["agent_id"] for event in working.of("SubagentStart")}) == 1
    assert len(working.of("SubagentStart")) == len(working.of("SubagentStop")) == 2


def test_an_agents_result_is_a_list_of_blocks_in_a_batch_and_a_commands_is_a_text(working: Recorded) -> None:
    calls = [call for event in working.of("PostToolBatch") for call in event["tool_calls"]]
    shapes = {call["tool_name"]: isinstance(call["tool_response"], str) for call in calls}
    assert shapes == {"Agent": False, "Bash": True, "SendMessage": False}


STOP = json.dumps({"continue": False, "stopReason": "no more"})
BLOCK = {"decision": "block", "reason": "nothing is left"}


def test_an_agent_that_a_hook_stops_brings_no_subagent_stop(client: str, tmp_path: object) -> None:
    assert client
    file = os.path.join(str(tmp_path), "events")
    script = Script(play([agent("SUB-A look")]), {"SUB-A": play([bash("echo from a")], "A done.")})
    settings = on_all(hook(file, '"tool_response":"from a"', STOP))
    found = Recorded(run_client(str(tmp_path), script, Setup(settings=settings, permission_args=SKIP)), recorded(file))
    assert len(found.run.of("SUB-A")) == 1
    assert (len(found.of("SubagentStart")), len(found.of("SubagentStop"))) == (1, 0)


def test_a_wake_up_that_is_blocked_costs_nothing_and_is_all_that_the_result_says(client: str, tmp_path: object) -> None:
    assert client
    file = os.path.join(str(tmp_path), "events")
    hidden = {**BLOCK, "hookSpecificOutput": {"hookEventName": "UserPromptSubmit", "suppressOriginalPrompt": True}}
    script = Script(play([agent("SUB-A look", background=True)], "Waiting."), {"SUB-A": play([bash("echo a")], "A.")})
    settings = on_all(hook(file, "<task-notification>", json.dumps(hidden)))
    run = run_client(str(tmp_path), script, Setup(settings=settings, permission_args=SKIP))
    assert len(run.of("main")) == 2
    assert run.result["result"] == "UserPromptSubmit operation blocked by hook:\nnothing is left"


@pytest.mark.parametrize("words", [["-c", "import sys; sys.exit(1)"], ["/gone/hooks/main.py"]], ids=["fails", "gone"])
def test_where_a_failure_blocks_a_prompt_that_nobody_looked_at_is_not_sent(
    client: str, tmp_path: object, words: list[str]
) -> None:
    assert client
    handler = {"type": "command", "command": sys.executable, "args": ["-I", "-S", *words], "onFailure": "block"}
    settings = {"hooks": {"UserPromptSubmit": [{"hooks": [handler]}]}}
    run = run_client(str(tmp_path), Script(play("hi")), Setup(settings=settings, permission_args=SKIP))
    assert run.requests == []
    assert run.result["result"].startswith("UserPromptSubmit operation blocked by hook:")


def test_the_plugins_conditions_find_scrimps_commands_and_settings_but_no_redirection(
    client: str, tmp_path: object
) -> None:
    assert client
    file = os.path.join(str(tmp_path), "events")
    groups = [
        {"matcher": "Bash", "hooks": [hook(file, **{"if": "Bash(*scrimp*)"})]},
        {"matcher": "Write", "hooks": [hook(file, **{"if": "Write(**/.claude/*.json)"})]},
    ]
    calls = [
        bash("echo fine"),
        bash("cd / && scrimp budget status", "named"),
        bash("echo {} > .claude/scrimp.json"),
        Call("Write", {"file_path": "notes.json", "content": "{}"}),
        Call("Write", {"file_path": ".claude/scrimp.local.json", "content": "{}"}, "written"),
    ]
    setup = Setup(settings={"hooks": {"PreToolUse": groups}}, files={".claude/x": ""}, permission_args=SKIP)
    run_client(str(tmp_path), Script(play(calls)), setup)
    assert [event["tool_use_id"] for event in recorded(file)] == ["toolu_named", "toolu_written"]
