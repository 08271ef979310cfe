"""Other tools that read the same transcripts, from npm: how each is installed, started, and what it says.

They are installed into a cache folder of their own (nothing of the user's changes), at the versions pinned here, and
started with flags that keep them offline, in an empty HOME. What cannot be had is left out, with a line saying why.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import stat
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

CCUSAGE, TOKSCALE = "20.0.24", "4.17.0"

_ARCH = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
_NATIVE_CCUSAGE = f"@ccusage/ccusage-{sys.platform}-{_ARCH}"
_LIBC = "-gnu" if sys.platform == "linux" else ""
_NATIVE_TOKSCALE = f"@tokscale/cli-{sys.platform}-{_ARCH}{_LIBC}"
_INSTALL_S, _START_S = 300, 30


class Said(NamedTuple):
    """What a tool says of all requests; `unpriced` are the models that it has no price for, or shows at $0."""

    output_tokens: int
    usd: Decimal
    unpriced: tuple[str, ...]


class Rival(NamedTuple):
    """A tool. `keeps` says that its second run profits from its first."""

    name: str
    program: list[str]
    arguments: list[str]
    said: Callable[[bytes], Said]
    keeps: bool = False


def install(environ: Mapping[str, str]) -> list[str]:
    """Install what is not there yet; a line for each tool that cannot be had."""
    missing: list[str] = []
    for tool in _TOOLS:
        folder = _folder(tool, environ)
        why = "" if list(tool.rivals(folder)) else _install(tool.packages, folder)
        if why:
            missing.append(f"{tool.name} is left out: {why}")
    return missing


def found(environ: Mapping[str, str]) -> list[Rival]:
    """The tools that are installed."""
    return [rival for tool in _TOOLS for rival in tool.rivals(_folder(tool, environ)) if _starts(rival)]


def _folder(tool: _Tool, environ: Mapping[str, str]) -> str:
    cache = environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(cache, "scrimp", tool.name.replace(" ", "-"))


def _install(packages: tuple[str, ...], folder: str) -> str:
    """Install packages into a folder; why that was not possible, '' where it was."""
    npm = shutil.which("npm")
    if npm is None:
        return "there is no npm"
    os.makedirs(folder, exist_ok=True)
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder]
    try:
        ran = subprocess.run(
            [*command, *packages], timeout=_INSTALL_S, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return f"npm cannot install {' '.join(packages)}" if ran.returncode else ""


def _ccusage(folder: str) -> Iterator[Rival]:
    """Its program, and the launcher in Node that users start."""
    what = ["session", "--json", "--offline"]
    native = os.path.join(folder, "node_modules", _NATIVE_CCUSAGE, "bin", "ccusage")
    launcher = os.path.join(folder, "node_modules", "ccusage", "src", "cli.js")
    node = shutil.which("node")
    if os.path.isfile(native):
        _make_executable(native)
        yield Rival(f"ccusage {CCUSAGE}", [native], what, _ccusage_said)
        if node and os.path.isfile(launcher):
            yield Rival("ccusage, its node launcher", [node, launcher], what, _ccusage_said)


def _tokscale(folder: str) -> Iterator[Rival]:
    native = os.path.join(folder, "node_modules", _NATIVE_TOKSCALE, "bin", "tokscale")
    if os.path.isfile(native):
        _make_executable(native)
        what = ["--json", "--no-spinner", "--client", "claude"]
        yield Rival(f"tokscale {TOKSCALE}", [native], what, _tokscale_said, keeps=True)


def _starts(rival: Rival) -> bool:
    """Whether a tool runs on this machine at all."""
    try:
        ran = subprocess.run([*rival.program, "--version"], timeout=_START_S, check=False, capture_output=True)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ran.returncode == 0


def _make_executable(path: str) -> None:
    os.chmod(path, os.stat(path).st_mode | stat.S_IXUSR)


def _ccusage_said(printed: bytes) -> Said:
    totals = _read(printed)["totals"]
    return Said(totals["outputTokens"], Decimal(totals["totalCost"]), tuple(totals.get("unpricedModels", ())))


def _tokscale_said(printed: bytes) -> Said:
    report = _read(printed)
    free = tuple(sorted(entry["model"] for entry in report["entries"] if not entry["cost"]))
    return Said(report["totalOutput"], Decimal(report["totalCost"]), free)


def _read(printed: bytes) -> Any:  # noqa: ANN401 - JSON is any shape
    return json.loads(printed, parse_float=Decimal)


class _Tool(NamedTuple):
    """What is installed together, and what of it there is to start in a folder."""

    name: str
    packages: tuple[str, ...]
    rivals: Callable[[str], Iterator[Rival]]


_TOOLS = (
    _Tool(f"ccusage {CCUSAGE}", (f"ccusage@{CCUSAGE}", f"{_NATIVE_CCUSAGE}@{CCUSAGE}"), _ccusage),
    _Tool(f"tokscale {TOKSCALE}", (f"{_NATIVE_TOKSCALE}@{TOKSCALE}",), _tokscale),
)
