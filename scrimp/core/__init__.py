"""What hooks and command line share: the standard library only, Python 3.9 syntax.

A hook is a process per tool call, so nothing here may import typing, dataclasses, pathlib, logging,
argparse or subprocess; `tests/hooks/test_import_budget.py` proves it.
"""

import os


def bundle_root() -> str:
    """The folder that holds `hooks/` and `.claude-plugin/`: the repo in a checkout, `scrimp/bundle` in a wheel."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    shipped = os.path.join(package, "bundle")
    return shipped if os.path.isdir(shipped) else os.path.dirname(package)
