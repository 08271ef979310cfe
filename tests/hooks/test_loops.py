"""The same calls with the same results again and again: said at the third time, once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from hooks.steps import loops
from scrimp.core import limits
from tests.hooks import recorded

if TYPE_CHECKING:
    from pathlib import Path

A_DAY_S = 86_400


def call(response: object = "2 failed", **given: Any) -> dict[str, Any]:
    """One call of a batch; its id is another each time."""
    return {
        "tool_name": "Bash",
        "tool_input": {"command": "npm test", "description": "Run the tests"} | given,
        "tool_use_id": os.urandom(4).hex(),
        "tool_response": response,
    }


def said(tmp_path: Path, *batches: list[dict[str, Any]], **changes: Any) -> list[str]:
    """What is said at each of these batches of one thread."""
    events = [recorded.event("batch", tool_calls=calls, **changes) for calls in batches]
    return [loops.notice(event, str(tmp_path)) for event in events]


LOOP = "scrimp: the same result 3 times in a row: Bash npm test. Try another way, or say what is missing."


def test_the_third_time_in_a_row_is_said_and_no_time_after(tmp_path: Path) -> None:
    assert said(tmp_path, *([call()] for _ in range(5))) == ["", "", LOOP, "", ""]


def test_another_result_another_input_or_another_call_in_between_is_no_loop(tmp_path: Path) -> None:
    assert said(tmp_path / "one", [call()], [call()], [call("1 failed")], [call()], [call()]) == [""] * 5
    changed = [call()], [call(command="npm t")], [call()], [call()], [call(), call("x")]
    assert said(tmp_path / "two", *changed) == [""] * 5


@pytest.mark.parametrize(
    ("one", "two", "three"),
    [
        ("=== 2 failed in 0.03s ===", "=== 2 failed in 0.04s ===", "=== 2 failed in 1.21s ==="),
        ("Time:        1.234 s, 2 failed", "Time:        1.3 s, 2 failed", "Time:        0.9 s, 2 failed"),
        ("--- FAIL: TestX (0.01s)", "--- FAIL: TestX (0.00s)", "--- FAIL: TestX (0.02s)"),
        *[tuple(f"log: /root/.npm/_logs/2026-11-22T18_05_1{n}_12{n}Z-debug-0.log" for n in range(3))],
        *[tuple(f"2026-11-22 18:05:1{n} refused" for n in range(3))],
        *[tuple([{"type": "text", "text": f"refused\nafter {n} ms"}] for n in range(3))],
    ],
)
def test_a_result_that_only_tells_another_time_is_the_same(tmp_path: Path, one: str, two: str, three: str) -> None:
    assert said(tmp_path, [call(one)], [call(two)], [call(three)]) == ["", "", LOOP]


@pytest.mark.parametrize(
    ("one", "two", "three"),
    [
        ("12 % done", "13 % done", "14 % done"),
        ("2 failed, 8 passed", "1 failed, 9 passed", "0 failed, 10 passed"),
        ("error at main.py:120", "error at main.py:121", "error at main.py:122"),
        ("v1.2.3", "v1.2.4", "v1.2.5"),
    ],
)
def test_a_result_that_tells_another_number_is_another(tmp_path: Path, one: str, two: str, three: str) -> None:
    assert said(tmp_path, [call(one)], [call(two)], [call(three)]) == [""] * 3


def test_a_loop_that_begins_anew_is_said_again(tmp_path: Path) -> None:
    batches = [call()], [call()], [call()], [call("fine")], [call()], [call()], [call()]
    assert said(tmp_path, *batches) == ["", "", LOOP, "", "", "", LOOP]


def test_calls_side_by_side_count_together_in_any_order(tmp_path: Path) -> None:
    one, other = call(), call("no such file", command="cat x")
    assert said(tmp_path, [one, other], [other, one], [one, other]) == [
        "",
        "",
        "scrimp: the same result 3 times in a row: Bash npm test and 1 more. Try another way, or say what is missing.",
    ]


def test_threads_and_sessions_count_for_themselves(tmp_path: Path) -> None:
    assert said(tmp_path, [call()], [call()]) == ["", ""]
    assert said(tmp_path, [call()], agent_id="a1104e806ca2be392") == [""]
    assert said(tmp_path, [call()], session_id="another") == [""]
    assert said(tmp_path, [call()]) == [LOOP]


def test_a_long_call_is_cut_short(tmp_path: Path) -> None:
    (*_, last) = said(tmp_path, *([call(command="echo " + "x" * 500)] for _ in range(3)))
    assert (
        last
        == f"scrimp: the same result 3 times in a row: Bash echo {'x' * 74}…. Try another way, or say what is missing."
    )


def test_what_threads_of_days_ago_have_left_goes(tmp_path: Path) -> None:
    said(tmp_path, [call()], session_id="old")
    said(tmp_path, [call()], session_id="new")
    old = tmp_path / "loops" / "old.main"
    at = old.stat().st_mtime - limits.LOOP_KEPT_S - A_DAY_S
    os.utime(old, (at, at))
    said(tmp_path, [call()], session_id="newest")
    assert sorted(path.name for path in (tmp_path / "loops").iterdir()) == ["new.main", "newest.main"]


def test_a_session_that_names_no_file_and_a_folder_that_takes_none_are_passed_over(tmp_path: Path) -> None:
    assert said(tmp_path, *([call()] for _ in range(3)), session_id="../../etc") == [""] * 3
    (tmp_path / "loops").write_text("")
    assert said(tmp_path, *([call()] for _ in range(3))) == [""] * 3
    assert len((tmp_path / "scrimp.log").read_text().splitlines()) == 3
