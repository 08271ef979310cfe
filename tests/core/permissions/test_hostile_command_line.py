"""What the client was started with is not gone around by our tools."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core.permissions import command_line, run_off

if TYPE_CHECKING:
    from pathlib import Path

CLIENT, SHELL, HOOK = 30, 40, 50


class System:
    """Processes as files: a client in `folder`, a shell below it, our hook below that."""

    def __init__(self, folder: Path, *words: str, program: tuple[str, ...] = ("/opt/bin/claude",)) -> None:
        self.proc = folder / "proc"
        self.folder = folder / "work"
        self.folder.mkdir(exist_ok=True)
        self.process(CLIENT, 1, *program, *words)
        self.process(SHELL, CLIENT, "sh", "-c", "claude --disallowedTools Nothing")
        self.process(HOOK, SHELL, "python3", "main.py")

    def process(self, pid: int, parent: int, *words: str) -> None:
        folder = self.proc / str(pid)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "cmdline").write_text("".join(f"{word}\0" for word in words))
        (folder / "stat").write_text(f"{pid} (a (strange) name) S {parent} {pid} {pid} 0 -1")
        if not (folder / "cwd").is_symlink():
            (folder / "cwd").symlink_to(self.folder)

    def said(self) -> list[tuple[str, dict[str, Any] | None]]:
        return [(layer.path, layer.said) for layer in command_line.layers(HOOK, str(self.proc))]


def denied(*rules: str) -> list[tuple[str, dict[str, Any]]]:
    return [("--disallowedTools", {"permissions": {"deny": list(rules)}})]


WORDS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("--disallowedTools", "Bash(rm:*)", "-p", "Edit"): ("Bash(rm:*)",),
    ("--disallowed-tools", "Bash(rm -rf *) Edit,Read(./.env)", "WebFetch"): (
        "Bash(rm -rf *)",
        "Edit",
        "Read(./.env)",
        "WebFetch",
    ),
    ("-p", "--disallowedTools=Bash", "--model", "haiku"): ("Bash",),
    ("--disallowedTools", "Bash", "--disallowedTools", "Read"): ("Bash", "Read"),
}


@pytest.mark.parametrize("words", WORDS)
def test_a_tool_that_is_disallowed_there_is_denied(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert System(tmp_path, *words).said() == denied(*WORDS[words])


def test_a_client_that_node_runs_is_one_too(tmp_path: Path) -> None:
    program = ("node", "/x/node_modules/@anthropic-ai/claude-code/cli.js")
    assert System(tmp_path, "--disallowedTools", "Bash", program=program).said() == denied("Bash")


def test_of_settings_given_there_only_what_is_stricter_counts(tmp_path: Path) -> None:
    rules = {"allow": ["Bash"], "deny": ["Read"], "ask": ["Bash(rm:*)"], "additionalDirectories": ["/"]}
    text = json.dumps({"permissions": rules, "sandbox": {"enabled": True}, "model": "x"})
    kept = {"permissions": {"deny": ["Read"], "ask": ["Bash(rm:*)"]}, "sandbox": {"enabled": True}}
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "given.json").write_text(text)
    for value in (text, "given.json", str(tmp_path / "work" / "given.json")):
        system = System(tmp_path, "--settings", value, "a prompt")
        assert system.said() == [("--settings", kept)]
        assert "sandboxed" in run_off.why(command_line.layers(HOOK, str(system.proc)), {"HOME": str(tmp_path)})


@pytest.mark.parametrize("value", ["{", "[]", "missing.json", "/dev/null", ".", '{"a":'])
def test_settings_given_there_that_cannot_be_read_ask_for_everything(tmp_path: Path, value: str) -> None:
    assert System(tmp_path, "--settings", value).said() == [("--settings", None)]


def test_without_a_client_above_or_without_options_nothing_is_added(tmp_path: Path) -> None:
    assert System(tmp_path, "-p", "hello", "--allowedTools", "Bash").said() == []
    assert System(tmp_path, "--disallowedTools", "Bash", program=("bash",)).said() == []
    circle = System(tmp_path, "--disallowedTools", "Bash", program=("bash",))
    circle.process(CLIENT, HOOK, "bash")
    assert (circle.said(), command_line.layers(HOOK, str(tmp_path / "none"))) == ([], [])


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="processes are not shown as files here")
def test_a_real_process_shows_what_it_was_started_with(tmp_path: Path) -> None:
    program = tmp_path / "claude"
    program.symlink_to(sys.executable)
    told = f"import sys; sys.path[:] = {sys.path!r}; import os; from scrimp.core.permissions import command_line as c"
    script = f"{told}; print([layer.said for layer in c.layers(os.getpid())])"
    done = subprocess.run(
        [program, "-c", script, "--disallowedTools", "Bash(rm:*)"], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[{'permissions': {'deny': ['Bash(rm:*)']}}]\n"
