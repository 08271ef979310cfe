"""The suite that comes with scrimp: its answers are those of the files that it is about."""

from __future__ import annotations

import ast
import asyncio
import os
from typing import TYPE_CHECKING

from scrimp.core.budget import rules
from scrimp.routing import checking, suite

if TYPE_CHECKING:
    from collections.abc import Sequence

PATH = suite.path_of("scrimp")
SUITE = suite.read(PATH)
FOLDER = suite.folder_of(SUITE, PATH)


def defined() -> dict[str, dict[str, int]]:
    """By file: the names of its classes and functions at the top, and their lines."""
    found: dict[str, dict[str, int]] = {}
    for name in sorted(os.listdir(FOLDER)):
        if name.endswith(".py"):
            with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
                nodes = ast.parse(file.read()).body
            found[name] = {one.name: one.lineno for one in nodes if isinstance(one, (ast.FunctionDef, ast.ClassDef))}
    return found


def files_with(*names: str) -> str:
    return ", ".join(name for name, inside in defined().items() if set(names) & inside.keys())


async def no_command(_argv: Sequence[str], _folder: str) -> int | None:
    raise AssertionError


def test_every_brief_s_answer_is_what_the_files_say() -> None:
    places = defined()
    answers = {
        "class": files_with("Rules"),
        "function": files_with("forget_all"),
        "line": f"{files_with('tokens_of')}:{places['forecast.py']['tokens_of']}",
        "value": str(rules.SCALES[rules.MINUTES]),
        "count": str(len(rules.MONEY)),
        "order": str({"values": list(rules.ON_UNPRICED)}).replace("'", '"'),
        "public": ", ".join(name for name in places["decision.py"] if name[0] != "_"),
        "callers": files_with("filled", "on_credits"),
        "absent": files_with("spend_everything") or "none",
    }
    wrong = {
        brief.name: asyncio.run(checking.failures(brief.checks, answers[brief.name], FOLDER, no_command))
        for brief in SUITE.briefs
    }
    assert wrong == {name: [] for name in answers}


def test_it_has_enough_runs_for_a_rule() -> None:
    assert len(SUITE.briefs) * SUITE.runs >= 25  # as ROUTES_MARGIN says
