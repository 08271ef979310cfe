from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import bundle_root

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Machine

pytestmark = pytest.mark.usefixtures("quiet_doctor")

MAIN = os.path.join(bundle_root(), "hooks", "main.py")
KEEP_A_BUDGET = ("UserPromptSubmit", "PreToolUse", "PostToolBatch", "Stop", "SubagentStop", "PreCompact")
"""The plugin's events that stand in settings only while a limit is set: tests/cli/test_limited.py."""

STAND_ALONE = ("pre_write", "pre_agent", "pre_batch", "after_pause")
"""What has an entry of its own under one of these events, because it stands without a limit too."""

OTHER = {"type": "command", "command": "/usr/bin/notify", "args": ["done"]}


def handlers(path: Path) -> dict[str, list[dict[str, Any]]]:
    hooks = json.loads(path.read_bytes().decode("utf-8-sig"))["hooks"]
    return {event: [handler for group in groups for handler in group["hooks"]] for event, groups in hooks.items()}


def ran(handler: dict[str, Any]) -> tuple[str, str]:
    """What a declared handler starts: the name it gives `main.py`, or gate.py; and the script's absolute path."""
    script = handler["args"][2].replace("${CLAUDE_PLUGIN_ROOT}", bundle_root())
    return handler["args"][3] if script == MAIN else os.path.basename(script), script


def test_install_wires_every_event_of_the_bundle_with_this_interpreter_and_absolute_paths(machine: Machine) -> None:
    assert machine.scrimp("install", "--yes").code == 0
    with open(os.path.join(bundle_root(), "hooks", "hooks.json"), encoding="utf-8") as file:
        declared = json.load(file)["hooks"]
    for event in KEEP_A_BUDGET:
        declared[event] = [group for group in declared[event] if ran(group["hooks"][0])[0] in STAND_ALONE]
    declared = {event: groups for event, groups in declared.items() if groups}
    wired = json.loads(machine.local.read_text())["hooks"]
    assert list(wired) == list(declared)
    for event, groups in declared.items():
        for group, ours in zip(groups, wired[event], strict=True):
            assert ours.get("matcher") == group.get("matcher")
            for handler, our in zip(group["hooks"], ours["hooks"], strict=True):
                name, script = ran(handler)
                assert our["args"][:3] == ["-I", "-S", "-c"]
                assert our["args"][4:] == [script, name]
                assert our == {**handler, "command": sys.executable, "args": our["args"]}


def test_the_same_install_twice_changes_no_byte(machine: Machine) -> None:
    machine.scrimp("install", "--yes")
    before = machine.tree()
    second = machine.scrimp("install", "--yes")
    assert second.code == 0
    assert "nothing to change" in second.out
    assert machine.tree() == before


def test_uninstall_after_install_leaves_no_trace_in_an_empty_repo(machine: Machine) -> None:
    before = machine.tree()
    machine.scrimp("install", "--yes")
    assert machine.tree() != before
    assert machine.scrimp("uninstall", "--yes").code == 0
    assert machine.tree() == before


def test_a_folder_that_was_there_before_stays(machine: Machine) -> None:
    machine.local.parent.mkdir()
    before = machine.tree()
    machine.scrimp("install", "--yes")
    machine.scrimp("uninstall", "--yes")
    assert machine.tree() == before


ODD_FILES = {
    "tabs": b'{\n\t"model": "opus",\n\t"hooks": {}\n}\n',
    "four spaces, no newline at the end": b'{\n    "permissions": {"allow": ["Bash(ls:*)"]}\n}',
    "crlf": b'{\r\n  "model": "opus"\r\n}\r\n',
    "byte order mark": b'\xef\xbb\xbf{\n  "model": "opus"\n}\n',
    "one line": b'{"model":"opus","hooks":{"Stop":[]}}',
    "one line with spaces": b'{"model": "opus"}\n',
    "numbers and escapes as written": (
        b'{\n  "a": 1.50,\n  "b": 1e3,\n  "c": "\\u00e9 \xc3\xa9",\n  "d": 12345678901234567890\n}\n'
    ),
    "keys in their own order": b'{\n  "z": 1,\n  "a": {"y": [ ], "b": { } },\n  "m": null\n}\n',
    "empty": b"",
    "empty object": b"{}",
    "empty object over lines": b"{\n}\n",
    "own hooks on the same events": (
        b'{\n  "hooks": {\n    "PostToolUse": [\n'
        b'      {"matcher": "Edit", "hooks": [{"type": "command", "command": "fmt"}]}\n    ]\n  }\n}\n'
    ),
    "an empty list of ours": b'{\n  "hooks": {\n    "SessionStart": []\n  }\n}\n',
}


@pytest.mark.parametrize("raw", ODD_FILES.values(), ids=ODD_FILES)
def test_uninstall_restores_a_file_byte_for_byte_when_nothing_else_changed(machine: Machine, raw: bytes) -> None:
    machine.local.parent.mkdir()
    machine.local.write_bytes(raw)
    assert machine.scrimp("install", "--yes").code == 0
    assert handlers(machine.local)["SessionStart"]
    assert machine.scrimp("uninstall", "--yes").code == 0
    assert machine.local.read_bytes() == raw


