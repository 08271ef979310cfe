"""Lines that match a regular expression, in many open files at once.

ripgrep searches where it is there: its expressions take linear time. What it does not know (look-around, references) or
where it is not there, Python's own do it, in a process of its own that can be killed, since theirs can take for ever.
Both are given open files, never paths, so that what is searched is what was checked.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, cast

from scrimp.core import limits
from scrimp.reading import decoding
from scrimp.reading.places import Unread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SEARCHER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "matching_process.py")
_NO_MATCH = 1
_TOLD_CHARS = 300
_PIECE_BYTES = 64 * 1024


class Pattern(NamedTuple):
    """What is searched for: a regular expression for single lines, and so many lines around each match."""

    text: str
    context: int = 0
    ignore_case: bool = False


class Hit(NamedTuple):
    """A line that is shown. is_match: it matches, and is not only near one that does; at: where in it."""

    number: int
    text: str
    is_match: bool
    at: int = 0


class _Ended(NamedTuple):
    code: int
    output: bytes
    error: bytes


def found(pattern: Pattern, files: Sequence[BinaryIO], environ: Mapping[str, str]) -> list[list[Hit]]:
    """For each file (open, UTF-8) the lines to show.

    Raises:
        Unread: the pattern cannot be used, takes too long, or matches too much.
    """
    program = shutil.which("rg", path=environ.get("PATH"))
    if program:
        ended = _run([program, *_ripgrep_words(pattern), *map(_name, files)], files, b"", environ)
        if ended.code in (0, _NO_MATCH) or ended.output:
            return _sorted(ended.output, files)
    ended = _run([sys.executable, "-I", "-S", _SEARCHER], files, _asked(pattern, files), environ)
    if ended.code:
        raise Unread(ended.error.decode("utf-8", "replace").strip()[-_TOLD_CHARS:] or "the search ended with no word")
    return _sorted(ended.output, files)


def _ripgrep_words(pattern: Pattern) -> list[str]:
    case = ["--ignore-case"] if pattern.ignore_case else ["--case-sensitive"]
    context = ["--context", str(pattern.context)]
    return [
        "--no-config",
        "--json",
        "--text",
        "--crlf",
        "--mmap",
        "--threads=1",
        *case,
        *context,
        "--regexp",
        pattern.text,
        "--",
    ]


def _asked(pattern: Pattern, files: Iterable[BinaryIO]) -> bytes:
    paths = [_name(file) for file in files]
    return json.dumps([pattern.text, pattern.ignore_case, pattern.context, paths, limits.READ_MATCH_ALONE_S]).encode()


def _name(file: BinaryIO) -> str:
    return f"/dev/fd/{file.fileno()}"


def _run(words: list[str], files: Iterable[BinaryIO], given: bytes, environ: Mapping[str, str]) -> _Ended:
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as told:
        asked.write(given)
        asked.seek(0)
        descriptors = [file.fileno() for file in files]
        with subprocess.Popen(
            words, stdin=asked, stdout=subprocess.PIPE, stderr=told, pass_fds=descriptors, env=dict(environ)
        ) as process:
            try:
                output = _collected(cast("BinaryIO", process.stdout))
            except BaseException:
                process.kill()
                raise
        told.seek(0)
        return _Ended(process.returncode, output, told.read(limits.READ_PART_BYTES))


def _collected(pipe: BinaryIO) -> bytes:
    """All that is printed, within the time and the size that a search may have."""
    end_s = time.monotonic() + limits.READ_MATCH_S
    pieces: list[bytes] = []
    size_bytes = 0
    while True:
        left_s = max(0.0, end_s - time.monotonic())
        ready, _, _ = select.select([pipe], [], [], min(left_s, limits.READ_MATCH_LOOK_S))
        if not ready and left_s > limits.READ_MATCH_LOOK_S:
            _give_up_where_cancelled()
            continue
        if not ready:
            raise Unread(f"the pattern takes more than {limits.READ_MATCH_S:g} s; make it simpler or name fewer files")
        piece = os.read(pipe.fileno(), _PIECE_BYTES)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size_bytes += len(piece)
        if size_bytes > limits.READ_MATCHED_BYTES:
            most = limits.READ_MATCHED_BYTES // 2**20
            raise Unread(f"the matches have more than {most} MB; make the pattern narrower or name fewer files")


def _give_up_where_cancelled() -> None:
    """Raise what ends a thread of the server's whose call was cancelled; nothing elsewhere."""
    from anyio import from_thread  # noqa: PLC0415 - only for a search that takes long

    with contextlib.suppress(RuntimeError):  # not a thread of anyio's
        from_thread.check_cancelled()


def _sorted(output: bytes, files: Sequence[BinaryIO]) -> list[list[Hit]]:
    hits: dict[str, list[Hit]] = {_name(file): [] for file in files}
    for line in output.splitlines():
        told: dict[str, Any] = json.loads(line)
        if told["type"] in ("match", "context"):
            data, is_match = told["data"], told["type"] == "match" and bool(told["data"]["submatches"])
            text = _text(data["lines"]).rstrip("\n").removesuffix("\r")
            at = len(text.encode()[: data["submatches"][0]["start"]].decode("utf-8", "ignore")) if is_match else 0
            hits[_text(data["path"])].append(Hit(data["line_number"], text, is_match, at))
    return [hits[_name(file)] for file in files]


def _text(data: dict[str, str]) -> str:
    return data["text"] if "text" in data else decoding.decoded(base64.b64decode(data["bytes"])).text
