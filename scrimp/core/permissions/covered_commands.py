"""Which allow rules cover a command line: only one whose meaning is plain to see (plain_shell), part by part."""

from __future__ import annotations

import re

from scrimp.core.permissions import files, plain_shell, programs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrimp.core.permissions.judging import Place
    from scrimp.core.permissions.rule import Rule

_WORD = re.compile(r"[\w.+-]+")


def covered(rules: Iterable[Rule], text: str, place: Place) -> Rule | bool:
    """The allow rule that covers the last part of a line of which every part is covered.

    True where no rule was needed, because it only looks; False where a part is not covered.
    """
    cwd = place.realpath(place.cwd)
    if not any(files.is_below(cwd, root) for root in place.roots):
        return False
    known = list(rules)
    whole = next((one for one in known if not one.content), None)
    if whole and _is_harmless(text, place):
        return whole
    parts = plain_shell.commands(text)
    if not parts:
        return False
    by: Rule | bool = True
    for part in parts:
        one = _covers(known, part, place)
        if not one:
            return False
        by = by if one is True else one
    return by


def _covers(rules: list[Rule], part: plain_shell.Command, place: Place) -> Rule | bool:
    if not _is_plain(part, place):
        return False
    words = part.words
    if programs.only_looks(words, at_home=place.is_home):
        return True
    if programs.may_remove_much(words, place):
        return False
    is_launcher = words[0] in programs.LAUNCHERS or words[0] in programs.SHELLS
    acts = programs.acts_by_option(words)
    for one in rules:
        is_named = not is_launcher or rule.first_word(one.content) == words[0]
        if (
            one.content
            and is_named
            and rule.matches(one.content, part.raw)
            and all(act.partition("=")[0] in one.content for act in acts)
        ):
            return one
    return False


def _is_plain(part: plain_shell.Command, place: Place) -> bool:
    """Whether a rule may cover a command at all: what it does is told by its words, and stays inside."""
    first, *rest = part.words
    if first in programs.NEVER_COVERED or "=" in first or first.startswith("/"):
        return False
    if not place.is_home and programs.name_of(first) in programs.FILE_CHANGERS:
        return False
    return not programs.DELICATE.search(part.raw) and not programs.leads_out(rest, place)


def _is_harmless(text: str, place: Place) -> bool:
    """Whether a rule for all of Bash covers a line: what even then has to be asked for does not stand in it."""
    if programs.DELICATE.search(text) or _HIDDEN_PATTERN.search(text):
        return False
    return _is_whole(text) and not removes_much(text, place)


def removes_much(text: str, place: Place) -> bool:
    """Whether a line may take away what the client guards under every rule and in every mode."""
    if not any(word in programs.REMOVERS for word in _WORD.findall(text)):
        return False
    parts = plain_shell.commands(text)
    return not parts or any(programs.may_remove_much(part.words, place) for part in parts)


_HIDDEN_PATTERN = re.compile(r"(?:^|[\s/'\"=])\.[\w.-]*[*?\[{]")
"""A pattern that may come to a delicate name."""


def _is_whole(text: str) -> bool:
    """Whether quotes are closed and no operator stands alone: else the shell would read it otherwise than we do."""
    if any(not char.isprintable() and char not in "\t\n" for char in text):
        return False  # the client takes no such command
    bare = re.sub(r"\\.|(?<!\$)'[^']*'|\"(?:\\.|[^\"\\`$]|\$(?!\())*\"", "_", text.strip(), flags=re.DOTALL)
    return not re.search(r"['\"]|\\$|[;&|]\s*;|^[;&|]|(?:&&|\|)\s*$|\$['\"]|\bIFS=", bare)
