"""Facts of a pytest run: each failure's name, `file:line` and message; errors; totals; warnings.

What a test printed is never a fact. In a failure's block the message is the first `E` line of the last exception;
where it was raised is the `path:line: Type` line below it (long tracebacks) or the last `path:line: in function` above
(short ones, and errors of collection). Exceptions that led to it are causes.
"""

from __future__ import annotations

import re

from scrimp.core.facts import lines, traces
from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.facts.pytest_report import Report, Run, is_total, read, split
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACE = pattern(r"([^\s>:][^\n]*?:\d+):(?: (.*))?$")
_LINKS = ("The above exception was the direct cause", "During handling of the above exception")
_NAME = pattern(r"ERROR (?:at (?:setup|teardown) of|collecting) (?:file |package )?")
_PROGRESS = pattern(
    r"^(?:\[gw\d+\] \[ *\d+%\] (?:FAILED|ERROR) (\S.*)|(\S.*) (?:FAILED|ERROR) +\[ *\d+%\])$", re.MULTILINE
)
_WARNED = pattern(r"^ {2}(\S.*:\d+: .+)$", re.MULTILINE)
_COVERED = pattern(r"^(?:TOTAL +\d.*%|(?:FAIL )?Required test coverage .*)$", re.MULTILINE)
_INTERNAL = pattern(r"^INTERNALERROR> (\S.*)$", re.MULTILINE)
_HINTS = ("...Full output truncated", "Use -v to get", "Omitting ", "Full diff:")
_NATIVE = "Traceback (most recent call last):"
_WORKER = pattern(r"\[gw\d+\] \S+ -- Python ")


def extract(text: str) -> list[Fact]:
    """The facts of each run in `text`, and of what was printed around the runs."""
    runs = split(text)
    facts: list[Fact] = []
    done = 0
    for run in runs:
        facts += _around(text[done : run.start])
        facts += _of_run(text, run)
        done = run.end
    return facts + _around(text[done:])


def _around(text: str) -> list[Fact]:
    """Outside a run: what other tools say, and what stops pytest before it starts (a conftest that raises)."""
    found = lines.extract(text, log=False, last=False) if text and not text.isspace() else []
    if "\nE   " in text:
        found += [Fact(FAILURE, "error", parts) for parts, _ in _raised(text)]
    return found


def _of_run(text: str, run: Run) -> list[Fact]:
    report = read(text, run)
    facts = [
        fact
        for section, block in report.blocks
        for fact in _of_block(text, section, block.title, block.start, block.end)
    ]
    last = report.blocks[-1][1].end if report.blocks else run.start
    facts += _unblocked(text, report)
    facts += [Fact(WARNING, "warning", (part_of(row),)) for row in _WARNED.findall(text, *report.warnings)]
    facts += [Fact(TOTAL, "total", (row,)) for row in _COVERED.findall(text, last, max(report.tail, last))]
    if not report.entries and not report.blocks and not any(map(is_total, report.closing)):
        facts += _interrupted(text, run)
    return facts + [Fact(TOTAL, "total", (rule.title,)) for rule in report.closing]


def _of_block(text: str, section: str, title: str, start: int, end: int) -> Iterator[Fact]:
    """One failure, what led to it, and the rest of its message."""
    kind = "error" if section == "ERRORS" or _NAME.match(title) else "failure"
    name = title[found.end() :] if (found := _NAME.match(title)) else title
    body = text[start:end]
    raised = _raised(body) or _native(body)
    for parts, _ in raised[:-1]:
        yield Fact(FAILURE, "cause", parts)
    parts, rest = raised[-1] if raised else (_first_line(body), ())
    yield Fact(FAILURE, kind, (name, *parts))
    if rest:
        yield Fact(DETAIL, "diff", rest)


