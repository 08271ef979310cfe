"""All that install writes and uninstall takes out of a scope: settings, server, skills, a sentence. One diff for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from scrimp.cli.wiring import given, memory, plans, server

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrimp.cli.wiring.plans import Plan


class Whole(NamedTuple):
    """What is about to be written, in that order; main: the settings' own plan. foreign: files that are left alone."""

    main: Plan
    plans: list[Plan]
    foreign: list[str]

    @property
    def scope(self) -> str:
        """The scope of all of it."""
        return self.main.scope

    @property
    def path(self) -> str:
        """The settings file."""
        return self.main.path

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return any(plan.changes for plan in self.plans)

    @property
    def diff(self) -> str:
        """What a person is shown."""
        return "".join(plan.diff for plan in self.plans)

    @property
    def files(self) -> list[str]:
        """The files that change."""
        return [plan.path for plan in self.plans if plan.changes]


def install(
    scope: str,
    environ: Mapping[str, str],
    folder: str,
    market: str | None,
    *,
    with_tools: bool = True,
    with_memory: bool = False,
) -> Whole:
    """What wires scrimp into `scope`; a team's settings name the plugin, which brings the rest.

    with_tools: with the server, the agents and the skills; without them, what is there of ours goes. with_memory: with
    the sentence in CLAUDE.md.
    """
    main = plans.install(scope, environ, folder, market, with_tools=with_tools)
    asked = [memory.install(scope, environ, folder)] if with_memory else []
    if scope == "project":
        return Whole(main, [main, *asked], [])
    files = (given.install if with_tools else given.uninstall)(scope, environ, folder)
    served = (server.install if with_tools else server.uninstall)(scope, environ, folder)
    return Whole(main, [main, served, *files.plans, *asked], files.foreign)


def uninstall(scope: str, environ: Mapping[str, str], folder: str) -> Whole:
    """What takes it out again; the settings last, whose folder may go with them."""
    main = plans.uninstall(scope, environ, folder)
    said = memory.uninstall(scope, environ, folder)
    if scope == "project":
        return Whole(main, [said, main], [])
    files = given.uninstall(scope, environ, folder)
    return Whole(main, [said, *files.plans, server.uninstall(scope, environ, folder), main], files.foreign)


def carry_out(whole: Whole, environ: Mapping[str, str]) -> list[str]:
    """Write what changes; a line for each file, and for each backup. SettingsError for the first that cannot be."""
    lines: list[str] = []
    for plan in whole.plans:
        if not plan.changes:
            continue
        backup = plans.carry_out(plan, environ)
        lines.append(f"{'removed' if plan.after is None else 'written'}: {plan.path}")
        lines += [f"the file as it was: {backup}"] if backup else []
    return lines
