"""Sum up what requests cost and used, by day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.cli import OK
from scrimp.reports import summary

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp daily`."""
    summary.add_arguments(parser)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp daily`."""
    summary.run("day", arguments, environ)
    return OK
