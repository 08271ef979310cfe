"""How Claude Code is started without a gate or without a trace: by which options and variables. And what starts it.

As client 2.1.330 has them. `scrimp run` refuses them under a budget, and the guards keep an agent from them.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

OPTIONS = {
    "--bare": "it runs no hooks",
    "--safe-mode": "it runs no hooks",
    "--no-session-persistence": "without a transcript nobody can tell what was spent",
    "--bg": "it runs on in the background, where nobody would end it",
    "--background": "it runs on in the background, where nobody would end it",
    "--tmux": "it runs on in tmux, where nobody would end it",
    "--cloud": "it runs on another machine",
    "--environment": "it runs on another machine",
    "--teleport": "its transcript is on another machine",
    "--desktop": "it runs in another program",
}
"""Options under which no gate would hold, and why."""

VARIABLES = {
    "CLAUDE_CODE_SIMPLE": "it switches all hooks off, as --bare does",
    "CLAUDE_CODE_SAFE_MODE": "it switches all hooks off, as --safe-mode does",
    "CLAUDE_CODE_SKIP_PROMPT_HISTORY": "it leaves no transcript, without which nobody can tell what was spent",
}
"""The same of variables that are set to something."""

MOVERS = ("CLAUDE_CONFIG_DIR", "HOME", "USERPROFILE", "LOCALAPPDATA", "XDG_CONFIG_HOME", "XDG_DATA_HOME")
"""Variables by which a client finds other settings than ours, or a gate another ledger."""

_FALSE = ("", "0", "false", "no", "off")
_CLIENTS = ("claude", "claude.exe", "@anthropic-ai/claude-code")


def is_on(value: str) -> bool:
    """Whether one of VARIABLES with this value is set, as the client takes it."""
    return value.strip().lower() not in _FALSE


def on_in(environ: Mapping[str, str]) -> dict[str, str]:
    """Those of VARIABLES that are set, and why none may be."""
    return {name: why for name, why in VARIABLES.items() if is_on(environ.get(name, ""))}


def is_client(word: str) -> bool:
    """Whether a word of a command line is Claude Code: its program, a path to it, its package, of any version."""
    package, _, version = word.rpartition("@")
    name = package if package and "/" not in version else word
    return name in _CLIENTS or os.path.basename(word) in _CLIENTS
