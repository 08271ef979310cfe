"""What the client gives a status line on standard input, taken apart: every value there, or known to be missing.

As client 2.1.330 has it (tests/statusline/given.json is one it gave). Whatever is missing, null or of a wrong type is
None or ''; texts that are shown hold no control characters. Nothing here raises.
"""

from __future__ import annotations

import os

from scrimp.core import limit_readings, limits, quick_json
from scrimp.core.untrusted import as_object, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from scrimp.core.limit_readings import Reading

_PICO = 10**12
_WHOLE = 100.0


class Given:
    """One status line's input.

    session_id, prompt_id: '' where unknown. transcript_path, folder: absolute, else ''; they need not be UTF-8.
    total_pico: the client's own total of the session. context_percent: 0 to 100. hit_ratio: 0 to 1, the client's own.
    is_warm, warm_until (seconds): of the prompt cache. readings: of a plan's windows.
    """

    __slots__ = (
        "context_percent",
        "effort",
        "folder",
        "hit_ratio",
        "is_fast",
        "is_warm",
        "model",
        "prompt_id",
        "readings",
        "session_id",
        "total_pico",
        "transcript_path",
        "warm_until",
    )

    def __init__(self, row: dict[str, Any], now_ms: int) -> None:
        self.session_id = _name(row.get("session_id"))
        self.prompt_id = _name(row.get("prompt_id"))
        self.transcript_path = _path(row.get("transcript_path"))
        workspace = as_object(row.get("workspace"))
        self.folder = _path(workspace.get("project_dir")) or _path(row.get("cwd"))
        total = number(as_object(row.get("cost")).get("total_cost_usd"))
        self.total_pico: int | None = None if total is None else round(total * _PICO)
        self.context_percent = _context_percent(as_object(row.get("context_window")))
        cache = as_object(row.get("prompt_cache"))
        self.hit_ratio = number(cache.get("hit_ratio"))
        self.is_warm: bool | None = cache.get("warm") if isinstance(cache.get("warm"), bool) else None
        self.warm_until = number(cache.get("expires_at"))
        model = as_object(row.get("model"))
        self.model = _word(model.get("display_name")) or _word(model.get("id"))
        self.effort = _word(as_object(row.get("effort")).get("level"))
        self.is_fast = row.get("fast_mode") is True
        self.readings: list[Reading] = limit_readings.of_status_line(row, now_ms)


def parse(raw: bytes, now_ms: int) -> Given | None:
    """The input in `raw`; None where it is no JSON object."""
    try:
        row = quick_json.loads(raw.decode("utf-8-sig", "surrogateescape"))
    except (ValueError, RecursionError):
        return None
    return Given(as_object(row), now_ms) if is_object(row) else None


def number(value: object) -> float | None:
    """A number from 0 within reason, else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < limits.NUMBER_MAX:
        return None
    return value


def _context_percent(window: dict[str, Any]) -> float | None:
    used = number(window.get("used_percentage"))
    if used is not None:
        return min(used, _WHOLE)
    tokens, size = number(window.get("total_input_tokens")), number(window.get("context_window_size"))
    return min(_WHOLE * tokens / size, _WHOLE) if tokens and size else None


def _name(value: object) -> str:
    """A text that can stand in the ledger."""
    if not isinstance(value, str):
        return ""
    try:
        value.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return ""
    return value


def _path(value: object) -> str:
    """A text that can be the path of a file."""
    if not isinstance(value, str) or not os.path.isabs(value) or "\0" in value:
        return ""
    try:
        os.fsencode(value)
    except UnicodeEncodeError:  # half of a surrogate pair; a letter that this machine's names cannot have
        return ""
    return value


def _word(value: object) -> str:
    """A text in one line, without what a terminal would obey."""
    if not isinstance(value, str):
        return ""
    return "".join(char for char in value[: limits.STATUS_LINE_WORD_CHARS] if char.isprintable()).strip()
