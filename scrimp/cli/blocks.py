"""Sum up what requests cost and used, by the 5-hour windows of a subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.cli import OK
from scrimp.reports import blocks

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp blocks`."""
    blocks.add_arguments(parser)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp blocks`."""
    blocks.run(arguments, environ)
    return OK
