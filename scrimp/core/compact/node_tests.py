"""node --test (spec, dot) and TAP of any producer: of each failure its name, place and message; the totals.

Written against node 20's reporters, TAP 13 and 14 with YAML blocks, and mocha's plain TAP. In TAP what tests print
stands behind `#`; in spec it may look like anything, so the totals are the last unbroken row of them.
"""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, plain, sections, traceback
from scrimp.core.compact.fit import DETAIL, EXTRA, KEY, LAST, MUST, NOISE, REST, SILENT, SPARE
from scrimp.core.compact.js_failure import Body, place_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case
    from scrimp.core.compact.sections import Stretch

NAME = "node_tests"
GAPS = fit.NO_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("\nnot ok ", " not ok ", "\n✖ ", "\ntest at ", "\n# fail ", "\nℹ fail ", "  error: ", "Error: ")
shorten = fit.as_it_was

_COUNTED = ("tests", "suites", "pass", "fail", "cancelled", "skipped", "todo", "duration_ms")
_COUNT = pattern(rf"[ℹ#] (?P<what>{'|'.join(_COUNTED)}) [\d.]+$")
_FAILING = pattern(r"(?:✖ failing tests|Failed tests):$")
_SPEC = pattern(
    r"(?P<listed> *[✔﹣⚠] )|(?P<suite> *▶ )|(?P<crossed> *✖ )|(?P<count>ℹ )|(?P<place>test at \S)"
    r"|(?P<printed>\S)"
)
_TAP = pattern(r"(?P<crossed> *not ok\b)|(?P<listed> *ok\b)|(?P<printed># (?!Subtest:))|(?P<named> *# Subtest: )|(?P<plan> *(?:1\.\.\d|TAP version))|(?P<stopped>Bail out!)")  # fmt: skip  # noqa: E501
_LOOKS = pattern(r"^(?:TAP version 1\d|[ℹ#] (?:tests|pass|fail) \d+|✖ failing tests:|Failed tests:\n\n?✖ .*)$", 8)
_TAP_LINE = pattern(r"^ {0,12}(?:not )?ok \d+\b", 8)
_TAP_LEAST = 5
_SUBTESTS = "failureType: 'subtestsFailed'"
_KEY = pattern(r" *(\w+):")
_QUIET_KEYS = frozenset({"duration_ms", "type", "failureType", "code", "name", "operator", "exitCode", "signal"})
_STACK_KEYS = frozenset({"stack", "at"})
_MESSAGE_KEYS = frozenset({"error", "message", "location"})
_MORE_LINES = 14
_COMPARED_LINES = 12
_CRASH_LINES = 60
_CRASHED = "error: 'test failed'"
_DOTS = pattern(r"[.X]+$")
_MARKED = pattern(r" *[✔✖▶﹣ℹ⚠] ")


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 a report is known by its look alone
    """Whether `text` (the ends and the middle of the output) has totals of node's, or several lines of TAP."""
    return _LOOKS.search(text) is not None or len(_TAP_LINE.findall(text)) >= _TAP_LEAST


def target(case: Case) -> int:
    """How many characters to cut to: all but what says nothing when the client would show it."""
    return case.whole_or(limits.JEST_CHARS)


def grade(lines: Sequence[str], case: Case) -> list[int]:  # noqa: ARG001 the same for all
    """The worth of each line."""
    worths = plain.grade_ordinary(lines, strict=False)
    tap = sum(1 for line in lines if line.lstrip().startswith(("ok ", "not ok ")))
    spec = sum(1 for line in lines if line.lstrip().startswith(("✔ ", "✖ ")))
    (_Tap if tap > spec else _Spec)(lines, worths).grade()
    _grade_totals(lines, worths)
    return sections.show_something(lines, worths)


