"""Whether a run could use the MCP server: its tools cost on every request, and without a permission all are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core.permissions import layers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_OURS = "scrimp__"
_EVERYTHING = ("--dangerously-skip-permissions", "--allow-dangerously-skip-permissions")
_BYPASS = "bypassPermissions"


def is_allowed(words: Sequence[str], environ: Mapping[str, str], folder: str) -> bool:
    """Whether the command's words, or the allow rules of the settings that hold in `folder`, let any tool of it run."""
    if any(_OURS in word or word in _EVERYTHING or _BYPASS in word for word in words):
        return True
    found = layers.rules(layers.read(environ, folder), environ, folder)
    return any(rule.tool.startswith("mcp__") and "scrimp" in rule.tool for rule in found.allow)
