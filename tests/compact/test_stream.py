"""Outputs too large to be held; here the limits that make them so are made small by nothing but their own size."""

from __future__ import annotations

import io

from scrimp.core import limits
from scrimp.core.compact import Compaction
from scrimp.core.compact.stream import compact_stream

ORDINARY = "".join(f"2026-04-19 04:00:00,{n % 1000:03d} INFO [shop.web] GET /articles/{n} 200\n" for n in range(60_000))
ERROR = (
    "2026-04-19 04:41:23,695 ERROR [shop.payment] charge failed for order 48213\n"
    "Traceback (most recent call last):\n"
    '  File "/srv/shop/pay.py", line 43, in charge\n'
    "TimeoutError: gateway did not answer\n"
)


def streamed(text: str | bytes) -> Compaction:
    data = text.encode() if isinstance(text, str) else text
    return compact_stream(io.BytesIO(data), size=len(data), command="cat app.log", exit_code=1, cap=limits.FAILED_CHARS)


def test_an_error_block_far_from_both_ends_is_found_whole() -> None:
    result = streamed(ORDINARY * 2 + ERROR + ORDINARY * 2)
    assert result.cut
    assert result.family == "log"
    assert ERROR in result.text
    assert result.text.startswith(ORDINARY.split("\n", 1)[0])
    assert result.text.endswith(ORDINARY.rsplit("\n", 2)[1] + "\n")


def test_lines_and_characters_are_those_of_the_whole_file() -> None:
    text = ORDINARY + ERROR + ORDINARY
    result = streamed(text)
    assert (result.lines_in, result.chars_in) == (text.count("\n"), len(text))
    assert result.lines_out < 100
    assert len(result.text) <= limits.FAILED_CHARS - limits.MARKER_CHARS


def test_more_errors_than_room_leave_the_first_and_the_last() -> None:
    text = "".join(f"{ORDINARY[:700]}{ERROR.replace('48213', str(n))}" for n in range(12_000))
    result = streamed(text)
    assert result.facts_kept < result.facts_total
    assert "charge failed for order 0\n" in result.text
    assert "charge failed for order 11999\n" in result.text


def test_a_line_longer_than_a_block_and_bytes_that_are_not_utf_8_are_survived() -> None:
    result = streamed(b"\xff" * (2 * limits.STREAM_BLOCK_BYTES) + b"\nfatal: no room\n")
    assert "fatal: no room" in result.text
    assert streamed(b"\n").text in ("", "\n")