def _grade_totals(lines: Sequence[str], worths: list[int]) -> None:
    """The last row of counts that holds one of failures, and nothing between its lines."""
    for index in range(len(lines) - 1, -1, -1):
        count = _COUNT.match(lines[index])
        if not count or count.group("what") != "fail":
            continue
        start = end = index
        while start and _COUNT.match(lines[start - 1]):
            start -= 1
        while end + 1 < len(lines) and _COUNT.match(lines[end + 1]):
            end += 1
        if end > start:
            for at in range(start, end + 1):
                worths[at] = LAST if "duration_ms" in lines[at] else MUST
            return


def _grade_trace(lines: Sequence[str], worths: list[int], start: int) -> None:
    """The stack traces in some lines, of which the first is the output's line `start`."""
    for offset, worth in traceback.scan(lines).items():
        worths[start + offset] = worth


class _Spec:
    """The spec and dot reporters: a list while it runs, and each failure once more below `failing tests:`."""

    def __init__(self, lines: Sequence[str], worths: list[int]) -> None:
        self.lines = lines
        self.worths = worths
        rulings = [index for index, line in enumerate(lines) if _FAILING.match(line)]
        self.failing = rulings[-1] if rulings else len(lines)
        self.few_skipped = sections.few(line.lstrip().startswith("﹣ ") for line in lines)

    def grade(self) -> None:
        """The list, then the failures."""
        listed = sections.split(self.lines[: self.failing], _SPEC)
        covered = 0
        for part in listed:
            if part.start < covered:
                continue
            if self.lines[part.start].startswith("ℹ start of coverage"):
                covered = sections.grade_coverage(self.lines, self.worths, part.start + 1, self.failing)
            self._grade_listed(part)
        if self.failing < len(self.lines):
            self.worths[self.failing] = KEY
            self._grade_failures(self.failing + 1)

    def _grade_listed(self, part: Stretch) -> None:
        if part.kind == "crossed":
            self._grade_crossed(part)
        elif part.kind == "count":
            self.worths[part.start] = KEY if ": " in self.lines[part.start] else EXTRA
        elif part.kind in ("listed", "suite"):
            skipped = self.lines[part.start].lstrip().startswith("﹣")
            self.worths[part.start] = SPARE if part.kind == "suite" or (skipped and self.few_skipped) else NOISE
            sections.at_most(self.worths, part.start + 1, part.end, REST)
        elif part.kind:
            sections.at_most(self.worths, part.start, part.end, REST)
            if _DOTS.match(self.lines[part.start]):
                self.worths[part.start] = NOISE

    def _grade_crossed(self, part: Stretch) -> None:
        """A failure in the list: said again below, unless the run was stopped before."""
        if self.failing < len(self.lines):
            sections.set_worth(self.worths, part.start, part.end, NOISE)
            if any(self.lines[i].strip() == "'test failed'" for i in range(part.start, part.end)):
                self._grade_crash(part.start)
        else:
            self.worths[part.start] = MUST
            Body(self.lines, self.worths).grade(range(part.start + 1, part.end))

    def _grade_crash(self, head: int) -> None:
        """A file that ended by itself: what node printed of it stands above, up to the test before it."""
        start = head
        while start and head - start < _CRASH_LINES and not _MARKED.match(self.lines[start - 1]):
            start -= 1
        _grade_trace(self.lines[start:head], self.worths, start)

    def _grade_failures(self, start: int) -> None:
        """`test at PLACE`, the name, the body; with the dot reporter without the place."""
        heads = [i for i in range(start, len(self.lines)) if self.lines[i].startswith("✖ ")]
        for head, after in zip(heads, [*heads[1:], len(self.lines)]):
            self.worths[head] = MUST
            end = after - 1 if after < len(self.lines) and self.lines[after - 1].startswith("test at ") else after
            Body(self.lines, self.worths).grade(range(head + 1, end))
            body = [i for i in range(head + 1, end) if self.lines[i].strip()]
            if len(body) == 1 and self.lines[body[0]].rstrip("'").endswith((" subtests failed", " subtest failed")):
                self.worths[head] = self.worths[body[0]] = LAST
            if self.lines[head - 1].startswith("test at "):
                self.worths[head - 1] = MUST


