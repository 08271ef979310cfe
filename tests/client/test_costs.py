"""What the ledger says a run cost is what the client itself says, to the pico-dollar; where not, the cause is named.

The client's figures are floating sums: `spending.pico_of` says to how many digits they are compared. Where they differ,
both figures are worked out by hand, in millionths of a dollar.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from scrimp.core import ledger
from scrimp.reports import gap
from tests.client.script import Call, Script, bash, play
from tests.client.spending import Answer, Home, Said, a_part_for_each_model, agent, named, only, searches, usage

if TYPE_CHECKING:
    from tests.client.spending import Body

pytestmark = [pytest.mark.client, pytest.mark.usefixtures("client")]

MILLION = 10**6
LONG = 300_000

EVERY_MODEL = {
    model: Said(usage(place))
    for place, model in enumerate(
        (
            "claude-opus-5",
            "claude-opus-4-8",
            "claude-opus-4-7",
            "claude-opus-4-6",
            "claude-opus-4-5",
            "claude-sonnet-5-5",
            "claude-sonnet-5",
            "claude-sonnet-4-6",
            "claude-sonnet-4-5",
            "claude-haiku-5-5",
            "claude-haiku-4-5",
            "claude-fable-5-2",
            "claude-fable-5-1",
            "claude-fable-5",
            "claude-mythos-5-2",
        )
    )
}

EVERY_TERM = {
    "claude-opus-5": Said(usage(2, inference_geo="us")),
    "claude-opus-4-8": Said(usage(speed="fast")),
    "claude-fable-5-2": Said(usage(4, speed="fast", inference_geo="us")),
    "claude-haiku-5-5": Said(usage(input_tokens=90_000)),
    "claude-sonnet-4-6": Said(usage(output_tokens=12), stop_reason="refusal"),
    "claude-sonnet-5": Said(usage(cache_read_input_tokens=LONG)),
    "claude-fable-5-1": Said(usage(service_tier="priority")),
    "claude-sonnet-5-5": Said(only(1_000, 100, cache_creation_input_tokens=5_000)),
    "claude-mythos-5-2": Said(usage(output_tokens_details={"thinking_tokens": 90})),
    "claude-opus-4-7": Said(
        only(
            1_000,
            100,
            iterations=[
                only(600, 60, type="message"),
                only(5_000, 500, type="advisor_message", model="claude-fable-5"),
                only(400, 40, type="message"),
            ],
        )
    ),
}
"""Region, fast, a long prompt, a refusal after output, priority, writes not split, thinking, an advisor."""

OTHERWISE = {
    # a batch: the client knows no discount
    "claude-haiku-4-5": Said(only(1_000, 100, service_tier="batch")),
    # a compaction inside a reply: the client leaves it out
    "claude-opus-4-6": Said(
        only(30, 70, iterations=[only(8_000, 900, type="compaction"), only(30, 70, type="message")])
    ),
    # another model answered after the first declined: the client prices the one it asked for, without the attempt
    "claude-fable-5-2": Said(
        only(
            1_000,
            100,
            iterations=[
                only(700, 7, type="message", model="claude-fable-5-2"),
                only(1_000, 100, type="fallback_message", model="claude-opus-4-5"),
            ],
        ),
        model="claude-opus-4-5",
    ),
    # a refusal before any output is not billed: the client counts it, and asks once more
    "claude-sonnet-5": Said(only(1_000), stop_reason="refusal"),
}
CLIENT_SAYS = {
    "claude-haiku-4-5": 1_000 * 1 + 100 * 5,
    "claude-opus-4-6": 30 * 5 + 70 * 25,
    "claude-fable-5-2": 1_000 * 8 + 100 * 40,
    "claude-sonnet-5": 2 * 1_000 * 2,
}
LEDGER_SAYS = {
    "claude-haiku-4-5": (1_000 * 1 + 100 * 5) // 2,
    "claude-opus-4-6": 30 * 5 + 70 * 25 + 8_000 * 5 + 900 * 25,
    "claude-fable-5-2": 700 * 8 + 7 * 40,
    "claude-opus-4-5": 1_000 * 5 + 100 * 25,
}
OTHERWISE_CAUSES = {
    "batch": 750,
    "compaction": -(8_000 * 5 + 900 * 25),
    "asked": 12_000 - 7_500,
    "fallback": -(700 * 8 + 7 * 40),
    "refused": 2 * 1_000 * 2,
}


def account(home: Home, session_id: str) -> tuple[dict[str, int], int]:
    """The causes that the gap account names, with their pico-dollars, and what it does not explain."""
    home.report("session")
    db = ledger.connect(home.ledger)
    found = gap.account(db, session_id)
    db.close()
    assert found is not None
    causes: dict[str, int] = {}
    for cause in found.causes:
        causes[cause.name] = causes.get(cause.name, 0) + cause.pico
    return causes, found.unexplained_pico


def in_pico(millionths: dict[str, int]) -> dict[str, int]:
    return {name: amount * MILLION for name, amount in millionths.items()}


def without_main(by_model: dict[str, int]) -> dict[str, int]:
    """What the subagents cost: the main agent is on a model of its own."""
    return {model: pico for model, pico in named(by_model).items() if model != "claude-opus-5-5"}


@pytest.fixture
def home(tmp_path: Any) -> Home:
    return Home(tmp_path)


@pytest.mark.parametrize("cases", [EVERY_MODEL, EVERY_TERM], ids=["every model", "every term"])
def test_every_model_costs_what_the_client_says(home: Home, cases: dict[str, Said]) -> None:
    script, say, arguments = a_part_for_each_model(cases)
    answer = home.ask("MAIN-TASK", script, say, *arguments)
    assert {model for model, _ in answer.answered} == {"claude-opus-5-5", *cases}
    assert named(home.report("model")) == named(answer.by_model)
    assert home.report("session") == {answer.session_id: answer.pico}
    assert account(home, answer.session_id) == ({}, 0)


def test_what_the_client_reckons_otherwise_is_named_with_its_amount(home: Home) -> None:
    script, say, arguments = a_part_for_each_model(OTHERWISE)
    answer = home.ask("MAIN-TASK", script, say, *arguments)
    assert without_main(answer.by_model) == in_pico(CLIENT_SAYS)
    assert without_main(home.report("model")) == in_pico(LEDGER_SAYS)
    assert account(home, answer.session_id) == (in_pico(OTHERWISE_CAUSES), 0)


def test_a_long_prompt_of_sonnet_4_5_has_its_own_price_and_the_client_does_not_know_it(home: Home) -> None:
    said = Said(only(10, 100, cache_read_input_tokens=LONG))
    answer = home.ask("MAIN-TASK", Script(play()), lambda _: said, "--model", "claude-sonnet-4-5")
    assert answer.pico == (10 * 3 + 100 * 15 + LONG * 3 // 10) * MILLION
    assert home.report("session") == {answer.session_id: (10 * 6 + 100 * 45 // 2 + LONG * 6 // 10) * MILLION}
    flat = -(10 * 3 + 100 * 15 // 2 + LONG * 3 // 10) * MILLION
    assert account(home, answer.session_id) == ({"flat": flat}, 0)


def test_a_model_of_next_year_is_unpriced_where_the_client_guesses(home: Home) -> None:
    answer = home.ask("MAIN-TASK", Script(play()), lambda _: Said(usage()), "--model", "claude-of-next-year")
    assert answer.pico > 0
    assert home.report("session") == {answer.session_id: 0}
    assert account(home, answer.session_id) == ({"unpriced": answer.pico}, 0)


def test_the_request_that_a_web_search_makes_by_itself_is_in_no_transcript(home: Home) -> None:
    search = only(500, 50, server_tool_use={"web_search_requests": 2})
    by_search = (500 * 4 + 50 * 20 + 2 * 10_000) * MILLION

    def say(body: Body) -> Said:
        return Said(search if searches(body) else usage(1))

    answer = home.ask("MAIN-TASK", Script(play([Call("WebSearch", {"query": "tax"})])), say)
    assert home.report("session") == {answer.session_id: answer.pico - by_search}
    assert account(home, answer.session_id) == ({"searches": by_search}, 0)


COMPACTION = only(0, 100, cache_read_input_tokens=15_000)
COMPACTION_PICO = (100 * 10 + 15_000 * 2 // 10) * MILLION
"""What one of the compaction's requests costs on Sonnet 5: it reads about what the conversation is long by then."""


