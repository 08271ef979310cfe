"""Asks a model through the user's own Claude Code (`claude -p`): a subscription needs no key for it.

Started so that it sends as little as it can (some 800 tokens of its own, with 2.1.330): no tools, no hooks, no MCP
servers, no memory, no skills, no session on disk, and nothing of the session that asks. It is kept as a command is:
whoever ends, it ends too, with all that it has started, and spends nothing for an answer that nobody reads.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from typing import TYPE_CHECKING, Any, cast

import anyio

from scrimp.core import limits
from scrimp.core.errors import DigestError
from scrimp.core.usage import Usage
from scrimp.digest import brief
from scrimp.digest.models import Said, Used
from scrimp.running.keepers import Keepers
from scrimp.running.keeping import messages
from scrimp.running.keeping.messages import Job

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from scrimp.running.keeping.messages import Ended

MARK = "SCRIMP_ASKING"
"""In the environment of a client that we have started to answer a question: it must not start another."""

_OF_THE_SESSION = (
    "CLAUDECODE",
    "CLAUDE_CODE_SESSION_ID",
    "CLAUDE_CODE_CHILD_SESSION",
    "CLAUDE_CODE_ENTRYPOINT",
    "CLAUDE_CODE_MESSAGING_SOCKET",
    "CLAUDE_CODE_MESSAGING_TOKEN",
    "CLAUDE_CODE_LAUNCHED_BY_SESSION_IDS",
    "CLAUDE_CODE_CHILD_NOTES_DIR",
    "CLAUDE_ENV_FILE",
    "CLAUDE_PROJECT_DIR",
    "AI_AGENT",
)
"""What would make the new client a part of the session that asks."""

_ARGUMENTS = (
    "-p",
    "--output-format=json",
    "--safe-mode",
    "--strict-mcp-config",
    "--disable-slash-commands",
    "--no-session-persistence",
    "--setting-sources=",
    "--tools=",
    '--settings={"disableAllHooks":true}',
    "--effort=low",
    f"--system-prompt={brief.SYSTEM}",
)
_WORDS_OF_AN_ERROR = 300


def program(environ: Mapping[str, str]) -> str:
    """The user's Claude Code; '' where there is none, or where one of ours asks already."""
    return "" if environ.get(MARK) else shutil.which("claude", path=environ.get("PATH", "")) or ""


def apart(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of a client of ours that is no part of the session that starts it."""
    return {key: value for key, value in environ.items() if key not in _OF_THE_SESSION} | {MARK: "1"}


class ClaudeCode:
    """`name`: an alias (haiku) or a model's full name. `folder`: where it is started; it reads nothing there."""

    overhead_tokens = limits.ASK_OVERHEAD_TOKENS

    def __init__(self, executable: str, name: str, environ: Mapping[str, str], folder: str) -> None:
        self.name = name
        self._executable = executable
        self._folder = folder
        self._environ = apart(environ)

    async def ask(self, content: str, question: str, max_usd: float) -> Said:
        """Its answer, and what it used by its own count; DigestError says why there is none."""
        command = [self._executable, *_ARGUMENTS, f"--model={self.name}", f"--max-budget-usd={max_usd:.4f}"]
        job = Job(command, self._folder, self._environ, limits.ASK_SECONDS, limits.RUN_OUTPUT_BYTES)
        text = f"{content}\n\n{brief.question(question)}".encode("utf-8", "replace")
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output:
                given.write(text)  # a pipe breaks where the client ends before it has read all
                given.seek(0)
                ended = await _kept(job, output, given)
                output.seek(0)
                printed = output.read().decode("utf-8", "replace")
        except OSError as error:
            raise DigestError(f"{self._executable} could not be started: {error}") from error
        if ended.how == messages.TIMED_OUT:
            raise DigestError(f"claude -p gave no answer within {limits.ASK_SECONDS} seconds")
        if ended.how == messages.NOT_STARTED:
            raise DigestError(f"{self._executable} could not be started: {ended.detail}")
        return _said(printed)


async def _kept(job: Job, output: BinaryIO, given: BinaryIO) -> Ended:
    """Run it to its end, or to that of the task that waits for it."""
    keepers = Keepers()
    try:
        return await keepers.run(job, output, given)
    finally:
        with anyio.CancelScope(shield=True):
            await keepers.aclose()


def _said(printed: str) -> Said:
    """What it answered; DigestError with its words where these are no result."""
    found = [_object(line) for line in printed.split("\n")]
    result = next((one for one in reversed(found) if one), None)
    if not result:
        words = printed.strip()[:_WORDS_OF_AN_ERROR]
        raise DigestError(f"claude -p gave no result: {words or 'it said nothing'}")
    is_failed = bool(result.get("is_error")) or result.get("subtype") != "success"
    words = str(result.get("result") or result.get("subtype"))
    return Said(words, _used(result), f"claude -p failed: {words[:_WORDS_OF_AN_ERROR]}" if is_failed else "")


def _object(text: str) -> dict[str, Any]:
    """The JSON object that a line is; empty for a warning, which may stand around it."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _used(result: dict[str, Any]) -> tuple[Used, ...]:
    """What each model used: the client's own count for the run, which leaves no transcript."""
    models = cast("dict[str, dict[str, int]]", result.get("modelUsage") or {})
    return tuple(
        Used(f"scrimp-{result.get('session_id')}-{model}", model, _usage(counts)) for model, counts in models.items()
    )


def _usage(counts: Mapping[str, int]) -> Usage:
    writes = counts.get("cacheCreationInputTokens", 0)
    short, long = (
        counts.get("cacheCreationEphemeral5mInputTokens", 0),
        counts.get("cacheCreationEphemeral1hInputTokens", 0),
    )
    return Usage(
        input=counts.get("inputTokens", 0),
        output=counts.get("outputTokens", 0),
        cache_read=counts.get("cacheReadInputTokens", 0),
        write_5m=short,
        write_1h=long,
        write_unsplit=max(0, writes - short - long),
        searches=counts.get("webSearchRequests", 0),
    )
