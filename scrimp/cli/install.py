"""Wire scrimp into Claude Code: shows the diff, asks, writes; twice gives nothing new."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scrimp.cli import FAILED, OK, doctor
from scrimp.cli.wiring import asking, entries, places, plans, survey, whole
from scrimp.core import bundle_root

if TYPE_CHECKING:
    import argparse
    from collections.abc import Collection, Mapping

    from scrimp.cli.wiring.whole import Whole


_MEMORY = "not added: a sentence for CLAUDE.md, to ask for independent things in one turn (scrimp install --claude-md)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp install`."""
    asking.add_arguments(parser)
    parser.add_argument(
        "--marketplace",
        metavar="OWNER/REPO|URL",
        help="with --scope project: where the team gets the plugin from (default: the origin of this checkout)",
    )
    parser.add_argument(
        "--hooks-only",
        action="store_true",
        help="without the server's tools, the agents and the skills: then nothing of scrimp stands in your requests",
    )
    parser.add_argument(
        "--claude-md",
        action="store_true",
        help="also put one sentence into the CLAUDE.md of this scope: ask for independent things in one turn",
    )


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp install`."""
    folder = os.getcwd()
    plan = whole.install(
        arguments.scope,
        environ,
        folder,
        arguments.marketplace,
        with_tools=not arguments.hooks_only,
        with_memory=arguments.claude_md,
    )
    found = _found(plan, environ, folder)
    asking.show(arguments, found)
    if not plan.changes:
        asking.show(arguments, [f"{plan.path}: scrimp is there already, nothing to change"])
        return _finish(arguments, plan, environ, found, written=False)
    if not asking.may_write(arguments, plan):
        return _not_written(arguments, plan, found)
    notes = [*whole.carry_out(plan, environ), *_notes(plan, environ)]
    if not arguments.claude_md:
        notes.append(_MEMORY)
    asking.show(arguments, [*notes, ""])
    return _finish(arguments, plan, environ, [*found, *notes], written=True)


def _not_written(arguments: argparse.Namespace, plan: Whole, found: list[str]) -> int:
    if arguments.json:
        asking.report(plan, written=False, notes=found)
    asking.show(arguments, ["nothing was written"])
    return OK if arguments.dry_run else FAILED


def _finish(
    arguments: argparse.Namespace, plan: Whole, environ: Mapping[str, str], notes: list[str], *, written: bool
) -> int:
    """End with doctor's screen; its verdict is the verdict of the install."""
    if arguments.dry_run:
        return OK
    findings = doctor.examine(environ, os.getcwd())
    if arguments.json:
        asking.report(plan, written=written, notes=notes, doctor=doctor.as_rows(findings))
    else:
        doctor.show(findings)
    return doctor.verdict(findings)


def _notes(plan: Whole, environ: Mapping[str, str]) -> list[str]:
    return places.git_notes(plan.path, environ) if plan.scope == "local" else []


def _found(plan: Whole, environ: Mapping[str, str], folder: str) -> list[str]:
    """What is there already and stays as it is, one line each."""
    known = plans.known_bundles(environ)
    lines: list[str] = []
    for layer in survey.layers(environ, folder):
        lines += [layer.problem] if layer.problem else _found_in(layer, known)
        if layer.path == plan.path and plan.changes:
            lines += [
                f"found in {layer.scope} settings, to be replaced: scrimp at {entry}" for entry in _stale(layer, known)
            ]
    lines += [f"found {path}, not as scrimp writes it, left alone" for path in plan.foreign]
    return lines + _status_lines(plan, environ, folder)


def _status_lines(plan: Whole, environ: Mapping[str, str], folder: str) -> list[str]:
    """What becomes of the status lines that are there already, one line each."""
    lines: list[str] = []
    is_wrapped = False
    for found in survey.status_lines(survey.layers(environ, folder), plans.known_bundles(environ)):
        where = f"found in {found.layer.scope} settings"
        if found.ours is not None:
            continue
        if plan.scope == "project":
            lines.append(f"{where}, left alone: a status line, {found.words}")
        elif survey.outranks(found.layer.scope, plan.scope):
            lines.append(f"{where}, left alone: a status line, {found.words}; Claude Code shows it instead of scrimp's")
        elif is_wrapped:
            lines.append(f"{where}, left alone: a status line, {found.words}; another one is shown already")
        else:
            lines.append(f"{where}, a status line, {found.words}: it is shown first, scrimp's line below it")
            is_wrapped = True
    return lines


def _found_in(layer: survey.Layer, known: Collection[str]) -> list[str]:
    events = entries.from_bundle(bundle_root(), "")
    phrases = [
        *(f"left alone: {other}" for other in layer.others(events, known)),
        *(f"the plugin {name}, whose copy leaves the work to these entries" for name in layer.plugins()),
        *layer.switched_off(),
    ]
    return [f"found in {layer.scope} settings, {phrase}" for phrase in phrases]


def _stale(layer: survey.Layer, known: Collection[str]) -> list[str]:
    current = {os.path.join(bundle_root(), "hooks", name) for name in ("main.py", "gate.py")}
    return sorted({entries.entry_of(found.handler) or "" for found in layer.ours(known)} - current)
