"""What a run learns from the client's output while it passes through: its session, readings of a plan, its own stop.

Only lines of JSON are looked at, whole ones, and of those that are none, the beginning of the last. Never raises.
"""

from __future__ import annotations

import json
from typing import Any

from scrimp.core.untrusted import as_object, as_text

_LINE_BYTES = 4 * 1024 * 1024
"""A longer line is not looked at: it is a message with an image, not one of those that matter here."""

_OVER_BUDGET = "error_max_budget_usd"
_OVER_BUDGET_TEXT = b"Error: Exceeded USD budget ("
_SIGNS = (b'"rate_limit_event"', b'"subtype":"init"', b'"type":"result"')
"""In the few lines that are parsed."""


class Stream:
    """Fed with what the client prints. `events`: its rate limits. `session_id`: '' unknown. `is_over`: its own stop."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.session_id = ""
        self.is_over = False
        self._line = b""
        self._is_long = False

    def feed(self, data: bytes) -> None:
        """Take in what was printed."""
        *lines, last = data.split(b"\n")
        for line in lines:
            if not self._is_long:
                self._look(self._line + line)
            self._line, self._is_long = b"", False
        self._line += b"" if self._is_long else last
        if len(self._line) > _LINE_BYTES:
            self._line, self._is_long = b"", True

    def end(self) -> None:
        """Take in that there is no more: the last line has no end."""
        self._look(self._line)
        self._line = b""

    def _look(self, line: bytes) -> None:
        if line.startswith(_OVER_BUDGET_TEXT):
            self.is_over = True
        if not line.startswith(b"{") or not any(sign in line for sign in _SIGNS):
            return
        try:
            row = as_object(json.loads(line))
        except (ValueError, RecursionError):
            return
        self._take(row)

    def _take(self, row: dict[str, Any]) -> None:
        session = as_text(row.get("session_id"))
        if session and row.get("type") in {"system", "result"}:
            self.session_id = session
        if row.get("type") == "rate_limit_event":
            self.events.append(row)
        if row.get("type") == "result":
            self.is_over = row.get("subtype") == _OVER_BUDGET
