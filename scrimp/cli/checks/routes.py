"""The rules for subagents (`routes`): which cannot be followed, which are never reached, and which hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.cli.checks import Finding
from scrimp.core import settings
from scrimp.core.routes import faults, surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping

_SUBJECT = "routes"


def examine(environ: Mapping[str, str], folder: str) -> list[Finding]:
    """A line for each rule that is ignored or never reached; nothing where there are no rules."""
    loaded = settings.load(environ, folder)
    if not loaded.routes:
        return []
    usable, problems = faults.usable(loaded, environ, folder)
    findings = [Finding("fail", _SUBJECT, problem) for problem in problems]
    findings += [Finding("note", _SUBJECT, said) for said in faults.unreached(usable)]
    if surroundings.names_model(environ):
        findings.append(Finding("note", _SUBJECT, "CLAUDE_CODE_SUBAGENT_MODEL is set: no rule is applied"))
    if surroundings.names_effort(environ):
        findings.append(Finding("note", _SUBJECT, "your environment sets the effort: no rule changes it"))
    return [*findings, Finding("ok", _SUBJECT, f"{len(usable)} rules for subagents are followed")]
