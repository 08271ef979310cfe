"""A file for each thread that is told to answer: without it a hook knows that no tool is denied, and opens no ledger.

The ledger decides; a sign only says that it must be asked.
"""

from __future__ import annotations

import os

_FOLDER = "landing"
_MOST_CHARS = 200


def put(data: str, session_id: str, agent_id: str) -> None:
    """Leave the sign of a thread in scrimp's data folder; OSError where that cannot be written."""
    path = _path(data, session_id, agent_id)
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def is_up(data: str, session_id: str, agent_id: str) -> bool:
    """Whether the thread was told to answer, and nobody found since that it need not."""
    return os.path.exists(_path(data, session_id, agent_id))


def take_down(data: str, session_id: str, agent_id: str) -> None:
    """Take the sign of a thread away, where there is one."""
    try:
        os.unlink(_path(data, session_id, agent_id))
    except OSError:
        pass  # it costs the next tool a look into the ledger


def _path(data: str, session_id: str, agent_id: str) -> str:
    name = f"of-{session_id}.{agent_id}"[:_MOST_CHARS]
    return os.path.join(data, _FOLDER, "".join(char if char.isalnum() or char in "-." else "_" for char in name))
