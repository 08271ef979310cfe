"""Build time, `make prices`: compares `prices.json` with the genai-prices package, price by price.

Every row of ours is asked of both, per class of token, on the days where a row begins and the day before, short and
long, standard, fast and batch, on Anthropic's API, Bedrock, Vertex and OpenRouter. Says where they differ and why; a
difference without a reason in `EXPLAINED` makes the exit code 1. A row added to ours needs nothing here unless
genai-prices disagrees.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

import genai_prices
from genai_prices.data_snapshot import get_snapshot

from scrimp.core import prices

if TYPE_CHECKING:
    from collections.abc import Iterator

TODAY = "2026-11-22"
"""When this table was last gone through. Written down, so that the result does not hang on when it is run."""

TOKENS = 1_000
"""Of each class, when its price is asked for."""

LENGTHS = {"short": TOKENS, "long": 250_000}
"""Prompt tokens: below every long-prompt threshold, and above every one."""

KINDS = ("input", "output", "cache_read", "write_5m", "write_1h")

PROVIDERS = {
    "anthropic": "anthropic",
    "bedrock-global": "aws",
    "bedrock-us": "aws",
    "vertex": "google",
    "openrouter": "openrouter",
}
"""Our routes, and what genai-prices calls who is paid."""

MODES: dict[str, tuple[str, str, dict[str, str]]] = {
    "standard": ("", "", {}),
    "fast": ("fast", "", {"speed": "fast"}),
    "batch": ("", "batch", {"processing": "batch"}),
}
"""Speed and tier for our look-up, context for theirs; all but the first are modes of Anthropic's own API."""

SNAPSHOTS = {
    "claude-haiku-4-5": "claude-haiku-4-5-20251001",
    "claude-sonnet-4-5": "claude-sonnet-4-5-20250929",
    "claude-sonnet-4-0": "claude-sonnet-4-20250514",
    "claude-opus-4-5": "claude-opus-4-5-20251101",
    "claude-opus-4-1": "claude-opus-4-1-20250805",
    "claude-opus-4-0": "claude-opus-4-20250514",
    "claude-3-7-sonnet": "claude-3-7-sonnet-20250219",
    "claude-3-5-sonnet": "claude-3-5-sonnet-20241022",
    "claude-3-5-haiku": "claude-3-5-haiku-20241022",
    "claude-3-opus": "claude-3-opus-20240229",
    "claude-3-haiku": "claude-3-haiku-20240307",
}
"""Models whose ids carry a date."""

EXPLAINED = {
    "the read price until the cut of 2026-10-07: theirs is today's at every date": (
        "* claude-sonnet-5-5 standard * 2026-10-06 cache_read",
    ),
    "limited availability: their importer leaves these models out": (
        "* claude-mythos-5 * model",
        "* claude-mythos-5-1 * model",
    ),
    "not on this route in theirs": (
        "openrouter claude-mythos-5-2 * model",
        "openrouter claude-fable-5-2 * model",
        "bedrock-global claude-opus-4-[01] * model",
    ),
    "fast mode that was withdrawn (Opus 4.6, 4.7): theirs has the modes of today": (
        "anthropic claude-opus-4-[67] fast *",
    ),
    "batch: theirs has it from 2026-10-14 on, for the models active then": ("anthropic * batch * model",),
    "the 1M beta's price of prompts over 200,000 tokens, which ended: theirs has it on some routes only": (
        "* claude-sonnet-4-0 standard long *",
        "bedrock-* claude-sonnet-4-5 standard long *",
        "[!a]* claude-*-4-6 standard long 2026-03-12 *",
    ),
    "no price of its own there for searches: counted as free": ("[!a]* search", "anthropic claude-3-* search"),
    "no price of its own there for 1h writes: counted as 5m writes": (
        "openrouter * write_1h",
        "bedrock-* claude-3-* write_1h",
        "bedrock-* claude-*-4-[01] * write_1h",
        "vertex claude-3-* write_1h",
        "vertex claude-*-4-[01] * write_1h",
        "vertex claude-opus-4-6 * 2026-03-12 write_1h",
    ),
    "no price of its own there for caching: counted as input": (
        "[bo]* claude-3-* cache_read",
        "[bo]* claude-3-* write_5m",
    ),
    "older than Claude Code": ("anthropic claude-2 *", "anthropic claude-v1 *", "anthropic claude-3-sonnet *"),
}
"""Why theirs differs, and where: patterns of route, model, mode, length, day and class."""


class Case(NamedTuple):
    """One model, on one way to it, in one mode, on one day; `length` of the prompt."""

    route: str
    model: str
    mode: str
    length: str
    day: str


class Difference(NamedTuple):
    """Dollars per million tokens (per search for `search`); None where there is no price."""

    case: Case
    kind: str
    ours: Decimal | None
    theirs: Decimal | None

    @property
    def key(self) -> str:
        """What the patterns of `EXPLAINED` match: route, model, mode, length, day, class."""
        return " ".join((*self.case, self.kind))


def model_id(case: Case) -> str:
    """The model's id as it occurs on this route."""
    snapshot = SNAPSHOTS.get(case.model, case.model)
    if case.route == "openrouter":
        return "anthropic/" + re.sub(r"(\d)-(\d)", r"\1.\2", case.model.removesuffix("-0"))
    region = {"bedrock-global": "global", "bedrock-us": "us"}.get(case.route)
    if region:
        return f"{region}.anthropic.{snapshot}" + ("-v1:0" if snapshot != case.model else "")
    return snapshot


