from __future__ import annotations

import json
import os
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

from scrimp import tool_settings
from scrimp.cli.wiring import plans
from scrimp.core import bundle_root

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Machine, Output

WIRED = [
    "SessionStart", "UserPromptSubmit", "PreModelSwitch", "PreToolUse", "PreToolUse", "PreToolUse", "PostToolUse",
    "PostToolUseFailure",
]  # fmt: skip
"""The distinct handlers that install writes without a limit, by event."""

SHELLS = [shell for shell in ("bash", "zsh") if shutil.which(shell)]


def rows(output: Output) -> list[dict[str, Any]]:
    return json.loads(output.out)["findings"]


def of(output: Output, subject: str) -> list[tuple[str, str]]:
    return [(row["state"], row["text"]) for row in rows(output) if row["subject"] == subject]


def a_client(folder: Path, version: str) -> str:
    """A PATH on which a program called claude names `version`."""
    folder.mkdir()
    program = folder / "claude"
    program.write_text(f"#!/bin/sh\necho '{version}'\n")
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def install(machine: Machine) -> None:
    """Without the screen that install ends with."""
    plans.carry_out(plans.install("local", machine.environ, str(machine.repo), None), machine.environ)


def test_with_nothing_wired_doctor_says_how_to_begin_and_that_all_is_well(machine: Machine) -> None:
    output = machine.scrimp("doctor", "--json", PATH="/usr/bin:/bin")
    assert output.code == 0
    assert of(output, "wired") == [("note", "nothing starts scrimp here: scrimp install, or install the plugin")]
    assert of(output, "trap") == []


def test_everything_that_is_wired_is_tried_for_real(machine: Machine) -> None:
    installed = machine.scrimp("install", "--yes", "--json")
    assert installed.code == 0
    findings = json.loads(installed.out)["doctor"]
    assert [row for row in findings if row["state"] == "fail"] == []
    hooks = [row["text"].partition(":")[0] for row in findings if row["subject"] == "hooks"]
    assert hooks[:-1] == WIRED
    assert "for comparison, a Python that does nothing takes " in findings[2 + len(hooks) - 1]["text"]
    trap = [row["text"] for row in findings if row["subject"] == "trap"]
    assert [text.partition(":")[0] for text in trap] == SHELLS
    assert all("exit code unchanged, original kept" in text for text in trap)


def test_doctor_changes_nothing_on_the_machine(machine: Machine) -> None:
    install(machine)
    data = machine.home / ".local"
    before = (machine.tree(), sorted(data.rglob("*")))
    assert machine.scrimp("doctor").code == 0
    assert (machine.tree(), sorted(data.rglob("*"))) == before


def test_the_screen_has_one_line_per_finding(machine: Machine) -> None:
    install(machine)
    screen = machine.scrimp("doctor").out.splitlines()
    found = rows(machine.scrimp("doctor", "--json"))
    assert [line.split()[:2] for line in screen] == [[row["state"], row["subject"]] for row in found]


def test_an_interpreter_that_is_gone_fails_with_the_way_to_put_it_right(machine: Machine) -> None:
    install(machine)
    machine.local.write_text(machine.local.read_text().replace(sys.executable, "/gone/python3"))
    output = machine.scrimp("doctor", "--json")
    assert output.code == 1
    ((state, text),) = of(output, "local")
    assert state == "fail"
    assert text.endswith("/gone/python3 is not there; scrimp install puts it right")
    assert {state for state, _ in of(output, "trap")} == {"fail"}
    assert machine.scrimp("install", "--yes").code == 0


def test_a_bundle_that_is_gone_fails_in_every_hook(machine: Machine) -> None:
    install(machine)
    machine.local.write_text(machine.local.read_text().replace(bundle_root() + "/hooks", "/gone/scrimp/hooks"))
    output = machine.scrimp("doctor", "--json")
    assert output.code == 1
    assert [text for state, text in of(output, "hooks") if state == "fail"] == [
        f"{event}: /gone/scrimp/hooks/main.py is not there" for event in WIRED
    ]


