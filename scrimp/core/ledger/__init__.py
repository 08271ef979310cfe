"""The ledger: what every request cost, in one SQLite file for all projects, kept for good.

`connect` opens it, makes it where there is none and brings an older one up to date. Many processes may write at once:
each writes in one short transaction, and waits for the others. Each table has one module here that writes it.
"""

from __future__ import annotations

import os

from scrimp.core import limits, sqlite
from scrimp.core.errors import LedgerError
from scrimp.core.ledger.schema import APPLICATION_ID, MIGRATIONS
from scrimp.core.settings import data_dir

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME = "ledger.db"


def path_of(environ: Mapping[str, str]) -> str:
    """Where this user's ledger lies."""
    return os.path.join(data_dir(environ), NAME)


def connect(path: str) -> sqlite.Connection:
    """The ledger at `path`, made or brought up to date; LedgerError where it is no ledger of ours, or a newer one.

    The connection commits by itself (autocommit); whoever writes uses `transaction`.
    """
    try:
        _make_private(path)
        db = sqlite.connect(path, timeout=limits.LEDGER_WAIT_S, isolation_level=None)
    except (OSError, sqlite.Error) as error:
        raise LedgerError(f"{path}: the ledger cannot be opened ({error})") from error
    try:
        _prepare(db, path)
    except sqlite.Error as error:
        db.close()
        raise unusable(path, error) from error
    except LedgerError:
        db.close()
        raise
    return db


class opened:  # noqa: N801 - used as `with opened(path) as db:`
    """The ledger at `path`, closed in the end; whatever SQLite finds wrong with it in between is a LedgerError too."""

    __slots__ = ("_db", "_path")

    def __init__(self, path: str) -> None:
        self._path = path
        self._db = connect(path)

    def __enter__(self) -> sqlite.Connection:
        return self._db

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._db.close()
        if isinstance(error, sqlite.Error):
            raise unusable(self._path, error) from error


class transaction:  # noqa: N801 - used as `with transaction(db):`
    """All or nothing, and alone: nobody else writes between its first statement and its last."""

    __slots__ = ("_db",)

    def __init__(self, db: sqlite.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        try:
            self._db.execute("BEGIN IMMEDIATE")
        except sqlite.Error as error:
            raise LedgerError(f"the ledger cannot be written ({error})") from error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if kind is None:
            try:
                self._db.execute("COMMIT")
            except sqlite.Error as failure:
                self._roll_back()
                raise LedgerError(f"the ledger cannot be written ({failure})") from failure
            return
        self._roll_back()
        if isinstance(error, sqlite.OperationalError):  # a full disk, a file that may not be written
            raise LedgerError(f"the ledger cannot be written ({error})") from error

    def _roll_back(self) -> None:
        if self._db.in_transaction:  # SQLite itself has rolled back where the disk is full
            self._db.execute("ROLLBACK")


def unusable(path: str, error: sqlite.Error) -> LedgerError:
    """What to say when SQLite cannot go on with the ledger at `path`; a way out only where the file itself is bad."""
    is_bad = any(word in str(error) for word in _BAD_FILE)
    return LedgerError(f"{path}: the ledger cannot be used ({error}){f'; {_WAY_OUT}' if is_bad else ''}")


_BAD_FILE = ("malformed", "not a database")
_WAY_OUT = "move that file away to begin a new one: what the transcripts still hold is read again"


def _make_private(path: str) -> None:
    """Make the folder (0700) and the file (0600), so that SQLite's own files beside it get the same mode."""
    os.makedirs(os.path.dirname(path) or ".", mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare(db: sqlite.Connection, path: str) -> None:
    version, ours, tables = _identity(db)
    if version == len(MIGRATIONS) and ours == APPLICATION_ID:
        db.execute("PRAGMA synchronous = NORMAL")
        return
    _refuse_foreign(path, version, is_ours=ours == APPLICATION_ID, is_empty=not tables)
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    with transaction(db):
        version, _, _ = _identity(db)  # another process may have been faster
        for step in MIGRATIONS[version:]:
            for statement in _statements(step):
                db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {max(version, len(MIGRATIONS))}")


def _identity(db: sqlite.Connection) -> tuple[int, int, int]:
    """How many steps the schema has had, whose file it is, and how many tables it has."""
    query = (
        "SELECT user_version, application_id, (SELECT COUNT(*) FROM sqlite_master) "
        "FROM pragma_user_version, pragma_application_id"
    )  # in one statement: another process may be making it just now
    return db.execute(query).fetchone()


def _refuse_foreign(path: str, version: int, *, is_ours: bool, is_empty: bool) -> None:
    if not is_ours and not is_empty:
        raise LedgerError(f"{path}: a database, but no ledger of scrimp's; {_WAY_OUT}, or name another file")
    if version > len(MIGRATIONS):
        raise LedgerError(
            f"{path}: made by a newer scrimp (schema {version}, this one knows {len(MIGRATIONS)}): update scrimp"
        )


def _statements(step: str) -> Iterator[str]:
    """A step's statements: `executescript` would commit the transaction that they must all be in."""
    lines: list[str] = []
    for line in step.splitlines():
        lines.append(line)
        if sqlite.complete_statement("\n".join(lines)):
            yield "\n".join(lines)
            lines = []
