"""What a hook may load: scrimp.core and a named list of the standard library, told by `-X importtime`, not by time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hooks import dispatch
from tests.hooks import recorded
from tests.hooks.conftest import Box
from tests.hooks.test_dispatch import bash_event

HOOKS = Path(dispatch.__file__).parent
OURS = ("hooks", "scrimp")

AT_START = {
    "_abc", "_codecs", "_collections_abc", "_frozen_importlib_external", "_io", "_signal", "_stat", "_thread",
    "_warnings", "_weakref", "abc", "builtins", "codecs", "encodings", "genericpath", "io", "marshal", "ntpath", "os",
    "posix", "posixpath", "stat", "time", "winreg", "zipimport", "_imp",
}  # fmt: skip
"""What `python -I -S -c pass` loads itself, over Python 3.9 to 3.14."""

STDLIB = {
    "__future__", "errno", "signal", "fcntl", "shlex", "itertools", "bisect", "_bisect", "math",
    # re and json, and what they bring
    "re", "sre_compile", "sre_parse", "sre_constants", "_sre", "enum", "types", "operator", "_operator", "functools",
    "_functools", "collections", "_collections", "keyword", "reprlib", "copyreg", "json", "_json",
    # the handle
    "_blake2", "hashlib", "_hashlib",
}  # fmt: skip


WITH_A_LIMIT = {
    # the ledger
    "sqlite3", "_sqlite3", "datetime", "_datetime", "calendar", "locale", "_locale", "time", "zoneinfo",
}  # fmt: skip
"""Besides, only where a limit is set."""


def loaded(stderr: str) -> set[str]:
    return {match[1] for match in re.finditer(r"^import time:.*\|\s+(\S+)$", stderr, re.MULTILINE)}


def foreign(modules: set[str]) -> set[str]:
    return {name for name in modules if name.split(".")[0] not in AT_START | STDLIB | set(OURS)}


def run(tmp_path: Path, event: bytes, name: str, **environ: str) -> str:
    words = ["gate.py"] if name == "gate" else ["main.py", name]
    arguments = [sys.executable, "-I", "-S", "-X", "importtime", str(HOOKS / words[0]), *words[1:]]
    env = {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path / "data"), "CLAUDE_PROJECT_DIR": str(tmp_path)} | environ
    ran = subprocess.run(arguments, input=event, capture_output=True, check=True, env=env)
    assert not (tmp_path / "data" / "scrimp.log").exists(), (tmp_path / "data" / "scrimp.log").read_text()
    return ran.stderr.decode()


LARGE = "\n".join(f"INFO request {number} took 12 ms" for number in range(2_000))


def events(tmp_path: Path) -> dict[str, tuple[str, bytes]]:
    large = bash_event(
        transcript_path=str(tmp_path / "p" / "s.jsonl"),
        tool_response={
            "stdout": LARGE,
            "stderr": "",
            "interrupted": False,
            "isImage": False,
            "noOutputExpected": False,
        },
    )
    return {
        "session_start": ("session_start", json.dumps({"transcript_path": "/h/s.jsonl"}).encode()),
        "small output": ("post_tool_use", json.dumps(bash_event()).encode()),
        "large output": ("post_tool_use", json.dumps(large).encode()),
        "failure": ("post_tool_use_failure", json.dumps({"error": "[scrimp 3f9c02d41b7a8e55: 1 of 2"}).encode()),
    }


@pytest.mark.parametrize("case", ["session_start", "small output", "large output", "failure"])
def test_a_hook_loads_only_core_and_the_named_modules(tmp_path: Path, case: str) -> None:
    name, event = events(tmp_path)[case]
    stderr = run(tmp_path, event, name, CLAUDE_ENV_FILE=str(tmp_path / "env.sh"))
    assert foreign(loaded(stderr)) == set()
    assert {
        module for module in loaded(stderr) if module.startswith("scrimp") and not module.startswith("scrimp.core")
    } <= {"scrimp"}


def test_what_the_trap_has_cut_is_noted_without_json_or_re(tmp_path: Path) -> None:
    name, event = events(tmp_path)["failure"]
    assert loaded(run(tmp_path, event, name)) & {"json", "re", "enum"} == set()


def test_a_small_output_loads_neither_json_nor_re(tmp_path: Path) -> None:
    name, event = events(tmp_path)["small output"]
    assert loaded(run(tmp_path, event, name)) & {"json", "re", "enum"} == set()


DOORS = {
    "gate": "batch",
    "user_prompt_submit": "prompt",
    "pre_tool_use": "tool_agent",
    "subagent_stop": "subagent_stop",
    "stop": "stop",
    "pre_compact": "pre_compact",
    "config_change": "config_change",
}
"""The budget's hooks, each with a recorded event."""


@pytest.mark.parametrize("name", DOORS)
def test_without_a_limit_the_budgets_hooks_load_neither_the_ledger_nor_the_budget(tmp_path: Path, name: str) -> None:
    modules = loaded(run(tmp_path, recorded.raw(DOORS[name]), name))
    assert foreign(modules) == set()
    assert modules & {"json", "re", "enum", "sqlite3"} == set()
    assert {one for one in modules if one.startswith(("scrimp.core.ledger", "scrimp.core.transcript"))} == set()
    assert {one for one in modules if one.startswith("scrimp.core.budget.")} <= {
        "scrimp.core.budget.kept",
        "scrimp.core.budget.signs",
    }


@pytest.mark.parametrize("name", DOORS)
def test_with_a_limit_they_load_the_ledger_and_no_more_than_that(tmp_path: Path, name: str) -> None:
    (tmp_path / ".claude").mkdir()
    (tmp_path / ".claude/scrimp.json").write_text('{"budget": {"sessionUsd": 500, "dayUsd": 500}}')
    transcript = tmp_path / "s.jsonl"
    transcript.write_text("")
    modules = loaded(run(tmp_path, recorded.raw(DOORS[name], transcript_path=str(transcript)), name))
    assert {one.split(".")[0] for one in foreign(modules)} - WITH_A_LIMIT == set()
    assert ("scrimp.core.ledger" in modules) is (name != "config_change")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_program_at_the_shells_exit_loads_only_core_and_the_named_modules(bash_box: Box, tmp_path: Path) -> None:
    """Its stderr is thrown away by the trap, so it is started through a wrapper that keeps it."""
    wrapper = tmp_path / "python"
    wrapper.write_text(f'#!/bin/sh\nexec {sys.executable} -X importtime "$@" 2>{tmp_path}/importtime\n')
    os.chmod(wrapper, 0o700)
    bash_box.line = bash_box.line.replace(sys.executable, str(wrapper))
    ran = bash_box.run("for i in $(seq 1 2000); do echo INFO request $i took 12 ms; done")
    assert ran.marker() is not None
    assert foreign(loaded((tmp_path / "importtime").read_text())) == set()
