"""Every trap of the rule: what a request is, who paid for it, and what it used."""

from typing import TypeVar

import pytest

from scrimp.core import bulk_json, transcript
from scrimp.core.transcript import CompactionMark, CostState, Request, ToolResult, ToolUse
from tests.core.transcripts import NAMES, TRAPS, cells, problems_of, read_tree, requests_of, sessions, tables

PROBLEMS = {
    "bad_numbers": {"requests with a count that is no whole number from 0": 7, "replies whose usage is no object": 1},
    "broken_lines": {"lines that are no JSON object": 7, "lines without a time that can be read": 1},
}
Kind = TypeVar("Kind")

RECORDED = "e99034b3-e497-4f4d-8b8c-2407aad4f7c8"
FORK = "f8c5e5cf-bddd-42fc-b58d-b79d39c0aa89"


def of(trap: str) -> dict[str, Request]:
    return requests_of(*read_tree(TRAPS / trap / "projects"))


def recorded(kind: type[Kind]) -> list[Kind]:
    chunks = read_tree(TRAPS / "recorded" / "projects")
    return [record for chunk in chunks for record in chunk.records if isinstance(record, kind)]


@pytest.mark.parametrize("trap", NAMES)
def test_the_totals_are_those_worked_out_by_hand(trap: str) -> None:
    assert sessions(of(trap)) == tables(trap)[0]


@pytest.mark.parametrize("trap", NAMES)
def test_orjson_reads_the_same_records_and_problems(trap: str) -> None:
    pytest.importorskip("orjson")
    projects = TRAPS / trap / "projects"
    assert read_tree(projects, bulk_json.fastest()) == read_tree(projects)


@pytest.mark.parametrize("trap", NAMES)
def test_the_order_in_which_files_are_read_makes_no_difference(trap: str) -> None:
    chunks = read_tree(TRAPS / trap / "projects")
    assert requests_of(*chunks[::-1]) == requests_of(*chunks)


@pytest.mark.parametrize("trap", NAMES)
def test_reading_everything_twice_changes_nothing(trap: str) -> None:
    chunks = read_tree(TRAPS / trap / "projects")
    assert requests_of(*chunks, *chunks) == requests_of(*chunks)


@pytest.mark.parametrize("trap", NAMES)
def test_what_is_wrong_is_counted_and_nothing_else(trap: str) -> None:
    assert problems_of(*read_tree(TRAPS / trap / "projects")) == PROBLEMS.get(trap, {})


@pytest.mark.parametrize("trap", ["legs", "legs_not_summing"])
def test_every_leg_is_there_with_its_own_model(trap: str) -> None:
    rows = [
        cells(request.message_id, leg.kind, leg.model, *leg.usage[:4], leg.usage.searches)
        for request in of(trap).values()
        for leg in request.legs
    ]
    assert rows == tables(trap)[1]


def test_the_terms_of_a_price_are_kept_as_they_occur() -> None:
    rows = [cells(key, found.model, found.speed, found.geo, found.tier) for key, found in of("terms").items()]
    assert rows == tables("terms")[1]


def test_a_request_without_legs_of_its_own_is_one_leg() -> None:
    for trap in NAMES:
        for request in of(trap).values():
            executors = [leg for leg in request.legs if leg.kind == "executor"]
            assert executors
            if len(request.legs) == 1:
                assert request.legs[0] == transcript.Leg("executor", request.model, request.usage)


@pytest.mark.parametrize(
    ("trap", "agents"),
    [
        ("subagent_and_parent_copy", {"msg_01S": ("a3f2c81d9e07b6a45", "Explore", "subagent")}),
        ("inline_sidechain", {"msg_01S": ("", "sidechain", "main")}),
        (
            "old_layouts",
            {"msg_01S": ("a1b2c3d4", "sidechain", "subagent"), "msg_01T": ("e5f6a7b8", "sidechain", "subagent")},
        ),
        ("workflows", {"msg_01W": ("a0000000000000001", "sidechain", "workflow")}),
        ("compaction_file", {"msg_01K": ("acompact-7d00f1e2", "compact", "compaction")}),
        ("progress_replay", {"msg_01L": ("a9f9f9f9", "sidechain", "main")}),
    ],
)
def test_a_request_knows_its_agent(trap: str, agents: dict[str, tuple[str, str, str]]) -> None:
    requests = of(trap)
    for key, expected in agents.items():
        found = requests[key]
        assert (found.agent_id, found.agent_type, found.file_kind) == expected
    assert {key for key, found in requests.items() if found.agent_type} >= set(agents)
    assert requests["msg_01A"].agent_id == requests["msg_01A"].agent_type == ""