class Life(NamedTuple):
    """One session's life: what the client said after each prompt, and what the ledger said then, by session."""

    home: Home
    answers: dict[str, Answer]
    ledger: dict[str, dict[str, int]]


@pytest.fixture(scope="module")
def life(client: str, tmp_path_factory: pytest.TempPathFactory) -> Life:
    """Subagents in the foreground and in the background, another model, a fork, a compaction, and on with both."""
    assert client
    lived = Life(Home(tmp_path_factory.mktemp("life")), {}, {})
    numbers = count(1)

    def asked(name: str, script: Script, *arguments: str, prompt: str = "MAIN-TASK") -> str:
        said = Said(COMPACTION) if prompt == "/compact" else None
        answer = lived.home.ask(prompt, script, lambda _: said or Said(usage(next(numbers))), *arguments)
        lived.answers[name] = answer
        lived.ledger[name] = lived.home.report("session")
        return answer.session_id

    explore = agent("SUB-FRONT", subagent_type="Explore", model="haiku")
    behind = agent("SUB-BEHIND", background=True, model="sonnet")
    parts = {"SUB-FRONT": play([bash("echo front")]), "SUB-BEHIND": play([bash("echo behind")])}
    session = asked("first", Script(play([bash("echo 1"), explore, behind], [bash("echo 2")]), parts))
    asked("other model", Script(play([bash("echo 3")])), "--resume", session, "--model", "claude-sonnet-5")
    fork = asked("fork", Script(play([bash("echo 4")])), "--resume", session, "--fork-session")
    asked("compaction", Script(play()), "--resume", session, prompt="/compact")
    asked("after", Script(play([bash("echo 5")])), "--resume", session)
    asked("fork again", Script(play([bash("echo 6")])), "--resume", fork)
    return lived


