"""One process per event: what it answers, and that nothing that goes wrong in it reaches the run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hooks import dispatch, idle
from scrimp.core import bundle_root

MAIN = Path(dispatch.__file__).with_name("main.py")


def run(tmp_path: Path, event: bytes, *arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-I", "-S", str(MAIN), *arguments],
        input=event,
        capture_output=True,
        check=False,
        env={"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path / "data"), "CLAUDE_PROJECT_DIR": str(tmp_path)}
        | environ,
    )


def log_of(tmp_path: Path) -> list[str]:
    path = tmp_path / "data" / "scrimp.log"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def bash_event(**changes: Any) -> dict[str, Any]:
    response = {"stdout": "x", "stderr": "", "interrupted": False, "isImage": False, "noOutputExpected": False}
    return {
        "session_id": "s",
        "transcript_path": "/h/s.jsonl",
        "hook_event_name": "PostToolUse",
        "tool_name": "Bash",
        "tool_input": {"command": "true"},
        "tool_response": response,
        "tool_use_id": "toolu_1",
    } | changes


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (b"", "JSONDecodeError"),
        (b'{"hook_event_name": "PostToolUse", "tool_na', "JSONDecodeError"),
        (b"[1, 2]", "TypeError"),
        (b"\xff\xfe\xfa{", "JSONDecodeError"),
        (b"[" * 200_000, "RecursionError"),
        (b'"' + b"x" * 50_000_000 + b'"', "TypeError"),
    ],
)
@pytest.mark.parametrize("name", ["session_start", "post_tool_use"])
def test_an_event_that_cannot_be_read_is_left_alone_with_one_line_in_the_log(
    tmp_path: Path, event: bytes, reason: str, name: str
) -> None:
    ran = run(tmp_path, event, name)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
    (line,) = log_of(tmp_path)
    assert f"{name}: {reason}" in line


@pytest.mark.parametrize("name", ["no_such_event", "../../etc/passwd", ""])
def test_an_unknown_event_is_left_alone_with_one_line_in_the_log(tmp_path: Path, name: str) -> None:
    ran = run(tmp_path, b"{}", name)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
    (line,) = log_of(tmp_path)
    assert "unknown event" in line


UNKNOWN: list[dict[str, Any]] = [
    {"tool_name": "NoSuchTool", "tool_response": {"text": "x" * 9_000}},
    {"tool_name": 7, "tool_response": {"stdout": "x" * 9_000}},
    {"tool_response": None, "padding": "x" * 9_000},
    {"tool_response": "x" * 9_000},
    {"tool_response": {"stdout": 5, "padding": "x" * 9_000}},
    {"tool_response": {"stdout": "x" * 9_000, "isImage": True}},
    {"tool_name": "Glob", "tool_response": {"filenames": [1, None, {}]}, "padding": "x" * 9_000},
    {"tool_name": "mcp__a__b", "tool_response": [{"type": "image", "data": "x" * 9_000}]},
    {"tool_name": "Agent", "tool_response": {"status": "async_launched", "prompt": "x" * 9_000}},
]


@pytest.mark.parametrize("changes", UNKNOWN)
def test_a_tool_or_shape_that_is_not_known_is_left_alone(tmp_path: Path, changes: dict[str, Any]) -> None:
    ran = run(tmp_path, json.dumps(bash_event(**changes)).encode(), "post_tool_use")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")
    assert log_of(tmp_path) == []


def test_a_data_folder_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = run(tmp_path, b"", "post_tool_use", SCRIMP_HOME=str(tmp_path / "file" / "data"))
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_a_step_that_raises_is_logged_and_the_others_answer(tmp_path: Path) -> None:
    def broken(_event: dict[str, Any], _state: dispatch.State) -> None:
        raise KeyError("lost")

    def good(_event: dict[str, Any], _state: dispatch.State) -> dict[str, Any]:
        return {"message": "from the good step"}

    state = dispatch.State({"SCRIMP_HOME": str(tmp_path / "data")}, {})
    assert dispatch.run((broken, good), {}, state) == {"message": "from the good step"}
    (line,) = log_of(tmp_path)
    assert re.search(r" \S*test_dispatch: KeyError in test_dispatch\.py, line \d+$", line)


def test_once_a_step_has_denied_the_others_are_not_asked(tmp_path: Path) -> None:
    asked: list[str] = []

    def deny(_event: dict[str, Any], _state: dispatch.State) -> dict[str, Any]:
        return {"deny": "not here"}

    def reserve(_event: dict[str, Any], _state: dispatch.State) -> None:
        asked.append("reserve")

    state = dispatch.State({"SCRIMP_HOME": str(tmp_path / "data")}, {})
    assert dispatch.run((deny, reserve), {}, state) == {"deny": "not here"}
    assert asked == []


def test_what_a_step_raises_is_the_callers_where_its_failure_says_something(tmp_path: Path) -> None:
    def broken(_event: dict[str, Any], _state: dispatch.State) -> None:
        raise KeyError("lost")

    state = dispatch.State({"SCRIMP_HOME": str(tmp_path / "data")}, {})
    with pytest.raises(KeyError):
        dispatch.run((broken,), {}, state, must_answer=True)


def test_answers_are_merged_one_output_and_all_messages() -> None:
    answers = [{"message": "one"}, {"output": {"stdout": "first"}}, {"message": "two", "output": {"stdout": "second"}}]
    assert dispatch.merge(answers) == {"message": "one\ntwo", "output": {"stdout": "first"}}


@pytest.mark.parametrize(
    ("event", "answer", "expected"),
    [
        (
            "PreToolUse",
            {"deny": "why", "message": "m"},
            {
                "systemMessage": "m",
                "hookSpecificOutput": {
                    "hookEventName": "PreToolUse",
                    "permissionDecision": "deny",
                    "permissionDecisionReason": "why",
                },
            },
        ),
        ("UserPromptSubmit", {"block": "why"}, {"decision": "block", "reason": "why"}),
        (
            "UserPromptSubmit",
            {"block": "why", "is_hidden": True},
            {
                "decision": "block",
                "reason": "why",
                "hookSpecificOutput": {"hookEventName": "UserPromptSubmit", "suppressOriginalPrompt": True},
            },
        ),
        (
            "UserPromptSubmit",
            {"context": "answer soon"},
            {"hookSpecificOutput": {"hookEventName": "UserPromptSubmit", "additionalContext": "answer soon"}},
        ),
    ],
)
def test_what_a_door_says_is_said_in_the_clients_words(
    event: str, answer: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert dispatch.render(event, answer) == expected


def test_a_prompt_that_cannot_be_read_ends_with_1_so_that_its_entry_says_what_follows(tmp_path: Path) -> None:
    ran = run(tmp_path, b"{", "user_prompt_submit")
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert ran.stderr.startswith(b"scrimp: user_prompt_submit: JSONDecodeError")


def test_an_answer_is_said_in_the_clients_words() -> None:
    assert dispatch.render("PostToolUse", {"output": {"stdout": "x"}, "message": "m"}) == {
        "systemMessage": "m",
        "hookSpecificOutput": {"hookEventName": "PostToolUse", "updatedToolOutput": {"stdout": "x"}},
    }


SETTINGS_ENTRY = {"command": "/p/python", "args": ["-I", "-S", f"{bundle_root()}/hooks/main.py", "session_start"]}


WIRED = json.dumps({"hooks": {"SessionStart": [{"hooks": [SETTINGS_ENTRY]}]}})


def starts_with_plugin(tmp_path: Path, project: Path) -> bool:
    """Whether the plugin's copy, for a session started in `project`, sets the trap."""
    event = json.dumps({"transcript_path": str(tmp_path / "s.jsonl")}).encode()
    env_file = tmp_path / "env.sh"
    run(tmp_path, event, "session_start", "--plugin", CLAUDE_PROJECT_DIR=str(project), CLAUDE_ENV_FILE=str(env_file))
    return env_file.exists()


