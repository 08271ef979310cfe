"""Say what is wired, with which client, what works when it is tried, and what each hook costs."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from scrimp import tool_settings
from scrimp.cli import FAILED, OK
from scrimp.cli.checks import (
    Finding,
    budget,
    client,
    data_folder,
    ledger_file,
    routes,
    server,
    status_line,
    trap,
    wired,
)
from scrimp.core import settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp doctor`."""
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp doctor`."""
    findings = examine(environ, os.getcwd())
    if arguments.json:
        print(json.dumps({"ok": verdict(findings) == OK, "findings": as_rows(findings)}, indent=2))
    else:
        show(findings)
    return verdict(findings)


def examine(environ: Mapping[str, str], folder: str) -> list[Finding]:
    """Everything that doctor looks at, for someone who works in `folder`."""
    return [
        *client.examine(environ),
        *wired.examine(environ, folder),
        *trap.examine(environ, folder),
        *status_line.examine(environ, folder),
        *server.examine(environ, folder),
        *budget.examine(environ, folder),
        *routes.examine(environ, folder),
        *data_folder.examine(environ),
        *ledger_file.examine(environ),
        *_settings(environ, folder),
    ]


def verdict(findings: Sequence[Finding]) -> int:
    """0 unless something that is wired does not work."""
    return FAILED if any(finding.state == "fail" for finding in findings) else OK


def as_rows(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """The findings as JSON has them."""
    return [finding._asdict() for finding in findings]


def show(findings: Sequence[Finding]) -> None:
    """The findings as a person reads them, one line each."""
    for finding in findings:
        print(f"{finding.state:<4}  {finding.subject:<12}  {finding.text}")


def _settings(environ: Mapping[str, str], folder: str) -> list[Finding]:
    loaded = settings.load(environ, folder)
    problems = [*loaded.problems, *tool_settings.problems(environ)]
    if problems:
        return [Finding("fail", "settings", problem) for problem in problems]
    off = "" if not loaded.off else f", never cut: {', '.join(sorted(loaded.off))}"
    state = f"on, from {loaded.min_chars:,} characters{off}" if loaded.enabled else "off"
    return [Finding("ok", "settings", f"compacting is {state}")]
