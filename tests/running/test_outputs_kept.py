"""What a command printed is kept whole and compacted as Bash's output is: same settings, limits, learning, journal."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

from scrimp.batch import shown
from scrimp.core import cuts, limits, outputs, wanted_back
from scrimp.running.commands import Command
from tests.compact import cases

if TYPE_CHECKING:
    import pytest

    from scrimp.batch.item import Item
    from tests.running.sessions import Session

FAILED = cases.load("pytest/failed_29_deep")
PASSED = cases.load("pytest/passed_900")
MUCH_TOKENS = 50_000


def ran(session: Session, case: cases.Case, then: str = "") -> Item:
    """What is made of a recorded output that is printed again."""
    path = session.home / "recorded.txt"
    path.write_text(case.text, encoding="utf-8", errors="surrogateescape", newline="")
    return session.one(f"cat {path}; {then or f'exit {case.exit_code}'}")


def journal(session: Session) -> list[dict[str, object]]:
    """The rows of the journal of cuts, without their times."""
    try:
        with open(os.path.join(session.data, cuts.NAME), encoding="utf-8") as file:
            return [{key: value for key, value in json.loads(line).items() if key != "at_ms"} for line in file]
    except FileNotFoundError:
        return []


def settle(session: Session, **compact: object) -> None:
    """Settings of the user's own."""
    folder = session.home / ".claude"
    folder.mkdir()
    (folder / "scrimp.json").write_text(json.dumps({"compact": compact}))


def test_a_failing_test_run_is_shown_as_bash_would_show_it_and_ends_with_the_way_back(session: Session) -> None:
    item = ran(session, FAILED)
    part = item.within(MUCH_TOKENS)
    cut = FAILED.compacted()
    data = FAILED.text.encode()
    handle = outputs.handle_of(data)
    path = outputs.path_of(handle, str(session.results))
    assert part.text == cut.text
    assert f"[{part.left_out}]" in outputs.marked(cut, handle, path, len(data)).splitlines()
    assert f", {handle}" in item.heading
    assert outputs.markers(shown.answer([item], MUCH_TOKENS)) == [(handle, path)]
    with open(path, "rb") as file:
        assert file.read() == data
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert item.content() == FAILED.text


def test_one_gap_in_the_middle_is_marked_where_it_is(session: Session) -> None:
    case = next(
        case
        for case in map(cases.load, cases.names())
        if (cut := case.compacted()).cut and 0 < cut.marker_at < cut.text.rstrip("\n").count("\n") + 1
    )
    lines = ran(session, case).within(MUCH_TOKENS).text.split("\n")
    cut = case.compacted()
    assert lines.pop(cut.marker_at) == "…"
    assert "\n".join(lines) == cut.text


def test_every_cut_is_in_the_journal_with_its_call(session: Session) -> None:
    item = ran(session, FAILED)
    cut = FAILED.compacted()
    handle = outputs.handle_of(FAILED.text.encode())
    assert journal(session) == [
        {
            "session_id": "the-session",
            "tool_use_id": "toolu_1",
            "project": str(session.project),
            "tool": "batch_run",
            "command": f"cat {session.home}/recorded.txt; exit 1",
            "handle": handle,
            "path": outputs.path_of(handle, str(session.results)),
            "family": "pytest",
            "exit_code": 1,
            "bytes_in": len(FAILED.text.encode()),
            "bytes_out": len(cut.text.encode()),
            "facts_total": cut.facts_total,
            "facts_kept": cut.facts_kept,
        }
    ]
    path = item.within(1).left_out.rpartition("whole: Read ")[2]
    assert cuts.find(handle, session.environ) == [(handle, path)]


def test_what_is_small_is_shown_whole_and_kept_all_the_same(session: Session) -> None:
    item = session.one("echo small")
    assert item.within(50) == ("small\n", "")
    assert outputs.handle_of(b"small\n") not in item.heading
    assert os.listdir(session.results) == [f"scrimp-{outputs.handle_of(b'small' + bytes([10]))}.txt"]
    assert journal(session) == []


def test_switched_off_by_the_user_nothing_is_cut_but_to_a_budget(session: Session) -> None:
    settle(session, enabled=False)
    item = ran(session, FAILED)
    assert item.within(MUCH_TOKENS) == (FAILED.text, "")
    less = item.within(1_000)
    assert less.left_out.startswith(f"scrimp {outputs.handle_of(FAILED.text.encode())}: ")
    assert journal(session) == []