@pytest.mark.parametrize(
    "where",
    [
        "home/.claude/settings.json",
        "repo/sub/.claude/settings.local.json",
        "repo/.claude/settings.local.json",
    ],
)
def test_the_plugins_copy_yields_to_settings_that_start_the_same_hooks(tmp_path: Path, where: str) -> None:
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/sub").mkdir()
    path = tmp_path / where.removeprefix("home/")
    path.parent.mkdir(parents=True)
    path.write_text(WIRED)
    assert starts_with_plugin(tmp_path, tmp_path / "repo/sub") is False


def test_in_a_linked_worktree_the_main_checkouts_settings_count(tmp_path: Path) -> None:
    (tmp_path / "main/.claude").mkdir(parents=True)
    (tmp_path / "main/.claude/settings.local.json").write_text(WIRED)
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/.git").write_text(f"gitdir: {tmp_path}/main/.git/worktrees/tree\n")
    assert starts_with_plugin(tmp_path, tmp_path / "tree") is False


@pytest.mark.parametrize(
    "mention",
    [
        '{"_": ["main.py", "-S", "session_start"]}',
        '{"hooks": {"SessionStart": [{"hooks": [{"args": ["-S", "/gone/main.py", "session_start"]}]}]}}',
        '{"hooks": [["main.py"]]}',
        "main.py -S session_start",
    ],
)
def test_a_mere_mention_of_our_hooks_does_not_silence_them(tmp_path: Path, mention: str) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude/settings.local.json").write_text(mention)
    assert starts_with_plugin(tmp_path, tmp_path) is True


