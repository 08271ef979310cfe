"""Times in the ledger's own form, read without datetime; datetime is the oracle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrimp.core import times

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
YEAR_1000_MS, YEAR_9999_MS = -30_610_224_000_000, 253_402_300_799_999


@given(st.integers(YEAR_1000_MS, YEAR_9999_MS))
def test_any_moment_is_read_as_datetime_reads_it(ms: int) -> None:
    text = (EPOCH + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%S") + f".{ms % 1000:03d}Z"
    assert (times.iso(ms), times.epoch_ms(text), times.is_iso(text)) == (text, ms, True)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z", "2026-00-10T00:00:00.000Z", "2026-01-01T24:00:00.000Z",
        "2026-01-01T23:60:00.000Z", "2026-01-01T23:59:60.000Z", "2026-01-00T00:00:00.000Z", "٢026-01-01T00:00:00.000Z",
        "", "yesterday",
    ],
)  # fmt: skip
def test_a_day_or_an_hour_that_there_is_not_is_no_time(text: str) -> None:
    assert (times.is_iso(text), times.epoch_ms(text)) == (False, 0)


@pytest.mark.parametrize(
    "text", ["2026-11-22T15:59:48.422+01:00", "2026-11-22T14:59:48.422", "2026-11-22T14:59:48.422Z"]
)
def test_other_forms_are_read_too(text: str) -> None:
    assert times.epoch_ms(text) == 1_795_359_588_422
