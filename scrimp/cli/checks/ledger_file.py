"""The ledger: whether it opens. Where it does not, there is no report, and a limit lets nothing pass."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scrimp.cli.checks import Finding
from scrimp.core import ledger
from scrimp.core.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping


def examine(environ: Mapping[str, str]) -> list[Finding]:
    """One finding where a ledger is there that cannot be used; it is opened as any report opens it, none is made."""
    path = ledger.path_of(environ)
    try:
        if os.path.exists(path):
            with ledger.opened(path):
                pass
    except LedgerError as error:
        return [Finding("fail", "ledger", str(error))]
    return []
