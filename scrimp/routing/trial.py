"""One run of a brief: the user's own `claude -p` in a copy of the suite's folder, its answer checked, its cost kept.

The client has no settings, hooks, servers, memory or skills of the person or the repo, only the suite's tools; what
these may do without asking are the suite's `allow` rules, and edits inside the copy where it has a tool that edits.
Whoever ends it ends all that it has started, and what it had spent by then is kept.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from typing import TYPE_CHECKING, NamedTuple

import anyio

from scrimp.core import limits
from scrimp.core.errors import UsageError
from scrimp.digest import claude_code
from scrimp.routing import checking, events
from scrimp.running.keepers import Keepers
from scrimp.running.keeping import messages
from scrimp.running.keeping.messages import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scrimp.digest.models import Used
    from scrimp.routing.outcomes import Cell
    from scrimp.routing.suite import Brief, Suite

_ARGUMENTS = (
    "-p",
    "--output-format=stream-json",
    "--include-partial-messages",
    "--verbose",
    "--safe-mode",
    "--strict-mcp-config",
    "--disable-slash-commands",
    "--no-session-persistence",
    "--setting-sources=",
    "--permission-mode=dontAsk",
    '--settings={"disableAllHooks":true}',
)
_EDITING = frozenset({"Edit", "Write", "NotebookEdit"})
_INSIDE = "Edit(./**)"
"""The mode `acceptEdits` would also let commands through that write there (2.1.330)."""

_LEFT_OUT = (".git", "__pycache__")
"""Of a suite's folder, not copied."""

_OF_THE_PERSON = ("ANTHROPIC_MODEL", "CLAUDE_CODE_EFFORT_LEVEL", "MAX_THINKING_TOKENS", "CLAUDE_CODE_SUBAGENT_MODEL")
"""What would stand above the model and the effort that are tried."""


class Trial(NamedTuple):
    """What came of a run. failures: what of its checks does not hold. problem: why it is no run at all, else ''."""

    answer: str
    failures: list[str]
    pico: int | None
    client_usd: float
    largest_pico: int
    seconds: float
    turns: int
    problem: str


class Kept(NamedTuple):
    """What a run has cost by the ledger. pico: None where a request has no price; largest_pico: of one request."""

    pico: int | None
    largest_pico: int


class World(NamedTuple):
    """What a run needs of outside. folder: what it gets a copy of, '' nothing. record: keeps requests; their cost."""

    executable: str
    environ: Mapping[str, str]
    folder: str
    record: Callable[[Sequence[Used]], Kept]


async def run(suite: Suite, brief: Brief, cell: Cell, max_usd: float, world: World) -> Trial:
    """Run a brief once, on a model at an effort, for at most so many dollars as the client holds them."""
    with tempfile.TemporaryDirectory(prefix="scrimp-eval-") as above:
        copy = _copied(world.folder, above)
        keepers = Keepers()
        try:
            return await _tried(brief, _command(suite, cell, max_usd, world.executable), copy, (world, keepers))
        finally:
            with anyio.CancelScope(shield=True):
                await keepers.aclose()


def _copied(folder: str, above: str) -> str:
    """The run's own copy; its real path, since that is what the client knows it by."""
    copy = os.path.join(os.path.realpath(above), "work")
    if folder:
        _require_small(folder)
        try:
            shutil.copytree(folder, copy, symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_OUT))
        except shutil.Error as error:
            path, _, why = error.args[0][0]
            raise UsageError(f"{path} cannot be copied for a run: {why}") from error
    else:
        os.mkdir(copy)
    return copy


def _require_small(folder: str) -> None:
    """UsageError for a folder that is too much to copy for every run."""
    size_bytes = 0
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _LEFT_OUT]
        for name in names:
            with contextlib.suppress(OSError):
                size_bytes += os.lstat(os.path.join(place, name)).st_size
        if size_bytes > limits.ROUTES_FOLDER_BYTES:
            most_mb = limits.ROUTES_FOLDER_BYTES // 1_000_000
            raise UsageError(f"{folder}: more than {most_mb} MB, which every run would get a copy of")


def _command(suite: Suite, cell: Cell, max_usd: float, executable: str) -> list[str]:
    command = [executable, *_ARGUMENTS, f"--model={cell.model}", f"--max-budget-usd={max_usd:.4f}"]
    command += [f"--effort={cell.effort}"] if cell.effort else []
    command += [f"--tools={','.join(suite.tools)}"]
    command += [f"--append-system-prompt={suite.instructions}"] if suite.instructions else []
    allowed = [*suite.allow, *([_INSIDE] if _EDITING & set(suite.tools) else [])]
    command += [f"--allowedTools={','.join(allowed)}"] if allowed else []
    return command


async def _tried(brief: Brief, command: list[str], copy: str, means: tuple[World, Keepers]) -> Trial:
    world, keepers = means
    environ = {key: value for key, value in claude_code.apart(world.environ).items() if key not in _OF_THE_PERSON}
    job = Job(command, copy, environ, limits.ROUTES_RUN_S, limits.ROUTES_OUTPUT_BYTES)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
        given.write(brief.prompt.encode("utf-8", "replace"))
        given.seek(0)
        try:
            ended = await keepers.run(job, output, given)
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await keepers.aclose()  # until then the end of what it said is still on its way
            raise
        finally:  # also where the person ends it: what was spent is spent
            output.seek(0)
            said = events.of_lines(output)
            kept = world.record(said.requests)
        output.seek(0)
        words = output.read(limits.ROUTES_SUITE_BYTES).decode("utf-8", "replace")

    async def execute(argv: Sequence[str], folder: str) -> int | None:
        program = shutil.which(argv[0], path=environ.get("PATH", "")) or argv[0]
        with tempfile.TemporaryFile() as nothing:
            check = Job([program, *argv[1:]], folder, environ, limits.ROUTES_CHECK_S, limits.RUN_OUTPUT_BYTES)
            done = await keepers.run(check, nothing)
        return done.code if done.how == messages.EXITED else None

    problem = said.problem
    if ended.how == messages.TIMED_OUT:
        failures, problem = [f"no answer within {limits.ROUTES_RUN_S} seconds"], ""
    elif problem:
        failures = []
        problem = (
            f"{problem}: {words.strip()[-limits.ROUTES_ANSWER_CHARS :]}" if not said.turns and ended.code else problem
        )
    elif said.is_over_budget:
        failures = ["it would have cost more than a run may"]
    else:
        failures = await checking.failures(brief.checks, said.answer, copy, execute)
    return Trial(
        said.answer, failures, kept.pico, said.client_usd, kept.largest_pico, ended.seconds, said.turns, problem
    )
