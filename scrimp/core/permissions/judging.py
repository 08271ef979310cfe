"""What the user's rules say about one item: deny before ask before allow. Pure but for `Place.realpath`."""

from __future__ import annotations

import os
from collections import namedtuple

from scrimp.core import limits
from scrimp.core.permissions import covered_commands, domains, files, named_commands, rule
from scrimp.core.permissions.rule import ALLOW, ASK, BASH, DENY, EDIT, FETCH, READ, UNSETTLED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NamedTuple

    from scrimp.core.permissions.layers import Rules
    from scrimp.core.permissions.rule import Rule

    class Judgement(NamedTuple):
        """What rules come to (DENY, ASK, ALLOW, UNSETTLED), the rule's own text and its file; '' without one."""

        verdict: str
        rule: str = ""
        source: str = ""

else:
    Judgement = namedtuple("Judgement", ("verdict", "rule", "source"), defaults=("", ""))


class Place:
    """Where an item is met.

    cwd: where it runs. roots: the session's folder first, then the additional ones, links resolved. home: the user's.
    realpath: where links lead, os.path.realpath but for tests. is_home: whether it runs in the session's own folder.
    """

    __slots__ = ("cwd", "home", "is_home", "realpath", "roots")

    def __init__(
        self, cwd: str, roots: Sequence[str], home: str, realpath: Callable[[str], str] = os.path.realpath
    ) -> None:
        self.cwd = cwd
        self.roots = roots
        self.home = home
        self.realpath = realpath
        self.is_home = realpath(cwd) == roots[0]


def judge(kind: str, item: str, rules: Rules, place: Place) -> Judgement:
    """What the rules say about one item of `kind`: BASH a command line, READ a path, FETCH an address.

    ALLOW: natively it would run unasked (a file inside the roots needs no rule, nor does a command that only looks).
    ASK: a rule wants the person asked, or a deny rule may be meant. UNSETTLED: no rule says anything, so natively the
    client would ask.
    """
    if kind == BASH:
        return _command(item, rules, place)
    return _file(item, rules, place) if kind == READ else _address(item, rules)


def refusal(judgement: Judgement) -> str:
    """Why an item is not done where nobody can be asked, in one line; '' where it may be."""
    if judgement.verdict == DENY:
        return f"denied by {judgement.rule} in {judgement.source}"
    if judgement.verdict == ASK:
        return f"not done without asking: {judgement.rule} in {judgement.source}"
    return ""


def as_typed(command: str, env: Sequence[tuple[str, str]]) -> str:
    """A command with the variables set for it, as a shell line: what is judged of it."""
    quoted = ("{}='{}'".format(name, value.replace("'", "'\\''")) for name, value in env)
    return " ".join([*quoted, command])


def _command(text: str, rules: Rules, place: Place) -> Judgement:
    if len(text) > limits.JUDGED_COMMAND_CHARS:
        first = next((one for one in [*rules.deny, *rules.ask] if rule.is_for(one, BASH)), None)
        return _by(ASK, first) if first else Judgement(UNSETTLED)
    unsure: Rule | None = None
    for said, verdict in ((rules.deny, DENY), (rules.ask, ASK)):
        for sign, one in (
            named_commands.found(_of(said, BASH), text),
            named_commands.found_file([*_of(said, READ), *_of(said, EDIT)], text, place),
        ):
            if sign == named_commands.SURE and one:
                return _by(verdict, one)
            unsure = unsure or one
    if unsure:
        return _by(ASK, unsure)
    covered = covered_commands.covered(_of(rules.allow, BASH), text, place)
    if covered is True:
        return Judgement(ALLOW)
    return _by(ALLOW, covered) if covered else Judgement(UNSETTLED)


def _file(path: str, rules: Rules, place: Place) -> Judgement:
    """The path as it is named and where links lead must both be let through."""
    named = os.path.normpath(os.path.join(place.cwd, path))
    names = list(dict.fromkeys((named, place.realpath(named))))
    for said, verdict in ((rules.deny, DENY), (rules.ask, ASK)):
        for one in _of(said, READ):
            if any(files.matches(one, name, place.roots, place.home) for name in names):
                return _by(verdict, one)
    by = [_lets_read(name, rules, place) for name in names]
    if not all(by):
        return Judgement(UNSETTLED)
    last = by[-1]
    return Judgement(ALLOW) if last is True or not last else _by(ALLOW, last)


def _lets_read(path: str, rules: Rules, place: Place) -> Rule | bool:
    """True inside the roots; else the allow rule that names the path from the root or from home, or all of Read."""
    if any(files.is_below(path, root) for root in place.roots):
        return True
    absolute = (one for one in _of(rules.allow, READ) if not one.content or one.content.startswith(("//", "~/")))
    return next((one for one in absolute if files.matches(one, path, (), place.home)), False)


def _address(url: str, rules: Rules) -> Judgement:
    for said, verdict in ((rules.deny, DENY), (rules.ask, ASK)):
        for one in _of(said, FETCH):
            if domains.matches(one.content, url):
                return _by(verdict, one)
            if not domains.host_of(url):
                return _by(ASK, one)  # nobody can tell whether this is the host that is meant
    allow = next((one for one in _of(rules.allow, FETCH) if domains.matches(one.content, url)), None)
    return _by(ALLOW, allow) if allow and domains.host_of(url) else Judgement(UNSETTLED)


def _of(rules: Sequence[Rule], tool: str) -> list[Rule]:
    return [one for one in rules if rule.is_for(one, tool)]


def _by(verdict: str, one: Rule) -> Judgement:
    return Judgement(verdict, one.text, one.file)
