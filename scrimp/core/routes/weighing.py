"""Whether one model at one effort may cost more than another, by the price table: in doubt it may.

A model is dearer where any kind of its tokens is, for a short prompt or a long one. A higher effort writes more: how
much more is the range of the client's own index over its models (2.1.330, `effort_cost_index`, high is 100).
"""

from __future__ import annotations

from scrimp.core import limits, prices
from scrimp.core.routes.rules import EFFORTS, MODELS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import NamedTuple

    from scrimp.core.managed_prices import ManagedPrices

    class Choice(NamedTuple):
        """A model's id and an effort; '' is not known."""

        model: str
        effort: str
else:
    from collections import namedtuple

    Choice = namedtuple("Choice", "model effort")

_LEAST = {"": 38, "low": 38, "medium": 52, "high": 100, "xhigh": 138, "max": 174}
_MOST = {"low": 75, "medium": 90, "high": 100, "xhigh": 203, "max": 550}
_SAME = (1, 1)
_RATES = ("input", "output", "cache_read", "write_5m", "write_1h")
_ELSEWHERE = ("CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX", "CLAUDE_CODE_USE_FOUNDRY")
"""There the client gives its short names to other models."""


def id_of(name: str, environ: Mapping[str, str]) -> str:
    """The id of the model that `haiku`, `sonnet`, `opus` or `fable` stands for; '' where that cannot be told.

    `ANTHROPIC_DEFAULT_HAIKU_MODEL` and its like say so themselves; one that names another short name is followed, one
    that leads back is not known.
    """
    seen: set[str] = set()
    while name in MODELS and name not in seen:
        seen.add(name)
        named = environ.get(f"ANTHROPIC_DEFAULT_{name.upper()}_MODEL", "")
        if not named:
            is_elsewhere = any(environ.get(variable) for variable in _ELSEWHERE)
            return "" if is_elsewhere else prices.full_name(name)
        name = named
    return "" if name in seen else name


def is_dearer(new: Choice, old: Choice, at: str, managed: ManagedPrices | None = None) -> bool | None:
    """Whether `new` may cost more than `old` at this ISO time; None where a price is not known."""
    more, less = _effort_factor(new.effort, old.effort)
    for prompt_tokens in (0, limits.ROUTE_LONG_PROMPT_TOKENS):
        ours = prices.lookup(new.model, at=at, prompt_tokens=prompt_tokens, managed=managed)
        theirs = prices.lookup(old.model, at=at, prompt_tokens=prompt_tokens, managed=managed)
        if ours is None or theirs is None:
            return None
        if any(getattr(ours, rate) * more > getattr(theirs, rate) * less for rate in _RATES):
            return True
    return False


def _effort_factor(new: str, old: str) -> tuple[int, int]:
    """By how much a higher effort makes a model dearer at most, as (numerator, denominator)."""
    if not new or new == EFFORTS[0] or (old and EFFORTS.index(new) <= EFFORTS.index(old)):
        return _SAME
    return _MOST[new], _LEAST[old]
