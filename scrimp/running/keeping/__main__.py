"""What the server starts: `python -I -S __main__.py DESCRIPTOR`, a socket over which commands are handed over."""

import os
import sys

ABOVE = 4
"""Levels from this file to the folder that holds the package."""


def _root() -> str:
    path = os.path.abspath(__file__)
    for _ in range(ABOVE):
        path = os.path.dirname(path)
    return path


sys.path.append(_root())

from scrimp.running.keeping import forking  # noqa: E402 - the path comes first

forking.serve(int(sys.argv[1]))
os._exit(0)
