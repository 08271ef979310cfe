"""Only a plain file is read, and nothing is left open."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from scrimp.core import small_file

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_a_pipe_and_a_large_file_are_no_small_files_and_are_not_left_open(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_text("12345")
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for name in ("folder", "pipe", "large"):
        with pytest.raises(OSError, match=r"not a plain file|more than 4 bytes"):
            small_file.read(str(tmp_path / name), 4)
    if before:
        assert len(os.listdir("/proc/self/fd")) == before
    assert small_file.read(str(tmp_path / "large"), 5) == "12345"
