"""What install and uninstall meet that another program, a cloned repo or a broken disk has put there."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.cli.wiring import receipts, settings_file
from scrimp.core.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Machine

pytestmark = pytest.mark.usefixtures("quiet_doctor")

DENY = '{"permissions": {"deny": ["Bash(rm *)"]}}\n'
OURS = '{"model": "opus"}\n'


def kept(machine: Machine) -> list[Path]:
    """The receipts of settings files."""
    found = sorted((machine.home / ".local").rglob("*.json"))
    return [path for path in found if b"settings" in path.read_bytes()]


def meanwhile(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], object]) -> None:
    """Another program acts while scrimp is in the function `name` for the first time."""
    module, _, function = name.rpartition(".")
    real = {"os": os, "receipts": receipts}[module].__dict__[function]

    def slow(*arguments: Any) -> Any:
        monkeypatch.undo()
        act()
        return real(*arguments)

    monkeypatch.setattr({"os": os, "receipts": receipts}[module], function, slow)


@pytest.mark.parametrize("before", [None, OURS])
@pytest.mark.parametrize("step", ["os.fsync", "receipts.store"])
def test_what_is_written_while_install_writes_stays_and_nothing_of_ours_is_left(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, before: str | None, step: str
) -> None:
    machine.local.parent.mkdir()
    if before is not None:
        machine.local.write_text(before)
    with monkeypatch.context() as patch:
        meanwhile(patch, step, lambda: machine.local.write_text(DENY))
        output = machine.scrimp("install", "--yes")
    assert output.code == 1
    assert f"{machine.local} has changed meanwhile; nothing was written, run it again" in output.err
    assert machine.tree() == {str(machine.local.parent): None, str(machine.local): DENY.encode()}
    assert kept(machine) == []


@pytest.mark.parametrize(("before", "step"), [(OURS, "os.fsync"), (None, "receipts.back_up")])
def test_what_is_written_while_uninstall_writes_stays_and_uninstall_can_be_run_again(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, before: str | None, step: str
) -> None:
    if before is not None:
        machine.local.parent.mkdir()
        machine.local.write_text(before)
    machine.scrimp("install", "--yes")
    changed = {**json.loads(machine.local.read_text()), "env": {"A": "1"}}
    with monkeypatch.context() as patch:
        meanwhile(patch, step, lambda: machine.local.write_text(json.dumps(changed)))
        output = machine.scrimp("uninstall", "--yes")
    assert output.code == 1
    assert "has changed meanwhile; nothing was written" in output.err
    assert machine.tree() == {str(machine.local.parent): None, str(machine.local): json.dumps(changed).encode()}
    assert machine.scrimp("uninstall", "--yes").code == 0
    assert json.loads(machine.local.read_text()) == {**json.loads(before or "{}"), "env": {"A": "1"}}


def test_a_second_install_that_is_refused_leaves_the_receipt_of_the_first(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.local.parent.mkdir()
    machine.local.write_text(OURS)
    machine.scrimp("install", "--yes")
    (first,) = [path.read_bytes() for path in kept(machine)]
    machine.local.write_text(DENY)
    with monkeypatch.context() as patch:
        meanwhile(patch, "os.fsync", lambda: machine.local.write_text(OURS))
        assert machine.scrimp("install", "--yes").code == 1
    assert [path.read_bytes() for path in kept(machine)] == [first]


def test_two_installs_at_once_end_with_one_receipt_that_restores_the_file(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.local.parent.mkdir()
    machine.local.write_text(OURS)
    scrimp = machine.scrimp
    with monkeypatch.context() as patch:
        meanwhile(patch, "os.fsync", lambda: scrimp("install", "--yes"))
        assert machine.scrimp("install", "--yes").code == 1
    assert machine.scrimp("uninstall", "--yes").code == 0
    assert machine.local.read_text() == OURS


@pytest.mark.parametrize("scope", ["local", "project"])
@pytest.mark.parametrize("there", [True, False], ids=["link", "dangling link"])
def test_a_link_out_of_the_repo_is_not_written_through(machine: Machine, scope: str, *, there: bool) -> None:
    path = machine.local if scope == "local" else machine.shared
    target = machine.home / "elsewhere.json"
    if there:
        target.write_text(OURS)
    path.parent.mkdir()
    path.symlink_to(target)
    more = ["--marketplace", "scrimp-dev/scrimp"] if scope == "project" else []
    for words in (["install", *more], ["uninstall"]):
        output = machine.scrimp(*words, "--scope", scope, "--yes")
        assert output.code == 2
        assert f"{path} leads out of {machine.repo}, to {target}: " in output.err
    assert path.is_symlink()
    assert (target.read_text() == OURS) if there else not target.exists()
    assert kept(machine) == []


def test_a_folder_that_is_a_link_out_of_the_repo_is_not_written_through(machine: Machine) -> None:
    machine.own.parent.mkdir()
    machine.local.parent.symlink_to(machine.own.parent)
    output = machine.scrimp("install", "--yes")
    assert output.code == 2
    assert f"to {machine.own.parent / machine.local.name}: " in output.err
    assert list(machine.own.parent.iterdir()) == []


def test_a_repo_behind_a_link_and_a_link_inside_the_repo_are_written_through(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "short").symlink_to(machine.repo)
    (machine.repo / "config").mkdir()
    machine.local.parent.symlink_to("config")
    monkeypatch.chdir(tmp_path / "short")
    assert machine.scrimp("install", "--yes").code == 0
    assert (machine.repo / "config" / machine.local.name).is_file()


def test_a_link_out_of_the_repo_keeps_no_one_from_the_user_scope(machine: Machine) -> None:
    machine.local.parent.mkdir()
    machine.local.symlink_to(machine.home / "elsewhere.json")
    assert machine.scrimp("install", "--scope", "user", "--yes").code == 0
    assert machine.scrimp("uninstall", "--scope", "user", "--yes").code == 0


@pytest.mark.parametrize("scope", ["local", "user"])
@pytest.mark.parametrize(("make", "what"), [(os.mkfifo, "not a plain file"), (os.mkdir, "Is a directory")])
def test_a_pipe_or_a_folder_is_named_and_not_waited_for(
    machine: Machine, scope: str, make: Callable[[Path], None], what: str
) -> None:
    path = machine.local if scope == "local" else machine.own
    path.parent.mkdir()
    make(path)
    for verb in ("install", "uninstall"):
        output = machine.scrimp(verb, "--scope", scope, "--yes")
        assert output.code == 1
        assert f"{path}: {what}" in output.err


def test_a_huge_file_is_named_and_not_read_to_its_end(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_file, "_MOST_BYTES", len(OURS))
    machine.local.parent.mkdir()
    machine.local.write_text(OURS)
    assert settings_file.read_bytes(str(machine.local)) == OURS.encode()
    machine.local.write_text(OURS + "\n")
    output = machine.scrimp("install", "--yes")
    assert output.code == 1
    assert f"{machine.local}: more than {len(OURS)} bytes; nothing was written" in output.err


def test_a_device_is_not_read() -> None:
    with pytest.raises(SettingsError, match="/dev/zero: not a plain file"):
        settings_file.read_bytes("/dev/zero")


def test_a_pipe_in_another_scope_is_said_and_keeps_no_one_from_installing(machine: Machine) -> None:
    machine.shared.parent.mkdir()
    os.mkfifo(machine.shared)
    output = machine.scrimp("install", "--yes")
    assert output.code == 0
    assert f"{machine.shared}: not a plain file" in output.out


BAD_RECEIPTS: dict[str, dict[str, object]] = {
    "a bundle that is a list": {"bundle": [1]},
    "a path that is a number": {"path": 1},
    "created that is a number": {"created": 5},
    "created with numbers": {"created": [5]},
    "created with objects in a path": {"created": [[{}]]},
    "replaced that is a number": {"replaced": 5},
    "replaced with numbers": {"replaced": [5]},
    "replaced without a value": {"replaced": [[["model"]]]},
    "replaced with objects in a path": {"replaced": [[[{}], 1]]},
    "an original that is a number": {"original": 5},
    "an original that is not base64": {"original": "é"},
    "a folder that is a number": {"made_folder": 5},
    "another schema": {"schema": 2},
    "a field of another version": {"more": 1},
}


@pytest.mark.parametrize("change", BAD_RECEIPTS.values(), ids=BAD_RECEIPTS)
@pytest.mark.parametrize("scope", ["local", "project"])
def test_a_receipt_that_is_not_understood_counts_as_none(
    machine: Machine, scope: str, change: dict[str, object]
) -> None:
    more = ["--marketplace", "scrimp-dev/scrimp"] if scope == "project" else []
    machine.local.parent.mkdir()
    machine.scrimp("install", "--scope", scope, "--yes", *more)
    (receipt,) = kept(machine)
    bad = {**json.loads(receipt.read_text()), "sha256": "changed since", **change}
    receipt.write_text(json.dumps(bad))
    assert [one.path for one in receipts.load_all(machine.environ) if "settings" in one.path] == []
    assert machine.scrimp("install", "--scope", "user", "--yes").code == 0
    assert machine.scrimp("uninstall", "--scope", scope, "--yes").code == 0
    assert json.loads((machine.local if scope == "local" else machine.shared).read_text()) == {}


@pytest.mark.parametrize("raw", [b"[" * 100_000, b"[]", b"\xff\x00", b""], ids=["deep", "list", "garbage", "empty"])
def test_a_receipt_that_is_no_json_object_counts_as_none(machine: Machine, raw: bytes) -> None:
    machine.local.parent.mkdir()
    machine.scrimp("install", "--yes")
    (receipt,) = kept(machine)
    receipt.write_bytes(raw)
    assert machine.scrimp("install", "--yes").code == 0
    assert machine.scrimp("uninstall", "--yes").code == 0
    assert json.loads(machine.local.read_text()) == {}
