"""How fast transcripts are read: 200 MB for the first time, again with nothing new, and one session's next line.

    python benchmarks/ledger.py [MEGABYTES]

Each reading is a process of its own, best of three, and must find exactly what `transcripts_gen` wrote. `bytes` only
reads the files: nothing can be faster. Bounds are DESIGN.md's: 0.8 s for the first read of 200 MB.
"""

from __future__ import annotations

import gc
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import transcripts_gen  # noqa: E402 - the path comes first
from scrimp.core import bulk_json, transcript  # noqa: E402 - the path comes first
from scrimp.core.usage import total  # noqa: E402 - the path comes first

ROUNDS = 3
BYTES_PER_MB = 1_000_000
KB_PER_MB = 1_000
WAYS = ("bytes", "orjson", "json")


def read_bytes(folder: str) -> dict[str, Any]:
    """Only the bytes."""
    for file in transcript.find([folder]):
        with open(file.path, "rb") as source:
            source.read()
    return {}


def read_all(folder: str, loads: bulk_json.Loads) -> dict[str, Any]:
    """Every record, then all files again with nothing new, then one file's last line."""
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


def child(way: str, folder: str) -> None:
    """One reading; says what it took as JSON."""
    gc.disable()  # as a command that reads in bulk does: nothing here is in a circle
    started = time.perf_counter()
    loads = bulk_json.fastest() if way == "orjson" else bulk_json.plain
    taken = read_bytes(folder) if way == "bytes" else read_all(folder, loads)
    taken.setdefault("first_s", time.perf_counter() - started)
    taken["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_MB
    print(json.dumps(taken))


def measure(way: str, folder: str) -> dict[str, Any]:
    """The best of some readings, and how long its process took as a whole."""
    best: dict[str, Any] = {}
    for _ in range(ROUNDS):
        started = time.perf_counter()
        ran = subprocess.run([sys.executable, __file__, "--child", way, folder], stdout=subprocess.PIPE, check=True)
        taken = json.loads(ran.stdout) | {"process_s": time.perf_counter() - started}
        best = min(best or taken, taken, key=lambda row: row["first_s"])
    return best


def main(megabytes: int) -> None:
    """Write the transcripts, read them in each way, print the table."""
    with tempfile.TemporaryDirectory() as folder:
        truth = transcripts_gen.write(folder, megabytes)
        size = truth.size_bytes / BYTES_PER_MB
        print(f"{size:.0f} MB, {truth.files} files, {truth.records:,} records, {truth.requests:,} requests")
        print(f"{'':<8} {'first s':>8} {'MB/s':>6} {'again s':>8} {'process s':>10} {'peak MB':>8}")
        for way in WAYS:
            row = measure(way, folder)
            assert row.get("found", list(truth[2:8])) == list(truth[2:8]), (way, row["found"], truth)
            again = f"{row['again_s']:8.3f}" if "again_s" in row else f"{'':8}"
            speed = size / row["first_s"]
            print(f"{way:<8} {row['first_s']:8.3f} {speed:6.0f} {again} {row['process_s']:10.3f} {row['peak_mb']:8.0f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:4])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else transcripts_gen.MEGABYTES)
