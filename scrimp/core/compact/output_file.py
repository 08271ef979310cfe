"""A command's whole output, in a file of any size: the one choice between compacting in memory and streaming."""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact.manner import USUAL, Manner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from scrimp.core.compact import Compaction


def compact_file(
    file: BinaryIO,
    *,
    size: int,
    command: str,
    exit_code: int,
    manner: Manner = USUAL,
) -> tuple[Compaction, bytes | None]:
    """`file` (open at its start, seekable, `size` bytes) cut by the limits for how `command` ended.

    With the compaction come the output's bytes, or None where it was too large to be held.
    """
    cap = limits.FAILED_CHARS if exit_code else limits.SUCCEEDED_CHARS
    data = file.read() if size <= limits.STREAM_BYTES else None
    if data is None or (size > limits.WIDE_STREAM_BYTES and not data.isascii()):
        from scrimp.core.compact.stream import compact_stream

        del data  # before the stream needs room
        file.seek(0)
        cut = compact_stream(file, size=size, command=command, exit_code=exit_code, cap=cap, manner=manner)
        return cut, None
    from scrimp.core.compact import compact

    raw_limit = limits.CLIENT_FAILED_CHARS if exit_code else limits.CLIENT_SUCCEEDED_CHARS
    text = data.decode("utf-8", "surrogateescape")
    cut = compact(text, command=command, exit_code=exit_code, raw_limit=raw_limit, cap=cap, manner=manner)
    return cut, data
