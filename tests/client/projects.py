"""Projects that a scripted agent works on, as files; and what their commands really print, outside the client."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

AREAS = ("basket", "catalogue", "customers", "delivery", "invoices", "orders", "payments", "refunds", "stock", "tax")
LAYERS = ("checkout", "totals", "lines", "rates", "lookup", "region", "table")
"""The modules that a failing call goes through, outermost first: every traceback is as deep."""

CODES = ("XK", "AQ", "ZZ", "QM", "EH", "TF")


PYTEST_INI = "[pytest]\naddopts = -p no:cacheprovider -p no:hypothesispytest\n"
"""Nothing that writes into the project: in a sandbox it would add warnings of its own to the report."""


class Failure(NamedTuple):
    """What must be known of one failed test to mend it."""

    name: str
    place: str
    message: str

    @property
    def facts(self) -> tuple[str, ...]:
        """The parts, each of which must be seen."""
        return (self.name, self.place, self.message)


def shop(seed: int = 1, tests: int = 900, failures: int = 29) -> dict[str, str]:
    """A shop with `tests` tests of which `failures` fail in deep tracebacks, each with a message of its own."""
    chance = random.Random(seed)  # noqa: S311  a seed is wanted
    failing = set(chance.sample(range(tests), failures))
    files = {"shop/__init__.py": "", "conftest.py": "", "pytest.ini": PYTEST_INI, **_layers()}
    per_file = tests // len(AREAS)
    for position, area in enumerate(AREAS):
        first = position * per_file
        last = tests if area == AREAS[-1] else first + per_file
        functions = [_test(n, failing=n in failing, code=chance.choice(CODES)) for n in range(first, last)]
        files[f"tests/test_{area}.py"] = "from shop.checkout import checkout\n\n\n" + "\n\n".join(functions)
    for position in range(4):
        names = range(position * 100, position * 100 + 100)
        files[f"good/test_part_{position}.py"] = "\n\n".join(
            f"def test_good_{n}():\n    assert {n} >= 0\n" for n in names
        )
    return files


def _layers() -> dict[str, str]:
    """Every module hands on to the next; the last one raises when a country has no rate."""
    files: dict[str, str] = {}
    for outer, inner in pairwise(LAYERS):
        files[f"shop/{outer}.py"] = (
            f'"""The {outer} of an order."""\n\nfrom shop.{inner} import {inner}\n\n\n'
            f"def {outer}(order, country):\n"
            f'    """Work out the {outer} of the order for the country."""\n'
            f"    if order < 0:\n        return 0\n"
            f"    known = {inner}(order, country)\n"
            f"    return known + 0\n"
        )
    files[f"shop/{LAYERS[-1]}.py"] = (
        '"""Rates by country."""\n\nRATES = {"FR": 20, "DE": 19, "NO": 25}\n\n\n'
        "def table(order, country):\n"
        '    """Look the rate of the country up."""\n'
        "    if country not in RATES:\n"
        '        raise ValueError(f"order {order}: no tax rate for {country!r}, known are {sorted(RATES)}")\n'
        "    return RATES[country]\n"
    )
    return files


def _test(number: int, *, failing: bool, code: str) -> str:
    """Every third failure is an assertion in the test itself, the others are raised seven calls deeper."""
    if not failing:
        return f'def test_order_{number:03}_is_taxed():\n    assert checkout({number}, "FR") == 20\n'
    if number % 3 == 0:
        return f'def test_order_{number:03}_is_taxed():\n    assert checkout({number}, "DE") == {number + 20}\n'
    return f'def test_order_{number:03}_is_taxed():\n    assert checkout({number}, "{code}") == 20\n'


_SECTION = re.compile(r"^_+ (\S+) _+$\n(.*?)(?=^_{3,} \S+ _{3,}$|^=+ )", re.MULTILINE | re.DOTALL)
_PLACE = re.compile(r"^(\S+\.py:\d+): \w+", re.MULTILINE)
_MESSAGE = re.compile(r"^E   +(.+)$", re.MULTILINE)


def failures_in(report: str) -> list[Failure]:
    """The failures that a raw pytest report shows: name, the innermost file:line, the first line of the error."""
    found: list[Failure] = []
    for name, section in _SECTION.findall(report):
        places, messages = _PLACE.findall(section), _MESSAGE.findall(section)
        found.append(Failure(name, places[-1], messages[0]))
    return found


class Log(NamedTuple):
    """A service's log: its text, the lines of its one error block, and the plain line that tells the cause."""

    text: str
    block: tuple[str, ...]
    cause: str


def log_with_one_error(seed: int = 1, lines: int = 5_000) -> Log:
    """A log with one error block around its middle; an ordinary line up to 100 lines before says what led to it."""
    chance = random.Random(seed)  # noqa: S311  a seed is wanted
    at = lines // 2 + chance.randint(-lines // 5, lines // 5)
    order = chance.randint(10_000, 99_999)
    block = (
        f"ERROR worker-7 could not settle order {order}: PoolTimeout: no connection in 30000 ms (pool orders, size 8)",
        "Traceback (most recent call last):",
        '  File "/srv/shop/settle.py", line 214, in settle',
        "    row = pool.fetch(order)",
        '  File "/srv/shop/pool.py", line 88, in fetch',
        "    raise PoolTimeout(self.wait_ms)",
        "shop.pool.PoolTimeout: 30000",
    )
    cause = f"INFO  deploy pool orders resized from 64 to 8 connections by release {chance.randrange(16**7):07x}"
    cause_at = at - chance.randint(20, 100)
    written: list[str] = []
    for n in range(lines):
        stamp = f"2026-11-22T10:{n // 60 % 60:02}:{n % 60:02}.{chance.randint(0, 999):03}Z"
        if n == at:
            written += [f"{stamp} {block[0]}", *block[1:]]
        if n == cause_at:
            written.append(f"{stamp} {cause}")
        took = chance.randint(2, 90)
        written.append(f"{stamp} INFO  worker-{n % 8} GET /orders/{chance.randint(1, 99_999)} 200 {took} ms")
    return Log("\n".join(written) + "\n", block, cause)


def run_outside(command: str, folder: str, shell: str = "/bin/bash") -> tuple[int, bytes]:
    """Exit code and output of a command in `folder`, in the environment that the driver gives the client."""
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)])
    environ = {"PATH": path, "HOME": os.path.join(folder, "..", "home"), "LANG": "C.UTF-8", "TERM": "xterm"}
    done = subprocess.run(
        [shell, "-c", command], cwd=folder, env=environ, stdin=subprocess.DEVNULL, stdout=-1, stderr=-2, check=False
    )
    return done.returncode, done.stdout


def output_of(command: str, files: Mapping[str, str]) -> str:
    """What `command` prints in a project of these files, made for the purpose and removed again."""
    with tempfile.TemporaryDirectory(prefix="scrimp-project-") as folder:
        for name, text in files.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        return run_outside(command, folder)[1].decode()


def timeless(report: bytes) -> bytes:
    """A report without the one thing that differs between two runs: how long it took."""
    return re.sub(rb"\bin \d+\.\d+s\b( \(\d+:\d+:\d+\))?", b"in ?s", report)
