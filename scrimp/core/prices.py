"""What a request costs: the price row that holds for it, and its cost in whole pico-dollars.

`lookup` finds the price by model id, time, prompt length, speed, region and tier; `cost` applies it. Rows come from
`prices.json`, read at the first look-up. Money is a whole number of pico-dollars throughout: $1 per million tokens is
1,000,000 a token, so every list price and premium is exact; only an organisation's own rates and multiplier can need
rounding, to the nearest pico-dollar a token. A model, speed, region or tier that is not known gives None, unpriced,
and never the price of something else.
"""

from __future__ import annotations

import os

from scrimp.core import limits, quick_json
from scrimp.core.model_ids import ANTHROPIC, GATEWAY, ModelId, canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.usage import Usage

    Row = dict[str, Any]
    Bands = tuple["Price | None", int, "Price | None"]
    Premium = tuple[str, int, int]

__all__ = ["PICO", "Price", "canonical", "cost", "lookup", "models", "usd"]

PICO = 10**12
"""Pico-dollars in a dollar."""

_FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "prices.json")
_PICO_DIGITS = 12
_DECIMALS = 6
_MILLION = 10**_DECIMALS
_CLASSES = ("input", "output", "cache_read", "write_5m", "write_1h")
_DAY_CHARS = len("2026-11-22")
_DAY_DASHES = (4, 7)

_STANDARD_SPEEDS = ("", "standard")
_STANDARD_GEOS = ("", "global", "not_available")
_STANDARD_TIERS = ("", "standard", "priority")
"""Priority is capacity that was bought ahead: the list price is what it is worth."""

_FAST = ("fast", 1, 1)
_BATCH = ("batch x0.5", 1, 2)
_ONE = (1, 1)
_MANAGED = {"since": "", "source": "managed setting modelPricing", "search": "0.01"}
_UNPRICED = (None, 0, None)

_FAMILIES = ("haiku", "sonnet", "opus", "fable", "mythos")
_models: dict[str, list[Row]] = {}
_memo: dict[tuple[str, ...], Bands] = {}


class Price:
    """Pico-dollars per token of each class and per web search; `model`, `since` and `source` of its row.

    `terms` names what was applied to the row's plain price: `fast`, `us x1.1`, `prompt over 100,000 tokens`, …
    """

    __slots__ = (*_CLASSES, "model", "search", "since", "source", "terms")

    def __init__(self, model: str, row: Row, rates: list[int], terms: tuple[str, ...]) -> None:
        self.model = model
        self.since: str = row["since"]
        self.source: str = row["source"]
        self.input, self.output, self.cache_read, self.write_5m, self.write_1h, self.search = rates
        self.terms = terms


def lookup(  # noqa: PLR0913 - all that a price depends on
    model: str,
    *,
    at: str,
    prompt_tokens: int,
    speed: str = "",
    geo: str = "",
    tier: str = "",
    managed: ManagedPrices | None = None,
) -> Price | None:
    """The price of a request, or None where there is none: then it is unpriced, not free.

    `model` is the id as it occurs; `at` the request's ISO time in UTC; `prompt_tokens` its input, writes and reads
    together; `speed`, `geo` and `tier` are `speed`, `inference_geo` and `service_tier` of its usage; `managed` is the
    organisation's `modelPricing`, which wins.
    """
    memo = _memo if managed is None else managed.memo
    key = (model, at[:_DAY_CHARS], speed, geo, tier)
    bands = memo.get(key)
    if bands is None:
        if len(memo) >= limits.PRICE_MEMO_ENTRIES:
            memo.clear()
        bands = memo[key] = _bands(key, managed)
    short, longest, long = bands
    return long if prompt_tokens > longest else short


def cost(usage: Usage, price: Price) -> int:
    """What `usage` costs at `price`, in pico-dollars, exactly."""
    return (
        usage.input * price.input
        + usage.output * price.output
        + usage.cache_read * price.cache_read
        + (usage.write_5m + usage.write_unsplit) * price.write_5m
        + usage.write_1h * price.write_1h
        + usage.searches * price.search
    )


def usd(pico: int) -> str:
    """A sum as exact decimal dollars without needless zeros: `0.04755`."""
    whole, rest = divmod(abs(pico), PICO)
    digits = f"{whole}.{rest:0{_PICO_DIGITS}d}".rstrip("0").rstrip(".")
    return f"-{digits}" if pico < 0 else digits


def models() -> dict[str, list[Row]]:
    """Every row of `prices.json` by model, oldest first, as written there."""
    if not _models:
        _models.update(quick_json.loads(text())["models"])
    return _models


