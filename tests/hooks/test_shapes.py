"""Where a tool's text stands: results that the client has saved, and searches as a shell would be asked for them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from hooks.dispatch import State
from hooks.steps import compaction, shapes
from scrimp.core import limits, outputs
from tests.hooks.conftest import SESSION
from tests.hooks.test_dispatch import bash_event

if TYPE_CHECKING:
    from pathlib import Path

LOG = "\n".join(f"INFO request {number} took 12 ms" for number in range(4_000))
REPORT = f"{LOG[:60_000]}\nERROR disk full at /var/lib\n{LOG[60_000:]}"
TOOL = "mcp__facts__report"
TEXT = "Plain text"
BLOCKS = "JSON array with schema: [{type: string, text: string}]"


def notice(path: str, form: str) -> str:
    """What the client (2.1.330) says in place of an MCP result past 25,000 tokens."""
    return (
        f"Error: result ({len(REPORT):,} characters) exceeds maximum allowed tokens. Output has been saved to {path}.\n"
        f"Format: {form}\nUse offset and limit parameters to read specific portions of the file."
    )


class Session:
    """A session's own folder for results, and what is made of a result there."""

    def __init__(self, root: Path) -> None:
        self.transcript = root / "projects" / "-repo" / f"{SESSION}.jsonl"
        self.results = self.transcript.with_suffix("") / "tool-results"
        self.results.mkdir(parents=True)
        self.state = State({"HOME": str(root), "SCRIMP_HOME": str(root / "data"), "CLAUDE_PROJECT_DIR": "/repo"}, {})

    def saved(self, content: str, name: str = "mcp-facts-report-1.txt") -> str:
        path = self.results / name
        path.write_text(content, encoding="utf-8")
        return str(path)

    def seen(self, response: object) -> str | None:
        """The text that takes the place of a result; None where it stays."""
        given = {"tool_response": response, "transcript_path": str(self.transcript), "session_id": SESSION}
        answer = compaction.step(bash_event(tool_name=TOOL, tool_input={}, **given), self.state)
        return None if answer is None else answer["output"][0]["text"]


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session(tmp_path)


def test_a_result_that_the_client_saved_is_cut_from_its_file_which_the_marker_names(session: Session) -> None:
    path = session.saved(REPORT)
    text = session.seen(notice(path, TEXT))
    assert text is not None
    assert "ERROR disk full at /var/lib" in text
    assert [where for _, where in outputs.markers(text)] == [path]
    assert len(text) < limits.SUCCEEDED_CHARS


def test_of_a_result_saved_as_blocks_the_original_is_kept_as_text(session: Session) -> None:
    blocks = [{"type": "text", "text": "two tables"}, {"type": "text", "text": REPORT}]
    text = session.seen(notice(session.saved(json.dumps(blocks, indent=2)), BLOCKS))
    assert text is not None
    assert "ERROR disk full at /var/lib" in text
    ((_, path),) = outputs.markers(text)
    with open(path, encoding="utf-8") as kept:
        assert kept.read() == f"two tables\n{REPORT}"


def test_a_server_cannot_have_another_file_read_by_writing_such_a_text(session: Session, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(REPORT, encoding="utf-8")
    link = session.results / "link.txt"
    link.symlink_to(secret)
    for path in (str(secret), str(link), f"{session.results}/../../../../secret.txt", "", "relative.txt"):
        assert session.seen(notice(path, TEXT)) is None


def test_where_the_saved_file_is_gone_too_large_or_small_the_clients_words_stay(session: Session) -> None:
    huge = session.saved("", "huge.txt")
    with open(huge, "wb") as file:
        file.truncate(limits.WIDE_STREAM_BYTES + 1)
    assert session.seen(notice(huge, TEXT)) is None
    assert session.seen(notice(session.saved("short", "short.txt"), TEXT)) is None
    with pytest.raises(FileNotFoundError):  # the step is then logged and skipped
        session.seen(notice(f"{session.results}/gone.txt", TEXT))


@pytest.mark.parametrize(
    ("tool", "given", "command"),
    [
        ("Bash", {"command": "pytest -q"}, "pytest -q"),
        ("Grep", {"pattern": "amount", "path": "src", "output_mode": "content"}, "grep -rn -e 'amount' src"),
        ("Grep", {"pattern": "it's"}, "grep -rl -e 'it'\\''s'"),
        ("Grep", {"pattern": "x", "output_mode": "count"}, "grep -rc -e 'x'"),
        ("Glob", {"pattern": "**/*.py"}, "find -path '**/*.py'"),
        ("WebFetch", {"url": "https://a.example", "prompt": "what"}, "WebFetch https://a.example"),
        (TOOL, {}, TOOL),
    ],
)
def test_what_was_asked_is_one_line(tool: str, given: dict[str, str], command: str) -> None:
    assert shapes.command_of(tool, given) == command


def test_a_search_of_many_files_keeps_every_file(session: Session) -> None:
    content = "\n".join(f"src/part_{part:02}.py:{line}:amount = rate" for part in range(40) for line in range(60))
    response: dict[str, object] = {"mode": "content", "numFiles": 0, "filenames": [], "content": content}
    given = {"tool_input": {"pattern": "amount", "output_mode": "content"}, "session_id": SESSION}
    event = bash_event(tool_name="Grep", tool_response=response, transcript_path=str(session.transcript), **given)
    answer = compaction.step(event, session.state)
    assert answer is not None
    assert [part for part in range(40) if f"src/part_{part:02}.py:" not in answer["output"]["content"]] == []
