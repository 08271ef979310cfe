"""PreToolUse of batch_read, batch_run and batch_fetch: to allow one of these is not to allow every item of it.

Answers deny or ask, never allow. Asked is for what the user's own rules for Bash, Read or WebFetch do not cover; denied
is a call of which every item is. Where only some are, the server leaves these out and does the others. What cannot be
judged is asked for.
"""

from __future__ import annotations

import os
import re

from scrimp.core import limits
from scrimp.core.permissions import command_line, covered_commands, judging, layers, run_off
from scrimp.core.permissions.rule import ALLOW, ASK, BASH, DENY, FETCH, READ, UNSETTLED
from scrimp.core.untrusted import as_list, as_object, as_text, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hooks.dispatch import State
    from scrimp.core.permissions.judging import Judgement, Place
    from scrimp.core.permissions.layers import Rules

    Event = dict[str, Any]

_TOOLS = {
    "batch_read": (READ, "items", ("item", "path", "spec", "file")),
    "batch_run": (BASH, "commands", ("command",)),
    "batch_fetch": (FETCH, "urls", ("url",)),
}
"""Of each tool what it does natively, where its list is, and under which name an entry that is an object has it."""

_PLAN, _BYPASS, _NEVER_ASK = "plan", "bypassPermissions", "dontAsk"

_PART = re.compile(r"(?::\d+(?:-\d*)?|#[^/]*)$")
"""What follows a path: the lines or the symbol that are wanted."""

_OPEN = re.compile(r"[*?\[{]")


def step(event: Event, state: State) -> dict[str, Any] | None:
    """Deny or ask for a call of one of the batch tools; None where nothing stands against it, and for other tools."""
    name = as_text(event.get("tool_name")).rpartition("__")[2]
    if name not in _TOOLS:
        return None
    try:
        return _answer(name, event, state)
    except Exception as error:  # noqa: BLE001 - what cannot be judged is asked for
        return {"ask": f"scrimp: the rules for this call could not be judged ({type(error).__name__}: {error})"}


def _answer(name: str, event: Event, state: State) -> dict[str, Any] | None:
    mode = as_text(event.get("permission_mode"))
    kind, key, names = _TOOLS[name]
    found = [*layers.read(state.environ, state.project), *command_line.layers(os.getppid())]
    why_off = _why_off(mode, found, state) if kind == BASH else ""
    if why_off:
        return {"deny": f"scrimp: {why_off}. Use Bash instead."}
    rules = layers.rules(found, state.environ, state.project)
    given = as_object(event.get("tool_input")).get(key)
    entries = [given] if isinstance(given, str) else as_list(given)
    judged = [(_shown(entry, names), _judged(kind, entry, names, rules, state, mode)) for entry in entries]
    return _said(judged, mode)


def _why_off(mode: str, found: list[layers.Layer], state: State) -> str:
    return "batch_run does not run in plan mode" if mode == _PLAN else run_off.why(found, state.environ)


def _judged(kind: str, entry: object, names: tuple[str, ...], rules: Rules, state: State, mode: str) -> Judgement:
    """What the rules say of one entry; in bypassPermissions what no rule settles goes on, as it does natively."""
    given = as_object(entry)
    item = entry if isinstance(entry, str) else next((as_text(given[one]) for one in names if one in given), "")
    cwd = os.path.join(state.project, os.path.expanduser(as_text(given.get("cwd"))))
    home = state.environ.get("HOME") or os.path.expanduser("~")
    place = judging.Place(os.path.realpath(cwd), rules.roots, home)
    if not item:
        return judging.Judgement(ASK, "an item that cannot be judged", "the call")
    if kind == READ:
        judgement = _read(item, rules, place)
    elif kind == BASH:
        env = [(name, as_text(value)) for name, value in as_object(given.get("env")).items()]
        judgement = judging.judge(BASH, judging.as_typed(item, env), rules, place)
    else:
        judgement = _fetch(item, given, rules, place)
    if mode != _BYPASS or judgement.verdict != UNSETTLED:
        return judgement
    return judgement if kind == BASH and covered_commands.removes_much(item, place) else judging.Judgement(ALLOW)


def _read(item: str, rules: Rules, place: Place) -> Judgement:
    """A path may be followed by lines or a symbol, or stand for many: then it is judged by the folder they lie in.

    Which files a pattern comes to is left to the server, which judges each.
    """
    path = os.path.expanduser(item)
    bare = _PART.sub("", path)
    pattern = _OPEN.search(bare)
    if pattern:
        folder = bare[: pattern.start()].rpartition("/")
        return judging.judge(READ, folder[0] or folder[1] or ".", rules, place)
    found = [judging.judge(READ, one, rules, place) for one in dict.fromkeys((bare, path))]
    return min(found, key=lambda one: _STRICTNESS.index(one.verdict))


_STRICTNESS = (DENY, ASK, UNSETTLED, ALLOW)


def _fetch(item: str, given: Event, rules: Rules, place: Place) -> Judgement:
    """WebFetch only gets: what sends something is not covered by a rule for it."""
    judgement = judging.judge(FETCH, item, rules, place)
    is_get = as_text(given.get("method")).upper() in ("", "GET", "HEAD") and not given.get("body")
    is_bare = is_get and not given.get("headers")
    return judgement if is_bare or judgement.verdict != ALLOW else judging.Judgement(UNSETTLED)


def _said(judged: list[tuple[str, Judgement]], mode: str) -> dict[str, Any] | None:
    denied = [(shown, one) for shown, one in judged if one.verdict == DENY]
    open_ = [(shown, one) for shown, one in judged if one.verdict in (ASK, UNSETTLED)]
    if denied and len(denied) == len(judged):
        return {"deny": f"scrimp: {_listed(denied)}"}
    if not open_:
        return None
    left_out = f"\nDenied, and left out: {_listed(denied)}" if denied else ""
    if mode == _NEVER_ASK:
        return {"deny": f"scrimp: not allowed by your rules, and nobody is asked here: {_listed(open_)}{left_out}"}
    return {"ask": f"scrimp: not covered by your own rules: {_listed(open_)}{left_out}"}


def _listed(judged: list[tuple[str, Judgement]]) -> str:
    shown = [f"{item}{_by(one)}" for item, one in judged[: limits.JUDGED_SHOWN]]
    more = len(judged) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")


def _by(one: Judgement) -> str:
    return f" ({one.rule} in {one.source})" if one.rule else ""


def _shown(entry: object, names: tuple[str, ...]) -> str:
    given = as_object(entry)
    item = entry if isinstance(entry, str) else next((as_text(given[one]) for one in names if one in given), "")
    method = as_text(given.get("method")) if is_object(entry) else ""
    line = " ".join([*([method] if method else []), *item.split()])
    return line if len(line) <= limits.ABOUT_CHARS else line[: limits.ABOUT_CHARS - 1] + "…"