@pytest.mark.parametrize("raw", ODD_FILES.values(), ids=ODD_FILES)
def test_install_only_adds_to_a_file_and_removes_or_rewrites_no_line_of_its_owner(machine: Machine, raw: bytes) -> None:
    """Only the brackets and the comma at the place of the insertion may change."""
    machine.local.parent.mkdir()
    machine.local.write_bytes(raw)
    machine.scrimp("install", "--yes")
    after = machine.local.read_bytes()
    position = 0
    for byte in raw.replace(b"{}", b"{").replace(b"[]", b"[").rstrip():
        position = after.index(byte, position) + 1
    assert json.loads(after.decode("utf-8-sig")).keys() - {"hooks", "statusLine", "permissions"} == (
        json.loads(raw.decode("utf-8-sig") or "{}").keys() - {"hooks", "permissions"}
    )
    assert (b"\r\n" in after) == (b"\r\n" in raw)
    assert after.startswith(b"\xef\xbb\xbf") == raw.startswith(b"\xef\xbb\xbf")
    assert (b"\n\t" in after) == (b"\n\t" in raw)


def test_uninstall_takes_out_only_ours_when_the_file_has_changed_since(machine: Machine) -> None:
    machine.local.parent.mkdir()
    machine.local.write_text('{\n  "hooks": {\n    "Stop": [{"hooks": []}]\n  }\n}\n')
    machine.scrimp("install", "--yes")
    settings = json.loads(machine.local.read_text())
    settings["hooks"]["PostToolUse"][0]["hooks"].insert(0, OTHER)
    settings["model"] = "opus"
    machine.local.write_text(json.dumps(settings))
    assert machine.scrimp("uninstall", "--yes").code == 0
    matcher = settings["hooks"]["PostToolUse"][0]["matcher"]
    assert json.loads(machine.local.read_text()) == {
        "hooks": {"Stop": [{"hooks": []}], "PostToolUse": [{"matcher": matcher, "hooks": [OTHER]}]},
        "model": "opus",
    }


def test_uninstall_works_without_the_receipt_of_the_install(machine: Machine) -> None:
    machine.scrimp("install", "--yes", SCRIMP_HOME=str(machine.home / "one"))
    machine.scrimp("uninstall", "--yes", SCRIMP_HOME=str(machine.home / "two"))
    assert json.loads(machine.local.read_text()) == {}
    assert [path.name for path in machine.local.parent.rglob("*")] == [machine.local.name]


def test_without_receipts_only_the_very_bytes_of_ours_are_taken_out(machine: Machine) -> None:
    machine.scrimp("install", "--yes", SCRIMP_HOME=str(machine.home / "one"))
    skills = machine.local.parent / "skills"
    (skills / "spend" / "SKILL.md").write_text("mine now")
    (skills / "batch-run" / ".gitignore").unlink()  # as where a repo has the skill committed
    machine.scrimp("uninstall", "--yes", SCRIMP_HOME=str(machine.home / "two"))
    left = sorted(str(path.relative_to(skills)) for path in skills.rglob("*") if path.is_file())
    assert left == ["batch-run/SKILL.md", "spend/SKILL.md"]


def test_a_file_that_was_not_there_and_has_nothing_left_in_it_goes(machine: Machine) -> None:
    machine.scrimp("install", "--yes")
    machine.local.write_text(json.dumps(json.loads(machine.local.read_text())))
    machine.scrimp("uninstall", "--yes")
    assert not machine.local.parent.exists()


def test_an_older_install_at_another_path_is_replaced_and_uninstall_still_restores_the_file(machine: Machine) -> None:
    raw = b'{\n  "model": "opus"\n}\n'
    machine.local.parent.mkdir()
    machine.local.write_bytes(raw)
    machine.scrimp("install", "--yes")
    moved = machine.local.read_text().replace(os.path.dirname(os.path.dirname(MAIN)), "/opt/scrimp-0.0")
    machine.local.write_text(moved)
    output = machine.scrimp("install", "--yes")
    assert "to be replaced: scrimp at /opt/scrimp-0.0/hooks/main.py" in output.out
    assert "/opt/scrimp-0.0" not in machine.local.read_text()
    assert [handler["args"][4] for handler in handlers(machine.local)["SessionStart"]] == [MAIN]
    machine.scrimp("uninstall", "--yes")
    assert machine.local.read_bytes() == raw


def test_an_install_without_the_guard_is_replaced_too(machine: Machine) -> None:
    handler = {"type": "command", "command": sys.executable, "args": ["-I", "-S", MAIN, "session_start"]}
    machine.local.parent.mkdir()
    machine.local.write_text(json.dumps({"hooks": {"SessionStart": [{"hooks": [handler]}]}}))
    machine.scrimp("install", "--yes")
    assert len(handlers(machine.local)["SessionStart"]) == 1
    assert "-c" in handlers(machine.local)["SessionStart"][0]["args"]


