"""How package managers write a row: of a tree of packages, of what was wrong with one, of a package and its version.

Sources: what npm, pnpm, cargo and uv print. For compactors: facts read rows by a way of their own.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    class Row(NamedTuple):
        """One row of a tree: how far its branch is indented (-1: a root), what stands behind it, what is wrong."""

        indent: int
        text: str
        problem: str
else:
    from collections import namedtuple

    Row = namedtuple("Row", ("indent", "text", "problem"))

_BRANCH = pattern(r"(?P<indent>[│| ]{0,200})(?:[├└]─[─┬]?|[├└]──|\+-[-+]|`-[-+]|\|--) ?(?P<text>\S.*)")
_PACKAGE = (
    r"(?:@?[\w.+~-]+(?:/[\w.+~-]+)?@(?:[\^~]?v?\d|npm:|file:|\*|[<>=])"  # npm: name@1.2.3
    r"|@?[\w.+-]+(?:/[\w.+-]+)?(?:\[[\w,-]+\])? v?\d+\.\d)"  # pnpm, cargo, uv: name 1.2.3, name v1.2.3
)
_NAMED = pattern(rf"(?:UNMET |[✕✖] )?(?:OPTIONAL )?(?:DEPENDENCY |(?:unmet|missing) peer )?{_PACKAGE}|UNMET |[✕✖] ")
_ROOT = pattern(rf"{_PACKAGE}[^ :]*(?: \(?(?:/|[A-Za-z]:\\)\S* ?.*| peer| \(\*\)| \([^()]*\))?$")
_PROBLEM = pattern(
    r"UNMET (?!OPTIONAL)\S+ \S+|[✕✖] .*"
    r"|@?[^\s@]{1,300}@\S{1,300}(?: -> \S{1,500})?(?= (?:deduped )?(?:invalid\b|extraneous\b))"
)
_REPEATED = pattern(r".* (?:deduped|\(\*\))$")


def row_of(line: str) -> Row | None:
    """The row that a line is, or None."""
    cut = line[: limits.LINE_CHARS]
    branch = _BRANCH.match(cut)
    if branch:
        text = branch.group("text")
        if not _NAMED.match(text):
            return None
        problem = _PROBLEM.match(text)
        return Row(len(branch.group("indent")), text, problem.group() if problem else "")
    return Row(-1, cut, "") if cut[:1] not in ("", " ") and _ROOT.match(cut) else None


def is_repeated(text: str) -> bool:
    """Whether the row only points to another where its package stands with what it needs."""
    return _REPEATED.match(text) is not None
