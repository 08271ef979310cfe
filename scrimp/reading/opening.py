"""Opens a file for reading without ever waiting, and looks at what was opened, not at what was named.

The path is one without links (`places.Roots.locate`), so the last part is opened with O_NOFOLLOW; where the open file
really is, is asked of the system again and judged again: between the two looks a folder may have become a link.
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from scrimp.reading.places import Located, Roots, Unread, like, reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, BinaryIO, Self

_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY
_PATH_BYTES = 1_024
_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISLNK, "a link that leads in a circle"),
)


class IsFolder(Exception):  # noqa: N818 - it says what was found
    """A folder, where a file was looked for."""


class Opened(NamedTuple):
    """An open plain file, with what the system says of it; leaving its context closes it."""

    located: Located
    file: BinaryIO
    size_bytes: int
    changed_ns: int

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()


def opened(located: Located, roots: Roots) -> Opened:
    """A plain file, open.

    Raises:
        IsFolder: it is one.
        Unread: it is not there, no plain file, or may not be read.
    """
    _look(os.lstat, located.real, located)
    try:
        descriptor = os.open(located.real, _FLAGS)
    except OSError as error:
        raise Unread(_why(error, located)) from None
    try:
        found = _look(os.fstat, descriptor, located)
        where = _where(descriptor, located.real)
        if where != located.real:
            roots.check(where, located.shown)
    except BaseException:
        os.close(descriptor)
        raise
    return Opened(located, os.fdopen(descriptor, "rb"), found.st_size, found.st_mtime_ns)


def _look(stat_of: Callable[[Any], os.stat_result], thing: object, located: Located) -> os.stat_result:
    try:
        found = stat_of(thing)
    except OSError as error:
        raise Unread(_why(error, located)) from None
    if stat.S_ISDIR(found.st_mode):
        raise IsFolder
    if not stat.S_ISREG(found.st_mode):
        kind = next((name for is_kind, name in _KINDS if is_kind(found.st_mode)), "no plain file")
        raise Unread(f"it is {kind}")
    return found


def _where(descriptor: int, real: str) -> str:
    """The path of an open file as the system has it; where it has no way to say, the path that was opened."""
    get_path = getattr(fcntl, "F_GETPATH", None)  # macOS
    if get_path is not None:
        name = fcntl.fcntl(descriptor, get_path, bytes(_PATH_BYTES))
        return os.fsdecode(name.rstrip(b"\0"))
    try:
        return os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return real


def _why(error: OSError, located: Located) -> str:
    if error.errno == errno.ELOOP:
        return "it is a link that leads in a circle"
    if error.errno not in (errno.ENOENT, errno.ENOTDIR):
        return f"it cannot be read: {reason(error)}"
    near = like(located)
    return f"no such file; did you mean {near}?" if near else "no such file"


def listed(folder: str) -> str:
    """What a folder has in it, for whoever took it for a file."""
    try:
        names = sorted(entry.name + "/" * entry.is_dir(follow_symlinks=False) for entry in os.scandir(folder))
    except OSError as error:
        return f"a folder that cannot be listed: {reason(error)}"
    shown = ", ".join(names[: limits.READ_NAMES_SHOWN])
    more = len(names) - limits.READ_NAMES_SHOWN
    return f"a folder with {shown or 'nothing in it'}{f' and {more} more' if more > 0 else ''}"
