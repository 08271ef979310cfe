"""`make bench-ab`: its table says what its runs say, and a job ends the same way in every arm."""

from __future__ import annotations

import re

import pytest

from benchmarks.ab import ARMS, Row, measure, table

ROWS = [
    Row("log hunt", "plain", 1, 0.2000, 13, 7, 1, 10.0),
    Row("log hunt", "plain", 2, 0.4000, 15, 7, 1, 11.0),
    Row("log hunt", "plain", 3, 0.3000, 11, 0, 0, 12.0),
    Row("log hunt", "hooks", 1, 0.1800, 12, 0, 0, 10.1),
    Row("log hunt", "hooks", 2, 0.2000, 14, 0, 0, 10.9),
    Row("log hunt", "hooks", 3, 0.3300, 12, 1, 1, 12.6),
    Row("log hunt", "installed", 1, 0.1800, 12, 0, 0, 10.1),
    Row("log hunt", "installed", 2, 0.2000, 14, 0, 0, 10.9),
    Row("log hunt", "installed", 3, 0.3300, 12, 1, 1, 12.6),
]
PLAIN_SECONDS, OUR_SECONDS = "11.0 (10.0 to 12.0)", "10.9 (10.1 to 12.6)"
OURS = ("0.2000 (0.1800 to 0.3300)", "12 (12 to 14)", "0 (0 to 1)", "0 (0 to 1)")
SLOWER = "+1.0 % (-0.9 to +5.0), +8 ms a request"
CHANGE = ("-10.0 % (-50.0 to +10.0)", "-1", "-7", "-1", SLOWER, "DEARER with 1 of 3 seeds")


def test_the_table_shows_medians_spreads_paired_changes_and_who_loses() -> None:
    cells = [re.split(r" {2,}", line.strip()) for line in table(ROWS).splitlines() if line]
    assert cells == [
        ["dollars", "requests", "missed", "extra turns", "seconds"],
        ["log hunt", "plain", "0.3000 (0.2000 to 0.4000)", "13 (11 to 15)", "7 (0 to 7)", "1 (0 to 1)", PLAIN_SECONDS],
        *(["log hunt", arm, *OURS, OUR_SECONDS] for arm in ARMS[1:]),
        *(["log hunt", f"by {arm}", *CHANGE] for arm in ARMS[1:]),
    ]


@pytest.mark.client
def test_a_job_gets_all_it_needs_in_every_arm(client: str) -> None:
    assert client
    rows = {arm: measure("log hunt", arm, 1) for arm in ARMS}
    assert rows["plain"].missed > rows["hooks"].missed == rows["installed"].missed
    assert rows["installed"].requests == rows["hooks"].requests <= rows["plain"].requests
