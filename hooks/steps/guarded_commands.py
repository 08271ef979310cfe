"""Which shell commands name what keeps the budget, and do more than look at it.

Told from the command's words alone, without running a shell; folders and variables that the command itself sets are
followed. What only looks must be plain to see.
"""

from __future__ import annotations

import os

from hooks.steps import guarded_clients, guarded_programs
from hooks.steps.guarded_places import FOLDER
from scrimp.core import shell_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from hooks.steps.guarded_places import Places
    from scrimp.core.shell_words import Simple

_VARIABLES = ("SCRIMP_BUDGET", "SCRIMP_HOME")
_SWITCHES = ("disableAllHooks", "allowManagedHooksOnly")
_BETWEEN = str.maketrans(dict.fromkeys("\"'`()=,;:<>|&#!^\t\n\r", " "))
"""What stands between the names in a text of code."""

_NAMED = ("scrimp", "claude", "settings", "ledger.db", ".jsonl", "projects", "~", "$", "*", "?", "[", "{", "..")
"""One of these is in every name that is looked for, unless it is told from a folder."""

_DEEPEST = 5
"""Commands handed on to other shells."""


def changed_by(command: str, places: Places, cwd: str, environ: Mapping[str, str]) -> str:
    """What of the budget's own a command would change, in words; '' where it names nothing of it or only looks.

    cwd: where it is started.
    """
    return _Judge(places, cwd, environ).text(command, 0)


