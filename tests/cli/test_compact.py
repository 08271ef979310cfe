from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from scrimp.cli import main
from scrimp.core import limits, outputs

if TYPE_CHECKING:
    from tests.cli.conftest import Machine

CASES = Path(__file__).parents[1] / "compact"
FAILED = (CASES / "pytest" / "failed_29_deep" / "input.txt").read_bytes()
FAILING = ("--command", "pytest -v", "--exit-code", "1")


def test_the_text_that_the_model_would_see_comes_out_and_the_original_is_kept_for_recall(machine: Machine) -> None:
    output = machine.scrimp("compact", *FAILING, stdin=FAILED)
    assert (output.code, output.err) == (0, "")
    assert len(output.out) < limits.FAILED_CHARS
    (marker,) = outputs.markers(output.out)
    assert Path(marker[1]).read_bytes() == FAILED
    assert machine.scrimp("recall", marker[0], "--all").out.encode() == FAILED


def test_json_has_the_sizes_the_facts_and_the_same_text(machine: Machine) -> None:
    text = machine.scrimp("compact", *FAILING, stdin=FAILED).out
    row = json.loads(machine.scrimp("compact", *FAILING, "--json", stdin=FAILED).out)
    assert list(row) == ["family", "why", "bytes_in", "bytes_out", "facts_total", "facts_kept", "handle", "text"]
    assert (row["family"], row["bytes_in"], row["bytes_out"]) == ("pytest", len(FAILED), len(text.encode()))
    assert row["facts_kept"] == row["facts_total"] >= 29
    assert (row["handle"], row["text"]) == (outputs.handle_of(FAILED), text)


def test_no_store_keeps_nothing(machine: Machine) -> None:
    before = set(machine.home.rglob("*"))
    output = machine.scrimp("compact", *FAILING, "--no-store", "--json", stdin=FAILED)
    assert json.loads(output.out)["handle"] == outputs.handle_of(FAILED)
    assert set(machine.home.rglob("*")) == before


@pytest.mark.parametrize("raw", [b"", b"short\n", b"\xff\xfe short", b"no newline at the end"])
def test_a_small_output_passes_byte_for_byte(machine: Machine, raw: bytes) -> None:
    output = machine.scrimp("compact", stdin=raw)
    assert (output.code, output.out.encode("utf-8", "surrogateescape")) == (0, raw)
    row = json.loads(machine.scrimp("compact", "--json", stdin=raw).out)
    assert (row["handle"], row["why"], row["bytes_out"]) == (None, "small", len(raw))


def test_the_settings_of_the_repo_are_obeyed(machine: Machine) -> None:
    folder = machine.repo / ".claude"
    folder.mkdir()
    (folder / "scrimp.json").write_text('{"compact": {"enabled": false}}')
    row = json.loads(machine.scrimp("compact", *FAILING, "--json", stdin=FAILED).out)
    assert (row["why"], row["text"].encode()) == ("switched off in the settings", FAILED)
    (folder / "scrimp.json").write_text('{"compact": {"off": ["pytest"]}}')
    row = json.loads(machine.scrimp("compact", *FAILING, "--json", stdin=FAILED).out)
    assert (row["family"], row["text"].encode()) == ("pytest", FAILED)


def test_more_than_memory_should_hold_goes_by_the_stream_and_is_kept_whole(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "STREAM_BYTES", 200_000)
    raw = b"".join(b"line %d\n" % number for number in range(100_000)) + b"ERROR at the end\n"
    row = json.loads(machine.scrimp("compact", "--exit-code", "1", "--json", stdin=raw).out)
    assert row["bytes_in"] == len(raw)
    assert row["bytes_out"] <= limits.FAILED_CHARS
    assert "ERROR at the end" in row["text"]
    assert machine.scrimp("recall", row["handle"], "--all").out.encode() == raw


def test_a_terminal_on_standard_input_is_wrong_use(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    assert main(("compact",), machine.environ) == 2
    assert b"give the raw output on standard input" in capfdbinary.readouterr().err


def test_an_exit_code_that_is_no_number_is_wrong_use(machine: Machine) -> None:
    assert machine.scrimp("compact", "--exit-code", "one", stdin=b"x").code == 2


def test_a_data_folder_that_cannot_be_written_is_said_in_one_sentence(machine: Machine) -> None:
    (machine.home / "file").touch()
    output = machine.scrimp("compact", *FAILING, stdin=FAILED, SCRIMP_HOME=str(machine.home / "file"))
    assert (output.code, output.out, output.err.count("\n")) == (1, "", 1)


def test_compact_and_recall_start_without_pydantic() -> None:
    """It takes longer to import than either takes to run."""
    code = "import sys, scrimp.cli.compact, scrimp.cli.recall; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
