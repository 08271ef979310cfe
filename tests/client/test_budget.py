"""The budget in the real client: a run costs what it may, at most; every request here costs a dime, exactly."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from scrimp.core.ledger import raises, transaction
from scrimp.core.prices import PICO
from tests.cli import on_a_terminal
from tests.client.budgeted import DIME, DIME_PICO, Asked, Budgeted, is_told_to_answer, now_ms
from tests.client.script import Call, Script, bash, play
from tests.client.spending import agent

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from tests.client.script import Reply, Request

pytestmark = [pytest.mark.client, pytest.mark.usefixtures("client")]

MANY = 99
"""With its answer, an agent that makes so many steps costs $10."""

ANSWER = "THE ANSWER from what there is."
BLOCKED = "UserPromptSubmit operation blocked by hook:\nscrimp: the limit for this session is reached: "


def work(count: int) -> Sequence[Sequence[Call]]:
    return [[bash(f"echo step {number}")] for number in range(count)]


def careful(request: Request) -> Generator[Reply, Request, None]:
    """Works on until it is told to answer."""
    for step in work(MANY):
        if is_told_to_answer(request):
            break
        request = yield step
    yield ANSWER


DEAF = Script(play(*work(MANY), ANSWER))
"""Works on whatever it is told."""


def dimes(*asked: Asked) -> int:
    """What all this has cost."""
    whole, rest = divmod(sum(one.pico for one in asked), DIME_PICO)
    assert rest == 0
    return whole


def ask(home: Budgeted, script: Script, session_id: str = "", *more: str) -> Asked:
    """A prompt of requests that cost a dime each; in a session that goes on, if one is named."""
    arguments = ("--resume", session_id, *more) if session_id else ()
    return home.ask("MAIN-TASK", script, *arguments, usage=DIME)


def test_a_run_that_would_cost_ten_dollars_stops_under_a_limit_of_one(tmp_path: Path) -> None:
    asked = ask(Budgeted(str(tmp_path), {"sessionUsd": 1}), DEAF)
    assert dimes(asked) == 9
    assert asked.said["terminal_reason"] == "hook_stopped"
    assert [one["tool_use_id"] for one in asked.said["permission_denials"]] == ["toolu_main_8", "toolu_main_9"]


@pytest.mark.parametrize("limits", [{"sessionUsd": 1}, {"turns": 10}], ids=["dollars", "turns"])
def test_an_agent_that_listens_lands_and_the_result_is_its_answer(tmp_path: Path, limits: dict[str, float]) -> None:
    asked = ask(Budgeted(str(tmp_path), limits), Script(careful))
    assert asked.result == ANSWER
    assert dimes(asked) in {8, 9, 10}
    assert [is_told_to_answer(request) for request in asked.requests] == [False] * (dimes(asked) - 1) + [True]


def test_a_prompt_that_does_not_fit_costs_nothing_until_a_person_raises_the_limit(tmp_path: Path) -> None:
    home = Budgeted(str(tmp_path), {"sessionUsd": 0.44})
    first = ask(home, DEAF)
    blocked = ask(home, DEAF, first.session_id)
    assert (blocked.requests, blocked.pico) == ([], 0)
    assert blocked.result.startswith(BLOCKED)
    words = ("budget", "raise", "0.50", "--limit", "sessionUsd", "--for", "2h")
    with on_a_terminal.started(on_a_terminal.scrimp(*words), home.environ, home.project) as terminal:
        assert terminal.end() == 0, terminal.screen
    let_through = ask(home, DEAF, first.session_id)
    assert dimes(let_through) >= 3
    assert dimes(first, let_through) <= 9


def test_a_raise_ends_when_it_was_to_end(tmp_path: Path) -> None:
    home = Budgeted(str(tmp_path), {"sessionUsd": 0.44})
    first = ask(home, DEAF)
    name, span_key = home.last_stop()
    with home.ledger() as db, transaction(db):
        raises.add(db, name, span_key, PICO, now_ms() - 1, now_ms() - 1_000)
    ended = ask(home, DEAF, first.session_id)
    assert (ended.requests, ended.result.startswith(BLOCKED)) == ([], True)
    with home.ledger() as db, transaction(db):
        raises.add(db, name, span_key, PICO // 2, now_ms() + 3_600_000, now_ms())
    under_way = ask(home, DEAF, first.session_id)
    assert dimes(under_way) >= 3
    assert dimes(first, under_way) <= 9


def test_a_session_that_goes_on_and_its_fork_count_together_and_once(tmp_path: Path) -> None:
    home = Budgeted(str(tmp_path), {"sessionUsd": 1.5})
    first = ask(home, Script(play(*work(2), ANSWER)))
    resumed = ask(home, Script(play(*work(1), ANSWER)), first.session_id)
    forked = ask(home, Script(play(*work(2), ANSWER)), first.session_id, "--fork-session")
    assert (resumed.session_id, dimes(first, resumed, forked)) == (first.session_id, 8)
    assert forked.session_id != first.session_id
    last = ask(home, DEAF, first.session_id)
    assert dimes(first, resumed, forked, last) in {14, 15}


def test_agents_in_the_background_and_what_they_wake_count_for_the_prompt_that_started_them(tmp_path: Path) -> None:
    home = Budgeted(str(tmp_path), {"promptUsd": 1})
    parts = {f"SUB-{letter} look": play(*work(MANY), "Done.") for letter in "AB"}
    start = [agent(part, background=True) for part in parts]
    asked = ask(home, Script(play(start, "Waiting.", *work(MANY)), parts))
    assert asked.agents == {"main", *parts}
    assert dimes(asked) <= 10


def test_two_sessions_at_once_stay_within_the_limit_of_a_day(tmp_path: Path) -> None:
    home = Budgeted(str(tmp_path), {"dayUsd": 2})
    with ThreadPoolExecutor(2) as pool:
        first, second = (run.result() for run in [pool.submit(ask, home, DEAF) for _ in range(2)])
    assert first.session_id != second.session_id
    assert min(dimes(first), dimes(second)) >= 3
    assert 17 <= dimes(first, second) <= 20


SETTINGS = "~/.claude/scrimp.json"
ANOTHER = '{"budget": {"sessionUsd": 100}}'
FREED = "env -u CLAUDECODE -u CLAUDE_CODE_CHILD_SESSION"


def own_ways(home: Budgeted) -> list[Call]:
    """What an agent may try to have a larger budget; the last two hide from who reads the command."""
    wired = "import os; p = os.path.expanduser('~/.claude/settings.json'); open(p, 'w').write('{}')"
    ledger = "import os; os.remove(os.path.expanduser('~/.local/share/scrimp/ledger.db'))"
    hidden = "a=scri; b=mp; c=bud; d=get; "
    return [
        bash("scrimp budget raise 100"),
        bash("scrimp budget set sessionUsd 100 --scope user --yes"),
        bash(f"echo '{ANOTHER}' > {SETTINGS}"),
        Call("Write", {"file_path": home.own, "content": ANOTHER}),
        Call("Write", {"file_path": os.path.join(home.project, ".claude", "scrimp.local.json"), "content": ANOTHER}),
        Call("Write", {"file_path": home.settings, "content": '{"disableAllHooks": true}'}),
        bash(f'python3 -c "{wired}"'),
        bash(f'python3 -c "{ledger}"'),
        bash(f"{hidden}$a$b $c$d raise 100"),
        bash(f'{hidden}{FREED} script -qec "$a$b $c$d raise 100" /dev/null'),
    ]


def test_the_agent_cannot_raise_its_own_budget(tmp_path: Path) -> None:
    home = Budgeted(str(tmp_path), {"sessionUsd": 3})
    kept = {path: _bytes(path) for path in (home.own, home.settings)}
    ways = own_ways(home)
    asked = ask(home, Script(play([bash("true")], *([way] for way in ways), ANSWER)))
    assert asked.result == ANSWER
    results = {result.name: result for request in asked.requests for result in request.results}
    refused = [result for name, result in results.items() if name != "main 1"]
    assert len(refused) == len(ways)
    assert [result.text for result in refused if not result.is_error] == []
    assert {path: _bytes(path) for path in kept} == kept
    assert not os.path.exists(os.path.join(home.project, ".claude", "scrimp.local.json"))
    with home.ledger() as db:
        assert raises.active(db, now_ms()) == {}
        (known,) = db.execute("SELECT COUNT(*) FROM requests").fetchone()
    assert len(asked.requests) - 1 <= known <= len(asked.requests)


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


BEHIND = "import os; os.chdir(os.path.expanduser('~/.cla' + 'ude'))"
EMPTY = "open('set' + 'tings.json', 'w').write('{}')"
GONE = f"{BEHIND}; os.remove('scr' + 'imp.json'); {EMPTY}; __import__('time').sleep(2)"


def test_a_limit_and_a_gate_that_are_taken_away_in_the_middle_of_a_run_hold_on(tmp_path: Path) -> None:
    """By a program whose words name nothing; the same happens by accident, when a repo is cleaned."""
    away = Script(play([bash(f'python3 -c "{GONE}"')], *work(MANY), ANSWER))
    home = Budgeted(str(tmp_path), {"sessionUsd": 1})
    asked = ask(home, away)
    assert dimes(asked) == 9
    with open(home.settings, encoding="utf-8") as file:
        assert file.read() == "{}"


def test_another_hook_that_drives_a_thread_on_drives_it_no_further_than_its_limit(tmp_path: Path) -> None:
    home = Budgeted(str(tmp_path), {"sessionUsd": 0.5})
    with open(home.settings, encoding="utf-8") as file:
        settings = json.load(file)
    driver = {"type": "command", "command": """echo '{"decision": "block", "reason": "go on"}'"""}
    settings["hooks"]["Stop"].append({"hooks": [driver]})
    with open(home.settings, "w", encoding="utf-8") as file:
        json.dump(settings, file)
    asked = ask(home, Script(play(*["Here is a part."] * MANY)))
    assert dimes(asked) <= 5
    assert asked.said["terminal_reason"] == "stop_hook_prevented"


def test_a_compaction_that_does_not_fit_costs_nothing(tmp_path: Path) -> None:
    home = Budgeted(str(tmp_path), {"sessionUsd": 0.44})
    first = ask(home, DEAF)
    compacted = home.ask("/compact", Script(play("SUMMARY")), "--resume", first.session_id, usage=DIME)
    assert (compacted.requests, compacted.result.startswith("Compaction blocked by PreCompact hook")) == ([], True)


def test_agents_that_could_not_start_take_no_room(tmp_path: Path) -> None:
    starts = [agent("SUB-A look", subagent_type="nonesuch") for _ in range(10)]
    sent = [Call("SendMessage", {"to": "nobody", "summary": "a b c", "message": "hi"}) for _ in range(5)]
    home = Budgeted(str(tmp_path), {"sessionUsd": 2})
    asked = ask(home, Script(play(starts, sent, *work(MANY), ANSWER)))
    assert dimes(asked) >= 18
