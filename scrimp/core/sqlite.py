"""SQLite without what `sqlite3` loads beside it for dates (2 ms, at every turn): the same classes and functions."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sqlite3 import Connection, Error, OperationalError, complete_statement, connect
else:
    try:
        from _sqlite3 import Connection, Error, OperationalError, complete_statement, connect
    except ImportError:  # a Python that is built another way
        from sqlite3 import Connection, Error, OperationalError, complete_statement, connect

__all__ = ["Connection", "Error", "OperationalError", "complete_statement", "connect"]
