"""The limits that settings name, from all their layers: of each kind the lowest holds, wherever it stands.

A value that is no amount is said in `problems`, and then read in the strictest way there is: the smallest number in it,
or nothing at all, which stops everything. Who asked for a limit must not go without one for a slip of the pen.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.untrusted import as_list, as_object, is_list, is_object, meant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NamedTuple

    class Limit(NamedTuple):
        """One limit: `amount` is in whole pico-dollars, hundredths of a percent, milliseconds, requests or tokens.

        name: its setting, `dayUsd`. repo: a pattern for the repo's top folder, '' any; agent: a type of agent, '' all.
        source: the file it stands in.
        """

        name: str
        unit: str
        span: str
        amount: int
        repo: str
        agent: str
        source: str
else:
    from collections import namedtuple

    Limit = namedtuple("Limit", "name unit span amount repo agent source")

USD, PERCENT, MINUTES, TURNS, TOKENS = "usd", "percent", "minutes", "turns", "tokens"
PROMPT, SESSION, DAY, WEEK, MONTH = "prompt", "session", "day", "week", "month"
FIVE_HOUR, SEVEN_DAY, REQUEST = "five_hour", "seven_day", "request"

SCALES = {USD: 10**12, PERCENT: 100, MINUTES: 60_000, TURNS: 1, TOKENS: 1}
"""What one of a unit, as settings have it, is in an `amount`."""

MONEY = {
    "promptUsd": PROMPT,
    "sessionUsd": SESSION,
    "dayUsd": DAY,
    "weekUsd": WEEK,
    "monthUsd": MONTH,
}
_OTHERS = {
    "fiveHourPercent": (PERCENT, FIVE_HOUR, 100),
    "sevenDayPercent": (PERCENT, SEVEN_DAY, 100),
    "minutes": (MINUTES, PROMPT, limits.BUDGET_MINUTES_MAX),
    "turns": (TURNS, PROMPT, limits.COUNT_MAX),
    "contextTokens": (TOKENS, REQUEST, limits.COUNT_MAX),
}
REPOS, AGENTS = "repos", "agents"
ON_UNPRICED = ("warn", "dearest", "stop")
"""What an unknown price counts as, the strictest last: nothing, said once; the dearest known one; a reason to stop."""

ON_USAGE_CREDITS = ("warn", "stop")
"""What happens once a plan's window is used up and usage is billed, the strictest last."""

WARN_AT = (50, 80, 95)
"""Percent of a limit at which the person and the agent are told."""

_DOLLARS = f"a number of dollars above 0, up to {limits.BUDGET_USD_MAX:,}"
_WHOLE = (TURNS, TOKENS)
_FULL_PERCENT = 100
_DIGITS = frozenset("0123456789.")
_ZERO = frozenset("0.")
_NONE = float("inf")


class Rules:
    """The limits and how they are kept, with `problems` in sentences. `home` stands for the `~` of patterns."""

    __slots__ = ("_home", "_limits", "on_unpriced", "on_usage_credits", "problems", "warn_at")

    def __init__(self, home: str = "~") -> None:
        self._home = home
        self._limits: dict[tuple[str, str, str], Limit] = {}
        self.warn_at: tuple[int, ...] = WARN_AT
        self.on_unpriced = "dearest"
        self.on_usage_credits = "warn"
        self.problems: list[str] = []

    @property
    def limits(self) -> list[Limit]:
        """Every limit that holds, the lowest of each kind."""
        return list(self._limits.values())

    @property
    def is_set(self) -> bool:
        """Whether anything can ever be stopped: without this, nothing else of the budget is looked at."""
        return bool(self._limits) or self.on_usage_credits == ON_USAGE_CREDITS[-1]

    def lowest(self, name: str) -> int | None:
        """The amount of a limit that holds everywhere; None without one."""
        limit = self._limits.get((name, "", ""))
        return None if limit is None else limit.amount

    def add(self, source: str, section: object, *, is_own: bool = False) -> None:
        """Take in the `budget` section of one layer. Only the user's own (`is_own`) may loosen what a default is."""
        if not is_object(section):
            self.problems.append(f"{source}: budget is {section!r}, expected an object")
            if section is not None:
                self.close(source)
            return
        for written, value in as_object(section).items():
            key = meant(written, _KEYS)
            if key != written:
                self.problems.append(f"{source}: unknown key budget.{written}, taken as {key}")
            if key in MONEY or key in _OTHERS:
                self._limit(source, f"budget.{key}", key, value)
            elif key in {REPOS, AGENTS}:
                self._group(source, key, value)
            elif key in _HOW:
                expected = _HOW[key](self, value, is_own) if value is not None else ""
                if expected:
                    problem = f"{source}: budget.{key} is {value!r}, expected {expected}; it is ignored"
                    self.problems.append(problem)
            else:
                self.problems.append(f"{source}: unknown key budget.{key}: no limit is set by it")

    def keep(self, limits_kept: Iterable[Limit], on_usage_credits: str) -> None:
        """Take in limits that held before: of each kind the lower holds."""
        for limit in limits_kept:
            self._lower(limit)
        self.on_usage_credits = _stricter(ON_USAGE_CREDITS, self.on_usage_credits, on_usage_credits)

    def close(self, source: str) -> None:
        """Let nothing be spent: `source` has limits that nobody can read."""
        self._lower(Limit("sessionUsd", USD, SESSION, 0, "", "", source))

    def _group(self, source: str, key: str, value: object) -> None:
        """`repos` or `agents`: limits in dollars for each repo that a pattern matches, or each type of agent."""
        if not is_object(value):
            if value is not None:
                self.problems.append(f"{source}: budget.{key} is {value!r}, expected an object; {_CLOSED}")
                self.close(source)
            return
        for name, section in as_object(value).items():
            where = f"budget.{key}.{name}"
            of_what = {"agent": name} if key == AGENTS else {"repo": _under(self._home, name)}
            if not is_object(section):
                problem = f"{source}: {where} is {section!r}, expected an object of limits; {_CLOSED}"
                self.problems.append(problem)
                self._lower(Limit("dayUsd", USD, DAY, 0, of_what.get("repo", ""), of_what.get("agent", ""), source))
            for written, amount in as_object(section).items():
                inner = meant(written, MONEY)
                if inner in MONEY:
                    self._limit(source, f"{where}.{inner}", inner, amount, **of_what)
                else:
                    self.problems.append(f"{source}: unknown key {where}.{inner}: no limit is set by it")

    def _limit(self, source: str, where: str, name: str, value: object, *, repo: str = "", agent: str = "") -> None:
        if value is None:
            return
        unit, span, most = (USD, MONEY[name], limits.BUDGET_USD_MAX) if name in MONEY else _OTHERS[name]
        number = _strictest(value, most)
        number = int(number) if unit in _WHOLE else number
        if not _is_amount(value, most, is_whole=unit in _WHOLE):
            kind = "a whole number" if unit in _WHOLE else "a number"
            expected = _DOLLARS if unit == USD else f"{kind} above 0, up to {most:,}"
            taken = f"taken as {number:g}" if number else _CLOSED
            self.problems.append(f"{source}: {where} is {value!r}, expected {expected}; {taken}")
        self._lower(Limit(name, unit, span, _scaled(number, unit), repo, agent, source))

    def _lower(self, limit: Limit) -> None:
        key = (limit.name, limit.repo, limit.agent)
        known = self._limits.get(key)
        if known is None or limit.amount < known.amount:
            self._limits[key] = limit


