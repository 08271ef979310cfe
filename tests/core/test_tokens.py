"""The estimator against the tokenizer: counts of the first 6,000 characters of each recorded output.

The counts in token_counts.json were made once with ctok 1.3.0 (family 4.8), which agrees with the API's own
`count_tokens` on 248 of 250 of its held-out texts.
"""

import json
import random
import re
from pathlib import Path
from statistics import mean, median

import pytest

from scrimp.core import tokens

RECORDED = Path(__file__).parents[1] / "compact"
COUNTS: dict[str, int] = json.loads(Path(__file__).with_name("token_counts.json").read_text(encoding="utf-8"))

ODD = "abcZAQ09_-=.#! \t\n\r\v\x1c\x1f\0\x7f\x80\x85\xa0ÿéÉ…─２\u2003\ud800漢٣😀"  # noqa: RUF001 - odd on purpose
"""Every kind of character there is, in and beyond ASCII."""

PATTERNS = (
    r"[a-z]+",
    r"[A-Z]+",
    r"[0-9]",
    r"[^\w\s]",
    r"\n",
    r"[ \t]{2,}",
    r"[a-z]{5,}",
    r"[a-z]{9,}",
    r"[A-Z][a-z]",
    r"_",
    r"[^\x00-\x7f]",
    r"\w(?=\W\w)",
    r"[a-z]",
)
"""What the fit was made with: how often each is found."""


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


def test_features_are_counted_as_the_patterns_find_them_that_the_fit_was_made_with() -> None:
    chosen = random.Random(6)  # noqa: S311 - the same on every run
    made = ("".join(chosen.choice(ODD) * chosen.choice((1, 1, 2, 5, 9)) for _ in range(30)) for _ in range(2_000))
    for text in (*made, *map(first_6000, sorted(COUNTS)[::8])):
        shortened = re.sub(r"([^\w\s]|_)\1{3,}", r"\1\1", text)
        found = (len(re.findall(pattern, shortened)) for pattern in PATTERNS)
        assert tokens.features(text) == (len(shortened.encode("utf-8", "replace")), *found), text
