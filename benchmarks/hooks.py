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

from benchmarks import hooks_families  # noqa: E402 - the path comes first
from hooks.steps import exit_trap  # noqa: E402 - the path comes first
from scrimp.cli.wiring import entries  # noqa: E402 - the path comes first
from scrimp.core import cuts, outputs  # noqa: E402 - the path comes first

ROUNDS = 50
_HOUR_S = 3_600
"""So far in the future a reply stays warm for as long as the rounds take."""

FAMILY_ROUNDS = 15
PYTHON = [sys.executable, "-I", "-S"]
SESSION = "0c9bb22e-6d6c-4d1b-9a3c-0f6f0a0d7b11"
LINE = "2026-11-22 10:00:00 INFO worker-3 took {} ms for /api/v1/orders\n"
SMALL = "ok\n" * 20
LARGE = "".join(LINE.format(number) for number in range(470))
NEVER_ISSUED = "[scrimp 0123456789abcdef: 5 of 9 lines, 1 KB of 2 KB left out; whole: Read /x/scrimp-0.txt]\n"
KINDS = {"idle": 2.3, "nothing to do": 2.3, "stores": 4.0, "refuses": 4.0, "larger": 0.0}


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


def write_event(content: str) -> bytes:
    """A PreToolUse event of a Write."""
    given = {"file_path": "/repo/notes.txt", "content": content}
    return json.dumps({"hook_event_name": "PreToolUse", "tool_name": "Write", "tool_input": given}).encode()


def prompt_event(folder: Path, context_tokens: int, ago_s: int) -> bytes:
    """A prompt in a session of 1 MB, another one each round, whose last reply came so long ago."""
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + _HOUR_S - ago_s))
    usage = {"input_tokens": 0, "cache_read_input_tokens": context_tokens, "cache_creation_input_tokens": 1_000}
    usage |= {"output_tokens": 100}
    reply = {"type": "assistant", "timestamp": at, "message": {"model": "claude-opus-5-5", "usage": usage}}
    session = f"toolu_1-{ago_s}"
    path = folder / f"ago-{ago_s}.jsonl"
    other = json.dumps({"type": "user", "message": LARGE}) + "\n"
    path.write_text(other * 32 + json.dumps(reply) + "\n" + other, encoding="utf-8")
    return json.dumps({"session_id": session, "transcript_path": str(path), "prompt": "go on"}).encode()


def agent_event(folder: Path, *, is_routed: bool) -> bytes:
    """A call of the Agent tool in a session on Opus, in a repo without rules or with one that sends it to Haiku."""
    repo = folder / ("routed" if is_routed else "plain")
    (repo / ".claude").mkdir(parents=True, exist_ok=True)
    if is_routed:
        (repo / ".claude/scrimp.json").write_text('{"routes": [{"agent": "Explore", "model": "haiku"}]}')
    transcript = repo / "session.jsonl"
    transcript.write_text(json.dumps({"type": "api-request", "params": {"model": "claude-opus-5-5"}}) + "\n")
    given = {"subagent_type": "Explore", "description": "look", "prompt": "Where is it?"}
    event = {"session_id": SESSION, "cwd": str(repo), "transcript_path": str(transcript), "tool_name": "Agent"}
    return json.dumps({**event, "tool_input": given, "tool_use_id": "toolu_1"}).encode()


