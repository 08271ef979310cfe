"""What starts scrimp's hooks, and whether each does its work: every handler is tried, not believed."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING

from scrimp.cli.checks import Finding, installed_plugins
from scrimp.cli.stage.session import Session
from scrimp.cli.wiring import entries, plans, survey

if TYPE_CHECKING:
    from collections.abc import Mapping

_RUNS = 5
_BULKY_LINES = 3_000
_BARE = (sys.executable, "-I", "-S", "-c", "pass")


def examine(environ: Mapping[str, str], folder: str) -> list[Finding]:
    """The settings of every scope, then each distinct handler in them, run on a small event."""
    found = survey.layers(environ, folder)
    known = plans.known_bundles(environ)
    handlers = [handler for layer in found for handler in layer.ours(known)]
    plugins = installed_plugins.handlers(environ, found)
    findings = [finding for layer in found for finding in _layer(layer, layer.ours(known))]
    findings += [finding for layer in found for finding in installed_plugins.examine(environ, layer)]
    if not handlers and not plugins:
        return [
            *findings,
            Finding("note", "wired", "nothing starts scrimp here: scrimp install, or install the plugin"),
        ]
    return [*findings, *_tried([*handlers, *plugins], environ)]


def _layer(layer: survey.Layer, ours: list[entries.Found]) -> list[Finding]:
    if layer.problem:
        return [Finding("fail", layer.scope, layer.problem)]
    findings = [
        Finding("fail" if ours else "note", layer.scope, f"{layer.path}: {off}") for off in layer.switched_off()
    ]
    if not ours:
        return findings
    entry = entries.entry_of(ours[0].handler)
    interpreter = ours[0].handler["command"]
    missing = [path for path in (entry, interpreter) if path and os.path.isabs(path) and not os.path.exists(path)]
    text = f"{layer.path}: {len(ours)} hooks, {entry}, by {interpreter}"
    if missing:
        return [
            *findings,
            Finding("fail", layer.scope, f"{text}: {missing[0]} is not there; scrimp install puts it right"),
        ]
    return [*findings, Finding("ok", layer.scope, text)]


def _tried(handlers: list[entries.Found], environ: Mapping[str, str]) -> list[Finding]:
    distinct = {tuple(entries.command_words(found.handler)): found for found in handlers}
    with Session(environ) as session:
        bare = statistics.median(session.hook(_BARE, b"").ms for _ in range(_RUNS))
        findings = [_try(session, words, found) for words, found in distinct.items()]
    return [*findings, Finding("ok", "hooks", f"for comparison, a Python that does nothing takes {bare:.0f} ms")]


def _try(session: Session, words: tuple[str, ...], found: entries.Found) -> Finding:
    """One handler, five times, on an event with nothing to do: exit 0, and no word or one JSON object."""
    event, entry = found.place.event, entries.entry_of(found.handler)
    if entry and not os.path.exists(entry):
        return Finding("fail", "hooks", f"{event}: {entry} is not there")
    given = session.bash_event("true", int(event == "PostToolUseFailure"), "done", "b1")
    if not event.startswith("PostToolUse"):
        given = session.event(event, source="startup")
    try:
        runs = [session.hook(words, given) for _ in range(_RUNS)]
    except (OSError, subprocess.TimeoutExpired) as error:
        return Finding("fail", "hooks", f"{event}: {' '.join(words)} did not run: {error}")
    complaints = session.complaints()
    if complaints:
        return Finding("fail", "hooks", f"{event}: {complaints[-1]}")
    for ran in runs:
        if ran.code or not _is_answer(ran.stdout):
            said = (ran.stderr or ran.stdout).decode("utf-8", "replace").strip().splitlines()
            return Finding(
                "fail", "hooks", f"{event}: {' '.join(words)} ended with {ran.code}: {said[-1] if said else ''}"
            )
    if event == "PostToolUse" and b"updatedToolOutput" not in session.hook(words, _bulky(session)).stdout:
        return Finding("fail", "hooks", f"{event}: {' '.join(words)} leaves a bulky output as it is")
    median = statistics.median(ran.ms for ran in runs)
    return Finding("ok", "hooks", f"{event}: works, {median:.0f} ms (median of {_RUNS})")


def _bulky(session: Session) -> bytes:
    lines = "".join(f"line {number} of a long output\n" for number in range(_BULKY_LINES))
    return session.bash_event("cat long.txt", 0, lines, "b2")


def _is_answer(stdout: bytes) -> bool:
    try:
        return not stdout or isinstance(json.loads(stdout), dict)
    except ValueError:
        return False
