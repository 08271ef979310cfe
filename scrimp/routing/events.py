"""What a run of the client said, from its stream of events: each request with its usage, the answer, how it ended.

A run that was ended in the middle has said what it had spent by then: a request's usage comes with its first event and,
corrected, with its last. What the client counts beyond these requests (a title, say) is added from its own totals.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core.transcript_usage import measure
from scrimp.core.untrusted import as_object, as_text
from scrimp.core.usage import Usage
from scrimp.digest.models import Used

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

OVER_BUDGET = "error_max_budget_usd"
_COUNTS = {
    "inputTokens": "input",
    "outputTokens": "output",
    "cacheReadInputTokens": "cache_read",
    "webSearchRequests": "searches",
}
"""The client's totals by model, as counts of ours; its cache writes are taken as 5-minute ones."""


class Said(NamedTuple):
    """What came of a run. requests: those of the agent, then what the client counts beside them.

    turns: the agent's requests. problem: why this says nothing about the model, '' where it does.
    """

    answer: str
    requests: list[Used]
    turns: int
    client_usd: float
    is_over_budget: bool
    problem: str


def of_lines(lines: Iterable[bytes]) -> Said:
    """What a client started with `--output-format=stream-json --include-partial-messages` has printed."""
    usages: dict[str, tuple[str, dict[str, Any]]] = {}
    result: dict[str, Any] = {}
    message = ""
    for raw in lines:
        line = _parsed(raw)
        event = as_object(line.get("event"))
        if event.get("type") == "message_start":
            begun = as_object(event.get("message"))
            message = as_text(begun.get("id"))
            usages[message] = as_text(begun.get("model")), dict(as_object(begun.get("usage")))
        elif event.get("type") == "message_delta" and message in usages:
            later = {key: value for key, value in as_object(event.get("usage")).items() if value is not None}
            usages[message][1].update(later)
        elif line.get("type") == "result":
            result = line
    requests = [Used(key, model, measure(usage, model, model)[0]) for key, (model, usage) in usages.items()]
    beside = _beside(requests, result)
    return Said(
        as_text(result.get("result")),
        [*requests, *beside],
        len(requests),
        _number(result.get("total_cost_usd")),
        result.get("subtype") == OVER_BUDGET,
        _problem(result),
    )


def _parsed(raw: bytes) -> dict[str, Any]:
    try:
        return as_object(json.loads(raw))
    except (ValueError, RecursionError):
        return {}


def _problem(result: Mapping[str, Any]) -> str:
    """An error of the API or of the client is nothing that a model has done; a refusal and a spent budget are."""
    if not result:
        return "the client ended without a result"
    if not result.get("is_error") or result.get("subtype") == OVER_BUDGET:
        return ""
    return as_text(result.get("result")) or as_text(result.get("subtype")) or "the client failed"


def _beside(requests: Iterable[Used], result: Mapping[str, Any]) -> list[Used]:
    """What the client's totals hold by model above these requests, as one request for each model."""
    known: dict[str, list[Used]] = {}
    for one in requests:
        known.setdefault(one.model, []).append(one)
    found: list[Used] = []
    for model, counts in as_object(result.get("modelUsage")).items():
        more = _rest(as_object(counts), [one.usage for one in known.get(model, [])])
        if any(more):
            found.append(Used(f"scrimp-{as_text(result.get('session_id'))}-{model}", model, more))
    return found


def _rest(counts: Mapping[str, Any], known: list[Usage]) -> Usage:
    more = {
        ours: _whole(counts.get(theirs)) - sum(getattr(one, ours) for one in known) for theirs, ours in _COUNTS.items()
    }
    written = sum(one.write_5m + one.write_1h + one.write_unsplit for one in known)
    more["write_5m"] = _whole(counts.get("cacheCreationInputTokens")) - written
    zero = Usage(0, 0, 0, 0, 0, 0, 0)
    return zero._replace(**{name: max(0, number) for name, number in more.items()})


def _whole(value: object) -> int:
    return value if type(value) is int else 0


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0