def test_nor_does_what_a_repo_says_for_everybody(tmp_path: Path) -> None:
    (tmp_path / "repo/.claude").mkdir(parents=True)
    (tmp_path / "repo/.claude/settings.json").write_text(WIRED)
    assert starts_with_plugin(tmp_path, tmp_path / "repo") is True


def test_settings_of_somebody_elses_hooks_do_not_stop_the_plugin(tmp_path: Path) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude/settings.json").write_text(WIRED.replace("main.py", "theirs.py"))
    assert starts_with_plugin(tmp_path, tmp_path / "repo") is True


def test_settings_that_start_another_of_our_hooks_do_not_stop_the_plugin_in_this_one(tmp_path: Path) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude/settings.json").write_text(WIRED.replace("session_start", "user_prompt_submit"))
    assert starts_with_plugin(tmp_path, tmp_path / "repo") is True


def test_the_plugins_copy_alone_does_the_work(tmp_path: Path) -> None:
    event = json.dumps({"transcript_path": str(tmp_path / "s.jsonl")}).encode()
    run(tmp_path, event, "session_start", "--plugin", CLAUDE_ENV_FILE=str(tmp_path / "env.sh"))
    assert "__scrimp_at_exit" in (tmp_path / "env.sh").read_text()


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("post_tool_use", json.dumps(bash_event()).encode(), True),
        ("post_tool_use", json.dumps(bash_event(tool_response={"stdout": "x" * 3_000})).encode(), False),
        ("post_tool_use", b'{"tool_response": {"backgroundTaskId": "b1"}}', False),
        ("post_tool_use", b'{"tool_response": {"stdout": "[scrimp 3f9c02d41b7a8e55: 1 of 2 lines"}}', False),
        ("post_tool_use", b"", False),
        ("post_tool_use_failure", b'{"error": "Exit code 1"}', True),
        ("post_tool_use_failure", b'{"error": "Exit code 1\\n[scrimp 3f9c02d41b7a8e55: 1 of"}', False),
        ("session_start", b"{}", False),
    ],
)
def test_an_idle_event_is_told_from_its_bytes(name: str, raw: bytes, expected: bool) -> None:
    assert idle.is_idle(name, raw) is expected


def test_every_event_of_the_bundles_lists_has_its_module_and_the_other_way_round() -> None:
    entries = [
        hook
        for name in ("hooks.json", "when_limited.json")
        for groups in json.loads(MAIN.with_name(name).read_text(encoding="utf-8"))["hooks"].values()
        for group in groups
        for hook in group["hooks"]
    ]
    of_main = [hook for hook in entries if hook["args"][2].endswith("main.py")]
    assert {hook["args"][3] for hook in of_main} == set(dispatch.EVENTS)
    others = [hook["args"][2:] for hook in entries if hook not in of_main]
    assert others == [["${CLAUDE_PLUGIN_ROOT}/hooks/gate.py", "--plugin"]] * 2
    for name in dispatch.EVENTS:
        assert os.path.exists(MAIN.with_name(f"{name}.py"))
