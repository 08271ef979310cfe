"""YAML: what the client shows whole stays whole; of more the shape, the first records of a list, and the odd ones."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import blobs, fit, tree
from scrimp.core.compact.fit import KEY, NOISE
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "yaml"
GAPS = fit.COUNTED_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("rror:", "ailed", "message: ", "reason: ", "BackOff", "\n---\n", "\nkind: ")
shorten = blobs.shorten

_COMMAND = pattern(
    r"-o[ =]?yaml\b|\.ya?ml\b|\b(?:helm (?:template|get)|kustomize|kubectl kustomize|yq)\b|compose\b.*\bconfig\b"
)
_DASHES = r"(?:- +)*"
_KEY = r"(?:[\w./$@*<-][\w ./$@*<>()%+-]{0,120}|\"[^\"\n]{0,160}\"|'[^'\n]{0,160}')"
_NAMED = pattern(rf"\s*{_DASHES}({_KEY}):(?:\s+(\S.*)|\s*)$")
_LINE = pattern(rf"\s*(?:{_DASHES}{_KEY}:(?:\s.*)?$|-(?: .*)?$|#|---|\.\.\.$|%YAML)")
_BEGINS = pattern(rf"(?:---(?: |$)|%YAML|#|- |{_KEY}:(?:\s|$))")
_BLOCK = pattern(r".*[:-] +[|>][-+\d]{0,2}\s*(?:#.*)?$")
_SHARE, _SHARE_BY_COMMAND = 0.95, 0.6
_NESTED = 3


def looks_like(text: str, command: str) -> bool:
    """Whether nearly all of `text` (the ends and the middle of the output) is keys, items and what is below them."""
    lines = [line for line in text.split("\n") if line.strip() and not fit.is_gap(line)]
    if not lines or not _BEGINS.match(lines[0][: limits.LINE_CHARS]):
        return False
    hits = nested = 0
    block = -1
    above, opened = 0, False
    for line in lines:
        depth = len(line) - len(line.lstrip())
        if 0 <= block < depth:
            hits += 1
            continue
        block = depth if _BLOCK.match(line[: limits.LINE_CHARS]) else -1
        ours = _LINE.match(line[: limits.LINE_CHARS]) is not None
        nested += ours and opened and (depth > above or line.lstrip().startswith("- "))
        hits += ours or depth > above
        above, opened = depth, line.rstrip().endswith(":")
    share = _SHARE_BY_COMMAND if _COMMAND.search(command) else _SHARE
    return nested >= _NESTED and hits >= share * len(lines)


def target(case: Case) -> int:
    """How many characters to cut to."""
    return case.whole_or(limits.DATA_CHARS)


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    worths = [KEY] * len(lines) if case.fits else tree.grade(lines, _READING)
    for index in blobs.between(lines):
        worths[index] = NOISE
    return worths


def _depth(line: str) -> int:
    """An item is deeper than the key above it, also where it begins no further in."""
    bare = line.lstrip()
    return 2 * (len(line) - len(bare)) + (bare.startswith("- ") or bare == "-")


def _closes(line: str) -> bool:  # noqa: ARG001 nothing in YAML does
    return False


def _name(line: str) -> str:
    bare = line.lstrip()
    if bare.startswith("- ") or bare == "-":
        return ""
    found = _NAMED.match(line[: limits.LINE_CHARS])
    return found.group(1).strip("\"'") if found else ""


def _members(line: str) -> list[tuple[str, str]]:
    found = _NAMED.match(line[: limits.LINE_CHARS])
    return [(found.group(1), found.group(2))] if found and found.group(2) else []


_READING = tree.Reading(_depth, _closes, _name, _members)
