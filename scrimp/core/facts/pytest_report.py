"""Where the parts of pytest's report are: which of its rules are its own, and which a test has printed.

Source: pytest's TerminalWriter.sep (a title between two runs of one character, as wide as the terminal) and
TerminalReporter's order: start, progress, ERRORS, FAILURES, PASSES, warnings summary, short test summary info, totals.
Captured output may hold any of these, even a whole report. So the names in the last short summary decide
which test headers count; without one, a header counts unless it stands in captured output.
"""

from __future__ import annotations

import re
from collections import namedtuple

from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    class Rule(NamedTuple):
        """One rule of the report: its character (`q` for the totals of -q), its title, and its place in the text."""

        char: str
        title: str
        start: int
        end: int

    class Block(NamedTuple):
        """One failure or error: its header's title and where its text begins and ends."""

        title: str
        start: int
        end: int

else:
    Rule = namedtuple("Rule", ("char", "title", "start", "end"))
    Block = namedtuple("Block", ("title", "start", "end"))

__all__ = ["Block", "Report", "Rule", "Run", "read", "split"]

_RULE = pattern(r"^([=_!-])\1* [^\n]{1,2000} \1+ *$", re.MULTILINE)
_QUIET = pattern(
    r"^(?:no tests ran|\d+ [a-z]+(?: passed)?(?:, \d+ [a-z]+(?: passed)?){0,12}"
    r"|\d+(?:/\d+)? tests? collected(?: \(\d+ deselected\))?(?:, \d+ errors?)?) in [\d.]+s(?: \([\d:]+\))?$",
    re.MULTILINE,
)
_TOTALS = pattern(r"(?:no tests (?:ran|collected)|\d+(?:/\d+)? [a-z]+).* in [\d.]+s(?: \([\d:]+\))?$")
_ENTRY = pattern(r"^(FAILED|ERROR|SUBFAILED\S*(?: \S+=\S+\)?)*|SUBFAIL) (\S.*)$", re.MULTILINE)
_START = "test session starts"
_SUMMARY = "short test summary info"
_WARNINGS = "warnings summary"
_BLOCKS = ("ERRORS", "FAILURES")
_ENDS = 5
_WHERE = pattern(r"ERROR (?:at (?:setup|teardown) of|collecting) (?:file |package )?")


class Run:
    """One run of pytest: its rules, and where its text begins and ends."""

    __slots__ = ("end", "rules", "start")

    def __init__(self, rules: list[Rule], start: int, end: int) -> None:
        self.rules = rules
        self.start = start
        self.end = end


class Report:
    """What one run reported.

    blocks: (section, block) in order; entries: (word, rest) of the short summary; warnings: the span of the
    warnings summary, empty when there is none; loose: the span of a FAILURES section without headers; closing:
    rules after the last block (totals, interruptions); tail: where those begin.
    """

    __slots__ = ("blocks", "closing", "entries", "loose", "tail", "warnings")

    def __init__(self) -> None:
        self.blocks: list[tuple[str, Block]] = []
        self.entries: list[tuple[str, str]] = []
        self.closing: list[Rule] = []
        self.warnings: tuple[int, int] = (0, 0)
        self.loose: tuple[int, int] = (0, 0)
        self.tail = 0


def split(text: str) -> list[Run]:
    """The runs in a text, in order; empty when no run of pytest is in it."""
    rules = _rules(text)
    if any(rule.title == _START for rule in rules):
        return _split_by_starts(rules, len(text))
    rules += [Rule("q", found.group(), found.start(), found.end()) for found in _QUIET.finditer(text)]
    return _split_quiet(sorted(rules, key=_start_of), len(text))


