"""A server reads all day: nothing stays open, and what it remembers is bounded."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from scrimp.reading.wanted import Wanted
from tests.reading.world import World

CALL = (
    Wanted("a.py"),
    Wanted("missing"),
    Wanted("folder"),
    Wanted("pipe"),
    Wanted("a.py#f"),
    Wanted("*.py", "outline"),
    Wanted("broken.pdf"),
    Wanted("wide.txt", "match", "x"),
    Wanted("a.py", "match", "("),
)


@pytest.fixture
def repo(world: World) -> World:
    world.write({"a.py": "def f():\n    return 1\n", "folder/b.txt": "b\n", "broken.pdf": b"%PDF-1.4 broken"})
    world.write({"wide.txt": "x\n".encode("utf-16")})
    os.mkfifo(f"{world.folder}/pipe")
    return world


def open_files() -> int:
    return len(os.listdir("/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"))


def test_calls_leave_no_file_thread_or_process_behind(repo: World) -> None:
    first = repo.answer(*CALL)
    before, threads = open_files(), threading.active_count()
    assert all(repo.answer(*CALL) == first for _ in range(10))
    assert all(repo.answer(*CALL[:7]) for _ in range(300))
    assert (open_files(), threading.active_count()) == (before, threads)


def test_calls_side_by_side_give_each_its_own(repo: World) -> None:
    first = repo.answer(*CALL)
    with ThreadPoolExecutor(6) as pool:
        calls = [pool.submit(repo.answer, *CALL) for _ in range(12)]
        assert {call.result() for call in calls} == {first}
