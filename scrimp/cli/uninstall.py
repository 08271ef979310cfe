"""Take out of Claude Code's settings exactly what install put in, whatever has changed since."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scrimp.cli import FAILED, OK
from scrimp.cli.wiring import asking, places, plans, receipts, survey, whole
from scrimp.core import settings

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from scrimp.cli.wiring.whole import Whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp uninstall`."""
    asking.add_arguments(parser)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp uninstall`."""
    folder = os.getcwd()
    plan = whole.uninstall(arguments.scope, environ, folder)
    if not plan.changes:
        return _nothing(arguments, plan, environ, folder)
    if not asking.may_write(arguments, plan):
        return _not_written(arguments, plan)
    notes = whole.carry_out(plan, environ)
    notes += [f"{path} is not as scrimp wrote it, left alone" for path in plan.foreign]
    notes += [*_limits(plan, environ, folder), *_elsewhere(plan, environ, folder)]
    notes.append(
        f"scrimp's own data (the journal of cuts, backups) stays in {settings.data_dir(environ)}; it may be deleted"
    )
    asking.show(arguments, notes)
    if arguments.json:
        asking.report(plan, written=True, notes=notes)
    return OK


def _nothing(arguments: argparse.Namespace, plan: Whole, environ: Mapping[str, str], folder: str) -> int:
    if not arguments.dry_run:
        receipts.drop(plan.path, environ)
    notes = [f"{plan.path}: nothing of scrimp in it", *_elsewhere(plan, environ, folder)]
    asking.show(arguments, notes)
    if arguments.json:
        asking.report(plan, written=False, notes=notes)
    return OK


def _not_written(arguments: argparse.Namespace, plan: Whole) -> int:
    asking.show(arguments, ["nothing was written"])
    if arguments.json:
        asking.report(plan, written=False, notes=[])
    return OK if arguments.dry_run else FAILED


def _limits(plan: Whole, environ: Mapping[str, str], folder: str) -> list[str]:
    """What becomes of limits that were kept from here."""
    if not plans.wants_of(plan.scope, environ, folder).is_limited:
        return []
    return ["the limits in scrimp's settings stay, and nothing in this file keeps them any more: scrimp budget clear"]


def _elsewhere(plan: Whole, environ: Mapping[str, str], folder: str) -> list[str]:
    """Where scrimp still is after this, and how to take it out there."""
    known = plans.known_bundles(environ)
    lines: list[str] = []
    for layer in survey.layers(environ, folder):
        if layer.ours(known) and layer.path != plan.path:
            lines.append(f"scrimp is still in {layer.path}: scrimp uninstall --scope {layer.scope}")
        lines += [
            f"the plugin {name} is still enabled in {layer.path}: claude plugin uninstall {name} --scope {layer.scope}"
            for name in layer.plugins()
            if layer.scope in places.SCOPES
        ]
    return lines
