"""How many tokens a text is, estimated without a tokenizer.

A linear fit over the features below against `count_tokens` replies, for the tokenizer that came with Opus 4.7 (Opus 4.7
and later, Sonnet 5 and later, Haiku 5.5, Fable). A ruling (`=====`) is a token or two however long, so runs of one
sign are shortened first. Measured on 432 texts of 2,500 characters, none of which the fit saw (command output, logs,
source, prose): mean absolute error 9.1 %, 95th percentile 26 %, bias -2.7 %; on the recorded outputs of the tests,
which are harder, 15 %, 31 % and -5 %. Not fitted on non-Latin text.
"""

from __future__ import annotations

import re

_WORDS = re.compile(r"[a-z]+")
_CAPITALS = re.compile(r"[A-Z]+")
_SIGNS = re.compile(r"[^\w\s]")
_SPACES = re.compile(r"[ \t]{2,}")
_NAMES = re.compile(r"[A-Z][a-z]")
_JOINTS = re.compile(r"\w(?=\W\w)")
_DIGITS = b"0123456789"
_LONG_CHARS = 5
_VERY_LONG_CHARS = 9
_WEIGHTS = (0.658, 4.004, 0.79, 1.306, -0.351, 1.717, -0.463, -1.827, -3.647, 1.164, 1.403, 0.234, 0.351)
"""Of the features, in the order of `_features`."""

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
    for count, weight in zip(_features(text), _WEIGHTS):
        total += weight * count
    return max(total, 1.0)


def _features(text: str) -> tuple[int, ...]:
    """How often each feature occurs; single letters are counted without a pattern, which is several times faster."""
    ascii_text = text.encode("ascii", "ignore")
    words = [len(word) for word in _WORDS.findall(text)]
    return (
        len(words),
        len(_CAPITALS.findall(text)),
        len(ascii_text) - len(ascii_text.translate(None, _DIGITS)),
        len(_SIGNS.findall(text)),
        text.count("\n"),
        len(_SPACES.findall(text)),
        sum(1 for chars in words if chars >= _LONG_CHARS),
        sum(1 for chars in words if chars >= _VERY_LONG_CHARS),
        len(_NAMES.findall(text)),
        text.count("_"),
        len(text) - len(ascii_text),
        len(_JOINTS.findall(text)),
        sum(words),
    )
