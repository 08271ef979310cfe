"""The main thread's last reply, from the end of its transcript: when it came, how long the context is, what is cached.

Only the end is read, so that a session of 100 MB costs a hook no more than one of 100 KB.
"""

from __future__ import annotations

import os

from scrimp.core import limits, quick_json, times
from scrimp.core.transcript_records import EXECUTOR
from scrimp.core.transcript_usage import measure
from scrimp.core.untrusted import as_object, as_text, is_object
from scrimp.core.usage import prompt_tokens

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NamedTuple

    class Reply(NamedTuple):
        """at_ms: when its last block came. context_tokens: its prompt and itself, which the next request sends again.

        ttl: '5m' or '1h', as it was asked for, else as it was written; '' where nothing is cached.
        """

        at_ms: int
        model: str
        context_tokens: int
        ttl: str
        speed: str
        geo: str
        tier: str
else:
    from collections import namedtuple

    Reply = namedtuple("Reply", "at_ms model context_tokens ttl speed geo tier")

FIVE_MINUTES, HOUR = "5m", "1h"
TTL_MS = {FIVE_MINUTES: 5 * 60_000, HOUR: 60 * 60_000}
"""How long a cached prefix lives after the request that last used it."""

_SYNTHETIC = "<synthetic>"
"""The client's own word for a reply that no model gave."""


def read(path: str) -> Reply | None:
    """The last reply of the transcript at `path`; None without one, after a compaction, and for what is no file."""
    try:
        return of_lines(_last_lines(path))
    except OSError:
        return None


def of_lines(lines: Iterator[bytes]) -> Reply | None:
    """The first reply among lines that come from the last one backwards; None where a compaction comes first."""
    for line in lines:
        if b'"compact_boundary"' in line and as_text(_parsed(line).get("subtype")) == "compact_boundary":
            return None
        if b'"assistant"' in line and b'"usage"' in line:
            found = _reply(_parsed(line))
            if found is not None:
                return found
    return None


def _reply(line: dict[str, Any]) -> Reply | None:
    message = as_object(line.get("message"))
    raw, model = as_object(message.get("usage")), as_text(message.get("model"))
    at_ms = times.epoch_ms(line.get("timestamp"))
    if line.get("type") != "assistant" or line.get("isSidechain") or model == _SYNTHETIC or not raw or not at_ms:
        return None
    usage, legs, _ = measure(raw, model, model)
    last = [leg.usage for leg in legs if leg.kind == EXECUTOR][-1:] or [usage]
    is_cached = prompt_tokens(usage) > usage.input
    asked = as_text(line.get("promptCacheRequested"))
    ttl = asked if asked in TTL_MS else HOUR if usage.write_1h else FIVE_MINUTES
    terms = [as_text(raw.get(name)) for name in ("speed", "inference_geo", "service_tier")]
    return Reply(at_ms, model, prompt_tokens(last[0]) + last[0].output, ttl if is_cached else "", *terms)


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        found = quick_json.loads(line.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return {}
    return as_object(found) if is_object(found) else {}


def _last_lines(path: str) -> Iterator[bytes]:
    """The lines at the end of a file, the last one first; the first of them may lack its beginning."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - limits.CACHE_TAIL_BYTES))
        return reversed(file.read(limits.CACHE_TAIL_BYTES).split(b"\n"))
