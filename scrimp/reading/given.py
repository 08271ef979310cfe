"""What each conversation was given whole, so that an unchanged file is named and not sent again.

In memory alone: a server that starts anew gives everything anew. A conversation whose context is compacted has lost
what it was given; its caller uses a new name for it from then on. May be used from several threads.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits

if TYPE_CHECKING:
    from scrimp.reading.documents import Stamp

Span = tuple[int, int]


class _Known(NamedTuple):
    stamp: Stamp
    spans: dict[Span, str]


class Given:
    """By conversation and file: the lines that were given, and by which call."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], _Known] = OrderedDict()
        self._lock = threading.Lock()

    def call_of(self, conversation: str, real: str, stamp: Stamp, spans: list[Span]) -> str:
        """The call that gave these lines of a file that has not changed since; '' for none, or without a name."""
        with self._lock:
            known = self._known.get((conversation, real)) if conversation else None
            if known is None or known.stamp != stamp:
                return ""
            calls = {next((call for given, call in known.spans.items() if _is_in(span, given)), "") for span in spans}
        return calls.pop() if len(calls) == 1 else ""

    def note(self, conversation: str, real: str, stamp: Stamp, spans: list[Span], call: str) -> None:
        """That a call gave these lines whole; nothing without names for both."""
        if not conversation or not call:
            return
        with self._lock:
            known = self._known.pop((conversation, real), None)
            if known is None or known.stamp != stamp:
                known = _Known(stamp, {})
            known.spans.update(dict.fromkeys(spans, call))
            self._known[conversation, real] = known
            if len(self._known) > limits.READ_GIVEN_FILES:
                self._known.popitem(last=False)


def _is_in(span: Span, given: Span) -> bool:
    return given[0] <= span[0] and span[1] <= given[1]
