"""A record's `usage` object, read as counts and as the legs that are priced one by one.

The rules are the API's (`usage.iterations`) and, for cache writes, the client's own. The top-level counts are those of
the answer alone: the sum of its sampling iterations. An advisor's, a compaction's and a declined attempt's are on top.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.transcript_records import (
    ADVISOR,
    COMPACTION,
    EXECUTOR,
    F_BAD_NUMBER,
    F_LEGS_IGNORED,
    F_SPLIT_MISSING,
    FALLBACK,
    Leg,
)
from scrimp.core.untrusted import as_list, as_object, as_text, is_list
from scrimp.core.usage import Usage, total, writes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    _Counts = tuple[int, int, int, int, int, int, int]
    """Input, output, read, written, and of that for five minutes and for an hour; searches."""

_ON_TOP = {"advisor_message": ADVISOR, "compaction": COMPACTION}
_SERVED = "fallback_message"
"""The last iteration of an answer that another model gave; an attempt that declined is a `message` before it."""

_ATTEMPTS = ("message", _SERVED)


def measure(raw: dict[str, Any], model: str, asked: str) -> tuple[Usage, tuple[Leg, ...], set[str]]:
    """The counts of a usage object, its legs, and what is to be flagged about them.

    `model` answered, `asked` is the model that was asked for: that of an attempt which names none.
    """
    flags: set[str] = set()
    usage = _counts(raw, flags)
    iterations = raw.get("iterations")
    if not iterations:
        if usage.write_unsplit:
            flags.add(F_SPLIT_MISSING)
        return usage, (Leg(EXECUTOR, model, usage),), flags
    legs = _legs(iterations, usage, (model, asked), flags)
    if any(leg.usage.write_unsplit for leg in legs):
        flags.add(F_SPLIT_MISSING)
    return total([leg.usage for leg in legs if leg.kind == EXECUTOR]), legs, flags


def tokens(usage: Usage) -> tuple[int, int, int, int]:
    """Input, output, reads and writes: what iterations are compared with the top level by."""
    return usage.input, usage.output, usage.cache_read, writes(usage)


def _counts(raw: dict[str, Any], flags: set[str]) -> Usage:
    fresh, output, read, written, minutes, hour, searches = _usual_counts(raw) or _any_counts(raw, flags)
    if written != minutes + hour:
        written = written or minutes + hour
        if written < minutes + hour:
            flags.add(F_SPLIT_MISSING)  # the total stands, as it does for the client, and the hour before the minutes
        hour = min(hour, written)
        minutes = min(minutes, written - hour)
    return Usage(fresh, output, read, minutes, hour, written - hour - minutes, searches)


def _usual_counts(raw: dict[str, Any]) -> _Counts | None:
    """The counts of a usage with nothing missing and nothing wrong, as nearly all are: this is where reading is hot."""
    try:
        a, b, c, d = (
            raw["input_tokens"],
            raw["output_tokens"],
            raw["cache_read_input_tokens"],
            raw["cache_creation_input_tokens"],
        )
        split = raw["cache_creation"]
        e, f = split["ephemeral_5m_input_tokens"], split["ephemeral_1h_input_tokens"]
        g = raw["server_tool_use"]["web_search_requests"]
    except (KeyError, TypeError):
        return None
    if not int is type(a) is type(b) is type(c) is type(d) is type(e) is type(f) is type(g):
        return None
    return (a, b, c, d, e, f, g) if 0 <= a | b | c | d | e | f | g <= limits.COUNT_MAX else None


def _any_counts(raw: dict[str, Any], flags: set[str]) -> _Counts:
    split = as_object(raw.get("cache_creation"))
    counts = [
        raw.get("input_tokens"),
        raw.get("output_tokens"),
        raw.get("cache_read_input_tokens"),
        raw.get("cache_creation_input_tokens"),
        split.get("ephemeral_5m_input_tokens"),
        split.get("ephemeral_1h_input_tokens"),
        as_object(raw.get("server_tool_use")).get("web_search_requests"),
    ]
    a, b, c, d, e, f, g = [
        count if type(count) is int and 0 <= count <= limits.COUNT_MAX else _no_count(count, flags) for count in counts
    ]
    return a, b, c, d, e, f, g


def _no_count(value: object, flags: set[str]) -> int:
    """0; what is there but is no whole number from 0, and not one out of all reason, is flagged."""
    if value is not None:
        flags.add(F_BAD_NUMBER)
    return 0


def _legs(iterations: object, usage: Usage, models: tuple[str, str], flags: set[str]) -> tuple[Leg, ...]:
    model, asked = models
    entries = [{**as_object(entry), "server_tool_use": None} for entry in as_list(iterations)]
    attempts = [entry for entry in entries if entry.get("type") in _ATTEMPTS]
    on_top = [entry for entry in entries if _kind(entry)]
    if len(attempts) + len(on_top) < len(entries) or not is_list(iterations):
        flags.add(F_LEGS_IGNORED)
    extras = [Leg(_kind(entry), as_text(entry.get("model")) or model, _counts(entry, flags)) for entry in on_top]
    measured = [(entry, _counts(entry, flags)) for entry in attempts]
    served = _served(measured, usage, model)
    if attempts and not served:
        flags.add(F_LEGS_IGNORED)
    if len(served) < 2 and not _is_split_better(served, usage):  # noqa: PLR2004 - one iteration is the answer itself
        executors = [Leg(EXECUTOR, model, usage)]
    else:
        executors = [Leg(EXECUTOR, as_text(entry.get("model")) or model, counts) for entry, counts in served]
        executors = _agreeing(executors, usage)
    declined = [
        Leg(FALLBACK, as_text(entry.get("model")) or asked or model, counts)
        for entry, counts in measured
        if served and counts.output and all(entry is not other for other, _ in served)
    ]
    return (*executors, *declined, *extras)


def _kind(entry: dict[str, Any]) -> str:
    return _ON_TOP.get(as_text(entry.get("type")), "")


def _served(
    measured: list[tuple[dict[str, Any], Usage]], usage: Usage, model: str
) -> list[tuple[dict[str, Any], Usage]]:
    """The iterations that sum up to the answer's usage: all, those of the model that served it, or its last alone."""
    last = [pair for pair in measured if pair[0].get("type") == _SERVED]
    name = as_text(last[-1][0].get("model")) or model if last else ""
    by_name = [pair for pair in measured if pair in last or pair[0].get("model") == name]
    for candidate in (measured, by_name if last else [], last[-1:]):
        if candidate and tokens(total([counts for _, counts in candidate])) == tokens(usage):
            return candidate
    return []


def _is_split_better(served: list[tuple[dict[str, Any], Usage]], usage: Usage) -> bool:
    return bool(served) and served[0][1].write_unsplit < usage.write_unsplit


def _agreeing(legs: list[Leg], usage: Usage) -> list[Leg]:
    """The legs with what only the top level says: searches (on the first), and the writes' lifetime where it is one."""
    if usage.write_unsplit == 0 and any(leg.usage.write_unsplit for leg in legs):
        if usage.write_1h == 0:
            legs = [leg._replace(usage=_written(leg.usage, hour=0)) for leg in legs]
        elif usage.write_5m == 0:
            legs = [leg._replace(usage=_written(leg.usage, hour=writes(leg.usage))) for leg in legs]
    return [legs[0]._replace(usage=legs[0].usage._replace(searches=usage.searches)), *legs[1:]]


def _written(usage: Usage, hour: int) -> Usage:
    return usage._replace(write_5m=writes(usage) - hour, write_1h=hour, write_unsplit=0)
