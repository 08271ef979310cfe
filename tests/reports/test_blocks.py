"""Five-hour blocks. claude-opus-5-5 takes 20 dollars for a million tokens out."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrimp.reports import blocks
from scrimp.reports.source import Source
from tests.reports.ledger_rows import used

if TYPE_CHECKING:
    from tests.reports.conftest import Command

NOW = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)


def fill(scrimp: Command, *times: str) -> None:
    for place, at in enumerate(times):
        stamp = f"2026-11-{at}:00.000Z"
        scrimp.book.request(f"m{place}", 0, used(output=50_000), at=stamp, ended_at=stamp)


def found(scrimp: Command, now: datetime = NOW) -> list[dict[str, Any]]:
    rows, _ = blocks.rows(Source(scrimp.book.db, {}, "TRUE", (), {}, now))
    return rows


def spans(rows: list[dict[str, Any]]) -> list[tuple[str, str, str, int]]:
    return [(row["start"][8:16], row["end"][8:16], row["state"], row["requests"]) for row in rows]


def test_a_block_begins_at_the_full_hour_of_its_first_request_and_is_five_hours_long(scrimp: Command) -> None:
    fill(scrimp, "21T09:59", "21T14:00", "21T13:59", "21T19:10")
    assert spans(found(scrimp)) == [
        ("21T09:00", "21T14:00", "over", 2),
        ("21T14:00", "21T19:00", "over", 1),
        ("21T19:00", "22T00:00", "over", 1),
    ]


def test_between_blocks_there_may_be_a_gap(scrimp: Command) -> None:
    fill(scrimp, "20T22:30", "22T05:00")
    assert spans(found(scrimp)) == [
        ("20T22:00", "21T03:00", "over", 1),
        ("21T03:00", "22T05:00", "gap", 0),
        ("22T05:00", "22T10:00", "over", 1),
    ]


def test_a_block_under_way_says_what_it_comes_to_if_that_goes_on(scrimp: Command) -> None:
    fill(scrimp, "22T14:30", "22T16:00")
    (row,) = found(scrimp)
    assert (row["state"], row["note"], row["cost_usd"]) == ("active", "2h 30m left", 2 * 10**12)
    assert (row["usd_per_hour"], row["projected_usd"]) == (10**12, 45 * 10**11)
    (row,) = found(scrimp, datetime(2026, 11, 22, 14, 35, tzinfo=UTC))
    assert (row["usd_per_hour"], row["projected_usd"]) == (None, None)
    (row,) = found(scrimp, datetime(2026, 11, 22, 19, 0, tzinfo=UTC))
    assert (row["state"], row["projected_usd"]) == ("over", None)


def test_a_table_leaves_a_gap_empty(scrimp: Command) -> None:
    fill(scrimp, "01T22:30", "03T05:00", "03T06:15")
    assert scrimp("blocks") == (
        "From         State       Cost  Reqs    Out\n"
        "11-01 22:00             $1.00     1  50.0k\n"
        "11-02 03:00  gap, 26 h\n"
        "11-03 05:00             $2.00     2   100k\n"
        "──────────────────────────────────────────\n"
        "total                   $3.00     3   150k\n"
    )


def test_json_has_gaps_as_rows_of_nothing(scrimp: Command) -> None:
    fill(scrimp, "01T22:30", "03T05:00")
    gap = scrimp.rows("blocks")[1]
    assert (gap["state"], gap["cost_usd"], gap["requests"], gap["flags"]) == ("gap", "0", 0, [])


def test_requests_whose_time_is_unknown_or_absurd_are_counted_in_the_footer(scrimp: Command) -> None:
    for place, at in enumerate(["", "soon", "9999-12-31T22:00:00.000Z", "0001-01-01T00:00:00.000Z"]):
        scrimp.book.request(f"m{place}", 0, used(output=1), at=at)
    assert scrimp("blocks") == "no requests here\nrequests without a time are in no block: 4\n"


def test_only_the_block_under_way_or_those_of_the_last_three_days(scrimp: Command) -> None:
    now = time.time()
    for hours in (0, 50, 200):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - hours * 3600))
        scrimp.book.request(f"m{hours}", 0, used(output=1), at=at, ended_at=at)
    assert [row["state"] for row in scrimp.rows("blocks")] == ["over", "gap", "over", "gap", "active"]
    assert [row["state"] for row in scrimp.rows("blocks", "--recent")] == ["over", "gap", "active"]
    assert [row["state"] for row in scrimp.rows("blocks", "--recent", "-o", "desc")] == ["active", "gap", "over"]
    assert [row["state"] for row in scrimp.rows("blocks", "--active")] == ["active"]
    scrimp.book.db.execute("DELETE FROM requests WHERE message_id = 'm0'")
    assert scrimp("blocks", "--active") == "no such block: the others are shown without --active and --recent\n"


def test_a_block_may_be_broken_down_by_model(scrimp: Command) -> None:
    fill(scrimp, "21T09:59", "21T10:30")
    scrimp.book.db.execute("UPDATE requests SET model = 'claude-sonnet-5-5' WHERE message_id = 'm1'")
    (block,) = scrimp.rows("blocks", "-b")
    assert [(one["model"], one["requests"]) for one in block["models"]] == [
        ("claude-opus-5-5", 1),
        ("claude-sonnet-5-5", 1),
    ]
    assert [line.split()[0] for line in scrimp("blocks", "-b").splitlines()] == [
        "From",
        "11-21",
        "opus-5-5",
        "sonnet-5-5",
    ]
