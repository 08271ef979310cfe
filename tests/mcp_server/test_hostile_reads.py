"""What opens files outside the session's folders: the user's own rules, and never those that come with a repo."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.mcp_server.session import JUDGED, Place

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    for name in ("shared/doc.txt", "shared/key.pem", "other/x.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"text of {name}\n")
    place.write("a.txt", "a\n")
    return place


def user_rules(place: Place, **permissions: list[str]) -> None:
    file = place.folder / ".claude" / "settings.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps({"permissions": permissions}))


def read(place: Place, *names: str) -> dict[str, bool]:
    """Which of the files are given."""
    found: dict[str, bool] = {}
    for name in names:
        text = place.call("batch_read", {"items": [str(place.folder / name)]}, JUDGED).text
        found[name] = "text of" in text
    return found


def test_an_allow_rule_of_the_users_own_opens_what_it_names_and_no_more(place: Place) -> None:
    user_rules(place, allow=[f"Read(/{place.folder}/shared/**)"], deny=["Read(//**/*.pem)"])
    link = place.project / "link.txt"
    link.symlink_to(place.folder / "other" / "x.txt")
    assert read(place, "shared/doc.txt", "shared/key.pem", "other/x.txt", "project/link.txt") == {
        "shared/doc.txt": True,
        "shared/key.pem": False,
        "other/x.txt": False,
        "project/link.txt": False,
    }
    glob = place.call("batch_read", {"items": [f"{place.folder}/shared/*"]}, JUDGED).text
    assert ("text of shared/doc.txt" in glob, "text of shared/key.pem" in glob) == (True, False)


def test_an_allow_rule_of_the_repo_opens_nothing_outside_it(place: Place) -> None:
    place.rules(allow=[f"Read(/{place.folder}/**)", "Read"])
    assert read(place, "shared/doc.txt") == {"shared/doc.txt": False}


def test_what_is_no_plain_file_stays_closed_under_every_rule(place: Place) -> None:
    user_rules(place, allow=["Read"])
    for path in ("/proc/self/environ", "/dev/zero", "/sys/kernel/notes"):
        text = place.call("batch_read", {"items": [path]}, JUDGED).text
        assert "[error: " in text
    assert read(place, "shared/doc.txt") == {"shared/doc.txt": True}
