"""A line that stands for what was cut does not get into a file, unless nothing is kept behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from hooks import dispatch
from hooks.steps import leaks, recalls
from scrimp.core import cuts, outputs, wanted_back

if TYPE_CHECKING:
    from pathlib import Path

GIVEN = {
    "Write": {"file_path": "notes.txt", "content": "TEXT"},
    "Edit": {"file_path": "notes.txt", "old_string": "TEXT", "new_string": "TEXT"},
    "NotebookEdit": {"notebook_path": "n.ipynb", "new_source": "TEXT"},
}


def given(tool: str, text: str) -> dict[str, str]:
    """The tool's input with this text in it."""
    return {name: value.replace("TEXT", text) for name, value in GIVEN[tool].items()}


class Place:
    """A session of which one output was cut; `marker` is the line that stands for what was left out."""

    def __init__(self, folder: Path) -> None:
        self.environ = {"HOME": str(folder), "SCRIMP_HOME": str(folder / "data")}
        self.results = folder / "projects" / "-shop" / "s" / "tool-results"
        self.handle = outputs.keep(b"whole\n" * 900, str(self.results))
        self.path = outputs.path_of(self.handle, str(self.results))
        self.marker = outputs.marker(self.handle, self.path, (890, 900), (5_000, 5_400), (1, 1))
        cuts.record(str(folder / "data"), {"handle": self.handle, "path": self.path, "tool_use_id": "toolu_1"})

    def at(self, tool: str, **inputs: Any) -> dict[str, Any] | None:
        event = {"tool_name": tool, "tool_input": inputs}
        return leaks.step(event, dispatch.State(self.environ, event))


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.mark.parametrize("tool", GIVEN)
def test_a_text_with_a_marker_of_ours_is_not_written(place: Place, tool: str) -> None:
    answer = place.at(tool, **given(tool, f"first\n{place.marker}\nlast\n"))
    assert answer == {
        "deny": f"[scrimp] This text holds the line [scrimp {place.handle}: …], which stands for what was left out of "
        f"an output. Read {place.path} first, and write what belongs there."
    }


@pytest.mark.parametrize("tool", GIVEN)
def test_a_line_that_only_looks_so_is_written(place: Place, tool: str) -> None:
    never_issued = place.marker.replace(place.handle, "0" * 16)
    for text in (never_issued, f"[scrimp {place.handle}]", "", "plain text"):
        assert place.at(tool, **given(tool, text)) is None


def test_what_is_replaced_may_hold_one(place: Place) -> None:
    assert place.at("Edit", file_path="x", old_string=place.marker, new_string="whole") is None
    assert place.at("Bash", command=f"echo '{place.marker}'") is None


def told(place: Place, command: str) -> dict[str, Any] | None:
    event = {"tool_name": "Bash", "tool_input": {"command": command}}
    return leaks.after_command(event, dispatch.State(place.environ, event))


def test_after_a_command_that_wrote_one_the_agent_is_told(place: Place) -> None:
    assert told(place, f"cat > notes.txt <<'EOF'\nfirst\n{place.marker}\nlast\nEOF") == {
        "context": f"[scrimp] This command holds the line [scrimp {place.handle}: …], which stands for what was left "
        f"out of an output. Read {place.path} first, and mend what it wrote."
    }


def test_commands_that_look_for_one_or_bring_back_what_it_stands_for_say_nothing(place: Place) -> None:
    never_issued = place.marker.replace(place.handle, "0" * 16)
    for command in (
        f"scrimp recall {place.marker}",
        f"grep -rn '{place.marker}' src",
        f"cat {place.path}",
        f"cat > notes.txt <<'EOF'\n{never_issued}\nEOF",
    ):
        assert told(place, command) is None


def test_a_look_at_an_original_is_learned_from(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[tuple[str, str, str]] = []

    def note(_data: str, cut: wanted_back.Cut, how: str, call: str = "") -> bool:
        noted.append((cut["handle"], how, call))
        return True

    monkeypatch.setattr(wanted_back, "note", note)
    for number, (tool, given) in enumerate(
        [
            ("Read", {"file_path": place.path}),
            ("Read", {"file_path": "/x/tool-results/scrimp-0000000000000000.txt"}),
            ("Read", {"file_path": "/x/notes.txt"}),
            ("Grep", {"path": place.path, "pattern": "x"}),
            ("Grep", {"pattern": place.path}),
            ("Bash", {"command": f"grep -n 'x' '{place.path}'; tail {place.path}"}),
            ("Bash", {"command": "ls /x/tool-results/"}),
            ("Bash", {"command": f"scrimp recall {place.path}"}),
            ("WebFetch", {"url": place.path}),
        ]
    ):
        event = {"tool_name": tool, "tool_input": given, "tool_use_id": f"toolu_{number}"}
        recalls.step(event, dispatch.State(place.environ, event))
    assert noted == [(place.handle, "read", f"toolu_{number}") for number in (0, 3, 5)]
