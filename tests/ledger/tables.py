"""A ledger's tables as they are, to compare two ledgers by; and the trees of transcripts that tests fill them from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrimp.core import ledger
from scrimp.ingest import bring_up_to_date

if TYPE_CHECKING:
    from pathlib import Path

Tables = dict[str, list[tuple[Any, ...]]]


def tables_of(path: Path, *left_out: str) -> Tables:
    """Every row of every table, sorted."""
    db = ledger.connect(str(path))
    try:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        kept = [name for name in names if name not in left_out]
        return {name: sorted(db.execute(f"SELECT * FROM {name}"), key=repr) for name in kept}  # noqa: S608 - our names
    finally:
        db.close()


def filled(path: Path, *folders: Path) -> dict[str, int]:
    """Bring the ledger at `path` up to date with these folders; what was wrong."""
    db = ledger.connect(str(path))
    try:
        return bring_up_to_date(db, [str(folder) for folder in folders])
    finally:
        db.close()
