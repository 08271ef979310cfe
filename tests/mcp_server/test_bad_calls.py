"""A call that makes no sense is refused in one line that says what was expected, and nothing of it is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.mcp_server.session import JUDGED, Place

if TYPE_CHECKING:
    from pathlib import Path

NO_NUMBER = "input should be a valid integer, unable to parse string as an integer"
NO_HANDLE = "is not a handle: it has 6 to 16 of the digits that a marker names, 0-9 and a-f"
TOUCH = "touch made"


@pytest.mark.parametrize(
    ("tool", "arguments", "error"),
    [
        ("batch_run", {}, "commands: field required"),
        ("batch_run", {"commands": TOUCH}, "commands: expected a list, not text"),
        (
            "batch_run",
            {"commands": [TOUCH], "cwd": "sub"},
            "cwd: there is no such argument; there are commands, sequential, max_tokens, ask",
        ),
        (
            "batch_run",
            {"commands": [TOUCH, {"command": TOUCH, "timeout": 1}]},
            "commands.1.timeout: extra inputs are not permitted",
        ),
        ("batch_run", {"commands": [TOUCH], "max_tokens": "few"}, f"max_tokens: {NO_NUMBER}"),
        ("batch_run", {"commands": [TOUCH, None]}, "commands.1: expected text or an object"),
        ("batch_fetch", {"urls": []}, "urls: list should have at least 1 item after validation, not 0"),
        ("batch_fetch", {"urls": "http://x/"}, "urls: expected a list, not text"),
        (
            "batch_fetch",
            {"urls": [{"url": "http://x/", "headers": {"a": 1}}]},
            "urls.0.headers.a: input should be a valid string",
        ),
        ("recall", {"handle": "1", "context": -1}, "context: input should be greater than or equal to 0"),
        ("recall", {"handle": "../../etc/passwd"}, f"'../../etc/passwd' {NO_HANDLE}"),
        ("budget", {"raise_by": 2}, "raise_by: input should be a valid string"),
        ("budget", {"raise": "2"}, "raise: there is no such argument; there are raise_by, limit"),
        ("nothing", {}, "Unknown tool: nothing"),
    ],
)
def test_it_is_refused_in_one_line(tmp_path: Path, tool: str, arguments: dict[str, Any], error: str) -> None:
    place = Place(tmp_path)
    assert place.call(tool, arguments, JUDGED) == (error, True)
    assert not (place.project / "made").exists()


@pytest.mark.parametrize("max_tokens", [-(10**30), 0, 10**30])
def test_a_budget_out_of_bounds_is_the_nearest_one_that_there_is(tmp_path: Path, max_tokens: int) -> None:
    place = Place(tmp_path)
    place.write("a.txt", "one\n")
    text, is_error = place.call("batch_read", {"items": ["a.txt"], "max_tokens": max_tokens})
    body = "1\tone" if max_tokens > 0 else "[none of 1 line fits"
    assert not is_error
    assert text.startswith(f"## a.txt: 1 line\n{body}")


def test_where_the_data_folder_cannot_be_made_it_is_said(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (tmp_path / "file").write_text("")
    place.environ["SCRIMP_HOME"] = str(tmp_path / "file" / "data")
    place.rules(allow=["Bash"])
    for tool, arguments in (("batch_run", {"commands": [TOUCH]}), ("budget", {})):
        text, is_error = place.call(tool, arguments)
        assert is_error
        assert str(tmp_path / "file") in text
    assert not (place.project / "made").exists()


def test_settings_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """Ours with the limits, and the rules in the client's: without our hook nothing is done by these."""
    place = Place(tmp_path)
    file = place.write(".claude/settings.json", "{no JSON")
    ours = tmp_path / ".claude" / "scrimp.json"
    ours.parent.mkdir()
    ours.write_text("{no JSON")
    assert place.call("budget", {}).text.startswith(f"No limit is set.\n{ours}: not read (")
    assert place.call("batch_run", {"commands": [TOUCH]}).text == (
        f"## `{TOUCH}`\n[error: not done without asking: rules that cannot be read in {file}]"
    )