def test_subagents_in_the_foreground_and_in_the_background_are_in_it(life: Life) -> None:
    first = life.answers["first"]
    assert {model for model, _ in first.answered} == {"claude-opus-5-5", "claude-haiku-5-5", "claude-sonnet-5-5"}
    assert life.ledger["first"] == {first.session_id: first.pico}


def test_a_resumed_session_goes_on_from_its_total_on_another_model(life: Life) -> None:
    resumed = life.answers["other model"]
    assert resumed.session_id == life.answers["first"].session_id
    assert life.ledger["other model"] == {resumed.session_id: resumed.pico}


def test_a_fork_is_its_own_session_and_the_clients_total_of_it_begins_at_its_parents(life: Life) -> None:
    parent, fork, later = (life.answers[name] for name in ("other model", "fork", "fork again"))
    assert life.ledger["fork"] == {parent.session_id: parent.pico, fork.session_id: fork.pico - parent.pico}
    assert life.ledger["fork again"][fork.session_id] == later.pico - parent.pico
    assert account(life.home, fork.session_id) == ({"parent": parent.pico}, 0)


def test_the_requests_of_a_compaction_are_in_no_transcript_and_all_that_is_missing(life: Life) -> None:
    before, compaction, after = (life.answers[name] for name in ("other model", "compaction", "after"))
    unseen = COMPACTION_PICO * len(compaction.answered)
    assert compaction.pico - before.pico == unseen
    assert life.ledger["compaction"] == life.ledger["fork"]
    assert life.ledger["after"][after.session_id] == after.pico - unseen
    assert account(life.home, after.session_id) == ({"compactions": unseen}, 0)


def test_each_model_of_the_session_costs_what_the_client_says(life: Life) -> None:
    mine, fork, parent = (life.answers[name].by_model for name in ("after", "fork again", "other model"))
    compaction = COMPACTION_PICO * len(life.answers["compaction"].answered)
    both = {model: pico + fork[model] - parent[model] for model, pico in mine.items()}
    both["claude-sonnet-5"] -= compaction
    assert named(life.home.report("model")) == named(both)


def test_the_total_in_the_transcript_is_the_one_in_the_result(life: Life) -> None:
    db = ledger.connect(life.home.ledger)
    states = db.execute("SELECT session_id, total_usd FROM cost_states").fetchall()
    db.close()
    said = [(answer.session_id, answer.pico) for answer in life.answers.values()]
    assert sorted((session, round(float(usd) * 10**12)) for session, usd in states) == sorted(said)
