"""What keeps a budget stands in a person's settings exactly while a limit is set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.cli.wiring import limited, plans
from scrimp.core import bundle_root
from scrimp.core.errors import UsageError
from tests.cli.test_install import KEEP_A_BUDGET, ODD_FILES

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Machine

pytestmark = pytest.mark.usefixtures("quiet_doctor")

HOOKS = os.path.join(bundle_root(), "hooks")
GUARDED = ("PreToolUse", "SubagentStop", "Stop", "PreCompact", "ConfigChange")
CLOSED = {"UserPromptSubmit": [f"{HOOKS}/main.py", "user_prompt_submit"], "PostToolBatch": [f"{HOOKS}/gate.py"]}
ALL = {*KEEP_A_BUDGET, "ConfigChange"}
INSTALLED = {"SessionStart", "UserPromptSubmit", "PreModelSwitch", "PreToolUse", "PostToolUse", "PostToolUseFailure"}


def wired(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The handlers in a settings file, by event."""
    found: dict[str, Any] = json.loads(path.read_bytes().decode("utf-8-sig")) if path.exists() else {}
    hooks: dict[str, list[Any]] = found.get("hooks", {})
    return {event: [handler for group in groups for handler in group["hooks"]] for event, groups in hooks.items()}


def set_limit(machine: Machine, *, scope: str = "local", limit: str = '{"budget": {"dayUsd": 5}}') -> None:
    """As a person does it with an editor."""
    folder = machine.own.parent if scope == "user" else machine.local.parent
    folder.mkdir(exist_ok=True)
    (folder / ("scrimp.json" if scope == "user" else "scrimp.local.json")).write_text(limit)


def carry_out(machine: Machine, *, wanted: bool, scope: str = "local") -> plans.Plan:
    """As `scrimp budget set` and `clear` do it."""
    plan = limited.plan(scope, machine.environ, str(machine.repo), wanted=wanted)
    plans.carry_out(plan, machine.environ)
    return plan


def test_install_with_a_limit_writes_what_keeps_it_and_what_blocks_goes_without_a_guard(machine: Machine) -> None:
    set_limit(machine)
    assert machine.scrimp("install", "--yes").code == 0
    found = wired(machine.local)
    assert set(found) == INSTALLED | ALL
    for event, script in CLOSED.items():
        (handler,) = (one for one in found[event] if "after_pause" not in one["args"])
        assert (handler["command"], handler["args"]) == (sys.executable, ["-I", "-S", *script])
        assert handler["onFailure"] == "block"
    for event in GUARDED:
        assert {"onFailure" in handler or handler["args"][2] for handler in found[event]} == {"-c"}


def test_in_a_limits_entries_a_script_that_is_gone_does_not_pass_for_one_that_agrees(machine: Machine) -> None:
    set_limit(machine)
    machine.scrimp("install", "--yes")
    for event in CLOSED:
        (handler,) = (one for one in wired(machine.local)[event] if "after_pause" not in one["args"])
        words = [word.replace(HOOKS, "/gone/scrimp/hooks") for word in handler["args"]]
        done = subprocess.run([handler["command"], *words], capture_output=True, check=False, input=b"{}")
        assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize(
    ("limit_in", "installed_in", "kept"),
    [
        ("user", "user", True),
        ("user", "local", True),
        ("local", "local", True),
        ("local", "user", False),
    ],
)
def test_a_scope_keeps_the_limits_that_hold_wherever_its_settings_do(
    machine: Machine, limit_in: str, installed_in: str, kept: bool
) -> None:
    set_limit(machine, scope=limit_in)
    machine.scrimp("install", "--yes", "--scope", installed_in)
    path = machine.own if installed_in == "user" else machine.local
    assert ("PostToolBatch" in wired(path)) is kept


def gates(machine: Machine) -> list[tuple[bool, str | None]]:
    """Of each gate that is wired: whether it fails open, and what the client does then."""
    found = wired(machine.local).get("PostToolBatch", [])
    return [("--open" in handler["args"], handler.get("onFailure")) for handler in found]


def test_who_wants_notices_of_serial_reads_has_one_gate_with_a_limit_and_without(machine: Machine) -> None:
    machine.own.parent.mkdir(exist_ok=True)
    (machine.own.parent / "scrimp.json").write_text('{"batching": "on"}')
    before = machine.tree()
    machine.scrimp("install", "--yes")
    installed = machine.local.read_bytes()
    assert gates(machine) == [(True, None)]
    carry_out(machine, wanted=True)
    assert gates(machine) == [(False, "block")]
    carry_out(machine, wanted=False)
    assert machine.local.read_bytes() == installed
    machine.scrimp("uninstall", "--yes")
    assert machine.tree() == before


