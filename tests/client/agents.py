"""The careful agent: it knows which facts its next step needs, and pays for every one that it was not sent.

It behaves the same whatever shaped the output. When a fact is missing it does what a good agent does: it looks the fact
up in the kept file that the result names (scrimp's marker or the client's own notice), or, when no file is named, runs
the command again through the same filter; and when the filter did not bring it either, it pages through the whole with
the native Read. Every one of these is a paid turn.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, NamedTuple

from tests.client.script import bash, read

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from tests.client.script import Call, Reply, Request

KEPT = (
    re.compile(r"\[scrimp [0-9a-f]{16}: [^\n]*; whole: Read ([^\n\]]+?)(?: by offset and limit)?\]"),
    re.compile(r"Full output saved to: ([^\n]+)"),
)
"""How a result names the file that holds all of it."""

PAGE_LINES = 1_000
"""A page of a Read: 25,000 tokens is the most that the client lets through."""

PAGES = 40
"""The careful agent gives up after so many pages."""


class Need(NamedTuple):
    """What a step must know before the agent can go on.

    `facts` are literal strings; `filter` is a shell filter (`grep -n …`) that a person who knows what they look for
    would use; `command` is what is run again when nothing was kept.
    """

    facts: Sequence[str]
    filter: str
    command: str

    def missing_in(self, text: str) -> list[str]:
        """The facts that `text` does not show."""
        return [fact for fact in self.facts if fact not in text]


class Notes:
    """What an agent paid for not being shown everything at once."""

    def __init__(self) -> None:
        self.missed: list[str] = []
        self.extra_turns = 0
        self.never_found: list[str] = []


def kept_file(text: str) -> str:
    """The file that a result says holds all of it; '' when it names none."""
    found = [match.group(1).strip() for match in (pattern.search(text) for pattern in KEPT) if match]
    return found[0] if found else ""


def look(call: Call, need: Need, notes: Notes) -> Generator[Reply, Request, Request]:
    """Make the call and come back with every fact it needs, or with what could not be found in the notes."""
    request = yield [call]
    seen = request.latest
    missed = need.missing_in(seen)
    notes.missed += missed
    if not missed:
        return request
    path = kept_file(seen)
    narrower = f"{need.filter} {shlex.quote(path)}" if path else f"{need.command} 2>&1 | {need.filter}"
    request = yield [bash(narrower)]
    notes.extra_turns += 1
    seen += request.latest
    if need.missing_in(seen):
        request, seen = yield from _page_through(request, path or kept_file(request.latest), need, (seen, notes))
    notes.never_found += need.missing_in(seen)
    return request


def _page_through(
    request: Request, path: str, need: Need, so_far: tuple[str, Notes]
) -> Generator[Reply, Request, tuple[Request, str]]:
    """Read the kept file, or the command's output, page by page until nothing is missing or it has ended."""
    seen, notes = so_far
    for page in range(PAGES):
        first = page * PAGE_LINES + 1
        last = first + PAGE_LINES - 1
        again = f"{need.command} 2>&1 | sed -n '{first},{last}p'"
        request = yield [read(path, offset=first, limit=PAGE_LINES) if path else bash(again)]
        notes.extra_turns += 1
        seen += request.latest
        if not need.missing_in(seen) or len(request.latest.splitlines()) < PAGE_LINES // 2:
            break
    return request, seen
