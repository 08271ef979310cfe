"""The estimator against the tokenizer: counts of the first 6,000 characters of each recorded output.

The counts in token_counts.json were made once with ctok 1.3.0 (family 4.8), which agrees with the API's own
`count_tokens` on 248 of 250 of its held-out texts.
"""

import json
from pathlib import Path
from statistics import mean, median

import pytest

from scrimp.core import tokens

RECORDED = Path(__file__).parents[1] / "compact"
COUNTS: dict[str, int] = json.loads(Path(__file__).with_name("token_counts.json").read_text(encoding="utf-8"))


def first_6000(case: str) -> str:
    return (RECORDED / case / "input.txt").read_text(encoding="utf-8", errors="replace")[:6_000]


def test_on_recorded_outputs_the_mean_error_is_what_the_module_says() -> None:
    errors = [tokens.estimate(first_6000(case)) / count - 1 for case, count in COUNTS.items()]
    assert mean(map(abs, errors)) < 0.16
    assert abs(median(errors)) < 0.1


def test_nothing_is_no_token() -> None:
    assert tokens.estimate("") == 0


def test_a_ruling_costs_the_same_however_long() -> None:
    assert tokens.estimate("=" * 4_000) == tokens.estimate("=" * 40)


def test_a_long_text_is_estimated_from_slices_of_all_of_it() -> None:
    text = "2026-11-22 10:00:00 INFO worker-3 took 41 ms for /api/v1/orders\n" * 8_000
    whole = sum(tokens.estimate(text[start : start + 64_000]) for start in range(0, len(text), 64_000))
    assert tokens.estimate(text) == pytest.approx(whole, rel=0.02)
