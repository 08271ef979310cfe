"""Asks a model through the user's own Claude Code (`claude -p`): a subscription needs no key for it.

Started so that it sends as little as it can (some 800 tokens of its own, with 2.1.330): no tools, no hooks, no MCP
servers, no memory, no skills, no session on disk, and nothing of the session that asks.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any, cast

import anyio

from scrimp.core import limits
from scrimp.core.errors import DigestError
from scrimp.core.usage import Usage
from scrimp.digest import brief
from scrimp.digest.models import Said, Used

if TYPE_CHECKING:
    from collections.abc import Mapping

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


class ClaudeCode:
    """`name`: an alias (haiku) or a model's full name. `folder`: where it is started; it reads nothing there."""

    overhead_tokens = limits.ASK_OVERHEAD_TOKENS

    def __init__(self, executable: str, name: str, environ: Mapping[str, str], folder: str) -> None:
        self.name = name
        self._executable = executable
        self._folder = folder
        self._environ = {key: value for key, value in environ.items() if key not in _OF_THE_SESSION} | {MARK: "1"}

    async def ask(self, content: str, question: str, max_usd: float) -> Said:
        """Its answer, and what it used by its own count; DigestError says why there is none."""
        command = [self._executable, *_ARGUMENTS, f"--model={self.name}", f"--max-budget-usd={max_usd:.4f}"]
        given = f"{content}\n\n{brief.question(question)}".encode("utf-8", "replace")
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile() as file, anyio.fail_after(limits.ASK_SECONDS):
                file.write(given)  # a pipe breaks where the client ends before it has read all
                file.seek(0)
                done = await anyio.run_process(
                    command, stdin=file, check=False, cwd=self._folder, env=self._environ, stderr=subprocess.PIPE
                )
        except TimeoutError:
            raise DigestError(f"claude -p gave no answer within {limits.ASK_SECONDS} seconds") from None
        except OSError as error:
            raise DigestError(f"{self._executable} could not be started: {error}") from error
        return _said(done.stdout, done.stderr)


def _said(out: bytes, err: bytes) -> Said:
    try:
        found = json.loads(out)
        result = cast("dict[str, Any]", found if isinstance(found, dict) else {})
    except ValueError:
        result = {}
    if not result:
        words = (err or out).decode("utf-8", "replace").strip()[:_WORDS_OF_AN_ERROR]
        raise DigestError(f"claude -p gave no result: {words or 'it said nothing'}")
    is_failed = bool(result.get("is_error")) or result.get("subtype") != "success"
    words = str(result.get("result") or result.get("subtype"))
    return Said(words, _used(result), f"claude -p failed: {words[:_WORDS_OF_AN_ERROR]}" if is_failed else "")


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