def ours(case: Case) -> dict[str, Decimal] | None:
    """Our price per class in dollars per million tokens; None: unpriced."""
    model = f"vertex_ai/{model_id(case)}" if case.route == "vertex" else model_id(case)
    speed, tier, _ = MODES[case.mode]
    price = prices.lookup(model, at=case.day, prompt_tokens=LENGTHS[case.length], speed=speed, tier=tier)
    if price is None:
        return None
    per_million = {kind: Decimal(getattr(price, kind)) * 10**6 / prices.PICO for kind in KINDS}
    return {**per_million, "search": Decimal(price.search) / prices.PICO}


def theirs(case: Case) -> dict[str, Decimal] | None:
    """Theirs, found by asking for one class at a time on top of a prompt of the wanted length; None: unknown there."""
    prompt = LENGTHS[case.length]
    usages: dict[str, dict[str, int]] = {
        "input": {"input_tokens": prompt},
        "output": {"input_tokens": prompt, "output_tokens": TOKENS},
        "cache_read": {"input_tokens": prompt, "cache_read_tokens": prompt},
        "write_5m": {"input_tokens": prompt, "cache_write_tokens": prompt, "cache_write_5m_tokens": prompt},
        "write_1h": {"input_tokens": prompt, "cache_write_tokens": prompt, "cache_write_1h_tokens": prompt},
        "search": {"input_tokens": prompt, "web_searches": TOKENS},
    }
    try:
        totals = {kind: _their_total(case, usage) for kind, usage in usages.items()}
        plain = _their_total(case._replace(mode="standard"), usages["output"])
    except LookupError:
        return None
    if case.mode != "standard" and totals["output"] == plain:  # a mode that it does not know it ignores
        return None
    found = {kind: totals[kind] * 10**6 / prompt for kind in KINDS}
    found["output"] = (totals["output"] - totals["input"]) * 10**6 / TOKENS
    found["search"] = (totals["search"] - totals["input"]) / TOKENS
    return found


def _their_total(case: Case, usage: dict[str, int]) -> Decimal:
    return genai_prices.calc_price(
        genai_prices.Usage(**usage),
        model_id(case),
        provider_id=PROVIDERS[case.route],
        genai_request_timestamp=datetime.fromisoformat(case.day).replace(tzinfo=UTC),
        price_context=MODES[case.mode][2],
    ).total_price


def cases() -> Iterator[Case]:
    """Every row of ours on its first day and on the day before, and today, in every mode on every route."""
    for model, rows in prices.models().items():
        days = {TODAY}
        for row in rows:
            if row["since"]:
                days |= {row["since"], (date.fromisoformat(row["since"]) - timedelta(days=1)).isoformat()}
        for route in PROVIDERS:
            for mode in MODES if route == "anthropic" else ("standard",):
                yield from (Case(route, model, mode, length, day) for length in LENGTHS for day in sorted(days))


def differences() -> Iterator[Difference]:
    """Where the two do not say the same; one difference of kind `model` where only one of them has a price."""
    for case in cases():
        we, they = ours(case), theirs(case)
        if we is None or they is None:
            if we is not they:
                yield Difference(case, "model", (we or {}).get("input"), (they or {}).get("input"))
            continue
        yield from (Difference(case, kind, we[kind], they[kind]) for kind in we if we[kind] != they[kind])


def only_theirs() -> Iterator[Difference]:
    """The models of Anthropic's own API that they have and we do not."""
    anthropic = next(provider for provider in get_snapshot().providers if provider.id == "anthropic")
    for model in anthropic.models:
        if prices.canonical(model.id)[0] not in prices.models():
            case = Case("anthropic", model.id, "standard", "short", TODAY)
            yield Difference(case, "model", None, (theirs(case) or {}).get("input"))


def why(key: str) -> str:
    """Why a difference is none of ours to mend; empty where nobody has said."""
    for reason, patterns in EXPLAINED.items():
        if any(fnmatchcase(key, pattern) for pattern in patterns):
            return reason
    return ""


def main() -> int:
    """Prints the differences, those without a reason first; 1 if there are any of those."""
    found = [*differences(), *only_theirs()]
    reasons = {difference.key: why(difference.key) for difference in found}
    unexplained = [difference for difference in found if not reasons[difference.key]]
    for difference in unexplained:
        sys.stdout.write(f"UNEXPLAINED {difference.key}: ours {difference.ours}, theirs {difference.theirs}\n")
    for reason, count in Counter(filter(None, reasons.values())).most_common():
        sys.stdout.write(f"{count:5} explained: {reason}\n")
        sys.stdout.writelines(f"        {pattern}\n" for pattern in EXPLAINED[reason])
    for pattern in (pattern for patterns in EXPLAINED.values() for pattern in patterns):
        if not any(fnmatchcase(key, pattern) for key in reasons):
            sys.stdout.write(f"no longer needed in EXPLAINED: {pattern}\n")
    sys.stdout.write(f"{sum(1 for _ in cases())} cases compared, {len(unexplained)} differences without a reason\n")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
