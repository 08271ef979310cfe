"""What stands in every prompt, found in files, servers, hooks and rules, and what it costs at one's own rates."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.cache import rates
from scrimp.cache.lint import asking, hook_context, instructions, rules, servers
from scrimp.cache.lint.finding import Finding
from scrimp.cli.caching import lint as command
from scrimp.core import limits
from scrimp.core.tokens import estimate
from tests.cache.test_advise import read
from tests.reports.ledger_rows import Book, used

if TYPE_CHECKING:
    from collections.abc import Callable

SERVER = Path(__file__).parents[1] / "client" / "report_server.py"
TEXT = "Always run the tests before you say that something is done.\n"


class Box:
    """A home and a repo, and files in them."""

    def __init__(self, root: Path) -> None:
        self.home, self.repo = root / "home", root / "repo"
        (self.repo / ".git").mkdir(parents=True)
        self.home.mkdir()
        self.environ = {"HOME": str(self.home), "SCRIMP_HOME": str(root / "data"), "ANTHROPIC_API_KEY": "key"}
        self.environ |= {"COLUMNS": "160"}

    def write(self, path: Path, text: str) -> str:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return str(path)

    def state(self, **values: Any) -> None:
        self.write(self.home / ".claude.json", json.dumps(values))

    def found(self) -> dict[str, Finding]:
        return {one.where: one for one in instructions.find(self.environ, str(self.repo))}

    def servers(self, *layers: dict[str, Any]) -> list[servers.Server]:
        return servers.configured(self.environ, str(self.repo), layers)


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def test_instruction_files_count_whole_with_what_they_import_and_each_once(box: Box) -> None:
    own = box.write(box.home / ".claude" / "CLAUDE.md", TEXT)
    repo = box.write(box.repo / "CLAUDE.md", f"{TEXT}See @docs/rules.md and `@not/this.md`.\n@docs/rules.md\n")
    rule = box.write(box.repo / "docs" / "rules.md", TEXT * 3)
    box.write(box.repo / "not" / "this.md", TEXT)
    found = box.found()
    assert set(found) == {own, repo, rule}
    assert found[own] == Finding("instructions", own, estimate(TEXT), "stands in every prompt")
    assert found[rule] == Finding("imported instructions", rule, estimate(TEXT * 3), "stands in every prompt")


def test_rules_stand_in_every_prompt_unless_they_are_for_some_files(box: Box) -> None:
    always = box.write(box.repo / ".claude" / "rules" / "tests.md", TEXT)
    some = box.write(box.home / ".claude" / "rules" / "sql" / "style.md", f"---\npaths: '*.sql'\n---\n{TEXT}")
    found = box.found()
    assert found[always].tokens == estimate(TEXT)
    assert found[some].tokens == 0
    assert found[some].what.endswith("enter with the files that its paths name")


def test_files_that_import_each_other_are_read_once(box: Box) -> None:
    first = box.write(box.repo / "CLAUDE.md", "@other.md\n")
    second = box.write(box.repo / "other.md", "@CLAUDE.md\n")
    assert set(box.found()) == {first, second}


def test_dates_in_instructions_are_named(box: Box) -> None:
    path = box.write(box.repo / "CLAUDE.md", "Status of 2026-11-20 09:30: green.\n")
    assert box.found()[path].what == "stands in every prompt; holds dates, such as 2026-11-20 09:30"
    assert box.found()[path].hint


SKILL = """---
name: deploy
description: Deploys the shop.
---
Look at the state first: !`git status` and !`git log -1`
"""


def test_of_a_skill_its_description_stands_in_the_prompt_and_commands_in_it_are_named(box: Box) -> None:
    path = box.write(box.home / ".claude" / "skills" / "deploy" / "SKILL.md", SKILL)
    body = SKILL.rpartition("---\n")[2]
    assert box.found()[path] == Finding(
        "skill",
        path,
        estimate("deploy Deploys the shop."),
        f"its text, {estimate(body)} tokens, enters when it is used, with what `git status` prints and 1 more",
        "what these print differs from use to use and stays in the history: keep it short",
    )


def test_a_skill_that_only_a_person_calls_stands_in_no_prompt(box: Box) -> None:
    text = SKILL.replace("name: deploy", "name: deploy\ndisable-model-invocation: true")
    path = box.write(box.repo / ".claude" / "skills" / "deploy" / "SKILL.md", text)
    assert box.found()[path].tokens == 0


def test_rules_that_deny_a_whole_tool_are_named_and_those_with_a_pattern_are_not() -> None:
    layers: list[tuple[str, dict[str, Any]]] = [
        ("/a.json", {"permissions": {"deny": ["WebFetch", "Bash(rm *)", "mcp__github", 3]}}),
        ("/b.json", {"permissions": {"deny": ["Read(./.env)"]}}),
        ("/c.json", {"permissions": []}),
    ]
    assert [(one.where, one.what) for one in rules.find(layers)] == [
        ("/a.json", "takes whole tools out of the list: WebFetch, mcp__github")
    ]


def program(name: str = "report", **more: object) -> dict[str, Any]:
    return {name: {"command": sys.executable, "args": [str(SERVER), "${REPORT:-/dev/null}"], **more}}


def test_servers_are_the_users_own_and_those_of_the_repo_that_the_user_has_approved(box: Box) -> None:
    here = str(box.repo)
    box.state(
        mcpServers=program("own"), projects={here: {"mcpServers": program("mine"), "enabledMcpjsonServers": ["yes"]}}
    )
    box.write(box.repo / ".mcp.json", json.dumps({"mcpServers": {**program("yes"), **program("no")}}))
    found = {one.name: servers.why_not_asked(one, may_start=True) for one in box.servers()}
    assert found == {"own": "", "mine": "", "yes": "", "no": "not approved, the client does not start it either"}


def test_nothing_is_started_unasked_and_no_address_is_ever_asked(box: Box) -> None:
    box.state(mcpServers={**program("own"), "far": {"type": "http", "url": "https://mcp.example.com"}})
    own, far = box.servers()
    assert servers.why_not_asked(own, may_start=False) == "not started (--start-servers runs its program and asks it)"
    assert servers.why_not_asked(far, may_start=True) == "not a program on this machine, not asked"


def test_a_server_that_is_asked_tells_its_tools_and_is_stopped(box: Box) -> None:
    box.state(mcpServers=program(alwaysLoad=True))
    (server,) = box.servers()
    schemas = asking.ask(server, {}, str(box.repo))
    assert isinstance(schemas, servers.Schemas)
    assert (schemas.tools, schemas.always_loaded) == (1, 1)
    sent = {"name": "report", "description": "What the service has logged."}
    size = estimate(json.dumps({**sent, "inputSchema": {"type": "object", "properties": {}}}))
    assert schemas.schema_tokens == schemas.always_tokens == size
    assert servers.finding(server, schemas) == Finding(
        "server",
        "report",
        size,
        f"{box.home}/.claude.json: 1 tools, {size} tokens of schemas, all loaded always",
        "without alwaysLoad only the names stand in the prompt; the first use then costs a search",
    )


def test_of_a_server_whose_tools_are_searched_only_the_names_and_what_says_always_load_stand_in_the_prompt(
    box: Box,
) -> None:
    box.state(mcpServers=program("s"))
    (server,) = box.servers()
    tools: list[dict[str, Any]] = [
        {"name": "a", "description": "x" * 500, "inputSchema": {}, "_meta": {"anthropic/alwaysLoad": True}},
        {"name": "b", "description": "y" * 500, "inputSchema": {}, "_meta": None},
    ]
    schemas = servers.measured(tools, "Use it well.", "s")
    found = servers.finding(server, schemas)
    assert found.tokens == schemas.always_tokens + estimate("mcp__s__a") + estimate("mcp__s__b") + estimate(
        "Use it well."
    )
    assert found.what.endswith("loaded when a search finds them but for 1, which say alwaysLoad")
    (everything,) = box.servers({"env": {"ENABLE_TOOL_SEARCH": "false"}})
    assert everything.is_loaded


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"command": "/no/such/program"}, "it could not be asked ("),
        ({"command": sys.executable, "args": ["-c", "import sys; sys.stdin.readline()"]}, "it could not be asked ("),
    ],
    ids=["not there", "ends at once"],
)
def test_a_server_that_fails_is_said_to(box: Box, config: dict[str, Any], said: str) -> None:
    box.state(mcpServers={"bad": config})
    (server,) = box.servers()
    answer = asking.ask(server, {}, str(box.repo))
    assert isinstance(answer, str)
    assert answer.startswith(said)


def test_a_server_that_does_not_answer_is_given_up(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CACHE_SERVER_S", 0.3)
    box.state(mcpServers={"mute": {"command": sys.executable, "args": ["-c", "import sys; sys.stdin.read()"]}})
    (server,) = box.servers()
    assert asking.ask(server, {}, str(box.repo)) == "no answer within 0 s"


def attachment(kind: str, event: str, call: str, **more: object) -> bytes:
    """A line as client 2.1.330 writes it: `rendered` is what the model was sent."""
    rendered = more.pop("rendered", None)
    line = {"type": "attachment", "attachment": {"type": kind, "hookEvent": event, "toolUseID": call, **more}}
    return json.dumps(line | ({"rendered": [{"content": rendered}]} if rendered else {})).encode()


def test_what_hooks_add_is_counted_from_what_the_model_was_sent() -> None:
    said = "<system-reminder>\nUserPromptSubmit hook success: be careful\n</system-reminder>"
    each = [
        attachment("hook_success", "UserPromptSubmit", "u", command="say.sh", rendered=said),
        attachment("hook_success", "PostToolUse", "t", command="after.sh"),
        attachment("hook_additional_context", "PostToolUse", "t", rendered=said),
        attachment("hook_success", "PreToolUse", "p", command="silent.sh", stdout="not sent"),
        b'{"type": "attachment", "attachment": {"type": "hook_success"',
        b'{"type": "user", "message": "the word hook_success"}',
    ]
    start = attachment("hook_success", "SessionStart", "s", command="begin.sh", rendered=said)
    size = estimate(said)
    found = hook_context.find([[start, *each, *each], [start, *each, *each]])
    assert {(one.where, one.tokens, one.what) for one in found} == {
        ("say.sh", size, f"adds context at UserPromptSubmit: 4 times in 2 of 2 sessions, {size} tokens each"),
        ("after.sh", size, f"adds context at PostToolUse: 4 times in 2 of 2 sessions, {size} tokens each"),
        ("begin.sh", size, f"adds context at SessionStart: 2 times in 2 of 2 sessions, {size} tokens each"),
    }


def test_a_standing_token_costs_what_the_users_own_prompt_tokens_cost(tmp_path: Path) -> None:
    # By hand: of 100,000 tokens 40,000 were written at $5 and 60,000 read at $0.20 a million: $2.12 a million. Four
    # requests in two turns: 1,000 tokens cost 0.00212 x 200 = $0.424 in a hundred turns.
    book = Book(tmp_path)
    for place, usage in enumerate([used(write_5m=20_000), used(cache_read=30_000)] * 2):
        book.request(f"m{place}", place, usage, prompt_id=f"p{place // 2}")
    found = rates.of(read(book), 2)
    assert found.per_request_pico(10**6) == 2_120_000 * 10**6
    assert found.per_100_turns_pico(1_000) == 424_000 * 10**6


def printed(box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    arguments = parser.parse_args([str(box.repo), *words, "--ledger", str(tmp_path / "ledger.db")])
    assert command.run(arguments, box.environ) == 0
    return capsys.readouterr()


@pytest.fixture
def lint(box: Box, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[str, str]]:
    """The command on a ledger of four requests in two turns at $2.12 a million standing tokens."""
    book = Book(tmp_path)
    for place, usage in enumerate([used(write_5m=20_000), used(cache_read=30_000)] * 2):
        book.request(f"m{place}", place, usage, prompt_id=f"p{place // 2}")
    book.db.close()
    return lambda *words: printed(box, tmp_path, capsys, *words)


def test_the_command_gives_tokens_and_dollars_of_everything_and_starts_nothing(
    box: Box, lint: Callable[..., tuple[str, str]]
) -> None:
    path = box.write(box.repo / "CLAUDE.md", TEXT * 40)
    box.state(mcpServers=program())
    box.write(box.home / ".claude" / "settings.json", json.dumps({"permissions": {"deny": ["WebFetch"]}}))
    name = "".join(char if char.isalnum() else "-" for char in str(box.repo))
    line = attachment("hook_success", "UserPromptSubmit", "u", command="say.sh", rendered="Be careful today.")
    box.write(box.home / ".claude" / "projects" / name / "s1.jsonl", line.decode() + "\n")
    out, errors = lint("--json")
    rows = {(row["kind"], row["where"]): row for row in json.loads(out)}
    assert set(rows) == {
        ("instructions", path),
        ("server", "report"),
        ("hook", "say.sh"),
        ("rule", str(box.home / ".claude" / "settings.json")),
    }
    tokens = estimate(TEXT * 40)
    assert (rows["instructions", path]["tokens"], rows["instructions", path]["usd_100_turns"]) == (
        tokens,
        f"{tokens * 424 / 10**6:.6f}".rstrip("0"),
    )
    assert rows["server", "report"]["tokens"] is None
    assert "starting" not in errors


def test_asked_to_it_says_which_programs_it_starts(box: Box, lint: Callable[..., tuple[str, str]]) -> None:
    box.state(mcpServers=program())
    out, errors = lint("--json", "--start-servers")
    assert f"scrimp: starting report of {box.home}/.claude.json\n" in errors
    assert json.loads(out)[0]["tokens"] > 0


def test_a_table_ends_with_what_to_do_and_what_the_dollars_rest_on(
    box: Box, lint: Callable[..., tuple[str, str]]
) -> None:
    box.write(box.repo / "CLAUDE.md", "As of 2026-11-20.\n")
    out, _ = lint()
    assert "keep what changes in a file of its own" in out.replace("\n  ", " ")
    assert "100 turns: at your own rates of 4 requests in 2 turns of 1 sessions" in out
