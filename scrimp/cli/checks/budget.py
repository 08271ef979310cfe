"""The limits that are set, whether anything keeps them, and the gate tried for real: under a limit and at one."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from typing import TYPE_CHECKING

from scrimp.cli.checks import Finding, installed_plugins
from scrimp.cli.stage.session import Session
from scrimp.cli.wiring import entries, plans, survey
from scrimp.core import settings
from scrimp.core.budget import rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SUBJECT = "budget"
_EVENT = "PostToolBatch"
_RUNS = 5
_TIGHT_USD, _WIDE_USD = 0.000001, 100_000
"""A limit under which no request fits, and one under which every request does."""

_CALL = {"tool_name": "Bash", "tool_input": {"command": "true"}, "tool_use_id": "toolu_1", "tool_response": "done"}


def examine(environ: Mapping[str, str], folder: str) -> list[Finding]:
    """Limits and gates for someone who works in `folder`; nothing where there is neither."""
    layers, known = survey.layers(environ, folder), plans.known_bundles(environ)
    wired = [found for layer in layers for found in layer.ours(known) if _is_gate(found)]
    gates = [found for found in wired if not entries.fails_open(found.handler)]
    plugins = [found for found in installed_plugins.handlers(environ, layers) if _is_gate(found)]
    loose = plugins or [found for found in wired if entries.fails_open(found.handler)]
    budget = settings.load(environ, folder).budget
    if not budget.is_set:
        text = "no limit is set, and the entries that would keep one are there: scrimp budget clear takes them out"
        return [Finding("note", _SUBJECT, text)] if gates else []
    named = ", ".join(f"{rules.key_of(limit)} ({limit.source})" for limit in budget.limits) or "onUsageCredits"
    if not gates and not loose:
        return [Finding("fail", _SUBJECT, f"{named}: set, and nothing keeps it; scrimp install puts it right")]
    findings = [] if gates else [Finding("note", _SUBJECT, _LOOSE)]
    distinct = {tuple(entries.command_words(found.handler)) for found in (gates or loose)}
    return [*findings, *(_try(words, named, environ) for words in sorted(distinct))]


_LOOSE = (
    "what keeps the limits is the plugin's, or was wired for notices: should the gate break, a run goes on without "
    "one, and an agent that is told to answer keeps its tools; scrimp budget set or scrimp install adds what stops it"
)


def _is_gate(found: entries.Found) -> bool:
    return found.place.event == _EVENT and entries.keeps_budget(found.handler)


def _try(words: Sequence[str], named: str, environ: Mapping[str, str]) -> Finding:
    """The gate with a limit that it is far from, five times, and with one that nothing fits."""
    with Session(environ) as session:
        with open(session.transcript, "w", encoding="utf-8"):
            pass  # a session that has cost nothing yet
        given = session.event(_EVENT, tool_calls=[_CALL])
        try:
            _set_limit(session, _WIDE_USD)
            free = [session.hook(words, given) for _ in range(_RUNS)]
            _set_limit(session, _TIGHT_USD)
            spent = session.hook(words, given)
        except (OSError, subprocess.TimeoutExpired) as error:
            return Finding("fail", _SUBJECT, f"{' '.join(words)} did not run: {error}")
    stopped = next((ran for ran in free if ran.code or _stops(ran.stdout)), None)
    if stopped is not None:
        said = (stopped.stdout or stopped.stderr).decode("utf-8", "replace").strip()
        return Finding("fail", _SUBJECT, f"the gate stops a run that is far from its limit: {said}")
    if not _stops(spent.stdout):
        return Finding("fail", _SUBJECT, "the gate lets a request go that does not fit its limit")
    median = statistics.median(ran.ms for ran in free)
    return Finding("ok", _SUBJECT, f"{named}: kept, {median:.0f} ms a turn (median of {_RUNS})")


def _set_limit(session: Session, usd: float) -> None:
    folder = os.path.join(session.project, ".claude")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "scrimp.json"), "w", encoding="utf-8") as file:
        json.dump({"budget": {"sessionUsd": usd}}, file)


def _stops(stdout: bytes) -> bool:
    try:
        return bool(stdout) and json.loads(stdout).get("continue") is False
    except (ValueError, AttributeError):
        return False
