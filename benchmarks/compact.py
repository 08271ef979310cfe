"""Time and memory of the compactors on large inputs: `make bench-compact`.

Each row is a process of its own, so that its peak of resident memory is its own; times are of the CPU. Inputs are
generated: a pytest -v run, a service's log, rows of numbers, one line of a single length, all with something to find.
The rows for 1, 10 and 50 MB show whether time grows with the input; `stream` reads 200 MB from a file.
Then 50 MB of every family, grown from that of its recorded cases which takes longest at 1 MB, beside the bounds.
"""

from __future__ import annotations

import itertools
import os
import resource
import subprocess
import sys
import tempfile
import time
from typing import TYPE_CHECKING

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from benchmarks.grown import grown
from scrimp.core import limits
from scrimp.core.compact import compact
from scrimp.core.compact.stream import compact_stream
from tests.compact import cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrimp.core.compact import Compaction

MB = 1_000_000
SIZES_MB = (1, 10, 50)
STREAM_MB = 200
ERROR_OF = 10_000
"""One line in so many of the log is an error."""
FAILURES_OF = 900
"""One test in so many fails."""
BOUND_S = 3.0
BOUND_MB = 200.0
"""For 50 MB of any family."""


def pytest_lines() -> Iterator[str]:
    """A `pytest -v` run without an end: `finish` adds the failures."""
    yield "=" * 29 + " test session starts " + "=" * 30
    for number in itertools.count():
        verdict = "FAILED" if number % FAILURES_OF == FAILURES_OF - 1 else "PASSED"
        yield f"tests/test_shop.py::TestPricing::test_line_price_is_positive[{number}-DE] {verdict} [ 42%]"


def log_lines() -> Iterator[str]:
    """A service's log; an error with its trace every now and then."""
    for number in itertools.count():
        stamp = f"2026-04-19 {number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d},{number % 1000:03d}"
        if number % ERROR_OF == ERROR_OF - 1:
            yield f"{stamp} ERROR    [shop.payment] charge failed for order {number}"
            yield "Traceback (most recent call last):"
            yield f'  File "/srv/shop/pay.py", line {number % 97}, in charge'
            yield f"TimeoutError: gateway did not answer for order {number}"
        yield f"{stamp} INFO     [shop.web] GET /articles/SKU-{number % 500:04d} 200 {number % 90} ms"


def plain_lines() -> Iterator[str]:
    """What `seq` prints."""
    return map(str, itertools.count(1))


def long_line() -> Iterator[str]:
    """One line that never ends, an error in it every now and then."""
    for number in itertools.count():
        yield f'{{"id": {number}, "state": "ok"}},' if number % 50_000 else '{"level": "error", "message": "no room"},'


KINDS = {
    "pytest": (pytest_lines, "\n"),
    "log": (log_lines, "\n"),
    "plain": (plain_lines, "\n"),
    "one-line": (long_line, ""),
}


def generated(kind: str, size: int) -> str:
    """An output of `size` characters."""
    lines, end = KINDS[kind]
    parts: list[str] = []
    room = size
    for line in lines():
        room -= len(line) + len(end)
        if room < 0:
            break
        parts.append(line)
    text = end.join(parts)
    return text + finish(text) if kind == "pytest" else text + "\n"


def finish(text: str) -> str:
    """The failures, summary and totals of a pytest run."""
    names = [line.split("::")[-1].split(" ")[0] for line in text.split("\n") if " FAILED " in line]
    parts = ["\n\n" + " FAILURES ".center(80, "=")]
    for name in names:
        parts.append(f" TestPricing.{name} ".center(80, "_"))
        parts.append(f"\n    def test():\n>       assert 1 == 2\nE       AssertionError: {name}\n")
        parts.append("tests/test_shop.py:19: AssertionError")
    parts.append(" short test summary info ".center(80, "="))
    parts += [f"FAILED tests/test_shop.py::TestPricing::{name} - AssertionError: {name}" for name in names]
    parts.append(f" {len(names)} failed, {text.count(' PASSED ')} passed in 9.71s ".center(80, "="))
    return "\n".join(parts) + "\n"


def row(kind: str, label: str, size: int, result: Compaction, seconds: float) -> None:
    """One line of the table, with this process's peak of resident memory."""
    more = "+" if result.facts_more else ""
    print(
        f"{kind:9} {label:>6} {size / MB:7.1f} {seconds:8.2f} {peak_mb():8.0f} {result.chars_out:7} "
        f"{result.facts_kept:>6} of {f'{result.facts_total}{more}':<7} {result.family}: {result.why}"
    )


