"""The user's rules hold for every single item, where it is done.

A call that our hook has seen was held against them, and the person asked about what they leave open; in one that no
hook has seen nothing is done that they do not allow themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.mcp_server.session import JUDGED, Place
from tests.mcp_server.site import serving

if TYPE_CHECKING:
    from pathlib import Path

UNASKED = "your rules do not cover it, and nobody was asked: scrimp's hook has not seen this call"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.write("secrets/key", "the key\n")
    place.write("a.txt", "a\n")
    return place


def error(name: str, why: str) -> str:
    return f"## {name}\n[error: {why}]"


def test_a_denied_command_comes_back_with_its_rule_and_the_others_run(place: Place) -> None:
    file = place.rules(allow=["Bash(echo:*)"], deny=["Bash(rm:*)"])
    commands = {"commands": ["echo one", "rm -rf a.txt", "cd . && rm a.txt"]}
    for event in (None, JUDGED):
        text = place.call("batch_run", commands, event).text.split("\n\n")
        assert text[0].endswith("\none")
        assert text[1:] == [
            error("`rm -rf a.txt`", f"denied by Bash(rm:*) in {file}"),
            error("`cd . && rm a.txt`", f"denied by Bash(rm:*) in {file}"),
        ]
    assert (place.project / "a.txt").exists()


def test_without_our_hook_only_what_the_rules_allow_runs(place: Place) -> None:
    file = place.rules(allow=["Bash(echo:*)"], ask=["Bash(echo two)"])
    commands = {"commands": ["echo one", "echo two", "touch made", {"command": "echo x", "env": {"PATH": "."}}]}
    assert place.call("batch_run", commands).text.split("\n\n")[1:] == [
        error("`echo two`", f"not done without asking: Bash(echo two) in {file}"),
        error("`touch made`", UNASKED),
        error("`echo x`", UNASKED),
    ]
    assert not (place.project / "made").exists()
    assert "[error" not in place.call("batch_run", commands, JUDGED).text


def test_a_note_counts_for_its_own_call_alone(place: Place) -> None:
    place.note("toolu_another")
    assert place.call("batch_run", {"commands": ["touch made"]}).text == error("`touch made`", UNASKED)


def test_a_denied_file_comes_back_with_its_rule_however_it_is_named(place: Place) -> None:
    file = place.rules(deny=["Read(./secrets/**)"])
    (place.project / "link").symlink_to("secrets/key")
    items = ["secrets/key", "link", "./a/../secrets/key:1", "secrets/*", {"path": "secrets/key", "pattern": "key"}]
    for event in (None, JUDGED):
        text = place.call("batch_read", {"items": [*items, "a.txt"]}, event).text
        assert text.count(f"[error: denied by Read(./secrets/**) in {file}]") == len(items)
        assert "the key" not in text
        assert text.endswith("## a.txt: 1 line\n1\ta")


def test_a_file_that_is_to_be_asked_for_is_read_where_the_person_was_asked_about_it(place: Place) -> None:
    file = place.rules(ask=["Read(./secrets/**)"])
    refused = error("secrets/key", f"not done without asking: Read(./secrets/**) in {file}")
    assert place.call("batch_read", {"items": ["secrets/key"]}).text == refused
    for item in ("secrets/key", "secrets/key:1", str(place.project / "secrets" / "key")):
        assert "1\tthe key" in place.call("batch_read", {"items": [item]}, JUDGED).text


@pytest.mark.parametrize("item", ["secrets/*", "**/*", "{secrets,x}/key", "secrets/ke[y]"])
def test_a_file_that_is_to_be_asked_for_is_not_read_by_a_pattern(place: Place, item: str) -> None:
    """Our hook judges a pattern by its folder, so nobody was asked about the files that it finds."""
    place.rules(ask=["Read(./secrets/key)"])
    text = place.call("batch_read", {"items": [item]}, JUDGED).text
    assert "the key" not in text
    assert "not done without asking: Read(./secrets/key)" in text
    assert "name the file itself" in text


@pytest.mark.parametrize("mode", ["outline", "match"])
def test_nor_by_its_folder(place: Place, mode: str) -> None:
    place.rules(ask=["Read(./secrets/key)"])
    arguments: dict[str, Any] = {"items": ["secrets"], "mode": mode}
    text = place.call("batch_read", arguments | ({"pattern": "the"} if mode == "match" else {}), JUDGED).text
    assert "the key" not in text


def test_reading_reaches_the_additional_directories_and_nothing_else(place: Place) -> None:
    shared, other = place.folder / "shared", place.folder / "other"
    for folder in (shared, other):
        folder.mkdir()
        (folder / "x").write_text("x\n")
    (place.project / "out").symlink_to(other)
    place.rules(additionalDirectories=[str(shared)])
    text = place.call("batch_read", {"items": [f"{shared}/x", f"{other}/x", "out/x"]}, JUDGED).text.split("\n\n")
    assert text[0] == f"## {shared}/x: 1 line\n1\tx"
    assert all("is outside the folders that this session may read" in one for one in text[1:])


def test_a_denied_address_comes_back_with_its_rule_and_without_our_hook_only_covered_ones_are_asked_for(
    place: Place,
) -> None:
    with serving() as site:
        place.settings(fetch={"allow": [f"127.0.0.1:{site.port}", f"localhost:{site.port}"]})
        file = place.rules(deny=["WebFetch(domain:localhost)"])
        urls = {"urls": [f"{site.url}/data", f"http://localhost:{site.port}/data"]}
        denied = error(urls["urls"][1], f"denied by WebFetch(domain:localhost) in {file}")
        assert place.call("batch_fetch", urls).text.split("\n\n") == [error(urls["urls"][0], UNASKED), denied]
        assert site.seen == []
        assert place.call("batch_fetch", urls, JUDGED).text.split("\n\n")[1:] == [denied]
        assert site.seen == ["GET /data"]
        place.rules(allow=["WebFetch(domain:127.0.0.1)"])
        assert "[error" not in place.call("batch_fetch", {"urls": urls["urls"][:1]}).text


def test_a_redirect_to_a_host_that_the_call_does_not_name_needs_a_rule(place: Place) -> None:
    with serving() as site:
        place.settings(fetch={"allow": [f"127.0.0.1:{site.port}"]})
        urls = {"urls": [f"{site.url}/away"]}
        why = "a redirect leads to other.example, which your rules do not cover; ask for that address itself"
        assert place.call("batch_fetch", urls, JUDGED).text == error(f"{site.url}/away", why)
        file = place.rules(deny=["WebFetch(domain:other.example)"])
        why = f"denied by WebFetch(domain:other.example) in {file}"
        assert place.call("batch_fetch", urls, JUDGED).text == error(f"{site.url}/away", why)
        assert site.seen == ["GET /away"] * 2
