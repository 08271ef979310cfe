"""Which deny and ask rules are about a command line: wherever in it one of their commands or files stands.

Behind quotes, escapes, assignments and programs that start others, in substitutions, subshells, loops and texts handed
to another shell. Where it cannot be told whether a rule is meant, that is said: the answer is then to ask.
"""

from __future__ import annotations

import os
import re

from scrimp.core import shell_words
from scrimp.core.permissions import files, programs, rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrimp.core.permissions.judging import Place
    from scrimp.core.permissions.rule import Rule

_DEEPEST = 5
"""Texts handed from shell to shell."""

SURE, MAYBE = "sure", "maybe"

_WORD = re.compile(r"[\w.+-]+")


def found(rules: Iterable[Rule], text: str) -> tuple[str, Rule | None]:
    """The first of the Bash `rules` that is about a part of the command line, and whether that is SURE or MAYBE so."""
    simples = [simple for simple in _simples(text, 0) if simple.words]
    parts = [(simple.words, _at_program(simple.words)) for simple in simples]
    is_blind = any(simple.is_fed_on and _is_shell(simple.words) for simple in simples)
    written = [given for simple in simples if _runs_what_it_reads(simple.words) for given in simple.texts]
    maybe: Rule | None = None
    for one in rules:
        sign = _sign(one, text, parts)
        if sign == SURE:
            return SURE, one
        is_meant = sign or is_blind or any(_may_come_to(one, words) for words, _ in parts) or _is_in_texts(one, written)
        maybe = maybe or (one if is_meant else None)
    return (MAYBE if maybe else ""), maybe


def found_file(rules: Iterable[Rule], text: str, place: Place) -> tuple[str, Rule | None]:
    """The same of Read and Edit rules: a word that names a file of theirs."""
    known = list(rules)
    maybe: Rule | None = None
    for simple in _simples(text, 0) if known else []:
        words = _launched(simple.words)
        for one in known:
            sign = _sign_of_file(one, words, simple, place)
            if sign == SURE:
                return SURE, one
            maybe = maybe or (one if sign else None)
    return (MAYBE if maybe else ""), maybe


def _sign_of_file(one: Rule, words: list[str], simple: shell_words.Simple, place: Place) -> str:
    is_edit = one.tool == rule.EDIT
    program = programs.name_of(words[0]) if words else ""
    redirected = simple.writes if is_edit else simple.reads
    if any(_names(one, word, place) for word in redirected):
        return SURE
    if is_edit and program in programs.READERS - programs.FILE_CHANGERS - _WRITE_TOO:
        return ""
    does = program in (programs.FILE_CHANGERS if is_edit else programs.READERS)
    if not does and not one.content:
        return ""
    is_named = any(_names(one, part, place) for word in words for part in programs.parts_of(word))
    return (SURE if does else MAYBE) if is_named else ""


_WRITE_TOO = frozenset(
    ("sort", "zip", "scp", "curl", "wget", "xargs", "node", "python", "python3", "vim", "vi", "nano")
)
"""Readers that may write a file that they are given."""


def _names(one: Rule, part: str, place: Place) -> bool:
    """Whether a word names a file of a rule, where links lead too."""
    path = os.path.normpath(os.path.join(place.cwd, place.home + part[1:] if part.startswith("~") else part))
    paths = dict.fromkeys((path, place.realpath(path)))
    return any(files.matches(one, name, place.roots, place.home) for name in paths)


def _sign(one: Rule, text: str, parts: list[tuple[list[str], int]]) -> str:
    """Whether a rule is about a part of the line: SURE where its command is surely run, MAYBE, or ''."""
    if not one.content or rule.matches(one.content, text.strip()):
        return SURE
    signs = {_sign_of(one, words, at) for words, at in parts}
    if SURE in signs:
        return SURE
    return MAYBE if MAYBE in signs or _is_mentioned(one, text, parts) else ""


def _sign_of(one: Rule, words: list[str], at: int) -> str:
    first = programs.name_of(rule.first_word(one.content)) if rule.first_word(one.content) else ""
    is_launched = programs.name_of(words[at]) in programs.LAUNCHERS if at < len(words) else False
    sign = ""
    for start, word in enumerate(words):
        name = programs.name_of(word)
        if first and first not in (name, word) and " " not in word:
            continue
        rest = words[start + 1 :]
        if any(rule.matches(one.content, " ".join([spelt, *rest])) for spelt in dict.fromkeys((word, name))):
            if start <= at or is_launched:
                return SURE
            sign = MAYBE
        elif any(rule.matches(one.content, " ".join([name, *less])) for less in _without_options(rest)):
            sign = MAYBE
        if not first and start >= at:
            break  # a rule that begins with `*` fits the whole if it fits the end of it
    return sign


def _may_come_to(one: Rule, words: list[str]) -> bool:
    """Whether words that only the shell can tell (`$x`, a pattern, a substitution) may make a command a rule's."""
    words = _launched(words)
    at = next((place for place, word in enumerate(words) if _OPEN.search(word)), -1)
    if at < 0 or not one.content:
        return False
    if at == 0:
        return True
    known = " ".join([programs.name_of(words[0]), *words[1:at], words[at][: _start_of_open(words[at])]])
    literal, *more = rule.pieces(one.content.removesuffix(":*"))
    return literal.startswith(known) or (known.startswith(literal) and any(more))