def peak_mb() -> float:
    """This process's peak of resident memory."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / MB


def measure(kind: str, path: str) -> None:
    """Compact the file at `path` as a failing command's output, in memory."""
    with open(path, "rb") as file:
        text = file.read().decode("utf-8", "surrogateescape")
    start = time.process_time()
    result = compact(text, exit_code=1, raw_limit=limits.CLIENT_FAILED_CHARS, cap=limits.FAILED_CHARS)
    seconds = time.process_time() - start
    assert result.cut
    assert result.chars_out <= limits.FAILED_CHARS
    row(kind, "memory", len(text), result, seconds)


def measure_stream(kind: str, path: str) -> None:
    """Compact the file at `path` without holding it."""
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        start = time.process_time()
        result = compact_stream(file, size=size, command="", exit_code=1, cap=limits.FAILED_CHARS)
        seconds = time.process_time() - start
    assert result.cut
    assert result.chars_out <= limits.FAILED_CHARS
    row(kind, "stream", size, result, seconds)


def write(kind: str, megabytes: int, path: str) -> None:
    """The generated output to `path`, by repeating one of at most 50 MB."""
    once = min(megabytes, SIZES_MB[-1])
    data = generated(kind, once * MB).encode()
    with open(path, "wb") as file:
        file.writelines(itertools.repeat(data, megabytes // once))


def apart(*arguments: object) -> None:
    """This script again, in a process of its own that inherits no memory worth counting."""
    sys.stdout.flush()
    subprocess.run([sys.executable, "-I", "-S", __file__, *map(str, arguments)], check=True)


def table() -> None:
    """Every row, each generated and measured in processes of their own."""
    print(f"{'kind':9} {'how':>6} {'MB':>7} {'CPU s':>8} {'peak MB':>8} {'chars':>7} {'facts':>15}")
    jobs = [(kind, "memory", size) for kind in KINDS for size in SIZES_MB]
    jobs += [(kind, "stream", STREAM_MB) for kind in KINDS]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "output")
        for kind, how, size in jobs:
            apart("write", kind, size, path)
            apart(how, kind, path)


def slowest(family: str) -> str:
    """The family's recorded case that takes longest when it is grown to 1 MB."""

    def seconds(name: str) -> float:
        case = cases.load(name)
        text = grown(case.text, MB)
        start = time.process_time()
        return time.process_time() - start if case.compacted(text).family == family else 0.0

    return max((name for name in cases.names() if name.startswith(f"{family}/")), key=seconds)


def write_family(family: str, path: str) -> None:
    """50 MB of the family to `path`, and the name of the case it was grown from beside it."""
    name = slowest(family)
    with open(path, "wb") as file:
        text = grown(cases.load(name).text, SIZES_MB[-1] * MB)
        file.write(text.encode("utf-8", "surrogateescape")[: SIZES_MB[-1] * MB])
    with open(f"{path}.case", "w", encoding="utf-8") as file:
        file.write(name)


def measure_family(path: str) -> None:
    """Compact what `write_family` wrote, as the recorded command's output; one line of the second table."""
    with open(f"{path}.case", encoding="utf-8") as file:
        case = cases.load(file.read())
    with open(path, "rb") as file:
        text = file.read().decode("utf-8", "surrogateescape")
    start = time.process_time()
    result = case.compacted(text)
    seconds = time.process_time() - start
    assert result.cut
    assert result.chars_out <= case.cap - limits.MARKER_CHARS
    over = [what for what, is_over in (("s", seconds > BOUND_S), ("MB", peak_mb() > BOUND_MB)) if is_over]
    more = "+" if result.facts_more else ""
    print(
        f"{case.name:36} {seconds:8.2f} {peak_mb():8.0f} {result.chars_out:7} "
        f"{result.facts_kept:>6} of {f'{result.facts_total}{more}':<7} {' OVER: ' + ', '.join(over) if over else ''}"
    )


def families() -> None:
    """50 MB of every family, each grown and measured in processes of their own."""
    print(f"\n50 MB of each, grown from{'':11} {'CPU s':>8} {'peak MB':>8} {'chars':>7} {'facts':>15}")
    print(f"{'(at most)':36} {BOUND_S:8.2f} {BOUND_MB:8.0f}")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "output")
        for family in dict.fromkeys(name.split("/")[0] for name in cases.names()):
            apart("write-family", family, path)
            apart("measure-family", path)


def main(arguments: list[str]) -> None:
    """Without arguments the tables; `families` the second alone; the other words are their steps."""
    if not arguments:
        table()
    if not arguments or arguments[0] == "families":
        families()
    elif arguments[0] == "write":
        write(arguments[1], int(arguments[2]), arguments[3])
    elif arguments[0] == "write-family":
        write_family(arguments[1], arguments[2])
    elif arguments[0] == "measure-family":
        measure_family(arguments[1])
    else:
        (measure_stream if arguments[0] == "stream" else measure)(arguments[1], arguments[2])


if __name__ == "__main__":
    main(sys.argv[1:])
