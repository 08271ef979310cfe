"""A rule for `routes` in scrimp's own settings: where it goes among those that are there already.

The first rule that fits decides. So a rule for an agent goes in the place of one for just that agent; where there is
none, before the first that would fit it whatever it is asked; else at the end, after those for certain briefs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from scrimp.cli.wiring import json_text
from scrimp.cli.wiring.plans import Plan
from scrimp.core.errors import SettingsError
from scrimp.core.routes import patterns
from scrimp.core.untrusted import as_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.cli.wiring.settings_file import SettingsFile

KEY = "routes"
_AGENT, _OF_BRIEFS = "agent", ("description", "prompt")


def plan(scope: str, file: SettingsFile, rule: dict[str, Any]) -> Plan:
    """The plan that writes `rule` ({agent, model, effort?}) into a settings file."""
    node = json_text.find(json_text.parse(file.text), (KEY,))
    known: Any = [] if node is None else node.value
    if not isinstance(known, list):
        raise SettingsError(f"{file.path}: {KEY} is {known!r}, expected a list; put that right first")
    rules = placed(cast("list[Any]", known), rule)
    if rules == known:
        text = file.text
    elif node is None:
        text = json_text.insert(file.text, (), KEY, rules)
    else:
        text = json_text.replace(file.text, (KEY,), rules)
    return Plan(scope, file.path, file.raw, file.raw if text == file.text else file.encoded(text), None)


def placed(known: Sequence[object], rule: dict[str, Any]) -> list[Any]:
    """The rules with this one among them."""
    rules = list(known)
    for place, one in enumerate(map(as_object, rules)):
        if any(name in one for name in _OF_BRIEFS):
            continue
        if one.get(_AGENT) == rule[_AGENT]:
            kept = {name: value for name, value in one.items() if name not in {"model", "effort", "dearer"}}
            return [*rules[:place], {**kept, **rule}, *rules[place + 1 :]]
        if patterns.matches(str(one.get(_AGENT, patterns.ANY)), str(rule[_AGENT])):
            return [*rules[:place], rule, *rules[place:]]
    return [*rules, rule]