_CLOSED = "nothing is let through until it is mended"


def key_of(limit: Limit) -> str:
    """A limit's name among all: `dayUsd`, `repos./home/a/work/*.dayUsd`, `agents.Explore.dayUsd`."""
    if limit.repo:
        return f"{REPOS}.{limit.repo}.{limit.name}"
    return f"{AGENTS}.{limit.agent}.{limit.name}" if limit.agent else limit.name


def _under(home: str, pattern: str) -> str:
    return home + pattern[1:] if pattern.startswith("~/") else pattern


def _warn_at(rules: Rules, value: object, is_own: bool) -> str:
    given: list[Any] = as_list(value)
    if not is_list(value) or not all(_is_percent(one) for one in given):
        return f"a list of whole percentages from 1 to {_FULL_PERCENT}"
    rules.warn_at = tuple(sorted({*given} if is_own else {*rules.warn_at, *given}))
    return ""


def _on_unpriced(rules: Rules, value: object, is_own: bool) -> str:
    if value not in ON_UNPRICED:
        return " or ".join(ON_UNPRICED)
    rules.on_unpriced = str(value) if is_own else _stricter(ON_UNPRICED, rules.on_unpriced, value)
    return ""


def _on_usage_credits(rules: Rules, value: object, is_own: bool) -> str:
    if value not in ON_USAGE_CREDITS:
        return " or ".join(ON_USAGE_CREDITS)
    rules.on_usage_credits = str(value) if is_own else _stricter(ON_USAGE_CREDITS, rules.on_usage_credits, value)
    return ""


_HOW = {"warnAt": _warn_at, "onUnpriced": _on_unpriced, "onUsageCredits": _on_usage_credits}
NAMES = (*MONEY, *_OTHERS)
"""What limits there are."""

_KEYS = (*NAMES, REPOS, AGENTS, *_HOW)


def _stricter(order: tuple[str, ...], known: str, new: object) -> str:
    return order[max(order.index(known), order.index(str(new)))]


def _is_amount(value: object, most: int, *, is_whole: bool) -> bool:
    allowed = int if is_whole else (int, float)
    return isinstance(value, allowed) and not isinstance(value, bool) and 0 < value <= most


def _is_percent(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _FULL_PERCENT


def _scaled(number: float, unit: str) -> int:
    return round(number * SCALES[unit])


def _strictest(value: object, most: int) -> float:
    """The smallest amount that `value` may have been meant as; 0 for what holds no number above 0."""
    if isinstance(value, str):
        runs = "".join(char if char in _DIGITS else " " for char in value).split()
        if _number(value) == _NONE and ("-" in value or any(set(run) <= _ZERO for run in runs)):
            return 0  # a sign, or the part before a decimal comma
        smallest = min(map(_number, (value, *runs)))
        return 0 if smallest == _NONE else min(smallest, most)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        return 0
    return min(value, most)


def _number(text: str) -> float:
    """The number above 0 that a text is; otherwise more than any limit."""
    try:
        number = float(text)
    except ValueError:
        return _NONE
    return number if number > 0 else _NONE
