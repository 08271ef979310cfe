"""Finds the files that a glob names, in the order of their names.

`*`, `?` and `[…]` stay within a name, `**` goes through folders, `{a,b}` are alternatives. As ripgrep does it, what
.gitignore, .git/info/exclude and .ignore leave out is left out, unless the part before the first such sign already lies
in it; a name that begins with a dot is found only by a pattern that has the dot; links to folders are not followed;
the same holds for .git.
"""

from __future__ import annotations

import importlib
import os
import re
import stat
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core import limits
from scrimp.reading.places import Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrimp.reading.places import Roots

_SIGNS = re.compile(r"[*?\[{]")
_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")

_NAME = r"(?!\.)[^/]+"
_FOLDER = f"(?:{_NAME}/)"
"""What `**` passes."""


class Found(NamedTuple):
    """paths: as the caller would name them. more: how many more were found. is_cut_short: there may be others."""

    paths: list[str]
    more: int = 0
    is_cut_short: bool = False


def found(pattern: str, roots: Roots, most: int) -> Found:
    """The files of a pattern; most: so many are listed, the others counted.

    Raises:
        Unread: the folder where it starts cannot be read, or it has too many braces.
    """
    return below(*_split(pattern), roots, most)


def below(base: str, rest: str, roots: Roots, most: int) -> Found:
    """The files of a pattern below a folder, whatever signs the folder's name has; base: '' or with its slash.

    Raises:
        Unread: as `found`.
    """
    if rest.endswith("/"):
        raise Unread("it ends in a slash and names folders; with ** behind it, it names the files in them")
    located = roots.locate(base or ".")
    if not os.path.isdir(located.real):
        raise Unread(f"there is no folder {located.shown}")
    alternatives = _expanded(rest)
    is_match = _matcher(alternatives)
    wants_hidden = any(part.startswith(".") for one in alternatives for part in one.split("/"))
    names: list[str] = []
    walked = 0
    for path in _walked(located.real, wants_hidden=wants_hidden):
        walked += 1
        if walked > limits.READ_WALKED:
            break
        name = path[len(located.real.rstrip("/")) + 1 :]
        if name and is_match(name) and _is_file(path):
            names.append(base + name)
    names.sort()
    return Found(names[:most], max(0, len(names) - most), walked > limits.READ_WALKED)


def _matcher(patterns: list[str]) -> Callable[[str], object]:
    try:
        return re.compile("|".join(_regex(one) for one in patterns)).fullmatch
    except re.error:
        raise Unread("the glob has a range that runs backwards") from None


def _split(pattern: str) -> tuple[str, str]:
    """The folders before the first sign, with their slash, and the rest."""
    sign = _SIGNS.search(pattern)
    at = pattern.rfind("/", 0, sign.start() if sign else len(pattern)) + 1
    return pattern[:at], pattern[at:]


def _walked(folder: str, *, wants_hidden: bool) -> Iterator[str]:
    """Every path below a folder that no ignore file leaves out."""
    ignore: Any = importlib.import_module("ignore")
    overrides: Any = importlib.import_module("ignore.overrides")
    import pathlib  # noqa: PLC0415 - the library takes nothing else

    start = pathlib.Path(folder)
    walk = ignore.WalkBuilder(start).hidden(not wants_hidden).require_git(False)
    walk = walk.overrides(overrides.OverrideBuilder(start).add("!.git").build()).build()
    while True:
        try:
            yield str(next(walk).path())
        except StopIteration:
            return
        except (ignore.Error, ignore.IOError, OSError):
            continue  # a folder that may not be listed; the others are


def _is_file(path: str) -> bool:
    """Whether it is worth opening: pipes and the like are no hits of a glob; a link may lead to a file."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return False


def _expanded(pattern: str) -> list[str]:
    """A pattern with braces as several without."""
    done: list[str] = []
    waiting = [pattern]
    while waiting:
        one = waiting.pop()
        braces = _BRACES.search(one)
        if not braces:
            done.append(one)
            continue
        waiting += [one[: braces.start()] + choice + one[braces.end() :] for choice in braces[1].split(",")]
        if len(waiting) + len(done) > limits.READ_BRACES:
            raise Unread(f"the braces come to more than {limits.READ_BRACES} patterns")
    return done


def _regex(pattern: str) -> str:
    """The regular expression for a path; as with stars, what `**` has passed is not tried again.

    That loses nothing: names between two `**` that are found further on leave less for what follows them.
    """
    groups: list[list[str]] = [[]]
    for part in pattern.split("/"):
        if part == "**":
            groups.append([])
        elif part not in ("", "."):
            groups[-1].append(_name_regex(part))
    first, *middle, last = groups if len(groups) > 1 else ([], *groups)
    names = "/".join(last)
    if len(groups) == 1:
        return names
    passed = "".join(f"(?>{_FOLDER}*?{''.join(f'{name}/' for name in group)})" for group in middle if group)
    return f"{''.join(f'{name}/' for name in first)}{passed}{_FOLDER}*{names or _NAME}"


def _name_regex(part: str) -> str:
    """The regular expression for one name; what a star has passed is not tried again, so that no pattern takes long."""
    fixed = _between_stars(part)
    start = "" if part.startswith((".", "\\.")) else r"(?!\.)"
    if len(fixed) == 1:
        return start + fixed[0]
    middle = "".join(f"(?>[^/]*?{piece})" for piece in fixed[1:-1] if piece)
    return f"{start}{fixed[0]}{middle}[^/]*{fixed[-1]}"


def _between_stars(part: str) -> list[str]:
    pieces = [""]
    at = 0
    while at < len(part):
        sign = part[at]
        end = part.find("]", at + 2) if sign == "[" else -1
        if sign == "*":
            pieces.append("")
        elif end > 0:
            pieces[-1] += _class_regex(part[at + 1 : end])
            at = end
        else:
            at += sign == "\\" and at + 1 < len(part)
            pieces[-1] += "[^/]" if sign == "?" else re.escape(part[at])
        at += 1
    return pieces


def _class_regex(inner: str) -> str:
    is_not = inner[0] in "!^"
    body = inner[is_not:].replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^")
    return f"[{'^/' if is_not else ''}{body}]"