def _split_by_starts(rules: list[Rule], size: int) -> list[Run]:
    """Runs that print their start: each ends at the totals that balance it, so that a run within a run stays within."""
    runs: list[Run] = []
    begin = depth = 0
    for at, rule in enumerate(rules):
        depth += rule.title == _START
        if is_total(rule):
            following = rules[at + 1].title if at + 1 < len(rules) else _START
            depth -= 1
            if depth <= 0 and following == _START:
                runs.append(Run(rules[begin : at + 1], rules[begin].start, rule.end))
                begin = at + 1
            depth = max(depth, 0 if begin > at else 1)
    return runs + _unended(rules[begin:], size)


def _unended(rules: list[Rule], size: int) -> list[Run]:
    """Runs of which the first never ended (it was killed): what started after it did not start within it."""
    cuts = [at for at, rule in enumerate(rules) if rule.title == _START or at == 0]
    ends = [rules[at].start for at in cuts[1:]] + [size]
    return [Run(rules[at:after], rules[at].start, end) for at, after, end in zip(cuts, [*cuts[1:], len(rules)], ends)]


def _split_quiet(rules: list[Rule], size: int) -> list[Run]:
    """Runs with -q, which print no start: each ends at totals that no test has printed."""
    runs: list[Run] = []
    begin = 0
    captured = False
    for at, rule in enumerate(rules):
        if is_total(rule) and (not captured or at + 1 == len(rules)):
            runs.append(Run(rules[begin : at + 1], rules[begin].start, rule.end))
            begin = at + 1
            captured = False
        elif rule.char == "=" and rule.title.startswith((_SUMMARY, _WARNINGS)):
            captured = False
        elif rule.char == "-" or rule.title in _BLOCKS:
            captured = True
    if any(rule.title in _BLOCKS for rule in rules[begin:]):
        runs.append(Run(rules[begin:], rules[begin].start, size))
    return runs


def read(text: str, run: Run) -> Report:
    """The report of one run."""
    report = Report()
    summary = _last(run.rules, _SUMMARY)
    if summary >= 0:
        after = run.rules[summary + 1].start if summary + 1 < len(run.rules) else run.end
        found = _ENTRY.finditer(text, run.rules[summary].end, after)
        report.entries = [(entry.group(1), entry.group(2)) for entry in found]
    closing = summary if summary >= 0 else _last_total(run.rules)
    if closing < 0:
        closing = len(run.rules)
    report.closing = [rule for rule in run.rules[closing:] if rule.char in "!q" or is_total(rule)]
    reader = _Reader(report)
    ends = [rule.start for rule in run.rules[1:]] + [run.end]
    for rule, after in zip(run.rules[:closing], ends):
        reader.take(rule, after)
    report.tail = run.rules[closing].start if closing < len(run.rules) else run.end
    _warnings(run, closing, report)
    return report


def is_total(rule: Rule) -> bool:
    """Whether the rule is how a run ends, such as `2 failed, 3 passed in 0.12s`."""
    return rule.char == "q" or (rule.char == "=" and bool(_TOTALS.match(rule.title)))


class _Reader:
    """Goes through a run's rules in order, up to its short summary, and fills in blocks."""

    __slots__ = ("captured", "depth", "expected", "first", "loose", "report", "section")

    def __init__(self, report: Report) -> None:
        self.report = report
        self.expected = _expected(report.entries)
        self.section = ""
        self.captured = False
        self.depth = 0
        self.first = True

    def take(self, rule: Rule, after: int) -> None:
        """One rule; `after` is where the next begins."""
        if rule.char == "_":
            self._header(rule, after)
        elif rule.char == "-":
            self.captured = self.captured or rule.title.startswith(("Captured ", "generated "))
        elif rule.title == _START:
            self.depth += not self.first
            self.first = False
        elif is_total(rule):
            self.depth = max(self.depth - 1, 0)
        elif rule.char == "=" and not self.depth:
            self._section(rule, after)

    def _header(self, rule: Rule, after: int) -> None:
        error = _WHERE.match(rule.title)
        key = ("E" if error else "F") + rule.title[error.end() if error else 0 :].replace("::", ".")
        if key not in self.expected:
            key = key.split(" ", 1)[0]  # a subtest's header goes on after the test's name
        known = self.expected.get(key, 0)
        if not known:
            if self.depth or self.section not in _BLOCKS or (self.captured and self.expected):
                return
        else:
            self.expected[key] = known - 1
            self.depth = 0
        self.captured = False
        self.report.blocks.append((self.section or "FAILURES", Block(rule.title, rule.end + 1, after)))

    def _section(self, rule: Rule, after: int) -> None:
        title = rule.title
        if self.captured and not (title == "FAILURES" and self.section == "ERRORS"):
            if title not in _BLOCKS:
                self.section = ""
            return
        if title in _BLOCKS:
            if self.section == title or (self.section == "FAILURES" and title == "ERRORS"):
                self.report.blocks.clear()  # what came before was printed by a test
            self.report.loose = (rule.end, after)
        self.section = title
        self.captured = False


