"""What the user's rules come to, ours beside the real client's: ours may be stricter, never laxer."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

import pytest

from scrimp.core import bundle_root
from scrimp.core.permissions import judging
from scrimp.core.permissions.rule import ALLOW, ASK, DENY, FETCH, READ, UNSETTLED
from tests.client.driver import Run, Setup, run_client
from tests.client.script import Call, Script, ToolResult, bash, play
from tests.core.permissions import tables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

pytestmark = pytest.mark.client

STRICTNESS = {DENY: 2, ASK: 1, UNSETTLED: 1, ALLOW: 0}
"""How strict each verdict is; what no rule settles the client asks for."""

AT_ONCE = 40
"""Calls in one reply."""


def verdict(result: ToolResult) -> str:
    """What the client did with a call under `-p`, where an ask is refused with other words than a denial."""
    if "Permission to use" in result.text and "has been denied" in result.text:
        return DENY
    if "denied by your permission settings" in result.text or "denied access to domain" in result.text:
        return DENY
    has_run = not result.is_error or result.text.startswith(("Exit code", "Unable to verify if domain"))
    return ALLOW if has_run else ASK


def run(folder: Path, permissions: dict[str, list[str]], calls: Sequence[Call]) -> Run:
    """The calls in the client, each under its number."""
    named = [call._replace(name=f"c{number}") for number, call in enumerate(calls)]
    replies = [named[at : at + AT_ONCE] for at in range(0, len(named), AT_ONCE)]
    tables.project(folder)
    rules = {".claude/settings.json": json.dumps({"permissions": permissions})}
    return run_client(str(folder), Script(play(*replies, "Done.")), Setup(files=rules, permission_args=()))


def verdicts(folder: Path, permissions: dict[str, list[str]], calls: Sequence[Call]) -> list[str]:
    """What the client did with each call, in their order."""
    results = run(folder, permissions, calls).results
    return [verdict(results[f"c{number}"]) for number in range(len(calls))]


@pytest.mark.parametrize("name", tables.NAMES)
def test_no_command_passes_here_that_would_not_pass_there(client: str, tmp_path: Path, name: str) -> None:
    assert client
    table = tables.table(name)
    theirs = verdicts(tmp_path, table.permissions, [bash(command) for _, command in table.rows])
    laxer = [
        (ours, their, command)
        for (ours, command), their in zip(table.rows, theirs, strict=True)
        if STRICTNESS[ours] < STRICTNESS[their]
    ]
    assert laxer == []


FILE_RULES = {
    "deny": [
        "Read(./secrets/**)",
        "Read(/build)",
        "Read(*.key)",
        "Read([x].txt)",
        "Read(~/private/**)",
        "Read(case.txt)",
    ],
    "ask": ["Read(./sub/**)"],
    "allow": ["Read(//usr/lib/**)", "Read(/etc/**)"],
}
FILES = (
    *(
        "secrets/a",
        "x/secrets/a",
        "build/o",
        "lib/build/o",
        "deep/er/k.key",
        "[x].txt",
        "Case.txt",
        "sub/b.txt",
        "a.txt",
    ),
    *("link", ".env", "~/private/a", "../x", "/etc/hostname", "/usr/lib/os-release", "sub/../secrets/a"),
)


def test_no_file_passes_here_that_would_not_pass_there(client: str, tmp_path: Path) -> None:
    assert client
    place = tables.project(tmp_path)
    for name in FILES[:8]:
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    theirs = verdicts(tmp_path, FILE_RULES, [Call("Read", {"file_path": path}) for path in FILES])
    rules = tables.rules(FILE_RULES, place.cwd)
    ours = [judging.judge(READ, path.replace("~", place.home), rules, place).verdict for path in FILES]
    rows = list(zip(FILES, ours, theirs, strict=True))
    assert [row for row in rows if STRICTNESS[row[1]] != STRICTNESS[row[2]]] == []


HOST_RULES = {
    "deny": ["WebFetch(domain:bad.example.com)", "WebFetch(domain:*.test)"],
    "ask": ["WebFetch(domain:ask.example.com)"],
    "allow": ["WebFetch(domain:example.com)", "WebFetch(domain:*.example.com)", "WebFetch(domain:x.*)"],
}
URLS = (
    *("http://example.com/", "http://EXAMPLE.com:8080/x", "http://www.example.com", "http://bad.example.com/"),
    *("http://ask.example.com/", "http://a.test/", "http://x.org/", "http://badexample.com/", "http://example.com./"),
    *("http://example.org/", "http://example.com@evil.org/", "http://test/"),
)


def test_no_address_passes_here_that_would_not_pass_there(client: str, tmp_path: Path) -> None:
    assert client
    theirs = verdicts(tmp_path, HOST_RULES, [Call("WebFetch", {"url": url, "prompt": "x"}) for url in URLS])
    place = judging.Place("/repo", ["/repo"], "/home/me")
    rules = tables.rules(HOST_RULES, "/repo")
    ours = [judging.judge(FETCH, url, rules, place).verdict for url in URLS]
    rows = list(zip(URLS, ours, theirs, strict=True))
    assert [row for row in rows if STRICTNESS[row[1]] < STRICTNESS[row[2]]] == []
    assert ours.count(ALLOW) == 5


TOOL = "mcp__scrimp__batch_run"


def test_a_tool_that_is_allowed_still_asks_for_what_the_rules_do_not_cover(client: str, tmp_path: Path) -> None:
    """With `-p` an ask is a refusal, so that the server is not called."""
    assert client
    server = {
        "command": sys.executable,
        "args": [tables.FOLDER.parents[2].joinpath("client/batch_server.py").as_posix()],
    }
    hook = {
        "type": "command",
        "command": sys.executable,
        "args": ["-I", "-S", os.path.join(bundle_root(), "hooks", "main.py"), "pre_batch"],
    }
    with open(os.path.join(bundle_root(), "hooks", "hooks.json"), encoding="utf-8") as file:
        groups = json.load(file)["hooks"]["PreToolUse"]
    matcher = next(group["matcher"] for group in groups if "batch_(" in group["matcher"])
    settings = {
        "permissions": {"allow": [TOOL, "Bash(shop:*)"], "deny": ["Bash(rm:*)"]},
        "hooks": {"PreToolUse": [{"matcher": matcher, "hooks": [hook]}]},
    }
    given = {"covered": ["shop a", "ls"], "open": ["make"], "denied": ["rm x"], "some denied": ["ls", "rm x"]}
    calls = [Call(TOOL, {"commands": commands}, name) for name, commands in given.items()]
    config = json.dumps({"mcpServers": {"scrimp": {**server, "alwaysLoad": True}}})
    setup = Setup(settings=settings, permission_args=("--mcp-config", config))
    results = run_client(str(tmp_path), Script(play(calls, "Done.")), setup).results
    assert results["covered"].text == f"done: {json.dumps({'commands': given['covered']})}"
    assert results["some denied"].text == f"done: {json.dumps({'commands': given['some denied']})}"
    assert results["open"].is_error
    assert "done:" not in results["open"].text
    assert "rm x (Bash(rm:*) in " in results["denied"].text
