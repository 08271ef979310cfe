"""What a usage costs and what a model's tokens cost, asked of `scrimp.core.prices` in few words."""

from __future__ import annotations

from typing import Any

from scrimp.core import prices
from scrimp.core.usage import Usage

NOW = "2026-11-22T10:00:00.000Z"
MILLION = 1_000_000

PAGE = {
    "claude-fable-5-2": "8 10 16 0.2 40",
    "claude-mythos-5-2": "8 10 16 0.2 40",
    "claude-fable-5-1": "10 12.5 20 0.25 50",
    "claude-mythos-5-1": "10 12.5 20 0.25 50",
    "claude-fable-5": "10 12.5 20 1 50",
    "claude-mythos-5": "10 12.5 20 1 50",
    "claude-opus-5-5": "4 5 8 0.2 20",
    "claude-opus-5": "5 6.25 10 0.5 25",
    "claude-opus-4-8": "5 6.25 10 0.5 25",
    "claude-opus-4-7": "5 6.25 10 0.5 25",
    "claude-opus-4-6": "5 6.25 10 0.5 25",
    "claude-opus-4-5": "5 6.25 10 0.5 25",
    "claude-opus-4-1": "15 18.75 30 1.5 75",
    "claude-opus-4-0": "15 18.75 30 1.5 75",
    "claude-sonnet-5-5": "2 2.5 4 0.1 10",
    "claude-sonnet-5": "2 2.5 4 0.2 10",
    "claude-sonnet-4-6": "3 3.75 6 0.3 15",
    "claude-sonnet-4-5": "3 3.75 6 0.3 15",
    "claude-haiku-5-5": "0.1 0.125 0.2 0.01 0.5",
    "claude-haiku-4-5": "1 1.25 2 0.1 5",
}
"""In, 5m write, 1h write, read, out, as the price page lists them."""

FAST = {
    "claude-opus-5-5": "8 10 16 0.4 40",
    "claude-opus-5": "10 12.5 20 1 50",
    "claude-opus-4-8": "10 12.5 20 1 50",
    "claude-opus-4-7": "30 37.5 60 3 150",
    "claude-opus-4-6": "30 37.5 60 3 150",
    "claude-fable-5-2": "16 20 32 0.4 80",
    "claude-mythos-5-2": "16 20 32 0.4 80",
}
"""The same at speed `fast`, for every model that it was ever offered for."""


def used(**counts: int) -> Usage:
    return Usage(**{**dict.fromkeys(Usage._fields, 0), **counts})


def prompt_of(usage: Usage) -> int:
    return usage.input + usage.cache_read + usage.write_5m + usage.write_1h + usage.write_unsplit


def dollars(model: str, usage: Usage, at: str = NOW, **how: Any) -> str:
    """The cost as exact decimal dollars, `unpriced` where there is no price."""
    price = prices.lookup(model, at=at, prompt_tokens=prompt_of(usage), **how)
    return "unpriced" if price is None else prices.usd(prices.cost(usage, price))


def per_million(model: str, at: str = NOW, **how: Any) -> list[str]:
    """In, 5m write, 1h write, read, out in dollars per million tokens, of a short prompt."""
    price = prices.lookup(model, at=at, prompt_tokens=0, **how)
    assert price is not None
    rates = (price.input, price.write_5m, price.write_1h, price.cache_read, price.output)
    return [prices.usd(rate * MILLION) for rate in rates]
