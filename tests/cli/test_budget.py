from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from scrimp.limiting import person
from scrimp.limiting.person import Process
from tests.cli import on_a_terminal
from tests.ledger.lines import OPUS, SESSION, reply, transcript

if TYPE_CHECKING:
    from tests.cli.conftest import Machine, Output

pytestmark = pytest.mark.usefixtures("by_a_person")


@pytest.fixture
def by_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a person asked; who is one has its own tests below."""

    def nobody_refuses(_: object, *, needs_terminal: bool) -> str:
        assert isinstance(needs_terminal, bool)
        return ""

    monkeypatch.setattr(person, "refusal", nobody_refuses)


def spend(machine: Machine, requests: int = 1, session: str = SESSION, model: str = OPUS) -> None:
    """Requests of $0.006 each, made in the repo just now."""
    at = (datetime.now(UTC) - timedelta(seconds=10)).isoformat()
    common = {"sessionId": session, "cwd": str(machine.repo), "timestamp": at}
    prompt = {"type": "user", "promptId": "p1", "message": {"role": "user", "content": "do it"}}
    replies = [json.loads(reply(f"{session}-{number}", model=model)) for number in range(requests)]
    lines = [json.dumps({**row, **common}) + "\n" for row in (prompt, *replies)]
    transcript(machine.home / ".claude" / "projects", *lines, session=session)


def limits(machine: Machine, **budget: object) -> None:
    path = machine.home / ".claude" / "scrimp.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"budget": budget}))


def budget(machine: Machine, *words: str, **more: str) -> Output:
    return machine.scrimp("budget", *words, TZ="UTC", **more)


def test_status_without_a_limit_says_so(machine: Machine) -> None:
    output = budget(machine, "status")
    assert (output.code, output.out, output.err) == (0, "no limit is set\n", "")


def test_status_shows_every_limit_with_what_is_used_and_where_it_is_set(machine: Machine) -> None:
    limits(machine, sessionUsd=2, dayUsd=5, repos={"elsewhere": {"dayUsd": 1}})
    spend(machine, 3)
    output = budget(machine, "status")
    assert output.code == 0
    assert output.out.splitlines()[:4] == [
        "Limit                   Amount  Used    Left   Set in",
        "sessionUsd              $2.00   $0.018  $1.99  ~/.claude/scrimp.json",
        "dayUsd                  $5.00   $0.018  $4.99  ~/.claude/scrimp.json",
        "repos.elsewhere.dayUsd  $1.00                  ~/.claude/scrimp.json",
    ]
    assert output.out.splitlines()[4].startswith("session 1a6f0c52; its next request: $0.0")
    assert output.out.splitlines()[5:] == ["warnings at 50 %, 80 %, 95 %"]


def test_status_as_json_has_exact_amounts(machine: Machine) -> None:
    limits(machine, sessionUsd=2, turns=9)
    spend(machine, 3)
    shown = json.loads(budget(machine, "status", "--json").out)
    assert shown["session_id"] == SESSION
    first, second = shown["limits"]
    assert {key: first[key] for key in ("name", "unit", "amount", "used", "reserved", "left", "raised")} == {
        "name": "sessionUsd",
        "unit": "usd",
        "amount": "2",
        "used": "0.018",
        "reserved": "0",
        "left": "1.982",
        "raised": "0",
    }
    assert (second["name"], second["amount"], second["used"]) == ("turns", "9", "3")


def test_status_says_how_many_requests_have_no_price_whichever_limit_counts_them(machine: Machine) -> None:
    limits(machine, turns=50, promptUsd=9, dayUsd=9)
    spend(machine, 2, model="some-model")
    spend(machine, session="2b6f0c52-7d1e-4c39-9a52-0f6be2d1a002", model="some-model")
    note = "scrimp: 3 requests of unknown price count as if at the dearest known price (budget.onUnpriced)."
    assert note in " ".join(budget(machine, "status").out.split())


def test_status_says_what_is_wrong_in_the_settings(machine: Machine) -> None:
    limits(machine, dayUsd="$5")
    assert "budget.dayUsd is '$5', expected a number of dollars above 0" in budget(machine, "status").out


def test_set_writes_the_limit_and_what_keeps_it_and_nothing_else(machine: Machine) -> None:
    path = machine.repo / ".claude" / "scrimp.local.json"
    path.parent.mkdir()
    path.write_text('{\n    "compact": { "off": ["log"] }\n}\n')
    output = budget(machine, "set", "sessionUsd", "2.50", "--yes")
    assert output.code == 0
    assert path.read_text() == (
        '{\n    "compact": { "off": ["log"] },\n    "budget": {\n        "sessionUsd": 2.5\n    }\n}\n'
    )
    handlers = [
        handler
        for groups in json.loads(machine.local.read_text())["hooks"].values()
        for group in groups
        for handler in group["hooks"]
    ]
    assert [handler["args"][-1].rpartition("/")[2] for handler in handlers if handler.get("onFailure") == "block"]
    assert f"written: {path}\n" in output.out
    again = budget(machine, "set", "sessionUsd", "2.5", "--yes")
    assert (again.code, again.out) == (0, f"{path}: that limit is there already, nothing to change\n")


def test_set_shows_both_diffs_and_writes_nothing_without_a_yes(machine: Machine) -> None:
    before = machine.tree()
    output = budget(machine, "set", "dayUsd", "20")
    assert output.code == 2
    assert (f"+++ {machine.repo}/.claude/scrimp.local.json" in output.out, "gate.py" in output.out) == (True, True)
    assert budget(machine, "set", "dayUsd", "20", "--dry-run").code == 0
    assert machine.tree() == before


def test_a_limit_for_all_repos_stands_in_the_users_own_files(machine: Machine) -> None:
    assert budget(machine, "set", "dayUsd", "20", "--scope", "user", "--yes").code == 0
    assert json.loads((machine.home / ".claude" / "scrimp.json").read_text()) == {"budget": {"dayUsd": 20}}
    assert "gate.py" in machine.own.read_text()
    assert not machine.local.exists()


def test_limits_for_repos_and_agents_stand_under_their_names(machine: Machine) -> None:
    assert budget(machine, "set", "dayUsd", "3", "--repo", "~/work/*", "--yes").code == 0
    assert budget(machine, "set", "sessionUsd", "1", "--agent", "Explore", "--yes").code == 0
    assert json.loads((machine.repo / ".claude" / "scrimp.local.json").read_text()) == {
        "budget": {"repos": {"~/work/*": {"dayUsd": 3}}, "agents": {"Explore": {"sessionUsd": 1}}}
    }


WRONG: dict[tuple[str, ...], str] = {
    ("dayUsd", "$5"): "budget.dayUsd is '$5', expected a number of dollars above 0, up to 1,000,000",
    ("dayUsd", "-5"): "budget.dayUsd is -5",
    ("dayUsd", "0"): "budget.dayUsd is 0, expected a number of dollars above 0",
    ("turns", "2.5"): "budget.turns is 2.5, expected a whole number above 0",
    ("dollars", "5"): "there is no limit 'dollars'; there are: promptUsd, sessionUsd, ",
    ("onUnpriced", "stop"): "there is no limit 'onUnpriced'",
    ("minutes", "5", "--repo", "x"): "unknown key budget.repos.x.minutes",
}


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_limit_that_is_none_is_refused_with_its_key_and_value(machine: Machine, words: tuple[str, ...]) -> None:
    output = budget(machine, "set", "--yes", *words[2:], "--", *words[:2])
    assert (output.code, output.out) == (2, "")
    assert WRONG[words] in output.err
    assert machine.tree() == {}


def test_a_link_out_of_the_repo_is_not_followed(machine: Machine) -> None:
    (machine.repo / ".claude").mkdir()
    (machine.repo / ".claude" / "scrimp.local.json").symlink_to(machine.home / "elsewhere.json")
    output = budget(machine, "set", "dayUsd", "5", "--yes")
    assert output.code == 2
    assert "leads out of" in output.err
    assert not (machine.home / "elsewhere.json").exists()


def test_clear_takes_out_the_limit_and_what_kept_it(machine: Machine) -> None:
    before = machine.tree()
    budget(machine, "set", "dayUsd", "20", "--yes")
    budget(machine, "set", "sessionUsd", "2", "--yes")
    assert budget(machine, "clear", "dayUsd", "--yes").code == 0
    path = machine.repo / ".claude" / "scrimp.local.json"
    assert json.loads(path.read_text()) == {"budget": {"sessionUsd": 2}}
    assert "gate.py" in machine.local.read_text()
    output = budget(machine, "clear", "--yes")
    assert output.code == 0
    assert f"removed: {path}\n" in output.out
    assert machine.tree() == before


def test_clear_leaves_what_else_a_file_says(machine: Machine) -> None:
    budget(machine, "set", "dayUsd", "20", "--yes")
    path = machine.repo / ".claude" / "scrimp.local.json"
    path.write_text('{"batching": "off", "budget": {"dayUsd": 20}}')
    assert budget(machine, "clear", "--yes").code == 0
    assert json.loads(path.read_text()) == {"batching": "off"}


def test_clear_without_a_limit_has_nothing_to_do(machine: Machine) -> None:
    output = budget(machine, "clear")
    assert output.code == 0
    assert "nothing to change" in output.out


def test_a_raise_goes_on_top_of_the_limit_of_the_session(machine: Machine) -> None:
    limits(machine, sessionUsd=2)
    spend(machine)
    output = budget(machine, "raise", "1.5")
    assert (output.code, output.out) == (0, f"sessionUsd ({SESSION}) is raised by $1.50 to $3.50\n")
    limit = json.loads(budget(machine, "status", "--json").out)["limits"][0]
    assert (limit["amount"], limit["raised"]) == ("3.5", "1.5")
    assert "raises taken back: 1" in budget(machine, "clear").out
    assert json.loads(budget(machine, "status", "--json").out)["limits"][0]["amount"] == "2"


def test_a_raise_of_another_session_leaves_this_one_alone(machine: Machine) -> None:
    limits(machine, sessionUsd=2)
    spend(machine, session="00000000-7d1e-4c39-9a52-0f6be2d1a000")
    spend(machine, 2)
    assert budget(machine, "raise", "5", "--session", "00000000").code == 0
    amounts = {
        session: json.loads(budget(machine, "status", "--json", "--session", session).out)["limits"][0]["amount"]
        for session in ("00000000", SESSION)
    }
    assert amounts == {"00000000": "7", SESSION: "2"}


def test_a_raise_for_a_while_says_until_when(machine: Machine) -> None:
    limits(machine, dayUsd=5)
    spend(machine)
    output = budget(machine, "raise", "1", "--for", "2h")
    day = datetime.now(UTC).date().isoformat()
    assert output.out.startswith(f"dayUsd ({day}) is raised by $1.00 to $6.00 until ")


def test_of_several_limits_one_must_be_named(machine: Machine) -> None:
    limits(machine, sessionUsd=2, dayUsd=5, turns=9)
    spend(machine)
    output = budget(machine, "raise", "1")
    assert (output.code, output.err) == (
        2,
        "scrimp: several limits are set here, say which: --limit sessionUsd | dayUsd | turns\n",
    )
    refused = budget(machine, "raise", "5", "--limit", "turns")
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == "scrimp: turns is each prompt's own: ask again, or set it higher by scrimp budget set\n"
    assert budget(machine, "raise", "5", "--limit", "dayUsd").code == 0


def test_what_has_not_begun_cannot_be_raised(machine: Machine) -> None:
    """A raise is for one session, one day; one that holds for nothing would be told as done."""
    limits(machine, sessionUsd=2)
    refused = budget(machine, "raise", "5")
    assert (refused.code, refused.err) == (
        2,
        "scrimp: sessionUsd: nothing here has begun that it could be raised for\n",
    )


def test_a_dry_run_of_clear_changes_nothing(machine: Machine) -> None:
    budget(machine, "set", "sessionUsd", "5", "--yes")
    before = machine.tree()
    shown = budget(machine, "clear", "--dry-run")
    assert (shown.code, machine.tree()) == (0, before)
    (machine.repo / ".claude/scrimp.local.json").unlink()
    before = machine.tree()
    shown = budget(machine, "clear", "--dry-run")
    assert (shown.code, machine.tree()) == (0, before)
    assert "gate.py" in shown.out


def test_where_another_file_has_the_lower_limit_that_is_said(machine: Machine) -> None:
    (machine.home / ".claude").mkdir(exist_ok=True)
    (machine.home / ".claude/scrimp.json").write_text('{"budget": {"sessionUsd": 3}}')
    out = budget(machine, "set", "sessionUsd", "12", "--yes").out
    assert f"in force: sessionUsd $3.00, from {machine.home}/.claude/scrimp.json\n" in out


@pytest.mark.parametrize("words", [("--repo", ""), ("--agent", "")])
def test_an_empty_pattern_is_no_pattern(machine: Machine, words: tuple[str, str]) -> None:
    assert budget(machine, "set", "dayUsd", "5", *words, "--yes").code == 2


def test_without_a_name_the_limit_that_stopped_the_session_is_meant(machine: Machine) -> None:
    from scrimp.core import ledger  # noqa: PLC0415
    from scrimp.core.ledger import stops  # noqa: PLC0415

    limits(machine, sessionUsd=2, dayUsd=5)
    spend(machine)
    at_ms = int(datetime.now(UTC).timestamp() * 1000)
    with ledger.opened(ledger.path_of(machine.environ)) as db:
        stops.record(db, (SESSION, "", "p1"), stops.STOPPED, "dayUsd", "today", 0, at_ms, "spent")
    assert budget(machine, "raise", "1").out.startswith("dayUsd (")


WRONG_RAISES: dict[tuple[str, ...], str] = {
    ("$1",): "'$1': expected a number of dollars above 0",
    ("0",): "'0': expected a number of dollars above 0",
    ("nan",): "'nan': expected a number of dollars above 0",
    ("1", "--for", "tomorrow"): "--for 'tomorrow': expected minutes, hours or days, as in --for 30m, 2h, 1d",
    ("1", "--limit", "weekUsd"): "weekUsd is not set here; there are: sessionUsd",
}


@pytest.mark.parametrize("words", WRONG_RAISES, ids=" ".join)
def test_a_raise_that_makes_no_sense_is_refused(machine: Machine, words: tuple[str, ...]) -> None:
    limits(machine, sessionUsd=2)
    spend(machine)
    output = budget(machine, "raise", *words)
    assert (output.code, output.out) == (2, "")
    assert WRONG_RAISES[words] in output.err


def test_without_a_limit_there_is_nothing_to_raise(machine: Machine) -> None:
    output = budget(machine, "raise", "1")
    assert (output.code, output.err) == (2, "scrimp: no limit is set here: there is nothing to raise\n")


class TestWhoAsks:
    """Who is taken for a person; here nothing is patched."""

    @pytest.fixture(autouse=True)
    def by_a_person(self) -> None:
        """Nobody: the real thing."""

    @pytest.mark.parametrize("words", [("raise", "5"), ("clear",), ("raise", "5", "--for", "2h")], ids=" ".join)
    def test_without_a_terminal_nothing_is_loosened(self, machine: Machine, words: tuple[str, ...]) -> None:
        limits(machine, sessionUsd=2)
        output = budget(machine, *words)
        assert (output.code, output.out) == (2, "")
        assert output.err == (
            "scrimp: limits are for a person to change: there is no terminal at both ends: "
            "a person does this, in a terminal of their own\n"
        )

    @pytest.mark.parametrize("words", [("raise", "5"), ("clear",), ("set", "dayUsd", "1", "--yes")], ids=" ".join)
    @pytest.mark.parametrize("variable", ["CLAUDECODE", "CLAUDE_CODE_CHILD_SESSION"])
    def test_what_the_client_starts_is_refused(self, machine: Machine, variable: str, words: tuple[str, ...]) -> None:
        output = budget(machine, *words, **{variable: "1"})
        assert output.code == 2
        assert f"{variable} is set, so Claude Code has started this" in output.err
        assert machine.tree() == {}

    def test_a_script_may_tighten_a_limit_but_not_loosen_it(
        self, machine: Machine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(person, "process", {os.getppid(): Process(0, "init", ())}.get)
        assert budget(machine, "set", "dayUsd", "5", "--yes").code == 0
        assert budget(machine, "set", "dayUsd", "4", "--yes").code == 0
        assert budget(machine, "set", "dayUsd", "6", "--yes").code == 2

    def test_on_a_terminal_a_person_raises(self, machine: Machine) -> None:
        if person.refusal({}, needs_terminal=False):
            pytest.skip("these tests are themselves run by Claude Code")
        limits(machine, sessionUsd=2)
        spend(machine)
        assert on_terminal(machine, on_a_terminal.scrimp("budget", "raise", "1")) == (
            0,
            f"sessionUsd ({SESSION}) is raised by $1.00 to $3.00\n",
        )

    def test_on_a_terminal_that_the_agent_made_it_is_refused(self, machine: Machine) -> None:
        """As `env -u CLAUDECODE script -c 'scrimp budget raise 5'` would have it: the client is among the parents."""
        client = machine.home / "claude"
        client.write_text(f"#!{sys.executable}\nimport subprocess, sys\nsys.exit(subprocess.call(sys.argv[1:]))\n")
        client.chmod(0o755)
        limits(machine, sessionUsd=2)
        code, screen = on_terminal(machine, [str(client), *on_a_terminal.scrimp("budget", "raise", "5")])
        assert code == 2
        assert ") has started this: a person does this, in a terminal of their own\n" in screen


def on_terminal(machine: Machine, words: list[str]) -> tuple[int, str]:
    environ = {**machine.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with on_a_terminal.started(words, environ, str(machine.repo)) as terminal:
        return terminal.end(), terminal.screen


SHELL = Process(1, "bash", ("-bash",))
PARENTS: dict[str, tuple[list[Process | None], str]] = {
    "a shell": ([Process(8, "zsh", ("zsh",)), SHELL], ""),
    "the client": ([Process(8, "bash", ("bash",)), Process(7, "claude", ("claude", "-p"))], "Claude Code (process 8)"),
    "the client by its words": ([Process(8, "MainThread", ("/opt/x/claude", "-p"))], "Claude Code (process 9)"),
    "the client by Node": (
        [Process(8, "node", ("node", "/usr/lib/node_modules/@anthropic-ai/claude-code/cli.js"))],
        "Claude Code (process 9)",
    ),
    "an editor with claude in a later word": ([Process(1, "vim", ("vim", "-p", "notes", "claude"))], ""),
    "one that cannot be seen": ([None], "process 9, from which this was started, cannot be looked at"),
    "a circle": ([Process(9, "bash", ("bash",))] * 999, "there is no end to the processes from which this was started"),
}


@pytest.mark.parametrize("case", PARENTS)
def test_the_client_is_looked_for_among_all_parents(case: str) -> None:
    parents, expected = PARENTS[case]
    seen = iter(parents)
    found = person.client_above(9, lambda _: next(seen))
    assert (found.startswith(expected), bool(found)) == (True, bool(expected))


def test_a_process_is_seen_as_it_is_by_either_way() -> None:
    me = os.getpid()
    seen = person.process(me)
    assert seen is not None
    assert (seen.parent, seen.words[0] != "") == (os.getppid(), True)
    if subprocess.run(["ps", "-p", "1"], capture_output=True, check=False).returncode == 0:
        by_ps = person.from_ps(me)
        assert by_ps is not None
        assert by_ps.parent == os.getppid()
    assert person.from_proc(2**30) is None
    assert person.from_ps(2**30) is None
