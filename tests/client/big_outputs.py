"""Big outputs of real tools, for runs of the client: recorded ones behind programs of the tools' names, and made ones.

Each names what a next step needs and where that stands: in the middle, which a cut at either end would lose.
"""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING, NamedTuple

from tests.client.script import Call, bash
from tests.compact import cases

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVER = "facts"
TOOL = f"mcp__{SERVER}__report"

_MADE_LINES = 4_000
_AT = _MADE_LINES // 2
_FOLDERS = 25


class Output(NamedTuple):
    """One big output: the recorded case, the command that prints it here, and what a step needs of its middle."""

    case: str
    command: str
    needed: tuple[str, ...]

    @property
    def call(self) -> Call:
        """The call that prints it, named after its family."""
        return bash(f"PATH=$PWD/bin:$PATH {self.command}", self.name)

    @property
    def name(self) -> str:
        """The family, as the result is known by."""
        return self.case.partition("/")[0].replace("_", " ")

    @property
    def recorded(self) -> cases.Case:
        """What the tool printed."""
        return cases.load(self.case)


OUTPUTS = (
    Output(
        "pytest/quiet_failed",
        "pytest -q",
        ("test_unknown_article", "src/shop/catalogue.py:13", "KeyError: 'SKU-9999'"),
    ),
    Output(
        "jest/many_suites",
        "npx jest",
        ("zone 6 \u203a carries 5 parcels", "parcel of 33000 g is over the carrier's 31500 g", "src/shipping.js:9:32"),
    ),
    Output(
        "go_test/verbose_failed",
        "go test -v ./...",
        ("TestLinesOfAnInvoice", "pricing_test.go:44: invoice(12) mismatch (-want +got):"),
    ),
    Output(
        "junit/maven_failed",
        "mvn -B -fae test",
        ("shop.TaxTest.rateIsKnown(String)[6]", "shop.Tax$UnknownRegion: no rate for region 'DK'", "Tax.java:13"),
    ),
    Output(
        "diagnostics/pylint_failed", "pylint shop", ("shop/pricing.py:17:15: E1121: Too many positional arguments",)
    ),
    Output(
        "git_log/patch_15",
        "git log -p -n 15",
        ("3bd7a51314349251ce7132f72c589a0e247f583a", "test that a ledger survives a payment"),
    ),
    Output(
        "packages/npm_install_deprecated",
        "npm install --loglevel=http",
        ("npm warn deprecated har-validator@5.1.5: this library is no longer supported",),
    ),
    Output(
        "log/service_error_in_middle",
        "docker logs shop",
        (
            "ERROR    [shop.payment] charge failed for order 48213, customer 7710",
            "TimeoutError: gateway did not answer for order 48213 within 5000 ms",
        ),
    ),
    Output("traceback/python_many", "python scripts/workers.py", ("FeedError: feed 14: country 'US' has no currency",)),
    Output("search/rg_missing_folder", "rg -n amount server/src lib", ("server/src/checkout/checkout_service.py:4:",)),
    Output("json/pretty", "curl -s http://127.0.0.1/orders", ('"state": "failed"',)),
    Output("table/csv", "sqlite3 -csv shop.db 'select * from stock'", ("SKU-1777,tea 9,north,24,7.27,error",)),
)
"""Twelve families, failing and succeeding, each larger than what the client shows; of pylint's not all facts fit."""

GREP = Call(
    "Grep", {"pattern": "amount", "path": "server", "output_mode": "content", "-n": True, "head_limit": 0}, "Grep"
)
GREP_NEEDED = (f"server/part_{_FOLDERS // 2:02}/amounts.py:",)
"""A file in the middle of many: which one to open next."""

MCP = Call(TOOL, {}, "MCP")
MCP_NEEDED = ("ERROR stock: shelf 48213 is gone", "raise ShelfMissing(shelf)", "shop.stock.ShelfMissing: 48213")


def files() -> dict[str, str]:
    """The project in which the commands print what was recorded."""
    found = {f"server/part_{part:02}/amounts.py": _module(part) for part in range(_FOLDERS)}
    for output in OUTPUTS:
        case, program = output.recorded, output.command.split()[0]
        found[f"recorded/{program}"] = case.text
        found[f"bin/{program}"] = _PROGRAM.format(python=shlex.quote(sys.executable), code=case.exit_code)
    return found | {"report.log": _report()}


_PROGRAM = """#!{python} -IS
import os, sys

here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
with open(os.path.join(here, "recorded", os.path.basename(__file__)), "rb") as file:
    sys.stdout.buffer.write(file.read())
sys.stdout.flush()
sys.exit({code})
"""


def mcp_config(server: str) -> Mapping[str, object]:
    """For --mcp-config: the server that reports `report.log`."""
    return {"mcpServers": {SERVER: {"command": sys.executable, "args": ["-I", "-S", server, "report.log"]}}}


def _module(part: int) -> str:
    """A module that says `amount` on each of its 120 lines."""
    return "".join(f"amount_{part}_{line} = rate_{line} * {line}  # what shelf {line} holds\n" for line in range(120))


def _report() -> str:
    """A log of thousands of lines with one error and its traceback in the middle."""
    lines = [f"2026-11-22 10:{n // 60 % 60:02}:{n % 60:02} INFO  stock: shelf {n} counted" for n in range(_MADE_LINES)]
    lines[_AT:_AT] = [
        f"2026-11-22 10:33:20 {MCP_NEEDED[0]}",
        "Traceback (most recent call last):",
        '  File "/srv/shop/stock.py", line 88, in count',
        f"    {MCP_NEEDED[1]}",
        MCP_NEEDED[2],
    ]
    return "\n".join(lines) + "\n"