class _Judge:
    """Goes through a command line and keeps in mind where it stands and what it has set. `given`: the variables."""

    def __init__(self, places: Places, cwd: str, environ: Mapping[str, str]) -> None:
        self._places = places
        self._cwds: dict[tuple[int, ...], str] = {(): cwd}
        self._has_moved: dict[tuple[int, ...], bool] = {(): False}
        self._environ = environ
        self.given: dict[str, str] = {}

    def text(self, text: str, depth: int) -> str:
        """What these commands change, in words."""
        if depth > _DEEPEST:
            return self._named([text], is_code=True)
        simples = shell_words.read(text, guarded_programs.takes)
        return next((what for what in (self._simple(simple, depth) for simple in simples) if what), "")

    def _simple(self, simple: Simple, depth: int) -> str:
        self._stand(simple.within)
        words = [self._expanded(word) for word in simple.words]
        if words and " " in words[0] and "$" in simple.words[0][:1]:
            words = [*words[0].split(), *words[1:]]
        what = self._written(simple) or self._assigned(words)
        if what:
            return what
        started = guarded_programs.started(words)
        if started[:1] == ["cd"] or started[:1] == ["pushd"]:
            self._move(started[1:])
        if guarded_programs.is_look(started):
            fed = [*words, *simple.texts] if simple.is_fed_on else []
            return self._handed_on(fed, depth) or self._named(fed, is_code=True)
        return self._worked(words, started, simple, depth)

    def _worked(self, words: list[str], started: list[str], simple: Simple, depth: int) -> str:
        what = guarded_clients.changed_by(words, started, {**self.given, **_assignments(words)}, self._environ)
        if what:
            return what
        program = os.path.basename(started[0])
        if program in guarded_programs.SHELLS:
            return self._shell(started, simple, depth)
        if program == "git" and guarded_programs.git_verb(started)[:1] == ["clean"]:
            return guarded_clients.cleaned_by(started, self._cwd_of_git(started), self._places)
        named = guarded_programs.worked_on(started)
        is_code = not guarded_programs.is_about_text(started)
        texts = simple.texts if is_code else []
        prefix = words[: len(words) - len(started)]
        return (
            self._named([*prefix, *named, *texts], is_code=is_code)
            or self._taken(started)
            or (FOLDER if self._stands_inside() else "")
        )

    def _shell(self, started: list[str], simple: Simple, depth: int) -> str:
        """A shell of its own: its commands are judged like these."""
        if started[0] == "eval":
            return self.text(" ".join(started[1:]), depth + 1)
        flag = next((at for at, word in enumerate(started) if word[:1] == "-" and word[-1:] == "c"), len(started))
        texts = [*started[flag + 1 : flag + 2], *simple.texts]
        others = [*started[1:flag], *started[flag + 2 :]]
        given = (self.text(text, depth + 1) for text in texts)
        found = next((what for what in given if what), "") or self._named(others, is_code=False)
        handed = started[flag + 2 :]
        return found or (self._simple(_simple_of(handed), depth + 1) if handed and depth < _DEEPEST else "")

    def _handed_on(self, texts: list[str], depth: int) -> str:
        """What lines do that are printed for a shell to run."""
        joined = " ".join(texts[1:])
        return self.text(joined, depth + 1) if joined else ""

    def _taken(self, started: list[str]) -> str:
        if os.path.basename(started[0]) == "find":
            roots, names = guarded_programs.found(started)
            roots = [] if "-empty" in started else roots
            paths = [self._path(root) for root in roots]
            found = (self._places.found_in(path, names) if names else self._places.taken_with(path) for path in paths)
        else:
            found = (self._places.taken_with(self._path(word)) for word in guarded_programs.taken_away(started))
        return next((what for what in found if what), "")

    def _written(self, simple: Simple) -> str:
        targets = (self._path(self._expanded(word)) for word in simple.writes)
        return next((what for what in map(self._places.named, targets) if what), "")

    def _assigned(self, words: list[str]) -> str:
        """Take in what is given to variables; what is changed where one of them is ours."""
        own = [word for word in words if guarded_programs.is_assignment(word)]
        if words[:1] in (["for"], ["select"]) and words[2:3] == ["in"]:
            self.given[words[1]] = " ".join(words[3:])
        elif words[:1] == ["unset"]:
            self.given.update(dict.fromkeys((word for word in words[1:] if word[:1] != "-"), ""))
        elif own and (len(own) == len(words) or words[0] in ("export", "declare", "local", "readonly", "typeset")):
            self.given.update(_assignments(words, len(words)))
        else:
            own = []
        return _OURS if any(word.startswith(_VARIABLES) for word in own) else ""

    def _named(self, texts: Iterable[str], *, is_code: bool) -> str:
        for text in texts:
            if any(name in text for name in _VARIABLES) and (is_code or " " not in text):
                return _OURS
            if any(name in text for name in _SWITCHES) and (is_code or " " not in text):
                return _HOOKS
            for name in _names(text, is_code=is_code):
                is_told = self._stands_inside() or any(sign in name.lower() for sign in _NAMED)
                paths = [self._path(name)] if is_told or name == "." else []
                if is_code and name.startswith(("/.", ".")):  # code joins it to what it calls home
                    paths.append(self._path(f"~/{name.lstrip('/')}"))
                what = next((what for what in map(self._places.named, paths) if what), "")
                if what:
                    return what
        return ""

    def _expanded(self, word: str) -> str:
        if "$" not in word:
            return word
        known = {"HOME": self._places.home, "CLAUDE_CONFIG_DIR": self._places.config, **self.given}
        known.setdefault("CLAUDE_PROJECT_DIR", self._environ.get("CLAUDE_PROJECT_DIR", ""))
        known.setdefault("PWD", self._cwd)
        for name in sorted(known, key=len, reverse=True):
            word = word.replace(f"${{{name}}}", known[name]).replace(f"${name}", known[name])
        return word

    def _path(self, name: str) -> str:
        if name == "~" or name.startswith("~/"):
            name = self._places.home + name[1:]
        return "/" + os.path.normpath(os.path.join(self._cwd, name)).lstrip("/")

    def _stand(self, within: tuple[int, ...]) -> None:
        """A subshell begins where the one around it stands, and leaves that where it is."""
        for depth in range(len(within) + 1):
            around = within[: max(depth - 1, 0)]
            self._cwds.setdefault(within[:depth], self._cwds[around])
            self._has_moved.setdefault(within[:depth], self._has_moved[around])
        self._within = within
        self._cwd = self._cwds[within]

    def _move(self, words: list[str]) -> None:
        target = next((word for word in words if word != "--" and word[:1] != "-"), "~")
        if "$" not in target and "`" not in target:
            self._cwd = self._cwds[self._within] = self._path(target)
            self._has_moved[self._within] = True

    def _stands_inside(self) -> bool:
        """Whether the command has gone into a folder where names need not say where they are."""
        return self._has_moved[self._within] and self._places.holds(self._cwd)

    def _cwd_of_git(self, started: list[str]) -> str:
        folders = [after for word, after in zip(started, started[1:]) if word == "-C"]
        return self._path(folders[-1]) if folders else self._cwd


_OURS = "the environment that scrimp reads"
_HOOKS = "Claude Code's settings, which start scrimp's hooks"


def _simple_of(words: list[str]) -> Simple:
    simple = shell_words.Simple(())
    simple.words = words
    return simple


def _assignments(words: list[str], most: int = 0) -> dict[str, str]:
    """The variables that are set for a command, in front of it or by `env`; of so many words, or all."""
    pairs = [word.partition("=") for word in words if guarded_programs.is_assignment(word)]
    return {name.rstrip("+"): value for name, _, value in pairs[: most or None]}


def _names(text: str, *, is_code: bool) -> list[str]:
    """All in a word that may name a file: it alone, what stands behind its `=` or its short option, names in code."""
    option = [text[2:]] if text[:1] == "-" and text[1:2] != "-" else []
    names = [text, text.partition("=")[2], *option]
    names = [*names, *text.translate(_BETWEEN).split(" ")] if is_code else [name for name in names if " " not in name]
    return [name for name in names if name]
