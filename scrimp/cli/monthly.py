"""Sum up what requests cost and used, by month."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.cli import OK
from scrimp.reports import summary

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp monthly`."""
    summary.add_arguments(parser)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp monthly`."""
    summary.run("month", arguments, environ)
    return OK
