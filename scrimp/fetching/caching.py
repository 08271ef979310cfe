"""Pages kept on disk by HTTP's own rules (RFC 9111), in one SQLite file that only its user may read.

A private cache: what a server marks `private` may be kept, what it marks `no-store` is not. Only plain GETs without
headers of the caller go through it, and nothing of a host that the user opened: an API under development changes, and
its answers may hold secrets.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from hishel import AsyncSqliteStorage
from hishel.httpx2 import AsyncCacheTransport

from scrimp.core import limits

if TYPE_CHECKING:
    import httpx2

_FOLDER = "pages"
_NAME = "pages-2.db"
"""With the number of the library's file format, which refuses files of another one."""
_FILE_START = b"SQLite format 3\0"


def storage(data_folder: str) -> AsyncSqliteStorage:
    """The cache below scrimp's data folder; made with 0700 and 0600.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = os.path.join(data_folder, _FOLDER)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    path = os.path.join(folder, _NAME)
    # SQLite gives its journal files the mode of the database; the library would write the other file by the umask.
    _without_broken(path)
    for name in (path, os.path.join(folder, ".gitignore")):
        os.close(os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    return AsyncSqliteStorage(
        database_path=path,
        default_ttl=limits.FETCH_CACHE_S,
        max_stream_size=limits.FETCH_CACHED_BODY_BYTES,
        max_size=limits.FETCH_CACHE_BYTES,
    )


def _without_broken(path: str) -> None:
    """Take away what is no database: the library would complain at every page and never mend it."""
    try:
        with open(path, "rb") as file:
            start = file.read(len(_FILE_START))
    except FileNotFoundError:
        return
    if start not in (b"", _FILE_START):
        os.remove(path)


def cached(transport: httpx2.AsyncBaseTransport, store: AsyncSqliteStorage) -> httpx2.AsyncBaseTransport:
    """The transport with the cache before it."""
    return AsyncCacheTransport(transport, storage=store, rfc={"shared": False})
