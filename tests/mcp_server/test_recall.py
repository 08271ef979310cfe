"""recall brings back what was cut, in parts or whole, and never cuts it itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core import outputs
from tests.mcp_server.calling import call, environ_in

if TYPE_CHECKING:
    from pathlib import Path

LINES = "".join(f"line {number}: {'error' if number == 70 else 'ok'}\n" for number in range(1, 101))


def kept(folder: Path) -> tuple[dict[str, str], str]:
    """An original, and the environment in which it is found."""
    environ = environ_in(folder)
    results = folder / "data" / "outputs"
    results.mkdir(parents=True)
    return environ, outputs.keep(LINES.encode(), str(results))


def test_an_original_comes_back_whole(tmp_path: Path) -> None:
    environ, handle = kept(tmp_path)
    assert call(environ, "recall", {"handle": handle}) == (LINES, False)


def test_lines_and_matches_come_back_with_their_numbers(tmp_path: Path) -> None:
    environ, handle = kept(tmp_path)
    assert call(environ, "recall", {"handle": handle, "lines": "99:100"}) == (
        "99:line 99: ok\n100:line 100: ok\n",
        False,
    )
    found = call(environ, "recall", {"handle": handle, "grep": "error", "context": 1})
    assert found == ("69-line 69: ok\n70:line 70: error\n71-line 71: ok\n", False)


def test_what_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    environ, handle = kept(tmp_path)
    text, is_error = call(environ, "recall", {"handle": "0123456789abcdef"})
    assert is_error
    assert text.endswith("no original with the handle 0123456789abcdef is kept any more, or it was never here")
    text, is_error = call(environ, "recall", {"handle": handle, "grep": "("})
    assert is_error
    assert "'(' is not a regular expression" in text
