"""The originals of what was cut, kept whole, and the marker line that leads back to them.

An original is a plain file `scrimp-<handle>.txt` in the session's own tool-results folder: the one place that the
native Read opens without any rule, and that the client cleans up by its own retention. The handle is made from
the bytes, so an original that is adopted from elsewhere proves itself, and equal outputs are kept once.
"""

from __future__ import annotations

import errno
import os
import stat

try:
    from _blake2 import blake2b  # hashlib would load OpenSSL, 3 ms
except ImportError:
    from hashlib import blake2b

from scrimp.core import limits
from scrimp.core.errors import OutputError, ReadOnlyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

    from scrimp.core.compact import Compaction

_HANDLE_BYTES = 8
_BLOCK_BYTES = 512
"""What `st_blocks` counts, on every system."""

_READ_ONLY = (errno.EROFS, errno.EACCES, errno.EPERM)
_CHUNK_BYTES = 1024 * 1024
_OPENING = "[scrimp "
_LEADS_BACK = "; whole: Read "
_IN_PARTS = " by offset and limit"
_WAYS_BACK = ("tool-results", "scrimp recall")
"""What a command names that brings back what was cut. Plain words: compiling patterns would cost every hook 3 ms."""


def results_folder(transcript_path: str) -> str:
    """The session's tool-results folder, from the path of its main transcript."""
    return os.path.join(os.path.splitext(transcript_path)[0], "tool-results")


def path_of(handle: str, folder: str) -> str:
    """Where the original of `handle` is kept in `folder`."""
    return os.path.join(folder, f"scrimp-{handle}.txt")


def handle_in(path: str) -> str:
    """The handle in the name of an original as `path_of` makes it."""
    head, _, tail = path_of("*", "").partition("*")
    return os.path.basename(path)[len(head) : -len(tail)]


def handle_of(data: bytes) -> str:
    """16 hex digits made from the bytes of an original."""
    return blake2b(data, digest_size=_HANDLE_BYTES).hexdigest()


def encoded(text: str) -> bytes:
    """The bytes of a text: those it was decoded from; of half a surrogate pair, which has none, a question mark."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def keep(data: bytes, folder: str) -> str:
    """Store an original in `folder` and return its handle; OutputError when it is not safely there."""
    handle = handle_of(data)
    path = path_of(handle, folder)
    if not _is_whole(path, len(data)):
        _write(path, (data,), handle)
    return handle


def keep_stream(file: BinaryIO, folder: str) -> str:
    """Store an original of any size from an open file, in bounded memory, and return its handle."""
    handle = handle_of_file(file)
    path = path_of(handle, folder)
    if not _is_whole(path, file.tell()):
        file.seek(0)
        _write(path, _chunks(file), handle)
    return handle


def handle_of_file(file: BinaryIO) -> str:
    """The handle of a whole open file, in bounded memory; leaves it at its end."""
    digest = blake2b(digest_size=_HANDLE_BYTES)
    file.seek(0)
    for chunk in _chunks(file):
        digest.update(chunk)
    return digest.hexdigest()


def adopt(handle: str, file: BinaryIO, folder: str) -> None:
    """Bring an original that a sandboxed shell left, opened as `file`, into `folder`.

    The shell may have left anything, a second name of a secret too: only a plain file of our own that is as large on
    the disk as it says, and whose bytes make the handle, is taken. OutputError says which of these failed.
    """
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1 or status.st_uid != os.geteuid():
        raise OutputError(f"{handle}: what was left of it is not a plain file of this user; not adopted")
    if status.st_blocks * _BLOCK_BYTES < status.st_size:
        raise OutputError(f"{handle}: what was left of it has holes; not adopted")
    if handle_of_file(file) != handle:
        raise OutputError(f"{handle}: its content is not what the handle was made from; not adopted")
    file.seek(0)
    _write(path_of(handle, folder), _chunks(file), handle)


def marker(
    handle: str, path: str, lines: tuple[int, int], size: tuple[int, int], facts: tuple[int, int], *, more: bool = False
) -> str:
    """The one line that says what is gone and how to get it back.

    `lines` and `size` (bytes) are (left out, whole); `facts` is (kept, whole), named only when some had to go, or
    when there may be `more` than were looked for. The native Read refuses a larger file unless it is asked for parts.
    """
    kept, whole = facts
    more = more or whole >= limits.FACTS_LOOKED_AT
    lost = f", {kept:,} of {whole:,}{'+' if more else ''} facts kept" if kept < whole or (more and whole) else ""
    return (
        f"{_OPENING}{handle}: {lines[0]:,} of {lines[1]:,} lines, {_size(size[0])} of {_size(size[1])} left out{lost}"
        f"{_LEADS_BACK}{path}{_IN_PARTS if size[1] > limits.CLIENT_READ_BYTES else ''}]"
    )


def marked(cut: Compaction, handle: str, path: str, bytes_in: int) -> str:
    """The text of a cut with its marker line in place."""
    left_out = bytes_in - len(encoded(cut.text))
    lines = (cut.lines_in - cut.lines_out, cut.lines_in)
    facts = cut.facts_kept, cut.facts_total
    return cut.with_marker(marker(handle, path, lines, (left_out, bytes_in), facts, more=cut.facts_more))


def markers(text: str) -> list[tuple[str, str]]:
    """(handle, path) of every line in `text` that has the marker's form; whether it was issued is another question."""
    found: list[tuple[str, str]] = []
    start = text.find(_OPENING)
    while start >= 0:
        end = text.find("\n", start)
        line = text[start : end if end >= 0 else len(text)]
        handle = line[len(_OPENING) :].partition(":")[0]
        path = line.rpartition(_LEADS_BACK)[2]
        if is_handle(handle) and _LEADS_BACK in line and line.endswith("]"):
            found.append((handle, path[:-1].removesuffix(_IN_PARTS)))
        start = text.find(_OPENING, start + 1)
    return found


def is_handle(text: str) -> bool:
    """Whether `text` has the form of a handle."""
    return len(text) == 2 * _HANDLE_BYTES and all(digit in "0123456789abcdef" for digit in text)


def asks_for_kept(command: str) -> bool:
    """Whether a command brings back what was cut: its output is never cut again."""
    return any(way in command for way in _WAYS_BACK)


def _size(count: int) -> str:
    for unit, scale in (("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)):
        if count >= scale:
            value = count / scale
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"  # noqa: PLR2004
    return f"{count} B"


def _is_whole(path: str, size: int) -> bool:
    try:
        return os.lstat(path).st_size == size and not os.path.islink(path)
    except OSError:
        return False


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while True:
        chunk = file.read(_CHUNK_BYTES)
        if not chunk:
            return
        yield chunk


def _write(path: str, chunks: Iterable[bytes], handle: str) -> None:
    """Write beside, check the handle, then rename: a file under its final name is whole and what it says."""
    beside = f"{path}.{os.getpid()}.tmp"
    digest = blake2b(digest_size=_HANDLE_BYTES)
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                file.write(chunk)
        if digest.hexdigest() != handle:
            raise OutputError(f"{path}: its content is not what {handle} was made from; not kept")
        os.replace(beside, path)
    except OSError as error:
        kind = ReadOnlyError if error.errno in _READ_ONLY else OutputError
        raise kind(f"{path}: not kept ({error})") from error
    finally:
        _discard(beside)


def _discard(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
