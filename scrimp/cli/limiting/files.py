"""Limits in scrimp's own settings files: the text with a limit set or taken out, and what was there before.

As with the client's settings, what is not edited stays as its owner wrote it, byte for byte.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scrimp.cli.wiring import json_text, settings_file
from scrimp.cli.wiring.plans import Plan
from scrimp.core import project, settings
from scrimp.core.budget.rules import AGENTS, NAMES, REPOS, Rules
from scrimp.core.errors import SettingsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrimp.cli.wiring.json_text import Path

LOCAL, USER = "local", "user"
SCOPES = (LOCAL, USER)
_BUDGET = "budget"
EVERYTHING: json_text.Path = (_BUDGET,)
"""Where all limits stand."""


def path_of(scope: str, environ: Mapping[str, str], folder: str) -> str:
    """The settings file of `scope`; UsageError where a link leads it out of the repo, whose owner may have put it."""
    own, *others = settings.files(environ, folder)
    if scope == USER:
        return own
    top = project.top(folder)
    path = os.path.join(top, ".claude", "scrimp.local.json")
    if path not in others:
        raise UsageError(f"{path} is not read here: use --scope user, or change into a repo")
    real = os.path.realpath(top)
    if os.path.commonpath([real, os.path.realpath(path)]) != real:
        raise UsageError(f"{path} leads out of {top}, to {os.path.realpath(path)}: take that link away")
    return path


def key(name: str, repo: str | None, agent: str | None) -> Path:
    """Where a limit stands in a file; UsageError for a name that no limit has, and for a pattern or a type of ''."""
    if name not in NAMES:
        raise UsageError(f"there is no limit {name!r}; there are: {', '.join(NAMES)}")
    if repo == "" or agent == "":
        raise UsageError(f"{'--repo' if repo == '' else '--agent'} '': which one?")
    if repo:
        return _BUDGET, REPOS, repo, name
    return (_BUDGET, AGENTS, agent, name) if agent else (_BUDGET, name)


def value(path: Path, text: str) -> float:
    """The amount in `text`, as a file has it; UsageError for what is no amount for the limit at `path`."""
    try:
        number: float | str = int(text) if text.isdecimal() else float(text)
    except ValueError:
        number = text
    rules = Rules()
    section: object = number
    for word in reversed(path[1:]):
        section = {word: section}
    rules.add("scrimp budget set", section)
    if rules.problems or isinstance(number, str):
        raise UsageError(rules.problems[0].partition("; ")[0])
    return number


def known(file: settings_file.SettingsFile, path: Path) -> object:
    """What stands at `path`; None for nothing."""
    node = json_text.find(json_text.parse(file.text), path)
    return None if node is None else node.value


def with_limit(scope: str, file: settings_file.SettingsFile, path: Path, amount: float) -> Plan:
    """The plan that sets a limit."""
    text = file.text
    for place in range(1, len(path)):
        text = _ensured(text, file.path, path[:place])
    if json_text.find(json_text.parse(text), path) is None:
        text = json_text.insert(text, path[:-1], str(path[-1]), amount)
    else:
        text = json_text.replace(text, path, amount)
    return _plan(scope, file, text)


def without(scope: str, file: settings_file.SettingsFile, path: Path) -> Plan:
    """The plan that takes out what is at `path`, and what that leaves empty, the file too."""
    text = file.text
    if json_text.find(json_text.parse(text), path) is not None:
        text = json_text.remove(text, path)
    for place in range(len(path) - 1, 0, -1):
        node = json_text.find(json_text.parse(text), path[:place])
        if node is not None and node.value == {}:
            text = json_text.remove(text, path[:place])
    if text != file.text and json_text.parse(text).value == {}:
        return Plan(scope, file.path, file.raw, None, None)  # an empty file says nothing, and git would show it
    return _plan(scope, file, text)


def write(plan: Plan) -> None:
    """Write what a plan of this module says; SettingsError where the file has changed meanwhile."""
    if not plan.changes:
        return
    if plan.after is None:
        settings_file.require_unchanged(plan.path, plan.before)
        os.unlink(os.path.realpath(plan.path))
    else:
        settings_file.write(plan.path, plan.after, plan.before)


def _plan(scope: str, file: settings_file.SettingsFile, text: str) -> Plan:
    after = file.raw if text == file.text else file.encoded(text)
    return Plan(scope, file.path, file.raw, after, None)


def _ensured(text: str, name: str, path: Path) -> str:
    node = json_text.find(json_text.parse(text), path)
    if node is None:
        return json_text.insert(text, path[:-1], str(path[-1]), {})
    if not isinstance(node.value, dict):
        where = ".".join(str(word) for word in path)
        raise SettingsError(f"{name}: {where} is {node.value!r}, expected an object; put that right first")
    return text