def test_hooks_that_break_inside_are_found_out_although_they_exit_0(machine: Machine, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for name in ("hooks", ".claude-plugin"):
        shutil.copytree(os.path.join(bundle_root(), name), copy / name)
    shutil.copytree(os.path.join(bundle_root(), "scrimp", "core"), copy / "scrimp" / "core")
    (copy / "scrimp" / "__init__.py").touch()
    (copy / "hooks" / "steps" / "compaction.py").write_text("raise ValueError('broken here')\n")
    install(machine)
    machine.local.write_text(machine.local.read_text().replace(bundle_root() + "/hooks", f"{copy}/hooks"))
    output = machine.scrimp("doctor", "--json")
    assert output.code == 1
    failed = [text for state, text in of(output, "hooks") if state == "fail"]
    assert any("ValueError in compaction.py, line 1" in text for text in failed)


@pytest.mark.parametrize(
    ("version", "state", "words"),
    [
        ("2.1.330 (Claude Code)", "ok", "Claude Code 2.1.330 at"),
        ("3.0.0 (Claude Code)", "ok", "Claude Code 3.0.0 at"),
        ("2.1.9 (Claude Code)", "note", "older than 2.1.330"),
        ("no idea", "note", "does not name a version: 'no idea'"),
    ],
)
def test_the_clients_version_is_named(machine: Machine, tmp_path: Path, version: str, state: str, words: str) -> None:
    ((found, text),) = of(machine.scrimp("doctor", "--json", PATH=a_client(tmp_path / "bin", version)), "client")
    assert found == state
    assert words in text


@pytest.mark.parametrize("switch", ["disableAllHooks", "allowManagedHooksOnly"])
def test_a_switch_that_keeps_hooks_from_running_fails_where_they_are_wired(machine: Machine, switch: str) -> None:
    install(machine)
    machine.local.write_text(json.dumps({**json.loads(machine.local.read_text()), switch: True}))
    output = machine.scrimp("doctor", "--json")
    assert output.code == 1
    assert next(text for state, text in of(output, "local") if state == "fail").startswith(f"{machine.local}: {switch}")


def test_a_setting_that_cannot_be_used_is_named(machine: Machine) -> None:
    folder = machine.repo / ".claude"
    folder.mkdir()
    (folder / "scrimp.json").write_text('{"compact": {"minChars": "many"}}')
    output = machine.scrimp("doctor", "--json")
    assert output.code == 1
    ((state, text),) = of(output, "settings")
    assert state == "fail"
    assert "compact.minChars is 'many', expected a whole number" in text


def test_settings_of_the_tools_that_cannot_be_used_are_named(machine: Machine) -> None:
    own = machine.home / ".claude" / "scrimp.json"
    own.parent.mkdir()
    own.write_text('{"ask": {"backend": "gpt"}, "fetch": {"allow": "localhost:80"}}')
    backends = "'auto', 'claude', 'api' or 'extractive'"
    findings = of(machine.scrimp("doctor", "--json"), "settings")
    assert [text for _, text in findings] == [
        f"{own}: ask.backend is 'gpt': input should be {backends}; nobody is asked until it is mended",
        f"{own}: fetch.allow is 'localhost:80': input should be a valid list; no door is opened until it is mended",
    ]
    assert {state for state, _ in findings} == {"fail"}
    own.write_text('{"ask": "extractive"}')
    assert tool_settings.ask(machine.environ).backend == "extractive"


def test_a_ledger_that_no_report_could_open_fails(machine: Machine) -> None:
    data = machine.home / "data"
    data.mkdir(mode=0o700)
    (data / "ledger.db").write_bytes(b"no database" * 100)
    ((state, text),) = of(machine.scrimp("doctor", "--json", SCRIMP_HOME=str(data)), "ledger")
    assert state == "fail"
    assert text.startswith(f"{data}/ledger.db: the ledger cannot be used (file is not a database); move that file away")


def test_a_settings_file_of_the_client_that_is_broken_is_named(machine: Machine) -> None:
    machine.local.parent.mkdir()
    machine.local.write_text("{")
    output = machine.scrimp("doctor", "--json")
    assert output.code == 1
    assert of(output, "local")[0][1].startswith(f"{machine.local}:1:2: ")


def test_a_data_folder_that_cannot_be_written_fails_and_one_open_to_others_is_noted(machine: Machine) -> None:
    (machine.home / "file").touch()
    output = machine.scrimp("doctor", "--json", SCRIMP_HOME=str(machine.home / "file" / "data"))
    assert output.code == 1
    assert of(output, "data")[0][0] == "fail"
    loose = machine.home / "loose"
    loose.mkdir()
    loose.chmod(0o755)  # whatever the umask
    output = machine.scrimp("doctor", "--json", SCRIMP_HOME=str(loose))
    assert [state for state, _ in of(output, "data")] == ["ok", "note"]
    assert f"chmod -R go= {loose}" in of(output, "data")[1][1]


def test_the_last_lines_of_the_log_are_shown(machine: Machine) -> None:
    data = machine.home / "data"
    data.mkdir(mode=0o700)
    (data / "scrimp.log").write_text("".join(f"2026-11-22T10:00:0{n} post_tool_use: trouble {n}\n" for n in range(5)))
    (data / "scrimp.log").chmod(0o600)
    lines = of(machine.scrimp("doctor", "--json", SCRIMP_HOME=str(data)), "log")
    assert lines == [("note", f"2026-11-22T10:00:0{n} post_tool_use: trouble {n}") for n in (2, 3, 4)]


def plugin(machine: Machine, root: str) -> None:
    machine.own.parent.mkdir()
    machine.own.write_text('{"enabledPlugins": {"scrimp@scrimp": true}}')
    (machine.own.parent / "plugins").mkdir()
    listed = {"version": 2, "plugins": {"scrimp@scrimp": [{"scope": "user", "installPath": root}]}}
    (machine.own.parent / "plugins" / "installed_plugins.json").write_text(json.dumps(listed))


def test_the_plugin_copy_is_tried_as_the_client_would_start_it(machine: Machine) -> None:
    plugin(machine, bundle_root())
    output = machine.scrimp("doctor", "--json")
    assert output.code == 0
    assert of(output, "user") == [("ok", f"{machine.own}: the plugin scrimp@scrimp, {bundle_root()}")]
    assert {state for state, _ in of(output, "hooks")} == {state for state, _ in of(output, "trap")} == {"ok"}


def test_a_plugin_that_is_enabled_but_not_installed_is_noted(machine: Machine) -> None:
    plugin(machine, str(machine.home / "gone"))
    output = machine.scrimp("doctor", "--json")
    assert output.code == 0
    assert of(output, "user")[0] == (
        "note",
        f"{machine.own}: the plugin scrimp@scrimp is enabled, but not installed on this machine",
    )


def test_what_a_repo_has_put_in_place_of_settings_does_not_end_doctor(machine: Machine) -> None:
    machine.local.parent.mkdir()
    machine.local.symlink_to(machine.home / "elsewhere.json")
    os.mkfifo(machine.shared)
    output = machine.scrimp("doctor", "--json")
    assert of(output, "local") == []
    assert of(output, "project") == [("fail", f"{machine.shared}: not a plain file; nothing was written")]


LIMIT = '{"budget": {"sessionUsd": 5, "agents": {"Explore": {"dayUsd": 1}}}}'


def set_limit(machine: Machine, text: str = LIMIT) -> str:
    folder = machine.repo / ".claude"
    folder.mkdir(exist_ok=True)
    (folder / "scrimp.local.json").write_text(text)
    return f"sessionUsd ({folder}/scrimp.local.json), agents.Explore.dayUsd ({folder}/scrimp.local.json)"


def test_a_limit_that_is_kept_is_tried_under_it_and_at_it(machine: Machine) -> None:
    named = set_limit(machine)
    install(machine)
    output = machine.scrimp("doctor", "--json")
    assert output.code == 0
    ((state, text),) = of(output, "budget")
    assert (state, text.startswith(f"{named}: kept, ")) == ("ok", True)


def test_a_limit_that_nothing_keeps_fails(machine: Machine) -> None:
    install(machine)
    named = set_limit(machine)
    output = machine.scrimp("doctor", "--json")
    assert output.code == 1
    assert of(output, "budget") == [("fail", f"{named}: set, and nothing keeps it; scrimp install puts it right")]


@pytest.mark.parametrize("wired_by", ["the plugin", "an install for notices"])
def test_a_limit_that_only_a_gate_that_fails_open_keeps_is_noted(machine: Machine, wired_by: str) -> None:
    if wired_by == "the plugin":
        plugin(machine, bundle_root())
    else:
        (machine.home / ".claude").mkdir(exist_ok=True)
        (machine.home / ".claude/scrimp.json").write_text('{"batching": "on"}')
        install(machine)
    set_limit(machine)
    output = machine.scrimp("doctor", "--json")
    assert output.code == 0
    (loose, tried) = of(output, "budget")
    assert (loose[0], loose[1].startswith("what keeps the limits is the plugin's, or ")) == ("note", True)
    assert tried[0] == "ok"


def test_entries_without_a_limit_are_noted(machine: Machine) -> None:
    set_limit(machine)
    install(machine)
    set_limit(machine, "{}")
    output = machine.scrimp("doctor", "--json")
    assert output.code == 0
    assert of(output, "budget") == [
        ("note", "no limit is set, and the entries that would keep one are there: scrimp budget clear takes them out")
    ]


def test_a_gate_that_breaks_inside_is_found_out(machine: Machine, tmp_path: Path) -> None:
    set_limit(machine)
    install(machine)
    copy = tmp_path / "copy"
    for name in ("hooks", ".claude-plugin"):
        shutil.copytree(os.path.join(bundle_root(), name), copy / name)
    shutil.copytree(os.path.join(bundle_root(), "scrimp", "core"), copy / "scrimp" / "core")
    (copy / "scrimp" / "__init__.py").touch()
    (copy / "hooks" / "steps" / "judging.py").write_text("raise ValueError('broken here')\n")
    machine.local.write_text(machine.local.read_text().replace(bundle_root() + "/hooks", f"{copy}/hooks"))
    output = machine.scrimp("doctor", "--json")
    assert output.code == 1
    ((state, text),) = of(output, "budget")
    assert state == "fail"
    assert text.startswith("the gate stops a run that is far from its limit: ")
    assert "broken here" in text


BAD_LIMITS = {
    '{"budget": {"dayUsd": "$5"}}': "budget.dayUsd is '$5', expected a number of dollars above 0, up to 1,000,000",
    '{"budget": {"sessionUsd": -1}}': "budget.sessionUsd is -1, expected a number of dollars above 0, up to 1,000,000",
    '{"budget": {"weekUsd": 0}}': "budget.weekUsd is 0, expected a number of dollars above 0, up to 1,000,000",
    '{"budget": {"turns": 1.5}}': "budget.turns is 1.5, expected a whole number above 0, up to 1,000,000,000",
    '{"budget": 5}': "budget is 5, expected an object",
}


@pytest.mark.parametrize("verb", ["doctor", "install"])
@pytest.mark.parametrize("text", BAD_LIMITS)
def test_a_limit_that_is_none_is_named_with_file_key_and_value(machine: Machine, text: str, verb: str) -> None:
    set_limit(machine, text)
    words = [verb, "--json"] if verb == "doctor" else [verb, "--json", "--yes"]
    output = machine.scrimp(*words)
    assert output.code == 1
    shown = json.loads(output.out)
    settings = [row for row in shown.get("findings", shown.get("doctor")) if row["subject"] == "settings"]
    assert [(row["state"], row["text"].partition(";")[0]) for row in settings] == [
        ("fail", f"{machine.repo}/.claude/scrimp.local.json: {BAD_LIMITS[text]}")
    ]
