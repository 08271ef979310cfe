"""What each hook and the EXIT trap cost, beside a bare Python in the same run: `make bench-hooks`.

Rounds are interleaved, so that a machine that slows down slows all of them; medians and the ratio to the bare Python
are what to quote. Bounds are DESIGN.md's: 2.3 where there is nothing to do, 4 where something is stored.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from hooks.steps import exit_trap  # noqa: E402 - the path comes first
from scrimp.cli.wiring import entries  # noqa: E402 - the path comes first

ROUNDS = 50
PYTHON = [sys.executable, "-I", "-S"]
SESSION = "0c9bb22e-6d6c-4d1b-9a3c-0f6f0a0d7b11"
LINE = "2026-11-22 10:00:00 INFO worker-3 took {} ms for /api/v1/orders\n"
SMALL = "ok\n" * 20
LARGE = "".join(LINE.format(number) for number in range(470))
KINDS = {"idle": 2.3, "nothing to do": 2.3, "stores": 4.0}


def bash_event(folder: Path, stdout: str, **changes: object) -> bytes:
    """A PostToolUse event of a Bash call as the client writes it."""
    event = {
        "session_id": SESSION,
        "transcript_path": str(folder / "projects" / f"{SESSION}.jsonl"),
        "cwd": str(folder),
        "hook_event_name": "PostToolUse",
        "tool_name": "Bash",
        "tool_input": {"command": "cat app.log"},
        "tool_response": {"stdout": stdout, "stderr": "", "interrupted": False, "isImage": False},
        "tool_use_id": "toolu_1",
    }
    return json.dumps(event | changes).encode()


def cases(folder: Path) -> dict[str, tuple[str, list[str], bytes]]:
    """Name → (kind, command, event)."""
    groups = entries.from_bundle(str(ROOT), sys.executable)
    handlers = [found.handler for found in entries.handlers({"hooks": groups})]

    def hook(event: str) -> list[str]:
        """As `scrimp install` writes it."""
        return next([sys.executable, *found["args"]] for found in handlers if found["args"][-1] == event)

    start = json.dumps({"transcript_path": str(folder / "projects" / f"{SESSION}.jsonl")}).encode()
    written = bash_event(folder, SMALL, tool_input={"command": "cat > f <<'EOF'\n" + LARGE + "EOF"})
    own = {"tool_input": {"command": "cat tool-results/b1.txt"}}
    failed = json.dumps({"hook_event_name": "PostToolUseFailure", "error": LARGE}).encode()
    return {
        "bare python -I -S -c pass": ("", [*PYTHON, "-c", "pass"], b""),
        "session_start": ("stores", hook("session_start"), start),
        "post_tool_use, small output": ("idle", hook("post_tool_use"), bash_event(folder, SMALL)),
        "post_tool_use, 30 KB of input": ("nothing to do", hook("post_tool_use"), written),
        "post_tool_use, 30 KB recalled": ("nothing to do", hook("post_tool_use"), bash_event(folder, LARGE, **own)),
        "post_tool_use, 30 KB cut and stored": ("stores", hook("post_tool_use"), bash_event(folder, LARGE)),
        "post_tool_use_failure, 30 KB": ("idle", hook("post_tool_use_failure"), failed),
    }


def timed(command: list[str], event: bytes, environ: dict[str, str]) -> float:
    """Milliseconds from start to end of one process."""
    started = time.perf_counter()
    subprocess.run(command, input=event, env=environ, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - started) * 1000


def measure(folder: Path) -> dict[str, list[float]]:
    """Milliseconds of every case in each round."""
    environ = {"HOME": str(folder), "SCRIMP_HOME": str(folder / "data"), "CLAUDE_ENV_FILE": str(folder / "env.sh")}
    times: dict[str, list[float]] = {name: [] for name in cases(folder)}
    for number in range(ROUNDS + 1):
        for name, (_, command, event) in cases(folder).items():
            spent = timed(command, event.replace(b"toolu_1", b"toolu_%d" % number), environ)
            if number:  # the first round writes bytecode
                times[name].append(spent)
    return times


def measure_trap(folder: Path) -> dict[str, list[float]]:
    """Milliseconds of a shell that prints little, with the trap and without, in each round."""
    tasks = folder / "tmp" / SESSION / "tasks"
    tasks.mkdir(parents=True)
    line = exit_trap.trap(str(folder / "results"), str(folder), sys.platform, {"HOME": str(folder)})
    times: dict[str, list[float]] = {}
    for _ in range(ROUNDS * 4):
        for shell in ("bash", "zsh"):
            for name, prefix in (("no trap", ":"), ("trap, small output", line)):
                spent = shell_ms(shell, f"{prefix}\n: && eval 'echo small output'", tasks / "b1.output")
                if spent is not None:
                    times.setdefault(f"{shell}, {name}", []).append(spent)
    return times


def shell_ms(shell: str, script: str, output: Path) -> float | None:
    """Milliseconds of one shell whose output is appended to a task file; None where the shell is missing."""
    output.write_bytes(b"")
    descriptor = os.open(output, os.O_WRONLY | os.O_APPEND)
    started = time.perf_counter()
    try:
        subprocess.run([shell, "-c", script], stdout=descriptor, env={"PATH": os.environ["PATH"]}, check=True)
    except FileNotFoundError:
        return None
    finally:
        os.close(descriptor)
    return (time.perf_counter() - started) * 1000


def row(name: str, times: list[float]) -> str:
    """One line of the table: median and 95th percentile."""
    return f"{name:<38} {median(times):7.1f} {quantiles(times, n=20)[-1]:7.1f}"


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kinds = {case: kind for case, (kind, _, _) in cases(folder).items()}
        times = measure(folder)
        trap = measure_trap(folder)
    bare = median(times["bare python -I -S -c pass"])
    print(f"{ROUNDS} rounds, {sys.version.split()[0]}, milliseconds")
    print(f"{'hook':<38} {'median':>7} {'p95':>7} {'x bare':>7} {'bound':>6}")
    for case, spent in times.items():
        bound = f"{KINDS[kinds[case]]:6.1f}" if kinds[case] else ""
        print(f"{row(case, spent)} {median(spent) / bare:7.2f} {bound}")
    print()
    print(f"{'shell':<38} {'median':>7} {'p95':>7}")
    for case, spent in trap.items():
        print(row(case, spent))
    for shell in ("bash", "zsh"):
        if f"{shell}, no trap" in trap:
            cost = median(trap[f"{shell}, trap, small output"]) - median(trap[f"{shell}, no trap"])
            print(f"the trap in {shell} on small output: {cost:+.2f} ms (bound: 2 ms, no Python)")


if __name__ == "__main__":
    main()
