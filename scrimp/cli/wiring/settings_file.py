"""Claude Code's settings files: read whole, refused when they are not what JSON is, written atomically.

A file is a link's target when it is a link, keeps its mode and owner, and is replaced by a rename in one step.
"""

from __future__ import annotations

import codecs
import contextlib
import difflib
import os
import stat
import tempfile
from dataclasses import dataclass

from scrimp.cli.wiring import json_text
from scrimp.core.errors import SettingsError

_EMPTY = "{}\n"
_MOST_BYTES = 16 * 1024 * 1024
"""Far more than settings can be; a repo may have put a huge file, a device or a pipe in their place."""


@dataclass(frozen=True)
class SettingsFile:
    """One file as it stands: `raw` bytes (None: there is no file) and its `text` without a byte order mark."""

    path: str
    raw: bytes | None
    text: str

    @property
    def bom(self) -> bytes:
        """The mark that its editor put in front, or nothing."""
        return codecs.BOM_UTF8 if self.raw is not None and self.raw.startswith(codecs.BOM_UTF8) else b""

    def encoded(self, text: str) -> bytes:
        """`text` as bytes of this file; SettingsError when it holds what UTF-8 cannot."""
        try:
            return self.bom + text.encode("utf-8")
        except UnicodeEncodeError:
            raise SettingsError(f"{self.path}: a path to be written into it is not valid UTF-8") from None


def read(path: str) -> SettingsFile:
    """The file behind `path`; SettingsError names the file and the position when it cannot be edited as it is."""
    raw = read_bytes(path)
    if raw is None or not raw.removeprefix(codecs.BOM_UTF8).strip():
        return SettingsFile(path, raw, _EMPTY)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 at byte {error.start}; nothing was written") from None
    try:
        root = json_text.parse(text)
    except json_text.NotJsonError as error:
        raise SettingsError(f"{path}:{error.line}:{error.column}: {error}; nothing was written") from None
    if not isinstance(root.value, dict):
        raise SettingsError(f"{path}: expected an object at the top; nothing was written")
    return SettingsFile(path, raw, text)


def read_bytes(path: str) -> bytes | None:
    """The content of `path`, or None when there is no such file; SettingsError for what is no file to read whole."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise SettingsError(f"{path}: not a plain file; nothing was written")
            content = file.read(_MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if len(content) > _MOST_BYTES:
        raise SettingsError(f"{path}: more than {_MOST_BYTES:,} bytes; nothing was written")
    return content


def require_unchanged(path: str, before: bytes | None) -> None:
    """SettingsError when `path` no longer holds `before` (None: no file)."""
    if read_bytes(path) != before:
        raise SettingsError(f"{path} has changed meanwhile; nothing was written, run it again")


def write(path: str, content: bytes, before: bytes | None) -> None:
    """Put `content` in the place of `before` behind `path`: written beside it, flushed, and renamed over it."""
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    os.makedirs(folder, exist_ok=True)
    descriptor, beside = tempfile.mkstemp(dir=folder, prefix=f".{os.path.basename(target)}.", suffix=".tmp")
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
            _take_over(target, descriptor)
        require_unchanged(path, before)  # an fsync can take seconds
        os.replace(beside, target)
    except BaseException:
        os.unlink(beside)
        raise


def diff(path: str, before: bytes | None, after: bytes | None, around: int) -> str:
    """What a person is shown before anything is written: a unified diff, '' when nothing changes.

    around: how many lines that stay are shown with each change.
    """
    if before == after:
        return ""
    names = [os.devnull if content is None else path for content in (before, after)]
    lines = difflib.unified_diff(_lines(before), _lines(after), names[0], names[1], n=around)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe would wait for a writer


def _lines(content: bytes | None) -> list[str]:
    text = (content or b"").decode("utf-8-sig", "replace")
    return text.replace("\r\n", "\n").splitlines(keepends=True)


def _take_over(target: str, descriptor: int) -> None:
    try:
        old = os.stat(target)
    except FileNotFoundError:
        os.fchmod(descriptor, 0o666 & ~_umask())
        return
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))
    with contextlib.suppress(PermissionError):  # only root may keep another person's file that person's
        os.fchown(descriptor, old.st_uid, old.st_gid)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
