"""What facts of data have in common, whatever its format: names that tell of trouble, and facts in order."""

from __future__ import annotations

from scrimp.core.facts import lines
from scrimp.core.facts.fact import ALIKE, DETAIL, FAILURE, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

NAMES = ("name", "id", "key", "path", "file", "filename", "filePath", "title", "package")
"""What a record is called by."""
KEYS = 80
"""So many different names of members are facts."""
VALUES = 40
"""And so many of the values that stand outside of all records."""

_PART_CHARS = 250
_FIRST, _LAST = 20, 5
_TELLS = frozenset(("error", "errors", "err", "exception", "failure", "fault", "reason", "stderr", "error_message"))
_STATES = frozenset(
    {"status", "state", "phase", "severity", "level", "result", "conclusion", "outcome", "health", "type", "reason"}
)
_MESSAGES = frozenset({"message", "msg", "detail", "description", "title"})
_WITH_MESSAGE = frozenset({"severity", "level", "code", "rule", "ruleid", "line", "location", "reason", "status"})
_NOTHING = frozenset({"", "null", "none", "false", "0", "ok", "no", "~", "{}", "[]"})
_BAD = pattern(
    r"(?i)(?:.{0,40}[ _(-])?(?:fail(?:ed|ure|ing)?|error(?:ed)?|critical|fatal|evicted|unhealthy|down"
    r"|time(?:d[ _-]?)?out"
    r"|rejected|degraded|offline|dead|cancelled|aborted|high)(?:[ _)-].{0,40})?$"
    r"|(?:Crash|Err|Invalid|Failed|OOM)\w+$|\w+(?:BackOff|Error|Failed)$|Exited \([1-9]"
)


class Found:
    """Facts gathered anywhere in a text; they come back in its order."""

    __slots__ = ("_counts", "_facts", "_used")

    def __init__(self) -> None:
        self._facts: list[tuple[int, Fact]] = []
        self._used: set[int] = set()
        self._counts: dict[str, list[int]] = {}

    def take(self, priority: int, kind: str, parts: Iterable[tuple[int, str]]) -> bool:
        """A fact of parts with where they stand; a part that another fact has is left out."""
        fresh = [(at, part) for at, part in parts if part and "\n" not in part and at not in self._used]
        if fresh:
            self._used.update(at for at, _ in fresh)
            self._facts.append((min(fresh)[0], Fact(priority, kind, tuple(part for _, part in fresh))))
        return bool(fresh)

    def trouble(self, alike: str, parts: Iterable[tuple[int, str]]) -> None:
        """A failure; of very many that are `alike` those in the middle are no more than that."""
        if self.take(FAILURE, "error", parts):
            self._counts.setdefault(alike, []).append(len(self._facts) - 1)

    def others(self, text: str, outside: str, since: int = 0) -> None:
        """The facts of the lines of `text` that are no data, which are `outside`."""
        for fact in lines.extract(outside, log=False, last=False):
            at = text.find(fact.parts[0], since)
            if at >= 0:
                since = at
                places = [text.find(part, at) for part in fact.parts]
                if self._used.isdisjoint(places):
                    self._used.update(places)
                    self._facts.append((at, fact))

    def in_order(self) -> list[Fact]:
        """All of them."""
        for indices in self._counts.values():
            for index in indices[_FIRST:-_LAST]:
                at, fact = self._facts[index]
                self._facts[index] = (at, fact._replace(priority=ALIKE))
        return [fact for _, fact in sorted(self._facts)]


def tells(name: str, value: str) -> bool:
    """Whether a member says by itself that something is wrong."""
    name = name.lower()
    if name in _TELLS:
        return value.lower() not in _NOTHING and not value.isdigit()
    return name in _STATES and is_bad(value)


def is_bad(value: str) -> bool:
    """Whether a value is a word for something wrong."""
    return _BAD.match(value[:100]) is not None


def is_message(name: str, others: Iterable[str]) -> bool:
    """Whether a member is what is said about a problem, by what stands beside it."""
    return name.lower() in _MESSAGES and any(other.lower() in _WITH_MESSAGE for other in others)


def short(part: str) -> str:
    """The part; of a long one the beginning, up to a word's end."""
    if len(part) <= _PART_CHARS:
        return part_of(part)
    cut = part[:_PART_CHARS]
    for end in range(len(cut), 0, -1):
        if not (part[end - 1].isalnum() or part[end - 1] == "_") or not (part[end].isalnum() or part[end] == "_"):
            return part_of(part[:end]) if end > _PART_CHARS // 2 else ""
    return ""


__all__ = ["DETAIL", "KEYS", "NAMES", "VALUES", "Found", "is_bad", "is_message", "short", "tells"]