def test_a_family_and_a_kind_of_command_that_are_switched_off_stay_whole(session: Session) -> None:
    settle(session, off=["pytest"], offCommands=["echo"])
    assert ran(session, FAILED).within(MUCH_TOKENS) == (FAILED.text, "")
    many = session.one("echo; seq 20000").within(200_000)
    assert (many.text, many.left_out) == ("\n" + "".join(f"{n}\n" for n in range(1, 20_001)), "")


def test_what_was_wanted_back_too_often_is_not_cut_any_more(session: Session) -> None:
    def learned(times: int) -> None:
        kind = wanted_back.kind_of(f"cat {session.home}/recorded.txt; exit 1")
        row = {"family": "pytest", "kind": kind, "repo": str(session.project), "is_soon": 1}
        for number in range(times):
            cuts.append(os.path.join(session.data, wanted_back.NAME), {**row, "handle": f"{number:016x}"})

    usual = ran(session, FAILED).within(MUCH_TOKENS)
    learned(limits.RETURNS_TO_OFF)
    assert usual.left_out
    assert ran(session, FAILED).within(MUCH_TOKENS) == (FAILED.text, "")


def test_what_brings_back_an_original_is_never_cut(session: Session) -> None:
    ran(session, FAILED)
    back = session.one(f"cat {session.results}/scrimp-*.txt")
    assert back.within(MUCH_TOKENS) == (FAILED.text, "")


def test_a_command_that_was_ended_is_compacted_as_a_failed_one(session: Session) -> None:
    path = session.home / "recorded.txt"
    path.write_text(FAILED.text)
    item = session.one(Command(f"cat {path}; kill -STOP $$", timeout_s=1))
    assert item.within(MUCH_TOKENS).text == FAILED.compacted().text
    assert [row["exit_code"] for row in journal(session)] == [None]


def test_a_compactor_that_breaks_leaves_the_output_as_it_was(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr("scrimp.running.outputs_kept.compact_file", broken)
    assert ran(session, FAILED).within(MUCH_TOKENS) == (FAILED.text, "")
    with open(os.path.join(session.data, "scrimp.log"), encoding="utf-8") as file:
        assert "batch_run: RuntimeError: a defect" in file.read()


def test_where_no_original_can_be_kept_the_cut_says_so(session: Session) -> None:
    session.results.parent.mkdir()
    session.results.write_text("a file where the folder should be")
    item = ran(session, FAILED)
    lines = FAILED.text.count("\n")
    part = item.within(1_000)
    assert part.left_out.endswith("File exists: '" + str(session.results) + "')")
    assert f" of {lines:,} lines left out; the whole could not be kept: " in part.left_out
    assert journal(session) == []


def test_colours_are_not_shown_and_are_in_the_original(session: Session) -> None:
    item = session.one(r"printf '\033[31mred\033[0m\r\n'")
    assert item.within(50).text == "red\n"
    (name,) = os.listdir(session.results)
    assert (session.results / name).read_bytes() == b"\x1b[31mred\x1b[0m\r\n"


def test_what_is_no_utf_8_is_shown_with_replacement_signs(session: Session) -> None:
    item = session.one(r"printf 'caf\351\n'; for n in $(seq 400); do printf 'd\351j\340 vu\n'; done")
    text = item.within(MUCH_TOKENS).text
    assert text.startswith("caf�\nd�j� vu\n")
    text.encode()


def test_binary_output_is_named_and_kept(session: Session) -> None:
    item = session.one(r"printf '\177ELF\002\001\000\000\377\376\000'; head -c 3000 /dev/zero")
    (name,) = os.listdir(session.results)
    handle = name.removeprefix("scrimp-").removesuffix(".txt")
    assert item.within(1_000) == ("", f"binary output, 3,011 bytes; {handle}, in {session.results}/{name}")
    assert item.within(0) == item.within(1_000)
    assert item.content() == ""


def test_names_with_nul_between_them_are_text(session: Session) -> None:
    assert session.one(r"printf 'one\000two\000'").within(50) == ("one\0two\0", "")


def test_more_than_can_be_held_is_compacted_in_bounded_memory(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "STREAM_BYTES", 1_000_000)
    monkeypatch.setattr(limits, "WIDE_STREAM_BYTES", 500_000)
    settle(session, enabled=False)
    item = session.one("seq 1 150000; echo 'ERROR: it broke'; seq 1 150000; exit 1")
    part = item.within(MUCH_TOKENS)
    assert "ERROR: it broke" in part.text
    assert len(part.text) <= limits.FAILED_CHARS
    assert "of 300,001 lines" in part.left_out
    assert item.content() == part.text