def full_name(name: str) -> str:
    """The model that a family's short name (`haiku`) stands for, the table's newest; any other name as it is."""
    if name not in _FAMILIES:
        return name
    return next((model for model in models() if name in model.split("-")), name)  # the newest stand first


def text() -> str:
    """`prices.json` as it is."""
    with open(_FILE, encoding="utf-8") as file:
        return file.read()


def _bands(key: tuple[str, ...], managed: ManagedPrices | None) -> Bands:
    """The price of a prompt that is not long, the most tokens of such a prompt, and the price of a longer one."""
    model, day, speed, geo, tier = key
    ident = ModelId(model)
    multiplier = _ONE if managed is None else managed.multiplier
    own = None if managed is None else managed.rates(model, ident, models())
    if own is not None:
        price = Price(ident.name, _MANAGED, _scaled([*own, _search(_MANAGED)], multiplier), ("modelPricing",))
        return price, 0, price
    row = _row(ident.name, day)
    premiums = None if row is None else _premiums(row, ident, speed, geo, tier)
    if row is None or premiums is None:
        return _UNPRICED
    rates = row["fast"] if _FAST in premiums else row
    short = _listed(ident.name, row, rates, premiums, multiplier)
    if "long" not in rates:
        return short, 0, short
    longest: int = rates["long"]["above_tokens"]
    premiums.append((f"prompt over {longest:,} tokens", 1, 1))
    return short, longest, _listed(ident.name, row, rates["long"], premiums, multiplier)


def _row(name: str, day: str) -> Row | None:
    """The row that holds on `day`, of several only if that is a day; the oldest holds before its date too."""
    rows = models().get(name, [])
    if len(rows) > 1 and not _is_day(day):
        return None
    held = rows[0] if rows else None
    for row in rows:
        if row["since"] <= day:
            held = row
    return held


def _is_day(text: str) -> bool:
    return (
        len(text) == _DAY_CHARS
        and text.replace("-", "").isdecimal()
        and all(text[place] == "-" for place in _DAY_DASHES)
    )


def _premiums(row: Row, ident: ModelId, speed: str, geo: str, tier: str) -> list[Premium] | None:
    """What the row's price is changed by, as (name, numerator, denominator); None where one is not known."""
    premiums: list[Premium] = []
    fast, batch = ident.fast or speed == "fast", ident.batch or tier == "batch"
    ours = ident.provider in {ANTHROPIC, GATEWAY}  # Bedrock and Vertex charge for the region instead
    if (
        (fast and "fast" not in row)
        or speed not in {"fast", *_STANDARD_SPEEDS}
        or tier not in {"batch", *_STANDARD_TIERS}
        or (ours and geo not in {"us", *_STANDARD_GEOS})
    ):
        return None
    if fast:
        premiums.append(_FAST)
    if ident.regional and "regional" in row:
        premiums.append(_premium("regional", row["regional"]))
    if ours and geo == "us" and "geo_us" in row:
        premiums.append(_premium("us", row["geo_us"]))
    if batch:
        premiums.append(_BATCH)
    return premiums


def _premium(name: str, factor: str) -> Premium:
    return f"{name} x{factor}", _millionths(factor), _MILLION


def _listed(name: str, row: Row, rates: Row, premiums: list[Premium], multiplier: tuple[int, int]) -> Price:
    """The list price of every token times its premiums; searches carry none; the multiplier is on both."""
    above = below = 1
    for _, numerator, denominator in premiums:
        above, below = above * numerator, below * denominator
    tokens = _scaled([_millionths(rates[kind]) for kind in _CLASSES], (above, below))
    terms = tuple(term for term, _, _ in premiums)
    if multiplier != _ONE:
        terms += ("modelPricing",)
    return Price(name, row, _scaled([*tokens, _search(row)], multiplier), terms)


def _scaled(rates: list[int], factor: tuple[int, int]) -> list[int]:
    """Each rate times a factor, to the nearest pico-dollar."""
    numerator, denominator = factor
    return [(2 * rate * numerator + denominator) // (2 * denominator) for rate in rates]


def _search(row: Row) -> int:
    return _millionths(row["search"]) * _MILLION


def _millionths(text: str) -> int:
    """`"0.25"` is 250,000: a price per million tokens in pico-dollars per token, or a factor in millionths."""
    whole, _, part = text.partition(".")
    if len(part) > _DECIMALS:
        raise ValueError(f"prices.json has {text!r}; write it with at most {_DECIMALS} decimals")
    return int(whole + part.ljust(_DECIMALS, "0"))
