"""Where reading may happen: what a path really is, and whether it lies in a folder that the session may read."""

from __future__ import annotations

import difflib
import os
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from scrimp.core.permissions.files import is_below

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NO_FILES = ("/proc", "/sys", "/dev")
"""What lies here looks like files and is none: reading it waits, changes or never ends."""


class Unread(Exception):  # noqa: N818 - it says what happened
    """An item that cannot be read; the message says why and what to do, in one line."""


def _closed(path: str) -> bool:
    """Nothing outside the roots."""
    del path
    return False


class Place(NamedTuple):
    """Where relative paths start and what may be read.

    folder: the session's. roots: the folders that it may read, itself among them. home: the user's, for `~/`.
    refusal: why the user's rules do not let a path (absolute) be read, in one line; '' where they do. is_opened:
    whether a rule of the user's own opens a path (absolute) outside the roots.
    """

    folder: str
    roots: Sequence[str]
    home: str
    refusal: Callable[[str], str]
    is_opened: Callable[[str], bool] = _closed


class Located(NamedTuple):
    """named: the absolute path as asked for. real: where its links lead. shown: as answers name it."""

    named: str
    real: str
    shown: str


class Roots:
    """A place, with where its roots really are worked out once."""

    def __init__(self, place: Place) -> None:
        self.place = place
        named = [root for root in place.roots if root and "\0" not in root]
        self._roots = [os.path.realpath(os.path.join(place.folder, root)) for root in named]
        self._folder = os.path.realpath(place.folder)

    def locate(self, path: str) -> Located:
        """Where a path leads.

        Raises:
            Unread: it leads out of the roots, or the user's rules refuse it.
        """
        if len(path) > limits.READ_PATH_CHARS:
            raise Unread(f"the path has {len(path):,} characters; no file has such a name")
        absolute = self.absolute(path)
        located = Located(os.path.normpath(absolute), self._real(absolute), self.shown(path))
        self.check(located.real, located.shown)
        if located.named != located.real:
            self._check_rules(located.named)
        return located

    def absolute(self, path: str) -> str:
        """The path from the session's folder or, with `~/`, from the user's; `~name` is a name like any other."""
        is_home = path == "~" or path.startswith("~/")
        return os.path.join(self._folder, self.place.home + path[1:] if is_home else path)

    def check(self, real: str, shown: str) -> None:
        """Nothing, where a path without links may be read.

        Raises:
            Unread: it may not.
        """
        if not any(is_below(real, root) for root in self._roots) and not self.place.is_opened(real):
            leads = "" if os.path.join(self._folder, shown) == real else f" leads to {real}, which"
            raise Unread(f"{shown}{leads} is outside the folders that this session may read: {', '.join(self._roots)}")
        self._check_rules(real)
        if any(is_below(real, folder) for folder in _NO_FILES):
            raise Unread("it is no plain file")

    def _check_rules(self, path: str) -> None:
        refusal = self.place.refusal(path)
        if refusal:
            raise Unread(refusal)

    def _real(self, path: str) -> str:
        try:
            return os.path.realpath(path)
        except (OSError, ValueError) as error:
            raise Unread(f"the path cannot be followed: {reason(error)}") from None

    def shown(self, path: str) -> str:
        """A path as answers name it: from the session's folder on where it lies below."""
        named = os.path.normpath(self.absolute(path))
        return named.removeprefix(self._folder.rstrip("/") + "/")


def reason(error: OSError | ValueError) -> str:
    """What the system says of an error, without the path."""
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)


def like(located: Located) -> str:
    """For a file that is not there: what its folder has under a similar name; '' for nothing."""
    folder, name = os.path.split(located.real)
    try:
        names = os.listdir(folder)
    except OSError:
        return ""
    near = difflib.get_close_matches(name, names, 1)
    return os.path.join(os.path.dirname(located.shown), near[0]) if near else ""
