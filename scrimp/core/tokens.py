"""How many tokens a text is, estimated without a tokenizer.

A linear fit over the features below against `count_tokens` replies, for the tokenizer that came with Opus 4.7 (Opus 4.7
and later, Sonnet 5 and later, Haiku 5.5, Fable). A ruling (`=====`) is a token or two however long, so runs of one
sign are shortened first. Measured on 432 texts of 2,500 characters, none of which the fit saw (command output, logs,
source, prose): mean absolute error 9.1 %, 95th percentile 26 %, bias -2.7 %; on the recorded outputs of the tests,
which are harder, 15 %, 31 % and -5 %. Not fitted on non-Latin text.
"""

from __future__ import annotations

import re

_FEATURES = tuple(
    (re.compile(pattern), weight)
    for pattern, weight in (
        (r"[a-z]+", 0.658),
        (r"[A-Z]+", 4.004),
        (r"[0-9]", 0.79),
        (r"[^\w\s]", 1.306),
        (r"\n", -0.351),
        (r"[ \t]{2,}", 1.717),
        (r"[a-z]{5,}", -0.463),
        (r"[a-z]{9,}", -1.827),
        (r"[A-Z][a-z]", -3.647),
        (r"_", 1.164),
        (r"[^\x00-\x7f]", 1.403),
        (r"\w(?=\W\w)", 0.234),
        (r"[a-z]", 0.351),
    )
)
_RULING = re.compile(r"([^\w\s]|_)\1{3,}")
_PER_BYTE = -0.082
_SAMPLE_CHARS = 20_000
_SAMPLES = 10
"""A longer text is estimated from ten slices spread over it: the fit is coarser than what that adds."""


def estimate(text: str) -> int:
    """Tokens of `text`, to within about a tenth; 0 for the empty text."""
    if len(text) > _SAMPLE_CHARS * _SAMPLES:
        step = len(text) // _SAMPLES
        sample = "".join(text[start : start + _SAMPLE_CHARS] for start in range(0, step * _SAMPLES, step))
        return round(_fit(sample) * len(text) / len(sample))
    return round(_fit(text))


def _fit(text: str) -> float:
    if not text:
        return 0.0
    text = _RULING.sub(r"\1\1", text)
    total = _PER_BYTE * len(text.encode("utf-8", "replace"))
    for pattern, weight in _FEATURES:
        total += weight * sum(1 for _ in pattern.finditer(text))
    return max(total, 1.0)
