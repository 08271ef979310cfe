"""Facts of XML: what failed and what is said about it (JUnit, Checkstyle, others), totals, the elements' names."""

from __future__ import annotations

from scrimp.core.facts.data import KEYS, Found, is_bad, short
from scrimp.core.facts.fact import DETAIL, TOTAL, Fact
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re

_TAG = pattern(r"<([A-Za-z_][\w:.-]*)([^<>]*)>([^<>\n]*)")
_ATTRIBUTE = pattern(r'([\w:.-]{1,80})="([^"\n]*)"')
_PROBLEMS = frozenset({"failure", "error", "fatal", "exception", "warning", "problem", "issue", "violation", "fault"})
_NAMED = frozenset({"testcase", "file", "class", "package", "module"})
_TOTALS = frozenset({"testsuite", "testsuites", "counters", "resultsummary"})
_TOLD = ("message", "line", "type", "severity", "source")
_COUNTS = ("name", "tests", "failures", "errors", "skipped", "time")


def extract(text: str) -> list[Fact]:
    """The facts in order of appearance."""
    reader = _Reader()
    for found in _TAG.finditer(text):
        reader.look_at(found)
    return reader.found.in_order()


class _Reader:
    """One pass over the tags, with the element that was named last."""

    def __init__(self) -> None:
        self.found = Found()
        self.named: list[tuple[int, str]] = []
        self.tags: set[str] = set()

    def look_at(self, tag: re.Match[str]) -> None:
        name = tag.group(1)
        low = name.lower()
        if low in _NAMED:
            self.named = _attributes(tag, ("name", "classname"))
        if low in _PROBLEMS:
            told = _attributes(tag, _TOLD)
            if len(told) < 2 and tag.group(3).strip():  # noqa: PLR2004 no message, or no more than one
                told.append((tag.start(3), short(tag.group(3))))
            if told:
                self.found.trouble(low, [*self.named, *told])
        elif low in _TOTALS:
            self.found.take(TOTAL, "total", _attributes(tag, _COUNTS))
        elif is_bad(tag.group(3).strip()):
            self.found.trouble(low, [(tag.start(), short(tag.group().strip()))])
        if name not in self.tags and len(self.tags) < KEYS:
            self.tags.add(name)
            self.found.take(DETAIL, "key", [(tag.start() + 1, f"<{name}")])


def _attributes(tag: re.Match[str], names: tuple[str, ...]) -> list[tuple[int, str]]:
    """The attributes of a tag, as they are written, with where they stand."""
    start = tag.start(2)
    found = _ATTRIBUTE.finditer(tag.group(2))
    return [(start + one.start(), short(one.group())) for one in found if one.group(1) in names]
