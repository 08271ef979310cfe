"""The helping process: reads the batches of transcripts that it is sent, and answers with their rows.

What goes to and fro are plain values, each with its length before it.
"""

from __future__ import annotations

import gc
import marshal
import struct
import sys
from typing import IO, Any

from scrimp.core import bulk_json
from scrimp.core.ledger import readings
from scrimp.core.ledger.files import Known
from scrimp.core.managed_prices import ManagedPrices
from scrimp.core.transcript import TranscriptFile

_LENGTH = struct.Struct("<Q")


def main() -> None:
    """Answer until the other side is gone."""
    gc.disable()
    loads = bulk_json.fastest()
    into, out = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            setting, batch = receive(into)
        except EOFError:
            return
        managed = None if setting is None else ManagedPrices(setting)
        asked = [(TranscriptFile(*file), Known(*was)) for file, was in batch]
        send(out, [tuple(readings.read(file, was, managed=managed, loads=loads)) for file, was in asked])


def send(stream: IO[bytes], value: Any) -> None:  # noqa: ANN401 - any plain value
    """Write one value."""
    data = marshal.dumps(value)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:  # noqa: ANN401 - any plain value
    """Read one value; EOFError where the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (size,) = _LENGTH.unpack(head)
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return marshal.loads(data)  # noqa: S302 - from our own process
