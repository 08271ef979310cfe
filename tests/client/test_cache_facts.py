"""What the advice and the lint of the cache take for granted about the real client, seen in what the model is sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.cache import fleets
from scrimp.cache.lint import hook_context
from scrimp.core import limits
from scrimp.core.tokens import estimate
from tests.client import driver
from tests.client.driver import Setup
from tests.client.script import Script, bash, play

if TYPE_CHECKING:
    from pathlib import Path

    from tests.client.driver import Run

pytestmark = pytest.mark.client

ONE_REPLY = Script(play("Done."))


def sent_from(folder: Path, *options: str) -> dict[str, Any]:
    """The first request of a session in a folder of its own."""
    folder.mkdir()
    setup = Setup(permission_args=(*driver.ALLOW_BASH, *options))
    return driver.run_client(str(folder), ONE_REPLY, setup).requests[0].body


def texts(body: dict[str, Any]) -> list[str]:
    return [block["text"] for block in body["system"]]


def marks(body: dict[str, Any]) -> list[bool]:
    return ["cache_control" in block for block in body["system"]]


def test_from_two_folders_tools_and_a_marked_beginning_are_the_same_and_the_last_block_names_the_folder(
    client: str, tmp_path: Path
) -> None:
    assert client
    one, other = sent_from(tmp_path / "one"), sent_from(tmp_path / "other")
    assert one["tools"] == other["tools"]
    assert marks(one) == [False, True, True]
    assert [a == b for a, b in zip(texts(one), texts(other), strict=True)] == [True, True, False]


def test_with_the_option_for_fleets_that_block_is_the_same_too_and_about_as_long_as_we_reckon(
    client: str, tmp_path: Path
) -> None:
    assert client
    one = sent_from(tmp_path / "one", fleets.OPTION)
    other = sent_from(tmp_path / "other", fleets.OPTION)
    assert one["tools"] == other["tools"]
    assert texts(one) == texts(other)
    assert estimate(texts(one)[-1]) == pytest.approx(limits.CACHE_FLEET_TOKENS, rel=0.1)


def hooked(folder: Path, hooks: dict[str, str], deny: list[str]) -> Run:
    entries = {event: [{"hooks": [{"type": "command", "command": line}]}] for event, line in hooks.items()}
    setup = Setup(settings={"hooks": entries, "permissions": {"deny": deny}})
    return driver.run_client(str(folder), Script(play([bash("echo hi", "a")], "Done.")), setup)


def test_what_hooks_add_is_found_in_the_transcript_as_the_model_was_sent_it(client: str, tmp_path: Path) -> None:
    assert client
    said = {"hookSpecificOutput": {"hookEventName": "PostToolUse", "additionalContext": "AFTER-IT"}}
    hooks = {
        "UserPromptSubmit": "echo BEFORE-IT",
        "PreToolUse": "echo UNSEEN",
        "PostToolUse": f"echo '{json.dumps(said)}'",
    }
    run = hooked(tmp_path, hooks, ["ReportFindings", "Write(/etc/**)"])
    with open(run.transcript, "rb") as lines:
        found = {one.event: one for one in hook_context.totals([lines])[0]}
    assert {event: (one.command, one.times) for event, one in found.items()} == {
        "UserPromptSubmit": (hooks["UserPromptSubmit"], 1),
        "PostToolUse": (hooks["PostToolUse"], 1),
    }
    sent = json.dumps(run.requests[-1].body)
    assert [sent.count(word) for word in ("BEFORE-IT", "AFTER-IT", "UNSEEN")] == [1, 1, 0]
    tools = [tool["name"] for tool in run.requests[0].body["tools"]]
    assert ("ReportFindings" in tools, "Write" in tools) == (False, True)


def test_instructions_rules_without_paths_and_imports_stand_in_the_first_prompt_and_other_rules_do_not(
    client: str, tmp_path: Path
) -> None:
    assert client
    files = {
        "CLAUDE.md": "WORD-OF-THE-REPO\n@docs/more.md\n`@docs/not.md`\n",
        "docs/more.md": "WORD-IMPORTED\n",
        "docs/not.md": "WORD-IN-CODE\n",
        ".claude/rules/always.md": "WORD-OF-A-RULE\n",
        ".claude/rules/sql.md": "---\npaths: '**/*.sql'\n---\nWORD-FOR-SQL\n",
        ".claude/skills/deploy/SKILL.md": "---\nname: deploy\ndescription: WORD-OF-A-SKILL\n---\nWORD-OF-ITS-TEXT\n",
    }
    run = driver.run_client(str(tmp_path), ONE_REPLY, Setup(files=files))
    sent = json.dumps(run.requests[0].body)
    words = ("WORD-OF-THE-REPO", "WORD-IMPORTED", "WORD-IN-CODE", "WORD-OF-A-RULE", "WORD-FOR-SQL", "WORD-OF-A-SKILL")
    assert {word: sent.count(word) for word in (*words, "WORD-OF-ITS-TEXT")} == {
        "WORD-OF-THE-REPO": 1,
        "WORD-IMPORTED": 1,
        "WORD-IN-CODE": 0,
        "WORD-OF-A-RULE": 1,
        "WORD-FOR-SQL": 0,
        "WORD-OF-A-SKILL": 1,
        "WORD-OF-ITS-TEXT": 0,
    }
