"""Putting scrimp into the text of a settings file and taking it out again; pure, text in and text out.

`Change` remembers what there was not before, so that taking out leaves no empty container of ours behind and
touches none that was its owner's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scrimp.cli.wiring import entries, json_text
from scrimp.core.errors import SettingsError
from scrimp.core.statusline import entry
from scrimp.core.untrusted import as_list

_COMMAND = ("statusLine", "command")
_ALLOW = ("permissions", "allow")

Groups = Mapping[str, Sequence[Mapping[str, Any]]]
Mine = Callable[[dict[str, Any]], bool]


@dataclass(frozen=True)
class Change:
    """A new `text`, the paths of the containers that had to be `created`, and values that were `replaced`."""

    text: str
    created: list[list[str]] = field(default_factory=list[list[str]])
    replaced: list[tuple[list[str], object]] = field(default_factory=list[tuple[list[str], object]])


def add_hooks(text: str, wanted: Groups, mine: Mine) -> Change:
    """`text` with the wanted groups and no other of ours; unchanged when that is how it stands already."""
    if _ours(text, mine) == _flat(wanted):
        return Change(text)
    text = remove_hooks(text, mine, created=None)
    created: list[list[str]] = []
    for event, groups in wanted.items():
        text = _ensure(text, ("hooks",), {}, created)
        text = _ensure(text, ("hooks", event), [], created)
        for group in groups:
            text = json_text.insert(text, ("hooks", event), None, group)
    return Change(text, created)


def remove_hooks(text: str, mine: Mine, created: Collection[Sequence[str]] | None) -> str:
    """`text` without our handlers, and without what they leave empty if it is among `created` (None: all of it)."""
    while True:
        found = next((found for found in _handlers(text) if mine(found.handler)), None)
        if found is None:
            return text
        text = _remove_handler(text, found.place)
        event: json_text.Path = ("hooks", found.place.event)
        for path in (event, event[:1]):
            text = _remove_if_empty(text, path, created)


def add_status_line(text: str, command: Callable[[str], str], known: Collection[str] = ()) -> Change:
    """`text` with our status line; what stands there is remembered in it, and its other keys stay.

    `command` gives ours from the one to run first ('' none). SettingsError for one that Claude Code cannot read.
    """
    node = json_text.find(json_text.parse(text), _COMMAND)
    if node is not None:
        return Change(_with_command(text, node.value, command, known))
    created: list[list[str]] = []
    text = _ensure(text, _COMMAND[:1], {}, created)
    for key, value in (("type", "command"), ("command", command(""))):
        if json_text.find(json_text.parse(text), (*_COMMAND[:1], key)) is None:
            text = json_text.insert(text, _COMMAND[:1], key, value)
            created.append([*_COMMAND[:1], key])
    return Change(text, created)


def remove_status_line(text: str, known: Collection[str], created: Collection[Sequence[str]] | None) -> str:
    """`text` with the status line that ours remembers; without one, without ours and all that is `created`."""
    node = json_text.find(json_text.parse(text), _COMMAND)
    ours = None if node is None else entry.parse(node.value, known)
    if ours is None:
        return text
    if ours.after:
        return json_text.replace(text, _COMMAND, ours.after)
    made = None if created is None else [list(path) for path in created]
    if made is None or list(_COMMAND[:1]) in made:
        return json_text.remove(text, _COMMAND[:1])
    for path in (_COMMAND, (*_COMMAND[:1], "type")):
        if list(path) in made:
            text = json_text.remove(text, path)
    return text


def add_plugin(text: str, source: Mapping[str, object]) -> Change:
    """`text` naming the marketplace and enabling the plugin; what was set otherwise is in `replaced`."""
    created: list[list[str]] = []
    replaced: list[tuple[list[str], object]] = []
    for path, value in _plugin_keys({"source": dict(source)}):
        node = json_text.find(json_text.parse(text), path)
        if node is not None and node.value == value:
            continue
        if node is None:
            text = _ensure(text, path[:-1], {}, created)
            text = json_text.insert(text, path[:-1], str(path[-1]), value)
        else:
            replaced.append(([str(key) for key in path], node.value))
            text = json_text.replace(text, path, value)
    return Change(text, created, replaced)


def remove_plugin(
    text: str, created: Collection[Sequence[str]] | None, replaced: Collection[tuple[Sequence[str], object]]
) -> str:
    """`text` without our two keys, or with what they held before."""
    before = {tuple(path): value for path, value in replaced}
    for path, _ in _plugin_keys(None):
        node = json_text.find(json_text.parse(text), path)
        if node is None or node.value is False:  # switched off is not what install writes
            continue
        if path in before:
            text = json_text.replace(text, path, before[path])
        else:
            text = _remove_if_empty(json_text.remove(text, path), path[:-1], created)
    return text


def add_rules(text: str, rules: Sequence[str]) -> Change:
    """`text` with these rules among those that it allows; `created` names each that was not there."""
    created: list[list[str]] = []
    for rule in rules:
        node = json_text.find(json_text.parse(text), _ALLOW)
        if node is not None and rule in as_list(node.value):
            continue
        text = _ensure(_ensure(text, _ALLOW[:1], {}, created), _ALLOW, [], created)
        text = json_text.insert(text, _ALLOW, None, rule)
        created.append([*_ALLOW, rule])
    return Change(text, created)


def remove_rules(text: str, rules: Sequence[str], created: Collection[Sequence[str]] | None) -> str:
    """`text` without those of these rules that are among `created` (None: all), and what they leave empty of it."""
    made = [[*_ALLOW, rule] for rule in rules] if created is None else [list(path) for path in created]
    before = text
    for rule in rules:
        node = json_text.find(json_text.parse(text), _ALLOW)
        if node is not None and rule in as_list(node.value) and [*_ALLOW, rule] in made:
            text = json_text.remove(text, (*_ALLOW, as_list(node.value).index(rule)))
    if text == before:
        return text
    for path in (_ALLOW, _ALLOW[:1]):
        text = _remove_if_empty(text, path, created)
    return text


def put(text: str, path: Sequence[str], value: object) -> Change:
    """`text` with `value` at `path`, in objects that are made where they are not there."""
    created: list[list[str]] = []
    if json_text.find(json_text.parse(text), tuple(path)) is not None:
        return Change(json_text.replace(text, tuple(path), value))
    for end in range(1, len(path)):
        text = _ensure(text, tuple(path[:end]), {}, created)
    return Change(json_text.insert(text, tuple(path[:-1]), path[-1], value), created)


def take(text: str, path: Sequence[str], created: Collection[Sequence[str]]) -> str:
    """`text` without what stands at `path`, and without the objects that were created for it and are empty now."""
    text = json_text.remove(text, tuple(path))
    for end in range(len(path) - 1, 0, -1):
        text = _remove_if_empty(text, tuple(path[:end]), created)
    return text


def is_empty(text: str) -> bool:
    """Whether nothing is set in `text`."""
    return not json_text.parse(text).children


def _with_command(text: str, found: object, command: Callable[[str], str], known: Collection[str]) -> str:
    ours = entry.parse(found, known)
    if ours is None and (not isinstance(found, str) or not found.strip()):
        raise SettingsError(
            f"statusLine.command in the settings is {found!r}, which Claude Code cannot run; put that right first"
        )
    wanted = command(str(found) if ours is None else ours.after)
    return text if wanted == found else json_text.replace(text, _COMMAND, wanted)


def _plugin_keys(marketplace: object) -> list[tuple[tuple[str, str], object]]:
    return [
        (("extraKnownMarketplaces", entries.MARKETPLACE), marketplace),
        (("enabledPlugins", entries.PLUGIN), True),
    ]


def _ours(text: str, mine: Mine) -> list[tuple[str, str | None, dict[str, Any]]]:
    return [(found.place.event, found.matcher, found.handler) for found in _handlers(text) if mine(found.handler)]


def _flat(wanted: Groups) -> list[tuple[str, str | None, dict[str, Any]]]:
    return [
        (event, group.get("matcher"), handler)
        for event, groups in wanted.items()
        for group in groups
        for handler in group["hooks"]
    ]


def _handlers(text: str) -> list[entries.Found]:
    return list(entries.handlers(json_text.parse(text).value))


def _remove_handler(text: str, place: entries.Place) -> str:
    group: json_text.Path = ("hooks", place.event, place.group)
    node = json_text.find(json_text.parse(text), (*group, "hooks"))
    alone = node is not None and len(node.children) == 1
    return json_text.remove(text, group if alone else (*group, "hooks", place.position))


def _ensure(text: str, path: json_text.Path, empty: object, created: list[list[str]]) -> str:
    node = json_text.find(json_text.parse(text), path)
    if node is None:
        created.append([str(key) for key in path])
        return json_text.insert(text, path[:-1], str(path[-1]), empty)
    if type(node.value) is not type(empty):
        name = ".".join(str(key) for key in path)
        raise SettingsError(
            f"{name} in the settings is {node.value!r}, which Claude Code cannot read; put that right first"
        )
    return text


def _remove_if_empty(text: str, path: json_text.Path, created: Collection[Sequence[str]] | None) -> str:
    node = json_text.find(json_text.parse(text), path)
    if node is None or node.children:
        return text
    may_go = created is None or list(path) in [list(one) for one in created]
    return json_text.remove(text, path) if may_go else text
