"""What a limit counts: forks, resumes, wake-ups, local days, repos, agents."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from scrimp.core.budget import gate, spans
from scrimp.core.budget.where import of_event
from tests.budget.world import NOON_MS, OTHER, PROMPT, SESSION, World, usd

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(
        tmp_path, promptUsd=100, sessionUsd=100, dayUsd=100, weekUsd=100, monthUsd=100,
        repos={"/home/*/shop": {"dayUsd": 100}, "blog": {"dayUsd": 100}}, agents={"Explore": {"sessionUsd": 100}},
    )  # fmt: skip


@pytest.fixture(autouse=True)
def time_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_all_threads_of_a_session_count_for_it_and_for_the_prompt(world: World) -> None:
    world.reply()
    world.reply(agent="a1")
    world.reply(agent="a2", kind="Plan")
    world.reply(prompt="prompt-2")
    world.ask()
    assert [world.spent(name) for name in ("promptUsd", "sessionUsd", "dayUsd")] == [usd(0.3), usd(0.4), usd(0.4)]
    assert world.spent("promptUsd", prompt_id="prompt-2") == usd(0.1)


def test_a_limit_for_agents_counts_those_of_its_type_alone(world: World) -> None:
    world.reply()
    world.reply(agent="a1")
    world.reply(agent="a2", kind="Plan")
    world.ask()
    assert world.spent("agents.Explore.sessionUsd", agent="a1") == usd(0.1)
    found = gate.states(world.db, world.rules, world.where(agent="a2", agent_type="Plan"), world.environ)
    assert "agents.Explore.sessionUsd" not in [state.name for state in found]


def test_a_forks_copies_count_once_and_its_own_requests_for_the_whole_family(world: World) -> None:
    world.reply(key="msg_shared")
    world.ask()
    world.reply(session=OTHER, key="msg_shared", copied_from=SESSION, prompt="fork-1")
    world.reply(session=OTHER, prompt="fork-1")
    world.ask(session=OTHER, prompt_id="fork-1")
    assert world.db.execute("SELECT * FROM forks").fetchall() == [(OTHER, SESSION)]
    assert world.spent("sessionUsd") == world.spent("sessionUsd", session=OTHER) == usd(0.2)
    assert world.spent("promptUsd", session=OTHER, prompt_id="fork-1") == usd(0.1)


def test_a_fork_of_a_fork_and_its_siblings_are_one_family(world: World) -> None:
    world.reply(key="msg_1")
    for session, parent in (("s2", SESSION), ("s3", SESSION), ("s4", "s2")):
        world.reply(session=session, key=f"msg_{parent}" if parent != SESSION else "msg_1", copied_from=parent)
        world.reply(session=session, key=f"msg_{session}")
        world.ask(session=session)
    world.ask()
    assert world.spent("sessionUsd") == world.spent("sessionUsd", session="s4") == usd(0.4)


def test_forks_in_a_circle_end_nothing(world: World) -> None:
    world.reply(copied_from=OTHER)
    world.reply(session=OTHER, copied_from=SESSION)
    world.ask()
    world.ask(session=OTHER)
    assert world.spent("sessionUsd") == usd(0.2)


def test_a_resume_into_the_same_file_counts_on(world: World) -> None:
    world.reply()
    world.now_ms += 2 * DAY_MS
    world.reply(prompt="prompt-2")
    world.ask(prompt_id="prompt-2")
    assert [world.spent(name, prompt_id="prompt-2") for name in ("promptUsd", "sessionUsd", "dayUsd")] == [
        usd(0.1),
        usd(0.2),
        usd(0.1),
    ]


def test_what_an_agents_end_wakes_up_is_charged_to_the_prompt_that_started_it(world: World) -> None:
    world.ask(gate.PROMPT)
    call = world.reply()
    world.reply(agent="a1")
    world.ask()
    world.ask(gate.PROMPT, prompt_id="prompt-2")
    world.reply(prompt="prompt-2")
    world.ask(prompt_id="prompt-2")
    world.ask(gate.PROMPT, prompt_id="woken", woken_by=(call, "a1"))
    world.reply(prompt="woken")
    world.ask(prompt_id="woken")
    assert world.spent("promptUsd", prompt_id="woken") == world.spent("promptUsd") == usd(0.3)
    assert world.spent("promptUsd", prompt_id="prompt-2") == usd(0.1)


@pytest.mark.parametrize(
    ("woken_by", "root"),
    [
        (("toolu_known", "unknown"), PROMPT),
        (("", "a1"), PROMPT),
        (("toolu_unknown", "a1"), PROMPT),
        (("toolu_unknown", "unknown"), "prompt-2"),
    ],
)
def test_who_woke_it_is_told_by_the_call_or_the_agent_else_it_is_the_prompt_before(
    world: World, woken_by: tuple[str, str], root: str
) -> None:
    world.reply(agent="a1", call="toolu_known")
    world.ask(gate.PROMPT)
    world.now_ms += 1000
    world.ask(gate.PROMPT, prompt_id="prompt-2")
    world.now_ms += 1000
    world.ask(gate.PROMPT, prompt_id="woken", woken_by=woken_by)
    query = "SELECT root_id FROM prompts WHERE prompt_id = 'woken'"
    assert world.db.execute(query).fetchall() == [(root,)]


def test_an_agent_at_work_while_the_door_at_a_new_prompt_is_counts_for_the_prompt_that_started_it(world: World) -> None:
    """The client names the new prompt to both at once; what woke the session is known when that door has looked."""
    world.ask(gate.PROMPT)
    world.reply()
    call = world.reply(agent="a1")
    verdict = world.ask(agent="a1", prompt_id="woken", calls=(call,))
    assert {state.name: state.spent for state in verdict.states}["promptUsd"] == usd(0.2)
    assert next(state for state in world.ask().states if state.name == "promptUsd").reserved == usd(0.12)
    assert world.db.execute("SELECT prompt_id FROM prompts").fetchall() == [(PROMPT,)]
    world.ask(gate.PROMPT, prompt_id="woken")
    world.reply(agent="a1", prompt="woken")
    assert world.ask(agent="a1", prompt_id="woken").states
    assert world.spent("promptUsd", agent="a1", prompt_id="woken") == usd(0.1)


def test_a_notification_names_the_call_and_the_agent_and_a_person_who_quotes_one_does_not() -> None:
    said = "<task-notification>\n<task-id>a54e</task-id>\n<tool-use-id>toolu_back</tool-use-id>\n<status>…</status>"
    event = {"session_id": "s", "prompt_id": "p", "prompt": said, "cwd": "/c", "transcript_path": "/t.jsonl"}
    assert of_event(event, {}, 7) == ("s", "p", "", "", "/c", "/t.jsonl", 7, (), ("toolu_back", "a54e"))
    assert of_event({**event, "prompt": f"What does this mean: {said}"}, {}, 7).woken_by == ("", "")


def test_requests_whose_prompt_the_transcript_does_not_say_count_for_the_one_under_way(world: World) -> None:
    world.reply(prompt="")
    world.now_ms += 1000
    world.ask(gate.PROMPT)
    world.reply(prompt="")
    world.ask()
    assert world.spent("promptUsd") == usd(0.1)


def test_a_repo_is_told_by_its_folder_and_a_name_without_a_slash_by_its_last(world: World) -> None:
    world.reply(cwd="/home/dev/shop")
    world.reply(cwd="/srv/blog")
    world.reply(cwd="/srv/other")
    world.ask()
    assert world.spent("repos./home/*/shop.dayUsd") == usd(0.1)
    assert world.spent("repos.blog.dayUsd", folder="/srv/blog") == usd(0.1)
    found = gate.states(world.db, world.rules, world.where(folder="/srv/other"), world.environ)
    assert [state.name for state in found if state.limit.repo] == []


def test_a_folder_deep_in_a_repo_counts_as_the_repo(world: World, tmp_path: Path) -> None:
    deep = tmp_path / "blog" / "posts"
    deep.mkdir(parents=True)
    (tmp_path / "blog" / ".git").mkdir()
    world.reply(cwd=str(deep))
    world.ask(folder=str(deep))
    assert world.spent("repos.blog.dayUsd", folder=str(deep)) == usd(0.1)


def test_days_and_weeks_and_months_are_local(world: World) -> None:
    midnight_ms = NOON_MS + 11 * HOUR_MS  # 23:00 UTC is midnight in Berlin
    world.now_ms = midnight_ms - 2000
    world.reply()
    world.now_ms = midnight_ms
    world.reply()
    world.ask()
    assert [world.spent(name) for name in ("dayUsd", "weekUsd", "monthUsd")] == [usd(0.1), usd(0.1), usd(0.2)]


@pytest.mark.parametrize(
    ("at", "span", "hours", "name"),
    [
        ("2026-03-29T10:00:00", "day", 23, "2026-03-29"),
        ("2026-10-25T01:30:00", "day", 25, "2026-10-25"),
        ("2026-10-25T12:00:00", "week", 7 * 24 + 1, "week of 2026-10-19"),
        ("2026-03-31T12:00:00", "month", 31 * 24 - 1, "2026-03"),
        ("2026-12-31T23:59:59", "month", 31 * 24, "2026-12"),
        ("2027-01-01T00:00:00", "week", 7 * 24, "week of 2026-12-28"),
        ("2028-02-29T12:00:00", "month", 29 * 24, "2028-02"),
    ],
)
def test_a_period_is_as_long_as_the_clocks_make_it(at: str, span: str, hours: int, name: str) -> None:
    now_ms = int(time.mktime(time.strptime(at, "%Y-%m-%dT%H:%M:%S")) * 1000)
    start_ms, end_ms, key = spans.period(span, now_ms)
    assert ((end_ms - start_ms) / HOUR_MS, key) == (hours, name)
    assert start_ms <= now_ms < end_ms


def test_at_a_prompt_other_sessions_are_read_for_limits_of_a_day_and_at_a_batch_those_with_something_reserved(
    world: World,
) -> None:
    world.reply(session=OTHER)
    world.ask(gate.PROMPT)
    assert world.spent("dayUsd") == usd(0.1)
    world.reply(session=OTHER)
    world.reply()
    world.ask()
    assert world.spent("dayUsd") == usd(0.2)
    world.ask(session=OTHER)
    world.reply(session=OTHER)
    world.ask()
    assert world.spent("dayUsd") == usd(0.4)