def test_a_hook_whose_bundle_is_gone_ends_in_silence_with_0(machine: Machine) -> None:
    """Claude Code tells the model of every hook that ends with 2, which is how Python ends without its script."""
    machine.scrimp("install", "--yes")
    for handler in (one for event in handlers(machine.local).values() for one in event):
        words = [word.replace(MAIN, "/gone/hooks/main.py") for word in handler["args"]]
        done = subprocess.run([handler["command"], *words], capture_output=True, check=False, input=b"{}")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_foreign_hook_of_the_same_shape_is_not_ours(machine: Machine, tmp_path: Path) -> None:
    """Another project may well have a hooks/main.py that it starts with -I -S."""
    (tmp_path / "other" / "hooks").mkdir(parents=True)
    (tmp_path / "other" / "hooks" / "main.py").touch()
    foreign = {"type": "command", "command": "python3", "args": ["-I", "-S", f"{tmp_path}/other/hooks/main.py", "stop"]}
    machine.local.parent.mkdir()
    raw = json.dumps({"hooks": {"SessionStart": [{"hooks": [foreign]}]}})
    machine.local.write_text(raw)
    output = machine.scrimp("install", "--yes")
    assert f"left alone: SessionStart: python3 -I -S {tmp_path}"[:60] in output.out  # a long path is cut short
    assert foreign in handlers(machine.local)["SessionStart"]
    assert machine.scrimp("uninstall", "--yes").code == 0
    assert machine.local.read_text() == raw


def test_what_is_there_already_is_named_and_left_alone(machine: Machine) -> None:
    machine.own.parent.mkdir()
    line = {"type": "command", "command": "my-status"}
    settings = {
        "hooks": {"PostToolUse": [{"matcher": "Bash", "hooks": [OTHER]}]},
        "statusLine": line,
        "disableAllHooks": True,
        "enabledPlugins": {"scrimp@scrimp": True},
    }
    machine.own.write_text(json.dumps(settings))
    output = machine.scrimp("install", "--yes")
    assert "found in user settings, left alone: PostToolUse: /usr/bin/notify done" in output.out
    assert "found in user settings, a status line, my-status: it is shown first, scrimp's line below it" in output.out
    assert "found in user settings, the plugin scrimp@scrimp" in output.out
    assert "found in user settings, disableAllHooks: no hook runs" in output.out
    assert json.loads(machine.own.read_text()) == settings


BROKEN = {
    '{\n  // mine\n  "model": "opus"\n}': ":2:3: a comment, which JSON does not have",
    '{\n  "model": "opus"\n  "hooks": {}\n}': ":3:3: ",
    '{"a": 1, "a": 2}': ":1:10: the key 'a' is there twice",
    '{"a": NaN}': ":1:7: NaN is not JSON",
    "[]": ": expected an object at the top",
    "[" * 100_000: ":1:1: nested too deeply",
}


@pytest.mark.parametrize("text", BROKEN, ids=[text[:20] for text in BROKEN])
def test_a_file_that_is_not_json_is_named_with_the_position_and_not_touched(machine: Machine, text: str) -> None:
    machine.local.parent.mkdir()
    machine.local.write_text(text)
    for verb in ("install", "uninstall"):
        output = machine.scrimp(verb, "--yes")
        assert output.code == 1
        assert str(machine.local) + BROKEN[text] in output.err
        assert "nothing was written" in output.err
        assert machine.local.read_text() == text


def test_hooks_of_a_shape_that_the_client_cannot_read_are_named_and_not_touched(machine: Machine) -> None:
    machine.local.parent.mkdir()
    machine.local.write_text('{"hooks": ["mine"]}')
    output = machine.scrimp("install", "--yes")
    assert output.code == 1
    assert "hooks in the settings is ['mine'], which Claude Code cannot read" in output.err
    assert machine.local.read_text() == '{"hooks": ["mine"]}'


def test_a_link_stays_a_link_and_its_target_keeps_its_mode(machine: Machine, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles" / "claude.json"
    target.parent.mkdir()
    target.write_text('{"model": "opus"}\n')
    target.chmod(0o640)
    machine.own.parent.mkdir()
    machine.own.symlink_to(target)
    machine.scrimp("install", "--scope", "user", "--yes")
    assert machine.own.is_symlink()
    assert "SessionStart" in json.loads(target.read_text())["hooks"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    machine.scrimp("uninstall", "--scope", "user", "--yes")
    assert machine.own.is_symlink()
    assert target.read_text() == '{"model": "opus"}\n'


def test_the_user_scope_follows_the_clients_own_variable(machine: Machine, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    machine.scrimp("install", "--scope", "user", "--yes", CLAUDE_CONFIG_DIR=str(folder))
    assert "SessionStart" in handlers(folder / "settings.json")
    assert not machine.own.exists()


def test_local_means_the_top_of_the_repo_from_any_folder_in_it(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = machine.repo / "src" / "deep"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    machine.scrimp("install", "--yes")
    assert machine.local.exists()
    assert list(folder.iterdir()) == []
