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


def test_a_read_of_an_original_is_learned_from(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[tuple[str, str]] = []

    def note(_data: str, cut: wanted_back.Cut, how: str) -> bool:
        noted.append((cut["handle"], how))
        return True

    monkeypatch.setattr(wanted_back, "note", note)
    for path in (place.path, "/x/scrimp-0000000000000000.txt", "/x/notes.txt"):
        event = {"tool_name": "Read", "tool_input": {"file_path": path}}
        recalls.step(event, dispatch.State(place.environ, event))
    assert noted == [(place.handle, "read")]
