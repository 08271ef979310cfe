"""What a command has open: its input and its output, and nothing of what keeps it."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from scrimp.running.keepers import Keepers
from scrimp.running.keeping.messages import EXITED, Ended, Job

if TYPE_CHECKING:
    from pathlib import Path

    from tests.running.sessions import Session


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_a_command_cannot_speak_for_its_keeper(session: Session) -> None:
    """Over the socket to the server it could say how it ended; 3 is what `ls` itself reads."""
    assert session.one("ls /proc/self/fd").content() == "0\n1\n2\n3\n"


def test_a_file_may_be_the_input_and_without_one_there_is_none(tmp_path: Path) -> None:
    async def printed() -> list[tuple[Ended, bytes]]:
        keepers = Keepers()
        job = Job(("/bin/cat",), str(tmp_path), {}, 60, 1 << 20)
        found: list[tuple[Ended, bytes]] = []
        with tempfile.TemporaryFile() as given:
            given.write(b"from the file")
            given.seek(0)
            for one in (given, None):
                with tempfile.TemporaryFile() as output:
                    ended = await keepers.run(job, output, one)
                    output.seek(0)
                    found.append((ended, output.read()))
        await keepers.aclose()
        return found

    found = asyncio.run(printed())
    assert [(ended.how, ended.code, out) for ended, out in found] == [(EXITED, 0, b"from the file"), (EXITED, 0, b"")]
