"""The search by Python's own expressions ends by itself where nobody is left to end it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from scrimp.reading import matching_process

if TYPE_CHECKING:
    from pathlib import Path


def test_an_expression_that_does_not_end_is_ended_after_the_time_that_the_asker_says(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("a" * 40)
    asked = json.dumps([r"(a+)+b\1", False, 0, [str(file)], 0.2])
    command = [sys.executable, "-I", "-S", matching_process.__file__]
    done = subprocess.run(command, input=asked, text=True, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (-signal.SIGALRM, "")