def _rules(text: str) -> list[Rule]:
    """Every line that has the shape of a rule and, unless its title is too long for it, the terminal's width."""
    found: list[tuple[Rule, int, int]] = []
    for match in _RULE.finditer(text):
        line = match.group().rstrip()
        char = match.group(1)
        left = len(line) - len(line.lstrip(char))
        right = len(line) - len(line.rstrip(char))
        title = line[left : len(line) - right].strip()
        if right - left in (0, 1) and title and not title.startswith(("_ ", "- ", "= ")):
            found.append((Rule(char, title, match.start(), match.end()), len(line), left))
    width = _width([(rule, size) for rule, size, _ in found])
    return [rule for rule, size, left in found if size == width or (left == 1 and size > width)]


def _width(rules: list[tuple[Rule, int]]) -> int:
    """The terminal's width: that of the first start which has totals; else of the last summary, section or totals.

    What another program prints before the start or after the totals may look like either.
    """
    totals = {size for rule, size in rules if is_total(rule)}
    starts = [size for rule, size in rules if rule.title == _START]
    summaries = [size for rule, size in rules if rule.title == _SUMMARY]
    sections = [size for rule, size in rules if rule.title in (*_BLOCKS, _START) or is_total(rule)]
    return next(iter([*(size for size in starts[:1] if size in totals), *summaries[-1:], *sections[::-1]]), -1)


def _start_of(rule: Rule) -> int:
    return rule.start


def _expected(entries: list[tuple[str, str]]) -> dict[str, int]:
    """The headers that a short summary's entries may belong to, and how often.

    An entry is `path::Class::test[a - b] - message`, the header `Class.test[a - b]`: where the name ends cannot be
    seen, so each possible end counts.
    """
    expected: dict[str, int] = {}
    for word, rest in entries:
        name = rest.split("::", 1)[1].replace("::", ".") if "::" in rest else rest
        pieces = name.split(" - ")
        ends = {" - ".join(pieces[:count]) for count in range(1, min(len(pieces), _ENDS) + 1)} | {name}
        for end in ends:
            key = ("E" if word == "ERROR" else "F") + end
            expected[key] = expected.get(key, 0) + 1
    return expected


def _warnings(run: Run, closing: int, report: Report) -> None:
    """The warnings summary: the last one before the short summary, if the totals speak of warnings."""
    at = _last(run.rules[:closing], _WARNINGS)
    if at >= 0 and any("warning" in rule.title for rule in report.closing):
        after = run.rules[at + 1].start if at + 1 < len(run.rules) else run.end
        report.warnings = (run.rules[at].end, after)


def _last(rules: list[Rule], title: str) -> int:
    for at in range(len(rules) - 1, -1, -1):
        if rules[at].char == "=" and rules[at].title.startswith(title):
            return at
    return -1


def _last_total(rules: list[Rule]) -> int:
    for at in range(len(rules) - 1, -1, -1):
        if is_total(rules[at]):
            return at
    return -1
