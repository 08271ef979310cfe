"""The client's command line: what it says of the session, what would silence the gate, and where ours goes in. Pure.

As client 2.1.330 reads it: of a repeated option the last counts, `--option=value` is the same as `--option value`, and
what follows `--` is no option.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import silencers
from scrimp.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PRINT = ("-p", "--print")

_SETTINGS, _MAX_BUDGET, _SESSION_ID = "--settings", "--max-budget-usd", "--session-id"
_RESUME, _CONTINUE, _FORK = ("--resume", "-r"), ("--continue", "-c", "--from-pr"), "--fork-session"
_FORMAT = "--output-format"


class Command(NamedTuple):
    """The client's command as it was given.

    before: the words up to and with the client's own, `npx @anthropic-ai/claude-code`. options: those after it, up to
    a `--`; rest: that and what follows.
    """

    before: tuple[str, ...]
    options: tuple[str, ...]
    rest: tuple[str, ...]

    @property
    def is_print(self) -> bool:
        """Whether it answers and ends."""
        return any(word in _PRINT or _is_short(word, "p") for word in self.options)

    @property
    def output_format(self) -> str:
        """`text`, `json` or `stream-json`."""
        return self.value(_FORMAT) or "text"

    @property
    def settings(self) -> str:
        """The file or the JSON that the person gave it as settings; '' for none."""
        return self.value(_SETTINGS)

    @property
    def max_budget(self) -> str:
        """The client's own limit as it was given; '' for none."""
        return self.value(_MAX_BUDGET)

    @property
    def session_id(self) -> str:
        """The id that its session will have, where the words say so; '' where the client chooses one."""
        resumed = next((value for value in map(self.value, _RESUME) if _UUID.fullmatch(value)), "")
        return self.value(_SESSION_ID) or ("" if _FORK in self.options else resumed)

    @property
    def goes_on(self) -> bool:
        """Whether it takes up an earlier session."""
        return any(word.partition("=")[0] in (*_RESUME, *_CONTINUE) or _is_short(word, "cr") for word in self.options)

    def value(self, name: str) -> str:
        """The value of an option, the last one given; '' without it."""
        found = ""
        for place, word in enumerate(self.options):
            if word == name:
                found = self.options[place + 1] if place + 1 < len(self.options) else ""
            elif word.startswith(f"{name}=") and name.startswith("--"):
                found = word.partition("=")[2]
        return found

    def words(self, settings: str, plugin: str, max_budget: str, session_id: str) -> list[str]:
        """The command with these in the place of its own; '' leaves out."""
        given = ((_SETTINGS, settings), (_MAX_BUDGET, max_budget), (_SESSION_ID, session_id))
        options = list(self.options)
        for name, value in given:
            options = _without(options, name) if value else options
        more = [word for name, value in (*given, ("--plugin-dir", plugin)) if value for word in (name, value)]
        return [*self.before, *more, *options, *self.rest]


def read(words: Sequence[str]) -> Command:
    """The command in `words`; UsageError where the client is not in it."""
    place = next((place for place, word in enumerate(words) if silencers.is_client(word)), None)
    if place is None:
        given = f"{words[0]!r} starts" if words else "there is"
        raise UsageError(f"{given} no Claude Code that a budget could hold for; write: scrimp run … -- claude -p …")
    after = list(words[place + 1 :])
    end = after.index("--") if "--" in after else len(after)
    return Command(tuple(words[: place + 1]), tuple(after[:end]), tuple(after[end:]))


def refuse_silent(command: Command, environ: Mapping[str, str]) -> None:
    """UsageError where the command or the environment would silence the gate."""
    for word in command.options:
        name = word.partition("=")[0]
        if name in silencers.OPTIONS:
            raise UsageError(f"{name} cannot be used under a budget: {silencers.OPTIONS[name]}")
    for name, why in silencers.on_in(environ).items():
        raise UsageError(f"{name} is set, which cannot be used under a budget: {why}")


def unset_variables() -> dict[str, str]:
    """The same variables as settings may not set them either."""
    return dict.fromkeys(silencers.VARIABLES, "")


def _is_short(word: str, letters: str) -> bool:
    """Whether a word is short options, alone or together (`-pc`), with one of these letters among them."""
    return re.fullmatch(r"-[a-z]{1,4}", word) is not None and any(letter in word for letter in letters)


def _without(options: Sequence[str], name: str) -> list[str]:
    kept: list[str] = []
    words = iter(options)
    for word in words:
        if word == name:
            next(words, None)
        elif not word.startswith(f"{name}="):
            kept.append(word)
    return kept
