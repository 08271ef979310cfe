"""XML: what the client shows whole stays whole; of more the shape, the first elements of a kind, and the odd ones."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import blobs, fit, tree
from scrimp.core.compact.fit import KEY
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "xml"
GAPS = fit.COUNTED_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("<failure", "<error", "<testsuite ", "<summary", "<message", 'severity="error"', "<skipped")
shorten = blobs.shorten

_BEGINS = pattern(
    r"\s*<(?:\?xml |!--|(?!/|!DOCTYPE html|html\b|!doctype html|HTML\b|[pP]>|br\b|div\b|a )"
    r"[A-Za-z_][\w:.-]*[\s>/])"
)
_TAG = pattern(r"\s*</?([A-Za-z_?!][\w:.-]*)")
_ATTRIBUTE = pattern(r'([\w:.-]{1,80})="([^"]*)"')
_LEAF = pattern(r"\s*<([A-Za-z_][\w:.-]*)[^<>]*>([^<>]*)</")
_PIECE = pattern(r"<[^<>]*>?|[^<]+")
_HTML = ("<!doctype html", "<html")
_IN = 10_000
"""Text that goes on over lines is in whatever element is open, however far in it begins."""
_LONG = 500
_SHARE = 0.5
_DEEP = 200
_MOST_CHARS = 2_000_000


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 XML is known by its look alone
    """Whether `text` (the ends and the middle of the output) begins and ends with tags, and not HTML's."""
    if not _BEGINS.match(text):
        return False
    head = text[:_LONG].lower()
    if any(sign in head for sign in _HTML):
        return False
    told = [line for line in text.split("\n") if line.strip()]
    tagged = sum(1 for line in told if line.lstrip().startswith("<"))
    return tagged >= _SHARE * len(told) or text.count("<") >= len(told)


def target(case: Case) -> int:
    """How many characters to cut to."""
    return case.whole_or(limits.DATA_CHARS)


def lay_out(text: str) -> str:
    """The text, where it has long lines, with each element that holds others on lines of its own."""
    if "\n" in text and not any(len(line) > limits.LINE_CHARS for line in text[:_MOST_CHARS].split("\n")):
        return text
    out: list[str] = []
    depth, before = 0, ""
    for found in _PIECE.finditer(text, 0, min(len(text), _MOST_CHARS)):
        piece = found.group()
        if not piece.startswith("<"):
            out.append(piece if piece.strip() or "\n" in piece else "")
            before = piece if piece.strip() else before
            continue
        closes = piece.startswith("</")
        depth -= closes
        # A tag that closes stands below only where tags were closed above.
        below = before.startswith("</") or before.endswith(("/>", "?>")) if closes else before.endswith(">")
        if below and before.startswith("<") and not (out and out[-1].endswith("\n")):
            out.append("\n" + " " * max(0, min(depth, _DEEP)))
        out.append(piece)
        depth += not closes and not piece.endswith(("/>", "?>")) and not piece.startswith(("<!", "<?"))
        before = piece
    out.append(text[_MOST_CHARS:])
    return "".join(out)


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    return [KEY] * len(lines) if case.fits else tree.grade(lines, _READING)


def _depth(line: str) -> int:
    bare = line.lstrip()
    return len(line) - len(bare) if bare.startswith("<") else _IN


def _closes(line: str) -> bool:
    return line.lstrip().startswith("</")


def _name(line: str) -> str:
    found = _TAG.match(line[: limits.LINE_CHARS])
    return found.group(1) if found else ""


def _members(line: str) -> list[tuple[str, str]]:
    line = line[: limits.LINE_CHARS]
    found: list[tuple[str, str]] = _ATTRIBUTE.findall(line)
    leaf = _LEAF.match(line)
    return [*found, (leaf.group(1), leaf.group(2))] if leaf else found


_READING = tree.Reading(_depth, _closes, _name, _members)
