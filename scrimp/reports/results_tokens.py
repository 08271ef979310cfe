"""How many tokens a tool result is, from its bytes: all that the ledger keeps of it.

Bytes a token over command output, logs, JSON, code and prose, by recorded answers of the API's token counter: 2.25 for
the tokenizer that came with Opus 4.7, 2.81 for the one before. Single texts are off by a fifth, sums by less.
"""

from __future__ import annotations

from scrimp.core.prices import canonical

_NEW_CENTIBYTES, _OLD_CENTIBYTES = 225, 281
"""Hundredths of a byte a token."""

_IMAGE_TOKENS = 1_500
"""An image is scaled to at most about this; smaller ones are fewer."""

_NEW_SINCE = {"opus": (4, 7), "sonnet": (5,), "haiku": (5, 5)}
"""The first version of each family with the newer tokenizer; other families have no older ones."""


def centibytes(model: str) -> int:
    """Hundredths of a byte that a token of `model` has."""
    return _OLD_CENTIBYTES if _is_old(model) else _NEW_CENTIBYTES


def estimate(size: int, images: int, per_token: int) -> int:
    """The tokens of `size` bytes of text and so many images, at so many hundredths of a byte a token."""
    return -(-size * 100 // per_token) + images * _IMAGE_TOKENS


def within(sizes: list[int], grown: int) -> list[int]:
    """The sizes of one batch, made smaller in proportion where together they are more than the prompt grew by."""
    together = sum(sizes)
    return sizes if together <= grown else [size * grown // together for size in sizes]


def _is_old(model: str) -> bool:
    maker, *parts = canonical(model)[0].split("-")
    words = [part for part in parts if not part.isdecimal()]
    version = tuple(int(part) for part in parts if part.isdecimal())
    return maker == "claude" and bool(words) and version < _NEW_SINCE.get(words[0], ())
