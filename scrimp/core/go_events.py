"""The lines of `go test -json`: one event each, with what a test or a build printed in its `Output`."""

from __future__ import annotations

import json
from collections import namedtuple

from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    class Event(NamedTuple):
        """One line. raw: its output as the line has it, escaped; text: the same as it was printed, one line of it."""

        action: str
        package: str
        test: str
        raw: str
        text: str

else:
    Event = namedtuple("Event", ("action", "package", "test", "raw", "text"))

IS_EVENT = pattern(r'\{(?:"Time":"[^"]{1,40}",)?(?:"ImportPath":"[^"]{1,500}",)?"(?:Action|Package)":"')
"""How such a line begins; the time may have been left out."""

_STRING = r'"((?:[^"\\]|\\.)*)"'
_ACTION = pattern(rf'"Action":{_STRING}')
_PACKAGE = pattern(rf'"(?:Package|ImportPath)":{_STRING}')
_TEST = pattern(rf'"Test":{_STRING}')
_OUTPUT = pattern(rf'"Output":{_STRING}')


def event_in(line: str) -> Event | None:
    """The event that the line is, or None."""
    if not line.startswith("{") or not IS_EVENT.match(line):
        return None
    output = _OUTPUT.search(line)
    head = line[: output.start()] if output else line  # what a test printed may look like a field
    raw = output.group(1) if output else ""
    raw = raw.removesuffix("\\n")
    action = _field(_ACTION.search(head)) or ("output" if output else "")
    return Event(action, _field(_PACKAGE.search(head)), _field(_TEST.search(head)), raw, _decoded(raw))


def _field(found: object) -> str:
    group = getattr(found, "group", None)
    return str(group(1)) if group else ""


def _decoded(raw: str) -> str:
    if "\\" not in raw:
        return raw
    try:
        return str(json.loads(f'"{raw}"'))
    except ValueError:
        return raw
