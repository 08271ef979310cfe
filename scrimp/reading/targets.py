"""From what was asked for to single files: a spec is taken literally where such a file is there, else as a glob."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from scrimp.reading import globbing
from scrimp.reading.places import Unread
from scrimp.reading.wanted import MATCH, OUTLINE, WRONG_LINES, Spec, Wanted, has_wrong_lines, readings

if TYPE_CHECKING:
    from scrimp.reading.places import Located, Roots


class Target(NamedTuple):
    """A file to open, and what of it. is_found: a glob or a folder has found it, nobody has named it."""

    path: str
    spec: Spec
    wanted: Wanted
    is_found: bool = False

    def key(self, located: Located) -> tuple[object, ...]:
        """Equal for two targets with the same outcome."""
        return (located.real, self.spec.lines, self.spec.symbol, self.wanted._replace(spec="", again=False))


class Targets(NamedTuple):
    """The files of a spec. note: what is to be said of them together; '' for nothing."""

    files: list[Target]
    note: str = ""


def of(wanted: Wanted, roots: Roots) -> Targets:
    """The files that are meant.

    Raises:
        Unread: none, and why.
    """
    wrong = wanted.problem()
    spec = _meant(wanted.spec, roots) if not wrong else None
    if spec is None or has_wrong_lines(spec):
        raise Unread(wrong or WRONG_LINES)
    if spec.symbol and wanted.mode == MATCH:
        raise Unread(f"mode match searches a file or lines of it: leave out #{spec.symbol}, or mode and pattern")
    is_there = _is_there(spec.path, roots)
    if is_there and wanted.mode in (MATCH, OUTLINE) and _is_folder(spec.path, roots):
        base = spec.path.rstrip("/") + "/"
        return _found(globbing.below(base, "**", roots, _most(wanted)), spec, wanted)
    if is_there or not spec.is_glob:
        return Targets([Target(spec.path, spec, wanted)])
    return _found(globbing.found(spec.path, roots, _most(wanted)), spec, wanted)


def _meant(text: str, roots: Roots) -> Spec:
    """The first reading that names something that is there, else the last: the part behind the path counts."""
    found = readings(text)
    return next((spec for spec in found if _is_there(spec.path, roots)), found[-1])


def _is_there(path: str, roots: Roots) -> bool:
    try:
        return os.path.lexists(roots.absolute(path))
    except (OSError, ValueError):
        return False


def _is_folder(path: str, roots: Roots) -> bool:
    return os.path.isdir(roots.absolute(path)) and os.path.isdir(roots.locate(path).real)  # the first look is quick


def _most(wanted: Wanted) -> int:
    return limits.READ_SEARCHED_FILES if wanted.mode == MATCH else limits.READ_GLOB_FILES


def _found(found: globbing.Found, spec: Spec, wanted: Wanted) -> Targets:
    if not found.paths:
        hidden = "what .gitignore leaves out or begins with a dot is found only where the glob names it"
        raise Unread(f"no file matches; {hidden}")
    note = ""
    if found.more or found.is_cut_short:
        least = "at least " if found.is_cut_short else ""
        total = len(found.paths) + found.more
        note = f"{wanted.spec}: {least}{total:,} files, only the first {len(found.paths):,} were looked at"
    return Targets([Target(path, spec, wanted, is_found=True) for path in found.paths], note)
