"""recall brings back what was cut, in parts or whole, and never cuts it itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core import limits, outputs
from tests.mcp_server.calling import call, environ_in

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

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


def test_of_some_lines_those_that_match_come_and_context_is_all_there_is(tmp_path: Path) -> None:
    environ, handle = kept(tmp_path)
    some = {"handle": handle, "lines": "68:71", "grep": "error", "context": 10**20}
    assert call(environ, "recall", some) == (
        "68-line 68: ok\n69-line 69: ok\n70:line 70: error\n71-line 71: ok\n",
        False,
    )
    apart = call(environ, "recall", {"handle": handle, "grep": "line [17]0?:", "context": 1})[0]
    assert apart == (
        "1:line 1: ok\n2-line 2: ok\n--\n6-line 6: ok\n7:line 7: ok\n8-line 8: ok\n9-line 9: ok\n10:line 10: ok\n"
        "11-line 11: ok\n--\n69-line 69: ok\n70:line 70: error\n71-line 71: ok\n"
    )


def test_a_pattern_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READ_MATCH_S", 0.2)
    environ = environ_in(tmp_path)
    results = tmp_path / "data" / "outputs"
    results.mkdir(parents=True)
    handle = outputs.keep(b"a" * 40, str(results))
    text, is_error = call(environ, "recall", {"handle": handle, "grep": r"(a+)+(?=b)\1c"})
    assert is_error
    assert text.startswith("the pattern takes more than 0.2 s")


def test_what_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    environ, handle = kept(tmp_path)
    text, is_error = call(environ, "recall", {"handle": "0123456789abcdef"})
    assert is_error
    assert text.endswith("no original with the handle 0123456789abcdef is kept any more, or it was never here")
    text, is_error = call(environ, "recall", {"handle": handle, "grep": "("})
    assert is_error
    assert "'(' is not a regular expression" in text
