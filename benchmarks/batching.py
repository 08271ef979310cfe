"""Serial reads: how well they are told apart, and what a word on them costs and saves: `make bench-batching`.

Precision and recall are over the sequences of tests/core/serial_reads, labelled by hand. The bills are of the real
client against the scripted API, with the prompt cache simulated; whether a model follows the word is not measured here:
both cases are scripted, and their break-even is shown.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from scrimp.cli.wiring import memory  # noqa: E402 - the path comes first
from scrimp.core import limits, tokens  # noqa: E402 - the path comes first
from scrimp.core.serial_reads import notices, progress, runs  # noqa: E402 - the path comes first
from tests.client import batching, driver  # noqa: E402 - the path comes first
from tests.core.serial_reads.sequences import SEQUENCES, Sequence  # noqa: E402 - the path comes first

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 20


def main() -> None:
    """Print what is told apart, what a hook takes for it, and the bills."""
    _detection()
    _hooks()
    if driver.client_program(os.environ):
        _bills()
    else:
        print("\nno client: `make client` first, for what the word costs and saves")


def _detection() -> None:
    found = [(one, _is_spoken_of(one)) for one in SEQUENCES]
    right = sum(one.is_serial and said for one, said in found)
    said_of, serial = sum(said for _, said in found), sum(one.is_serial for one, _ in found)
    print(f"{len(found)} sequences, {serial} serial by hand; spoken of: {said_of}, of these rightly: {right}")
    print(f"precision {right / said_of:.2f}, recall {right / serial:.2f}")
    for one, said in found:
        if said is not one.is_serial:
            print(f"  {'wrongly' if said else 'not'} spoken of: {one.name} ({one.why})")


def _is_spoken_of(sequence: Sequence) -> bool:
    ends = range(1, len(sequence.batches) + 1)
    return any(len(runs.latest(sequence.batches[:end], sequence.known)) >= limits.SERIAL_READS for end in ends)


def _hooks() -> None:
    """Milliseconds of the gate without a limit, interleaved with a bare Python."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environ = {"HOME": name, "SCRIMP_HOME": f"{name}/data", "CLAUDE_PROJECT_DIR": name}
        gate = [sys.executable, "-I", "-S", str(ROOT / "hooks" / "gate.py")]
        cases: dict[str, tuple[list[str], Callable[[int], bytes]]] = {
            "bare python -I -S -c pass": ([sys.executable, "-I", "-S", "-c", "pass"], lambda _: b""),
            "a batch of two": (gate, lambda number: _event(folder, f"two{number}", calls=2)),
            "a first single read": (gate, lambda number: _event(folder, f"one{number}")),
            "the third, its transcript looked at": (gate, lambda number: _third(folder, f"three{number}")),
        }
        times: dict[str, list[float]] = {case: [] for case in cases}
        for number in range(ROUNDS + 1):
            for case, (command, event) in cases.items():
                raw = event(number)
                started = time.perf_counter()
                subprocess.run(command, input=raw, env=environ, stdout=subprocess.DEVNULL, check=True)
                if number:  # the first round writes bytecode
                    times[case].append((time.perf_counter() - started) * 1_000)
    bare = median(times["bare python -I -S -c pass"])
    print(f"\n{'the gate without a limit, ms':44} {'median':>8} {'x bare':>9}")
    for case, spent in times.items():
        print(f"{case:44} {median(spent):8.1f} {median(spent) / bare:9.2f}")


def _event(folder: Path, session: str, calls: int = 1) -> bytes:
    """A batch of reads as the client tells of it, each of 30 KB."""
    made = [
        {
            "tool_name": "Read",
            "tool_input": {"file_path": f"c{place}.py"},
            "tool_use_id": f"toolu_{place}",
            "tool_response": "x = 1\n" * 5_000,
        }
        for place in range(calls)
    ]
    path = str(folder / f"{session}.jsonl")
    event = {"session_id": session, "transcript_path": path, "prompt_id": "p1", "hook_event_name": "PostToolBatch"}
    return json.dumps({**event, "tool_calls": made}).encode()


def _third(folder: Path, session: str) -> bytes:
    """The same after two single reads of 30 KB, in a transcript that is longer than what is looked at."""
    progress.keep(progress.path_of(str(folder / "data"), session, ""), progress.Thread("p1", 2, progress.NONE, 0))
    lines: list[dict[str, object]] = [{"type": "user", "message": {"content": "go on " * 40_000}}]
    for place in range(2):
        use = {"type": "tool_use", "id": f"t{place}", "name": "Read", "input": {"file_path": f"d{place}.py"}}
        result = {"type": "tool_result", "tool_use_id": f"t{place}", "content": "y = 2\n" * 5_000}
        lines.append({"type": "assistant", "message": {"id": f"m{place}", "content": [use]}})
        lines.append({"type": "user", "message": {"content": [result]}})
    text = "".join(json.dumps(line) + "\n" for line in lines)
    (folder / f"{session}.jsonl").write_text(text, encoding="utf-8")
    return _event(folder, session)


def _bills() -> None:
    """One conversation of nine files, in five ways."""
    ways = {
        "one at a time, nothing said": (False, "off", ""),
        "one at a time, told, ignored": (False, "auto", ""),
        "told, followed": (True, "auto", ""),
        "one at a time, CLAUDE.md says so, ignored": (False, "off", memory.TEXT),
        "CLAUDE.md says so, followed": (True, "off", memory.TEXT),
    }
    bills: list[float] = []
    print(f"\n{'nine files':44} {'requests':>8} {'dollars':>9} {'beside the first':>16}")
    for name, (follows, setting, text) in ways.items():
        with tempfile.TemporaryDirectory() as folder:
            run = batching.converse(Path(folder), follows=follows, batching=setting, memory=text)
        bills.append(run.usd)
        print(f"{name:44} {len(run.requests):8} {run.usd:9.5f} {run.usd - bills[0]:+16.5f}")
    plain, ignored, followed = bills[:3]
    costs, saves = ignored - plain, plain - followed
    print(
        f"the word: {tokens.estimate(notices.sentence(limits.SERIAL_READS, ''))} tokens of text, ${costs:.5f} in vain"
    )
    print(f"it pays where at least {costs / (costs + saves):.1%} of the notices save what this one saved")
    one = saves / (batching.REST - 1)
    print(f"and {costs / (costs + one):.1%} where a followed one saves no more than one request (${one:.5f})")


if __name__ == "__main__":
    main()
