"""What a thread has done in a prompt, between two batches: one line in a small file of its own in the data folder."""

from __future__ import annotations

import os
import time

from scrimp.core import limits, small_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    class Thread(NamedTuple):
        """reads: single reads in a row. was_told: 1 once the notice of this prompt was due.

        since: requests that read since the notice; NONE before it, and once it is known what became of it.
        """

        prompt_id: str
        reads: int
        since: int
        was_told: int

else:
    from collections import namedtuple

    Thread = namedtuple("Thread", "prompt_id reads since was_told")

FOLDER = "batching"
NONE = -1


def path_of(data: str, session_id: str, agent_id: str) -> str:
    """Where a thread's line is; agent_id: '' for main."""
    return os.path.join(data, FOLDER, session_id, agent_id or "main")


def kept(path: str, prompt_id: str) -> Thread:
    """What is known of the thread; of another prompt nothing counts any more."""
    try:
        words = small_file.read(path).split()
        thread = Thread(words[0], int(words[1]), int(words[2]), int(words[3]))
    except (OSError, ValueError, IndexError):
        return Thread(prompt_id, 0, NONE, 0)
    return thread if thread.prompt_id == prompt_id else Thread(prompt_id, 0, NONE, 0)


def keep(path: str, thread: Thread) -> None:
    """Write it down; OSError where the data folder does not take it."""
    folder = os.path.dirname(path)
    if not os.path.isdir(folder):
        os.makedirs(folder, mode=0o700, exist_ok=True)
        _make_room(os.path.dirname(folder))
    beside = f"{path}.{os.getpid()}"
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(f"{thread.prompt_id} {thread.reads} {thread.since} {thread.was_told}")
    os.replace(beside, path)


def _make_room(folder: str) -> None:
    """Take out what sessions of days ago have left; another process may be at it, too."""
    oldest = time.time() - limits.LOOP_KEPT_S
    for name in os.listdir(folder):
        session = os.path.join(folder, name)
        try:
            if os.stat(session).st_mtime < oldest:
                for one in os.listdir(session):
                    os.unlink(os.path.join(session, one))
                os.rmdir(session)
        except FileNotFoundError:
            continue