def _raised(body: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each exception of a block: (place and message, the message's further lines)."""
    found: list[tuple[str, list[str]]] = []
    frame = ""
    said: list[str] = []
    open_ = False  # the last exception still waits for its `path:line: Type`
    for row in body.split("\n"):
        if row.startswith("E   ") or row == "E":
            if not open_:
                said = []
                found.append((frame, said))
                open_ = True
            said.append(row[1:])
        elif row.startswith(_LINKS):
            open_, frame = False, ""
        elif row and not row[0].isspace():
            place = _PLACE.match(row)
            if not place:
                continue
            below = place.group(2)
            if open_ and below and not below.startswith("in "):
                found[-1] = (place.group(1), said)
                open_ = False
            elif not below or below.startswith("in "):
                frame = place.group(1)
    return [_exception(place, said) for place, said in found]


def _exception(place: str, said: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Its parts: where, and the first line of the message; of a syntax error the file it is in, and the last line."""
    rows = [part_of(row) for row in said if row.strip()]
    if not rows:
        return (place,), ()
    if rows[0].startswith('File "') and len(rows) > 1:
        return (rows[0], rows[-1]), ()
    rest = tuple(
        row for row in rows[1:] if not row.startswith(_HINTS) and " at 0x" not in row and any(map(str.isalnum, row))
    )
    return tuple(filter(None, (place, rows[0]))), rest


def _native(body: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The same of a block in Python's own format (`--tb=native`)."""
    found: list[tuple[tuple[str, ...], tuple[str, ...]]] = []
    at = 0 if body.startswith(_NATIVE) else body.find("\n" + _NATIVE) + 1
    while at or body.startswith(_NATIVE):
        parts, after = traces.python(body, at)
        found.append((parts, ()))
        at = body.find("\n" + _NATIVE, max(after - 1, 0)) + 1
        if not at:
            break
    return found


def _first_line(body: str) -> tuple[str, ...]:
    """Of a block without an exception (a strict xfail that passed, a doctest): its first line and its place."""
    rows = [row for row in body.split("\n") if row.strip() and not _WORKER.match(row)]
    places = [place.group(1) for row in rows if (place := _PLACE.match(row))]
    return tuple(filter(None, (places[-1] if places else "", part_of(rows[0]) if rows else "")))


def _unblocked(text: str, report: Report) -> list[Fact]:
    """Failures that the short summary names and no block shows (`--tb=line`, `--tb=no`)."""
    named = [_entry(word, rest) for word, rest in report.entries]
    if report.blocks:
        return []
    places = [(place.group(1), part_of(place.group(2))) for row in text[slice(*report.loose)].split("\n")
              if (place := _PLACE.match(row)) and place.group(2)]  # fmt: skip
    failed = [fact for fact in named if fact.kind == "failure"]
    if len(places) == len(failed):
        shown = iter(places)
        return [
            Fact(FAILURE, "failure", (fact.parts[0], *next(shown))) if fact.kind == "failure" else fact
            for fact in named
        ]
    return [*(Fact(FAILURE, "crash", parts) for parts in places), *named]


def _entry(word: str, rest: str) -> Fact:
    """A line of the short summary: the test, and its message where it is whole."""
    name, dash, message = rest.partition(" - ")
    kind = "error" if word == "ERROR" else "failure"
    if "[" in name and "]" not in name:
        name, dash, message = rest, "", ""
    whole = dash and not message.endswith("...")
    return Fact(FAILURE, kind, (part_of(name), part_of(message)) if whole else (part_of(name),))


def _interrupted(text: str, run: Run) -> Iterator[Fact]:
    """A run that was ended from outside: what its progress had said, and pytest's own breakdown."""
    for found in _PROGRESS.finditer(text, run.start, run.end):
        name: str = found.group(1) or found.group(2)
        if "::" in name.split(" ", 1)[0][1:]:  # asked here, since a pattern that asks it is quadratic on `::::`
            yield Fact(FAILURE, "failure", (name,))
    internal = _INTERNAL.findall(text, run.start, run.end)
    if internal:
        yield Fact(FAILURE, "error", (part_of(internal[-1]),))