_OPEN = re.compile(r"[$`*?\\]|\[[^\]]+\]|\{[^}]*(?:,|\.\.)")
"""A sign by which a word comes to something else than what is written."""


def _start_of_open(word: str) -> int:
    sign = _OPEN.search(word)
    return sign.start() if sign else len(word)


def _is_shell(words: list[str]) -> bool:
    """Whether it is a shell: behind a pipe it runs what nobody can see."""
    launched = _launched(words)
    return bool(launched) and programs.name_of(launched[0]) in programs.SHELLS - {"trap", "alias"}


def _runs_what_it_reads(words: list[str]) -> bool:
    return any(programs.name_of(word) in programs.TEXT_RUNNERS for word in words)


def _is_in_texts(one: Rule, texts: Iterable[str]) -> bool:
    """Whether a rule's program stands in a text that is handed to a program which runs such."""
    name = programs.name_of(rule.first_word(one.content))
    return any(not name or name in _WORD.findall(text) for text in texts)


def _without_options(words: list[str]) -> list[list[str]]:
    """What follows the options of a program itself, whichever of them have a value: `git -C x push`."""
    if not words or not words[0].startswith("-"):
        return []
    return [words[at:] for at in range(1, min(len(words), _OPTIONS_MOST))]


_OPTIONS_MOST = 9
"""So many words in front of what a program is to do, and no more, are looked over."""


def _at_program(words: list[str]) -> int:
    """Where the program stands, after keywords and assignments, and in a function or a group behind its `{`."""
    at = words.index("{") if "{" in words else 0
    while at < len(words) and (words[at] in programs.KEYWORDS or _is_assignment(words[at])):
        at += 1
    return at


def _is_assignment(word: str) -> bool:
    name, equals, _ = word.partition("=")
    return bool(equals) and name.rstrip("+").isidentifier()


def _is_mentioned(one: Rule, text: str, parts: list[tuple[list[str], int]]) -> bool:
    """Whether the program of a rule is named where a program that runs what it is given may yet run it."""
    first = rule.first_word(one.content)
    if not first:
        joined = " ".join(word for words, _ in parts for word in words)
        pieces = ["", *rule.pieces(one.content.removesuffix(":*")), ""]
        return rule.fits(pieces, joined) or rule.fits(pieces, text)
    name = programs.name_of(first)
    return any(
        _may_run_texts(words, at)
        and any(name in _WORD.findall(word) for place, word in enumerate(words) if place != at or not _is_name(word))
        for words, at in parts
    )


def _is_name(word: str) -> bool:
    return _WORD.fullmatch(word.replace("/", "")) is not None


def _may_run_texts(words: list[str], at: int) -> bool:
    program = programs.name_of(words[at]) if at < len(words) else ""
    is_runner = program in programs.LAUNCHERS or program in programs.SHELLS or _INTERPRETER.match(program) is not None
    is_git = program == "git" and any("!" in word for word in words)
    is_told = program in programs.TEXT_RUNNERS or any(" " in word for word in words[:at])  # GIT_PAGER='rm x' git log
    return is_runner or is_told or is_git or not _is_name(program)


_INTERPRETER = re.compile(r"(?:python|perl|ruby|node|deno|bun|php|lua|awk|gawk|osascript|make|npx|uv|docker|kubectl)")


def _simples(text: str, depth: int) -> list[shell_words.Simple]:
    """Every simple command of a line, and of the texts in it that are for another shell."""
    simples: list[shell_words.Simple] = []
    given: dict[str, str] = {}
    for simple in shell_words.read(text, _feeds):
        given.update(_assigned(simple.words))
        simple.words = [_expanded(word, given) for word in simple.words]
        simples.append(simple)
        if depth < _DEEPEST:
            simples += [inner for one in _texts(simple) for inner in _simples(one, depth + 1)]
    return simples


def _texts(simple: shell_words.Simple) -> list[str]:
    """What another shell is given to run, and what a text written out for a program runs by itself."""
    words = simple.words
    at = _at_program(words)
    is_shell = any(programs.name_of(word) in programs.SHELLS for word in words)
    texts = [word for word in words[at + 1 :] if any(sign in word for sign in " \t\n;")] if is_shell else []
    texts += [" ".join(words[at + 1 :])] if words[at : at + 1] == ["eval"] else []
    is_run = is_shell or simple.is_fed_on
    return texts + [text for text in simple.texts if is_run or "$(" in text or "`" in text]


def _launched(words: list[str]) -> list[str]:
    """The words from the program on that does the work, past those that only start it."""
    words = words[_at_program(words) :]
    while len(words) > 1 and programs.name_of(words[0]) in programs.LAUNCHERS - {"find"}:
        words = words[1:]
        while len(words) > 1 and (words[0][:1] == "-" or words[0][:1].isdigit() or _is_assignment(words[0])):
            words = words[1:]
    return words


def _assigned(words: list[str]) -> dict[str, str]:
    pairs = (word.partition("=") for word in words if _is_assignment(word))
    return {name: value for name, _, value in pairs}


def _expanded(word: str, given: dict[str, str]) -> str:
    """A word with what the line itself has given to variables."""
    for name in sorted(given, key=len, reverse=True) if "$" in word else ():
        word = word.replace(f"${{{name}}}", given[name]).replace(f"${name}", given[name])
    return word


def _feeds(simple: shell_words.Simple) -> bool:
    return any(programs.name_of(word) in (*programs.SHELLS, "xargs", "parallel", "read") for word in simple.words)