def kept_marker(folder: Path) -> tuple[str, str]:
    """The marker line of an output that is kept and in the journal, and the original's path."""
    results = str(folder / "projects" / SESSION / "tool-results")
    handle = outputs.keep(LARGE.encode(), results)
    path = outputs.path_of(handle, results)
    cuts.record(str(folder / "data"), {"handle": handle, "path": path, "tool_use_id": "toolu_0", "command": "cat x"})
    return outputs.marker(handle, path, (460, 470), (29_000, 30_000), (1, 1)), path


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
    marker, path = kept_marker(folder)
    look = {"tool_name": "Read", "tool_input": {"file_path": path}}
    found = "".join(f"src/part_{number % 40:02}.py:{number}:amount = rate\n" for number in range(2_000))
    grep = {"tool_name": "Grep", "tool_input": {"pattern": "amount", "output_mode": "content"}}
    searched: dict[str, object] = {"mode": "content", "numFiles": 0, "filenames": [], "content": found}
    return {
        "bare python -I -S -c pass": ("", [*PYTHON, "-c", "pass"], b""),
        "session_start": ("stores", hook("session_start"), start),
        "post_tool_use, small output": ("idle", hook("post_tool_use"), bash_event(folder, SMALL)),
        "post_tool_use, 30 KB of input": ("nothing to do", hook("post_tool_use"), written),
        "post_tool_use, 30 KB recalled": ("nothing to do", hook("post_tool_use"), bash_event(folder, LARGE, **own)),
        "post_tool_use, 30 KB cut and stored": ("stores", hook("post_tool_use"), bash_event(folder, LARGE)),
        "post_tool_use, Grep, 60 KB cut": (
            "larger",
            hook("post_tool_use"),
            bash_event(folder, "", **grep, tool_response=searched),
        ),
        "post_tool_use, an original is read": (
            "stores",
            hook("post_tool_use"),
            bash_event(folder, SMALL, **look),
        ),
        "post_tool_use_failure, 30 KB": ("idle", hook("post_tool_use_failure"), failed),
        "after_pause, the cache is warm": ("nothing to do", hook("after_pause"), prompt_event(folder, 20_000, ago_s=0)),
        "after_pause, 500k tokens to rewrite": (
            "stores",
            hook("after_pause"),
            prompt_event(folder, 499_000, ago_s=86_400),
        ),
        "pre_agent, no rules": ("nothing to do", hook("pre_agent"), agent_event(folder, is_routed=False)),
        "pre_agent, a rule followed": ("stores", hook("pre_agent"), agent_event(folder, is_routed=True)),
        "pre_write, a Write of 200 B": ("idle", hook("pre_write"), write_event(SMALL)),
        "pre_write, a Write of 30 KB": ("idle", hook("pre_write"), write_event(LARGE)),
        "pre_write, 30 KB that talk of markers": (
            "refuses",
            hook("pre_write"),
            write_event(LARGE + NEVER_ISSUED),
        ),
        "pre_write, 30 KB with a marker, denied": ("refuses", hook("pre_write"), write_event(LARGE + marker)),
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
        bare_again, by_family = hooks_families.measure(folder, SESSION, FAMILY_ROUNDS)
    bare = median(times["bare python -I -S -c pass"])
    print(f"{ROUNDS} rounds, {sys.version.split()[0]}, milliseconds")
    print(f"{'hook':<38} {'median':>7} {'p95':>7} {'x bare':>7} {'bound':>6}")
    for case, spent in times.items():
        bound = f"{KINDS[kinds[case]]:6.1f}" if KINDS.get(kinds[case]) else ""
        print(f"{row(case, spent)} {median(spent) / bare:7.2f} {bound}")
    print()
    print(f"{'shell':<38} {'median':>7} {'p95':>7}")
    for case, spent in trap.items():
        print(row(case, spent))
    for shell in ("bash", "zsh"):
        if f"{shell}, no trap" in trap:
            cost = median(trap[f"{shell}, trap, small output"]) - median(trap[f"{shell}, no trap"])
            print(f"the trap in {shell} on small output: {cost:+.2f} ms (bound: 2 ms, no Python)")
    print()
    print_families(bare_again, by_family)


def print_families(bare: list[float], found: list[hooks_families.Measured]) -> None:
    """What the program behind the trap takes on one recorded output of each family."""
    print(f"{FAMILY_ROUNDS} rounds; bare python -I -S -c pass {median(bare):.1f} ms; bound 4.0")
    print(f"{'the trap on a recorded output':<38} {'median':>7} {'p95':>7} {'x bare':>7} {'KB':>6}")
    for one in found:
        ratio = median(one.times) / median(bare)
        print(f"{row(one.case.name, one.times)} {ratio:7.2f} {one.size / 1000:6.1f}")


if __name__ == "__main__":
    main()