class _Tap:
    """TAP: every test has a line; a failed one is followed by a block of YAML or by lines behind `#`."""

    def __init__(self, lines: Sequence[str], worths: list[int]) -> None:
        self.lines = lines
        self.worths = worths

    def grade(self) -> None:
        """Stretch by stretch: what follows a test's line belongs to it."""
        after_failure = False
        said = 0
        for part in sections.split(self.lines, _TAP):
            if part.kind == "crossed":
                after_failure = self._grade_crossed(part)
                said = 0
            elif part.kind == "printed":
                told = said < _MORE_LINES if after_failure else False
                self.worths[part.start] = DETAIL if told else max(self.worths[part.start], REST)
                sections.at_most(self.worths, part.start + 1, part.end, REST)
                said += 1
            elif part.kind == "stopped":
                self.worths[part.start] = MUST
            else:
                sections.set_worth(self.worths, part.start, part.end, NOISE)
                after_failure = False

    def _grade_crossed(self, part: Stretch) -> bool:
        """Whether lines behind `#` are its message. A suite fails with its tests, and a test that is to do may."""
        head = self.lines[part.start]
        body = range(part.start + 1, part.end)
        if "# TODO" in head or "# SKIP" in head or any(_SUBTESTS in self.lines[i] for i in body):
            sections.set_worth(self.worths, part.start, part.end, NOISE)
            self.worths[part.start] = LAST
            return False
        self.worths[part.start] = MUST
        if any(self.lines[i].strip() == "---" for i in body):
            self._grade_yaml(part)
            if any(self.lines[i].strip() == _CRASHED for i in body):
                self._grade_crash(part.start)
            return False
        Body(self.lines, self.worths).grade(body)
        return True

    def _grade_crash(self, head: int) -> None:
        """A file that ended by itself: what node printed of it stands above, behind `#`."""
        start = end = head - 1 if head and self.lines[head - 1].startswith("# Subtest: ") else head
        while start and self.lines[start - 1].startswith("#") and head - start < _CRASH_LINES:
            start -= 1
        _grade_trace([line[2:] for line in self.lines[start:end]], self.worths, start)

    def _grade_yaml(self, part: Stretch) -> None:
        """The keys of the block stand two blanks further in than the test's line."""
        depth = len(self.lines[part.start]) - len(self.lines[part.start].lstrip()) + 2
        key, said, compared, open_, own = "", 0, 0, False, list[int]()
        for index in range(part.start + 1, part.end):
            line = self.lines[index]
            found = _KEY.match(line)
            if found and len(line) - len(line.lstrip()) == depth:
                key, said, compared, open_ = (
                    found.group(1),
                    int(not line.rstrip().endswith(("|-", "|", ">-"))),
                    0,
                    False,
                )
                self.worths[index] = self._worth_of(key, head=True)
            elif not line.strip() or line.strip() in ("---", "..."):
                self.worths[index] = SILENT
            elif key in _STACK_KEYS:
                library = "node:" in line or "node_modules" in line or "<anonymous>)" in line
                self.worths[index] = SILENT if library else SPARE
                if not library and place_of(line):
                    own.append(index)
            elif key in _MESSAGE_KEYS:
                said += 1
                open_, first = said == 1 and line.rstrip().endswith(":"), said == 1 or (open_ and said == 2)  # noqa: PLR2004 the line after a colon
                compared += line.strip()[0] in "+-"
                shown = first or (line.strip()[0] in "+-" and compared <= _COMPARED_LINES)
                self.worths[index] = MUST if shown else DETAIL if said <= _MORE_LINES else SPARE
            else:
                self.worths[index] = self._worth_of(key, head=False)
        for index in own[:1]:
            self.worths[index] = MUST

    @staticmethod
    def _worth_of(key: str, *, head: bool) -> int:
        if key in _MESSAGE_KEYS:
            return MUST
        if key in _STACK_KEYS or key in _QUIET_KEYS:
            return LAST
        return DETAIL if head else EXTRA
