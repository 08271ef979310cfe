"""How gently an output is cut: what is switched off, what was learned from use, what the command itself asks for."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_ASKS_FOR_MORE = pattern(
    r"(?:^|\s)(?:-vv+|--tb=long|--full|--full-trace|--no-trunc|--show-output|--nocapture|--showlocals"
    r"|--stacktrace|--full-stacktrace|RUST_BACKTRACE=full)(?:\s|$)"
    r"|\|\s*(?:head|tail|sed -n)\b[^|]*$"
)
"""Flags that ask a tool for more than it usually says, and a last pipe that chooses how much is seen. `-v` is none: it
inverts, mounts, sorts or tells a version in as many tools."""

_VERBOSE = pattern(r"(?:^|\s)--verbose(?:\s|$)")
_LISTS_WHAT_PASSED = frozenset(
    {"pytest", "unittest", "jest", "vitest", "mocha", "node_tests", "go_test", "cargo_test", "junit", "ctest"}
)
"""Where it only asks for the names of the tests that passed."""


class Manner:
    """off: families that are left alone. wanted_back: how often a family was cut too much, for such a command."""

    __slots__ = ("off", "wanted_back")

    def __init__(self, off: Collection[str] = (), wanted_back: Mapping[str, int] | None = None) -> None:
        self.off = off
        self.wanted_back = wanted_back or {}

    def why_not(self, family: str) -> str:
        """Why a family's outputs stay as they are; '' where they may be cut."""
        if family in self.off:
            return "switched off"
        return "wanted back too often" if self.wanted_back.get(family, 0) >= limits.RETURNS_TO_OFF else ""

    def times_target(self, family: str, command: str) -> int:
        """How many times the family's target is kept."""
        more = _ASKS_FOR_MORE.search(command) or (family not in _LISTS_WHAT_PASSED and _VERBOSE.search(command))
        asked = limits.ASKED_FACTOR if more else 1
        return asked * limits.GENTLER_FACTOR ** self.wanted_back.get(family, 0)


USUAL = Manner()
"""Nothing is switched off and nothing was learned."""
