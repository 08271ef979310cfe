"""What the shipped agents cost by being there, and from how much reading on the cheap one pays; no client needed.

An agent's standing cost is its line in the list of agents, written once and read again with every request. Reading N
tokens in the main thread writes them once and reads them again in each of the M requests that follow; a scout pays for
its own prefix and for N at its own price, and the main thread for the brief that it writes and the report that it gets.
Prices are those of `prices.json`, as of TODAY.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scrimp.core import bundle_root, prices, tokens
from scrimp.core.routes import surroundings

if TYPE_CHECKING:
    from scrimp.core.prices import Price

TODAY = "2026-11-23T00:00:00.000Z"
MAIN = "claude-opus-5-5"
SCOUT_PREFIX_TOKENS = 5_300
"""The first request of a scout, 12,352 characters as client 2.1.330 sends it, by scrimp's estimate of tokens."""

SCOUT_REQUESTS = 4
"""A search, two rounds of reading, the report."""

BRIEF_TOKENS, REPORT_TOKENS = 300, 500
REQUESTS_AFTER = (1, 5, 20, 50, 100)


def line_of(name: str) -> str:
    """How the client lists an agent that an install has brought."""
    with open(os.path.join(bundle_root(), ".claude", "agents", f"{name}.md"), encoding="utf-8") as file:
        pairs = [line.partition(": ") for line in file.read().split("---")[1].strip().splitlines()]
    said = {key: value for key, _, value in pairs}
    return f"- {said['name']}: {said['description']} (Tools: {said['tools']})\n"


def read_in_main(price: Price, size_tokens: int, requests: int) -> int:
    """Pico-dollars for so many tokens read in the main thread and carried for so many requests."""
    return size_tokens * (price.write_5m + requests * price.cache_read)


def scout_alone(price: Price, size_tokens: int) -> int:
    """Pico-dollars of the scout's own requests: what it reads comes in half way through."""
    fixed = SCOUT_PREFIX_TOKENS * (price.write_5m + (SCOUT_REQUESTS - 1) * price.cache_read)
    return fixed + REPORT_TOKENS * price.output + read_in_main(price, size_tokens, SCOUT_REQUESTS // 2)


def handed_over(price: Price, requests: int) -> int:
    """Pico-dollars in the main thread for the brief and the report, both carried on."""
    return BRIEF_TOKENS * price.output + read_in_main(price, BRIEF_TOKENS + REPORT_TOKENS, requests)


def breaks_even_tokens(main: Price, scout: Price, requests: int) -> int:
    """From how many tokens of reading on a scout is cheaper."""
    fixed = scout_alone(scout, 0) + handed_over(main, requests)
    each = read_in_main(main, 1, requests) - (scout_alone(scout, 1) - scout_alone(scout, 0))
    return -(-fixed // each)


def price_of(model: str) -> Price:
    """Today's price; LookupError where the table has none."""
    found = prices.lookup(model, at=TODAY, prompt_tokens=0)
    if found is None:
        raise LookupError(f"no price of {model}")
    return found


def main() -> None:
    """Print both tables."""
    opus, haiku = price_of(MAIN), price_of("claude-haiku-5-5")
    print("| agent | tokens of its line | dollars in a session of 100 requests |\n|---|---|---|")
    for name in surroundings.shipped_agents():
        size_tokens = tokens.estimate(line_of(name))
        print(f"| {name} | {size_tokens} | {read_in_main(opus, size_tokens, 100) / prices.PICO:.5f} |")
    print("\n| requests that follow | on the same model, from tokens | on Haiku 5.5, from tokens |\n|---|---|---|")
    for requests in REQUESTS_AFTER:
        same, cheap = (breaks_even_tokens(opus, price, requests) for price in (opus, haiku))
        print(f"| {requests} | {same:,} | {cheap:,} |" if same > 0 else f"| {requests} | never | {cheap:,} |")


if __name__ == "__main__":
    main()
