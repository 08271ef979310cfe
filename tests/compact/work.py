"""How much work a family does on a text, counted in lines of our own code that run: the same on any machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrimp.core import facts
from scrimp.core.compact import family_of, fit

if TYPE_CHECKING:
    from types import FrameType

    from _typeshed import TraceFunction


def steps(family: str, text: str) -> int:
    """How many lines of our own code run to read, lay out and grade the text."""
    count = 0

    def trace(_frame: FrameType, event: str, _arg: object) -> TraceFunction:
        nonlocal count
        count += event == "line"
        return trace

    module = family_of(family)
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        facts.extract(family, text)
        laid_out: str = getattr(module, "lay_out", str)(text)
        module.grade(laid_out.split("\n"), fit.Case(len(text), fits=False, failed=True))
    finally:
        sys.settrace(before)
    return count