def test_the_recorded_session_is_read_whole() -> None:
    first = of("recorded")["msg_1795359588419117164"]
    assert first == Request(
        message_id="msg_1795359588419117164",
        session_id=RECORDED,
        agent_id="",
        agent_type="",
        model="claude-opus-5-5",
        at="2026-11-22T14:59:48.422Z",
        usage=first.usage,
        legs=first.legs,
        speed="standard",
        geo="",
        tier="standard",
        stop_reason="tool_use",
        flags=frozenset(),
        prompt_id="7ac39269-3c8b-4116-9d7e-1d9fcb4ba060",
        cwd="/home/dev/shop",
        git_branch="HEAD",
        version="2.1.330",
        tool_uses=(
            ToolUse("toolu_one", "Bash", len("seq 1 400Run the command"), "2026-11-22T14:59:48.422Z", "seq 1 400"),
            ToolUse(
                "toolu_two",
                "Bash",
                len("echo two; sleep 0.2Run the command"),
                "2026-11-22T14:59:48.456Z",
                "echo two; sleep 0.2",
            ),
        ),
        file_kind="main",
        ended_at="2026-11-22T14:59:48.456Z",
        requested_model="claude-opus-5-5",
        effort="medium",
        cache_asked="5m",
        origin="1 2026-11-22T14:59:48.292Z 2026-11-22T14:59:52.741Z",
    )


def test_turns_are_told_apart_by_their_prompt() -> None:
    own = [request for request in of("recorded").values() if request.session_id == RECORDED]
    prompts = [request.prompt_id.partition("-")[0] for request in sorted(own, key=lambda request: request.at)]
    assert prompts == [*["7ac39269"] * 9, "a9b256bf", *["4f54c579"] * 2, "ecb18b86"]


def test_the_clients_own_totals_are_the_sum_of_the_requests_before_them() -> None:
    requests = list(of("recorded").values())
    states = recorded(CostState)
    fork = next(state for state in states if state.session_id == FORK)
    own = [state for state in states if state.session_id == RECORDED]
    for state in own[:2]:
        before = [r for r in requests if r.session_id == RECORDED and r.at <= state.at]
        client = state.model_usage["claude-opus-5-5"]
        assert sum(request.usage.output for request in before) == client["outputTokens"]
        assert sum(request.usage.cache_read for request in before) == client["cacheReadInputTokens"]
        assert sum(request.usage.write_5m for request in before) == client["cacheCreationInputTokens"]
    assert [state.total_usd for state in own] == [
        "0.2800732",
        "0.40087520000000004",
        "0.5377656000000001",
        "0.6381306000000001",
    ]
    assert {state.started_ms for state in states} == {1795359587857}
    assert fork.model_usage["claude-opus-5-5"]["outputTokens"] == 893 + 103


def test_a_compaction_is_marked() -> None:
    assert recorded(CompactionMark) == [
        CompactionMark(
            session_id=RECORDED,
            at="2026-11-22T14:59:52.005Z",
            pre_tokens=22863,
            post_tokens=2595,
            trigger="manual",
            mark_id="f1e45a83-7968-401f-b9ff-173e3949aafd",
            agent_id="",
            duration_ms=92,
        )
    ]


def test_tool_results_have_their_size_their_end_and_their_duration() -> None:
    found = {record.tool_use_id: record for record in recorded(ToolResult)}
    assert found["toolu_one"] == ToolResult("toolu_one", "2026-11-22T14:59:48.504Z", 1491, False, None, 0)
    assert found["toolu_fails"] == ToolResult(
        "toolu_fails", "2026-11-22T14:59:48.822Z", len("Exit code 1"), True, None, 0
    )
    assert found["toolu_fore"].duration_ms == 163
    calls = {use.id for request in of("recorded").values() for use in request.tool_uses}
    assert calls == set(found)