def test_a_repos_shared_settings_never_get_them(machine: Machine) -> None:
    set_limit(machine)
    machine.scrimp("install", "--yes", "--scope", "project", "--marketplace", "team/scrimp")
    assert wired(machine.shared) == {}


def test_what_scrimp_run_hands_down_is_written_nowhere(machine: Machine) -> None:
    machine.scrimp("install", "--yes", SCRIMP_BUDGET='{"sessionUsd": 2}')
    assert set(wired(machine.local)) == INSTALLED


def test_install_after_the_limit_is_gone_takes_them_out_again(machine: Machine) -> None:
    machine.scrimp("install", "--yes")
    before = machine.local.read_bytes()
    set_limit(machine)
    machine.scrimp("install", "--yes")
    assert set(wired(machine.local)) == INSTALLED | ALL
    set_limit(machine, limit="{}")
    machine.scrimp("install", "--yes")
    assert machine.local.read_bytes() == before


def test_uninstall_takes_them_out_and_says_that_nothing_keeps_the_limit_any_more(machine: Machine) -> None:
    set_limit(machine)
    before = machine.tree()
    machine.scrimp("install", "--yes")
    output = machine.scrimp("uninstall", "--yes")
    assert machine.tree() == before
    assert "the limits in scrimp's settings stay, and nothing in this file keeps them any more" in output.out


@pytest.mark.parametrize("raw", ODD_FILES.values(), ids=ODD_FILES)
def test_putting_in_and_taking_out_restores_the_file_byte_for_byte(machine: Machine, raw: bytes) -> None:
    machine.local.parent.mkdir()
    machine.local.write_bytes(raw)
    carry_out(machine, wanted=True)
    assert set(wired(machine.local)) >= ALL
    carry_out(machine, wanted=False)
    assert machine.local.read_bytes() == raw


@pytest.mark.parametrize("raw", ODD_FILES.values(), ids=ODD_FILES)
def test_beside_an_install_it_leaves_the_install_and_uninstall_restores_the_file(machine: Machine, raw: bytes) -> None:
    machine.local.parent.mkdir()
    machine.local.write_bytes(raw)
    machine.scrimp("install", "--yes")
    installed = machine.local.read_bytes()
    carry_out(machine, wanted=True)
    carry_out(machine, wanted=False)
    assert machine.local.read_bytes() == installed
    carry_out(machine, wanted=True)
    machine.scrimp("uninstall", "--yes")
    assert machine.local.read_bytes() == raw


def test_where_there_was_nothing_nothing_stays(machine: Machine) -> None:
    before = machine.tree()
    carry_out(machine, wanted=True)
    assert set(wired(machine.local)) == ALL
    carry_out(machine, wanted=False)
    assert machine.tree() == before


def test_twice_changes_nothing(machine: Machine) -> None:
    for wanted in (True, False):
        carry_out(machine, wanted=wanted)
        assert carry_out(machine, wanted=wanted).changes is False


def test_an_install_after_it_changes_nothing_the_second_time(machine: Machine) -> None:
    set_limit(machine)
    carry_out(machine, wanted=True)
    machine.scrimp("install", "--yes")
    before = machine.local.read_bytes()
    assert "nothing to change" in machine.scrimp("install", "--yes").out
    assert machine.local.read_bytes() == before


def test_a_gate_of_an_older_bundle_is_replaced(machine: Machine) -> None:
    carry_out(machine, wanted=True)
    machine.local.write_text(machine.local.read_text().replace(bundle_root(), "/opt/scrimp-0.0"))
    carry_out(machine, wanted=True)
    assert "/opt/scrimp-0.0" not in machine.local.read_text()
    assert [handler["args"][2] for handler in wired(machine.local)["PostToolBatch"]] == [f"{HOOKS}/gate.py"]


def test_somebody_elses_gate_stays(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "other/hooks").mkdir(parents=True)
    foreign = {"type": "command", "command": "python3", "args": ["-I", "-S", f"{tmp_path}/other/hooks/gate.py"]}
    raw = json.dumps({"hooks": {"PostToolBatch": [{"hooks": [foreign]}]}})
    machine.local.parent.mkdir()
    machine.local.write_text(raw)
    carry_out(machine, wanted=True)
    assert wired(machine.local)["PostToolBatch"][0] == foreign
    carry_out(machine, wanted=False)
    assert machine.local.read_text() == raw


def test_a_link_out_of_the_repo_is_not_followed(machine: Machine, tmp_path: Path) -> None:
    machine.local.parent.mkdir()
    machine.local.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(UsageError):
        carry_out(machine, wanted=True)
