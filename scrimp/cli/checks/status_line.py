"""The status line: whose is shown, and ours tried for real on an input that the client has given."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from typing import TYPE_CHECKING

from scrimp.cli.checks import Finding
from scrimp.cli.stage.session import SESSION_ID, Session
from scrimp.cli.wiring import plans, survey

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrimp.core.statusline.entry import Entry

_RUNS = 5
_SUBJECT = "statusline"
_TOTAL_USD = 1.25


def examine(environ: Mapping[str, str], folder: str) -> list[Finding]:
    """Whose status line is shown to someone who works in `folder`; nothing where scrimp is not wired at all."""
    layers, known = survey.layers(environ, folder), plans.known_bundles(environ)
    lines = survey.status_lines(layers, known)
    ours = next((line for line in lines if line.ours is not None), None)
    if ours is None or ours.ours is None:
        is_wired = any(layer.ours(known) or layer.plugins() for layer in layers)
        note = "none of scrimp's is wired: scrimp install --scope local or user (a plugin cannot bring one)"
        return [Finding("note", _SUBJECT, note)] if is_wired else []
    if lines[0] is not ours:
        what = f"{lines[0].layer.path} sets another, {lines[0].words}, which Claude Code shows instead of scrimp's"
        return [Finding("note", _SUBJECT, what)]
    return [_try(ours.layer.path, ours.ours, environ)]


def _try(path: str, ours: Entry, environ: Mapping[str, str]) -> Finding:
    """Our line alone, without the one that it wraps: that takes what it takes."""
    for needed in (ours.interpreter, ours.program):
        if not os.path.exists(needed):
            return Finding("fail", _SUBJECT, f"{path}: {needed} is not there; scrimp install puts it right")
    with Session(environ) as session:
        words = (ours.interpreter, "-I", "-S", ours.program)
        try:
            runs = [session.hook(words, _given(session)) for _ in range(_RUNS)]
        except (OSError, subprocess.TimeoutExpired) as error:
            return Finding("fail", _SUBJECT, f"{path}: {ours.program} did not run: {error}")
        complaints = session.complaints()
    if complaints or any(ran.code or not ran.stdout for ran in runs):
        said = complaints or runs[-1].stderr.decode("utf-8", "replace").strip().splitlines() or ["it printed nothing"]
        return Finding("fail", _SUBJECT, f"{path}: {ours.program}: {said[-1]}")
    median = statistics.median(ran.ms for ran in runs)
    below = f", shown below {ours.after}" if ours.after else ""
    return Finding("ok", _SUBJECT, f"{path}: works, {median:.0f} ms (median of {_RUNS}){below}")


def _given(session: Session) -> bytes:
    row = {
        "session_id": SESSION_ID,
        "transcript_path": session.transcript,
        "cwd": session.project,
        "model": {"id": "claude-opus-5-5", "display_name": "Opus 5.5"},
        "cost": {"total_cost_usd": _TOTAL_USD},
    }
    return json.dumps(row).encode()
