"""Reading on from where the last reading ended: what is new once, what is half written later, what is replaced anew."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrimp.core import bulk_json, limits, transcript
from scrimp.core.transcript import Chunk
from tests.core.transcripts import NAMES, SESSION, TRAPS, file_at, problems_of, reply, requests_of

MAIN = TRAPS / "recorded/projects/-home-dev-shop/e99034b3-e497-4f4d-8b8c-2407aad4f7c8.jsonl"
FILES = sorted(path for name in NAMES for path in (TRAPS / name / "projects").rglob("*.jsonl"))
BROKEN = {"lines that are no JSON object": 1}
REPLACED = {"files that were replaced or cut short, read again from their start": 1}
UNREADABLE = {"files that could not be read": 1}


def outputs_of(*chunks: Chunk) -> dict[str, int]:
    return {key: request.usage.output for key, request in requests_of(*chunks).items()}


def read_on(path: Path, before: Chunk | None = None) -> Chunk:
    state = (before.new_offset, before.new_fingerprint) if before else (0, "")
    return transcript.read(file_at(path), *state)


def test_nothing_new_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(reply())
    first = read_on(path)
    assert read_on(path, first) == Chunk([], first.new_offset, first.new_fingerprint, {})


def test_an_empty_file_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(b"")
    assert read_on(path) == Chunk([], 0, "", {})


def test_only_what_was_appended_is_read(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(reply("msg_01A", 20))
    first = read_on(path)
    path.write_bytes(reply("msg_01A", 20) + reply("msg_01B", 30))
    second = read_on(path, first)
    assert (outputs_of(first), outputs_of(second)) == ({"msg_01A": 20}, {"msg_01B": 30})
    assert second.new_offset == path.stat().st_size


def test_a_reply_that_goes_on_after_a_reading_is_still_one_request(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(reply("msg_01A", 3))
    first = read_on(path)
    path.write_bytes(reply("msg_01A", 3) + reply("msg_01A", 90))
    second = read_on(path, first)
    assert outputs_of(first, second) == {"msg_01A": 90}


def test_a_half_written_last_line_is_read_when_its_other_half_is_there(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    whole = reply("msg_01A", 20) + reply("msg_01B", 30)
    path.write_bytes(whole[:-60])
    first = read_on(path)
    assert (outputs_of(first), first.new_offset, first.problems) == ({"msg_01A": 20}, len(reply("msg_01A", 20)), {})
    path.write_bytes(whole)
    assert outputs_of(read_on(path, first)) == {"msg_01B": 30}


def test_a_last_line_that_lacks_only_its_line_end_is_read_at_once(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(reply()[:-1])
    first = read_on(path)
    assert outputs_of(first) == {"msg_01A": 20}
    path.write_bytes(reply() + reply("msg_01B"))
    second = read_on(path, first)
    assert (outputs_of(second), second.problems) == ({"msg_01B": 20}, {})


@given(data=st.data(), path=st.sampled_from(FILES))
def test_wherever_a_reading_is_interrupted_nothing_is_lost_or_doubled(data: st.DataObject, path: Path) -> None:
    raw = path.read_bytes()
    cut = data.draw(st.integers(0, len(raw)))
    with tempfile.TemporaryDirectory() as folder:
        part = Path(folder) / path.name
        part.write_bytes(raw[:cut])
        first = read_on(part)
        part.write_bytes(raw)
        second = read_on(part, first)
        whole = read_on(part)
    expected, found = requests_of(whole), requests_of(first, second)
    assert {key: (r.usage, r.legs, r.flags, r.tool_uses) for key, r in found.items()} == {
        key: (r.usage, r.legs, r.flags, r.tool_uses) for key, r in expected.items()
    }
    assert second.new_offset == whole.new_offset
    broken = {name: count for name, count in problems_of(first, second).items() if name.startswith("lines that are no")}
    assert broken == {name: count for name, count in whole.problems.items() if name.startswith("lines that are no")}


def test_a_prompt_from_before_the_reading_still_counts(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    raw = MAIN.read_bytes()
    start = raw.index(b'"type":"assistant"')
    cut = raw.rindex(b"\n", 0, start) + 1
    path.write_bytes(raw[:cut])
    first = read_on(path)
    path.write_bytes(raw)
    second = read_on(path, first)
    assert requests_of(first) == {}
    assert requests_of(second) == requests_of(read_on(path))


def test_a_file_that_was_cut_short_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(reply("msg_01A") + reply("msg_01B"))
    first = read_on(path)
    path.write_bytes(reply("msg_01A", 25))
    second = read_on(path, first)
    assert (outputs_of(second), second.problems) == ({"msg_01A": 25}, REPLACED)


@pytest.mark.parametrize("other", [reply("msg_09A") + reply("msg_09B"), reply("msg_09A") * 40])
def test_a_file_that_was_replaced_is_read_anew(tmp_path: Path, other: bytes) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(reply("msg_01A") + reply("msg_01B"))
    first = read_on(path)
    path.write_bytes(other)
    second = read_on(path, first)
    assert (set(outputs_of(second)), second.problems) == (set(outputs_of(read_on(path))), REPLACED)


def test_a_byte_order_mark_and_windows_line_ends_are_no_problem(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + (reply("msg_01A") + b"\n" + reply("msg_01B")).replace(b"\n", b"\r\n"))
    chunk = read_on(path)
    assert (outputs_of(chunk), chunk.problems) == ({"msg_01A": 20, "msg_01B": 20}, {})
    assert chunk.new_offset == path.stat().st_size


def test_a_line_of_ten_megabytes_is_read(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    block = {"type": "tool_use", "id": "toolu_01", "name": "Write", "input": {"content": "x" * 10_000_000}}
    message = {"id": "msg_01B", "model": "m", "content": [block], "usage": {"input_tokens": 1, "output_tokens": 99}}
    path.write_bytes(reply("msg_01A") + reply(message=message) + reply("msg_01C"))
    chunk = read_on(path)
    assert outputs_of(chunk) == {"msg_01A": 20, "msg_01B": 99, "msg_01C": 20}
    assert requests_of(chunk)["msg_01B"].tool_uses[0].input_bytes == 10_000_000


def test_a_line_that_is_longer_than_memory_allows_is_counted_and_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TRANSCRIPT_BLOCK_BYTES", 1_000)
    monkeypatch.setattr(limits, "TRANSCRIPT_LINE_BYTES", 5_000)
    path = tmp_path / f"{SESSION}.jsonl"
    long = reply("msg_01B", cwd="x" * 20_000)
    path.write_bytes(reply("msg_01A") + long + reply("msg_01C") + long + long + reply("msg_01D"))
    chunk = read_on(path)
    assert outputs_of(chunk) == {"msg_01A": 20, "msg_01C": 20, "msg_01D": 20}
    assert chunk.problems == {transcript.TOO_LONG: 3}
    assert chunk.new_offset == path.stat().st_size


@pytest.mark.parametrize("size", [1, 7, 300, 4_096])
def test_the_size_of_the_blocks_makes_no_difference(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    whole = read_on(MAIN)
    monkeypatch.setattr(limits, "TRANSCRIPT_BLOCK_BYTES", size)
    assert read_on(MAIN) == whole


@pytest.mark.parametrize("loads", [bulk_json.plain, bulk_json.fastest()])
def test_json_that_is_too_deep_is_one_broken_line(tmp_path: Path, loads: bulk_json.Loads) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(reply("msg_01A") + b'{"type":"assistant","message":' + b"[" * 200_000 + b"\n" + reply("msg_01B"))
    chunk = transcript.read(file_at(path), loads=loads)
    assert (set(outputs_of(chunk)), chunk.problems) == ({"msg_01A", "msg_01B"}, BROKEN)


def test_bytes_that_are_no_text_do_not_take_a_line_away(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(reply("msg_01A", cwd="/home/dev/caf?").replace(b"?", b"\xe9"))
    assert requests_of(read_on(path))["msg_01A"].cwd == "/home/dev/caf\ufffd"


def test_a_file_that_may_not_be_read_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, flags: int) -> int:
        raise PermissionError(13, f"Permission denied, {flags}", path)

    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(reply())
    first = read_on(path)
    monkeypatch.setattr(os, "open", refuse)
    assert read_on(path, first) == Chunk([], first.new_offset, first.new_fingerprint, UNREADABLE)


def test_a_file_that_is_gone_a_folder_and_a_pipe_are_counted(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "folder.jsonl").mkdir()
    for name in ("gone.jsonl", "folder.jsonl", "pipe.jsonl"):
        assert read_on(tmp_path / name) == Chunk([], 0, "", UNREADABLE)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-20T10:00:01.500+01:00", "2026-11-20T09:00:01.500Z"),
        ("2026-11-20T09:00:01Z", "2026-11-20T09:00:01.000Z"),
        ("2026-11-20T09:00:01.123456Z", "2026-11-20T09:00:01.123Z"),
        ("2026-11-20 09:00:01", "2026-11-20T09:00:01.000Z"),
    ],
)
def test_times_are_in_utc_however_they_are_written(tmp_path: Path, written: str, expected: str) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(reply(timestamp=written))
    chunk = read_on(path)
    assert (requests_of(chunk)["msg_01A"].at, chunk.problems) == (expected, {})


@pytest.mark.parametrize(
    "written", [None, 1795359588, "yesterday", "", ["x"], "2026-13-45T99:00:01.000Z!", "x" * 23 + "Z"]
)
def test_a_time_that_is_none_is_counted_and_the_one_before_stands_in(tmp_path: Path, written: object) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(reply("msg_01A") + reply("msg_01B", timestamp=written))
    chunk = read_on(path)
    assert requests_of(chunk)["msg_01B"].at == "2026-11-20T09:00:01.000Z"
    assert chunk.problems == {"lines without a time that can be read": 1}


@pytest.mark.parametrize("total", ["1.5", -1, None, True, 1e300, float("nan")])
def test_a_total_of_the_client_that_is_no_amount_is_counted(tmp_path: Path, total: object) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    path.write_bytes(reply(type="cost-state", totalCostUSD=total))
    assert read_on(path)[0::3] == ([], {"totals of the client that are no amount": 1})


def test_images_are_counted_and_texts_measured_in_a_tool_result(tmp_path: Path) -> None:
    path = tmp_path / f"{SESSION}.jsonl"
    image = {"type": "image", "source": {"type": "base64", "data": "A" * 5_000}}
    block = {"type": "tool_result", "tool_use_id": "toolu_01", "content": [{"type": "text", "text": "né"}, image, 7]}
    path.write_bytes(reply(type="user", message={"content": [block, None]}, toolUseResult={"durationMs": 12.7}))
    at = "2026-11-20T09:00:01.000Z"
    assert read_on(path).records == [transcript.ToolResult("toolu_01", at, 3, is_error=False, duration_ms=12, images=1)]


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
KEYS = ("message", "timestamp", "requestId", "uuid", "sessionId", "version", "isSidechain", "agentId", "forkedFrom")
MORE = ("promptId", "toolUseResult", "compactMetadata", "totalCostUSD", "modelUsage", "startTime", "data", "subtype")
INNER = ("id", "model", "content", "stop_reason", "usage")
COUNTS = ("input_tokens", "cache_creation", "cache_creation_input_tokens", "iterations", "server_tool_use", "speed")
KINDS = st.sampled_from(["assistant", "user", "system", "cost-state", "progress"])


@given(
    kind=KINDS,
    line=st.dictionaries(st.sampled_from([*KEYS, *MORE]), ANY_JSON),
    message=st.dictionaries(st.sampled_from(INNER), ANY_JSON),
    usage=st.dictionaries(st.sampled_from(COUNTS), ANY_JSON),
)
def test_no_json_at_all_makes_it_fail(kind: str, line: Any, message: Any, usage: Any) -> None:
    lines = [
        reply(type=kind, **line),
        reply("msg_01A", 20, **{"type": kind, "message": message, **line, "promptId": "x"}),
        reply(type=kind, message={**message, "usage": usage}),
        reply(type="progress", data={"type": "agent_progress", "message": {"type": "assistant", "message": message}}),
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{SESSION}.jsonl"
        path.write_bytes(b"".join(lines))
        plain = read_on(path)
        fast = transcript.read(file_at(path), loads=bulk_json.fastest())
    assert str(fast) == str(plain)
    assert "lines that are no JSON object" not in plain.problems
