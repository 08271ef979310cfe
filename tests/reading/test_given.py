"""What a conversation was given whole and has not changed is named, and not sent again."""

from __future__ import annotations

import os

from scrimp.batch import shown
from scrimp.core import limits
from scrimp.reading.documents import Stamp
from scrimp.reading.given import Given
from scrimp.reading.wanted import Wanted
from tests.reading.world import World

KNOWN = 'unchanged since call 1 gave it; with "again": true it is given once more'


def give(world: World, *wanted: Wanted | str, call: str, budget_tokens: int = 10_000, conversation: str = "c") -> str:
    items = world.read(*wanted, conversation=conversation)
    text = shown.answer(items, budget_tokens)
    world.reader.remember(items, text, conversation, call)
    return text


def test_what_was_given_is_only_named_whole_or_in_part(world: World) -> None:
    world.write({"a.txt": "1\n2\n3\n"})
    first = give(world, "a.txt", call="call 1")
    assert first == "## a.txt: 3 lines\n1\t1\n2\t2\n3\t3"
    assert (
        give(world, "a.txt", "a.txt:2-3", call="call 2")
        == f"## a.txt: 3 lines: {KNOWN}\n\n## a.txt:2-3 of 3 lines: {KNOWN}"
    )
    assert give(world, Wanted("a.txt", again=True), call="call 3") == first


def test_what_was_given_in_part_is_not_taken_for_the_whole(world: World) -> None:
    world.write({"a.txt": "1\n2\n3\n"})
    give(world, "a.txt:1-2", call="call 1")
    assert "unchanged" in give(world, "a.txt:2", call="call 2")
    assert "unchanged" not in give(world, "a.txt", call="call 3")


def test_what_was_cut_or_outlined_counts_as_not_given(world: World) -> None:
    world.write({"a.py": "def f():\n    return 1\n" * 200})
    give(world, "a.py", call="call 1", budget_tokens=100)
    give(world, Wanted("a.py", "outline"), call="call 2")
    assert "unchanged" not in give(world, "a.py", call="call 3")


def test_a_changed_file_is_given_again(world: World) -> None:
    world.write({"a.txt": "1\n"})
    give(world, "a.txt", call="call 1")
    stat = os.stat(f"{world.folder}/a.txt")
    world.write({"a.txt": "2\n"})
    os.utime(f"{world.folder}/a.txt", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert give(world, "a.txt", call="call 2") == "## a.txt: 1 line\n1\t2"


def test_another_conversation_and_none_are_given_everything(world: World) -> None:
    world.write({"a.txt": "1\n"})
    give(world, "a.txt", call="call 1")
    assert "unchanged" not in give(world, "a.txt", call="call 2", conversation="d")
    give(world, "a.txt", call="call 3", conversation="")
    assert "unchanged" not in give(world, "a.txt", call="call 4", conversation="")


def test_a_question_is_still_answered_from_what_was_given(world: World) -> None:
    world.write({"a.txt": "1\n2\n"})
    give(world, "a.txt", call="call 1")
    assert [item.content() for item in world.read("a.txt", conversation="c")] == ["1\n2"]


def test_the_oldest_are_forgotten() -> None:
    known, stamp = Given(), Stamp(1, 2, b"")
    for number in range(limits.READ_GIVEN_FILES + 1):
        known.note("c", f"/{number}", stamp, [(1, 2)], "call 1")
    assert [known.call_of("c", path, stamp, [(1, 2)]) for path in ("/0", "/1")] == ["", "call 1"]
