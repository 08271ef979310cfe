"""Print the status line for what Claude Code gives one on standard input; install wires it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrimp.cli import OK
from scrimp.core import statusline
from scrimp.core.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """There are none."""
    del parser


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp statusline`; no status line of the user's own is run, which may have started this one."""
    del arguments
    if sys.stdin.isatty():
        raise UsageError("the status line is made of what Claude Code gives on standard input; scrimp install wires it")
    raw = sys.stdin.buffer.read()
    sys.stdout.buffer.write(statusline.alone(raw, environ))
    sys.stdout.flush()
    return OK
