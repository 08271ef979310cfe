"""Transcripts read as records, without a ledger: one of the rows of `benchmarks/ledger.py`, a process of its own.

    python benchmarks/ledger_raw.py WAY FOLDER

Prints, as JSON, the seconds of the first reading, of a second one that finds nothing new, and the totals found.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from scrimp.core import bulk_json, transcript
from scrimp.core.usage import total

BYTES, ORJSON, JSON = "only bytes", "records, orjson", "records, json"
WAYS = (BYTES, ORJSON, JSON)


def read_bytes(folder: str) -> dict[str, Any]:
    """Only the bytes: nothing can be faster."""
    started = time.perf_counter()
    for file in transcript.find([folder]):
        with open(file.path, "rb") as source:
            source.read()
    return {"first_s": time.perf_counter() - started}


def read_all(folder: str, loads: bulk_json.Loads) -> dict[str, Any]:
    """Every record, then all files again with nothing new."""
    started = time.perf_counter()
    states: list[tuple[transcript.TranscriptFile, transcript.Chunk]] = []
    requests: dict[str, transcript.Request] = {}
    for file in transcript.find([folder]):
        chunk = transcript.read(file, loads=loads)
        states.append((file, chunk._replace(records=[])))
        for record in chunk.records:
            if isinstance(record, transcript.Request):
                before = requests.get(record.message_id)
                requests[record.message_id] = transcript.merge(before, record) if before else record
    first = time.perf_counter()
    for file, chunk in states:
        transcript.read(file, chunk.new_offset, chunk.new_fingerprint)
    again = time.perf_counter()
    usage = total([request.usage for request in requests.values()])
    found = [len(requests), usage.input, usage.output, usage.cache_read, usage.write_5m, usage.write_1h]
    return {"first_s": first - started, "again_s": again - first, "found": found}


def main(way: str, folder: str) -> None:
    """One reading."""
    gc.disable()  # as a command that reads in bulk does: nothing here is in a circle
    if way == BYTES:
        taken = read_bytes(folder)
    else:
        taken = read_all(folder, bulk_json.fastest() if way == ORJSON else bulk_json.plain)
    print(json.dumps(taken))


if __name__ == "__main__":
    main(*sys.argv[1:3])
