"""Claude Code's managed setting `modelPricing`: an organisation's own rates instead of the list.

    {"multiplier": 0.85,
     "overrides": {"claude-opus-5-5": {"input": 3, "output": 15, "cacheRead": 0.3, "cacheWrite": 3.75}}}

As client 2.1.330 reads it: all four rates are required, in dollars per million tokens from 0 to 10,000; `cacheWrite`
prices both lifetimes; a row has no long-prompt price, no fast price and no `inference_geo` premium, and searches stay
at the list's. A row for a Claude model covers every spelling of it, a row for the exact id wins, of two rows for one
model the first does. `multiplier`, above 0 and up to 10, applies to everything, list prices and searches too. What is
not so is ignored and named in `problems`. The client honours the setting from managed settings alone; so must callers.
"""

from __future__ import annotations

from scrimp.core.model_ids import ModelId, without_marker
from scrimp.core.untrusted import as_object, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Any

    from scrimp.core.prices import Bands

_RATES = ("input", "output", "cacheRead", "cacheWrite", "cacheWrite")
"""In the order of a price: a write costs the same for either lifetime."""

_EXPECTED = "input, output, cacheRead and cacheWrite, each a number from 0 to 10,000"
_HIGHEST_USD = 10_000
_HIGHEST_MULTIPLIER = 10
_PICO_PER_TOKEN = 10**6
"""Pico-dollars per token in a dollar per million tokens."""


class ManagedPrices:
    """The setting, checked. Rates are pico-dollars per token: input, output, cache read, 5m write, 1h write.

    `setting` is as it was given, `problems` says in sentences what of it is ignored.
    """

    __slots__ = ("_by_id", "_by_name", "memo", "multiplier", "problems", "setting")

    def __init__(self, setting: object) -> None:
        self.setting = setting
        self._by_id: dict[str, tuple[int, ...]] = {}
        self._by_name: dict[str, tuple[int, ...]] = {}
        self.multiplier = (1, 1)
        self.problems: list[str] = []
        self.memo: dict[tuple[str, ...], Bands] = {}
        if is_object(setting):
            self._take_multiplier(as_object(setting))
            self._take_rows(as_object(setting).get("overrides", {}))
        else:
            self.problems.append(f"modelPricing is {setting!r}, expected an object; it is ignored")

    def rates(self, model: str, ident: ModelId, listed: Container[str]) -> tuple[int, ...] | None:
        """The organisation's rates for a model id as it occurs; None where it has none of its own."""
        exact = self._by_id.get(without_marker(model))
        return self._by_name.get(ident.name) if exact is None and ident.name in listed else exact

    def _take_multiplier(self, setting: dict[str, Any]) -> None:
        value = setting.get("multiplier", 1)
        if _is_number(value) and 0 < value <= _HIGHEST_MULTIPLIER:
            self.multiplier = value.as_integer_ratio()
        else:
            self.problems.append(
                f"modelPricing.multiplier is {value!r}, expected a number above 0, at most 10; it is ignored"
            )

    def _take_rows(self, rows: object) -> None:
        if not is_object(rows):
            self.problems.append(f"modelPricing.overrides is {rows!r}, expected an object; it is ignored")
            return
        for model, row in as_object(rows).items():
            given: list[Any] = [as_object(row).get(rate) for rate in _RATES]
            if all(_is_number(rate) and 0 <= rate <= _HIGHEST_USD for rate in given):
                rates = tuple(round(rate * _PICO_PER_TOKEN) for rate in given)
                self._by_id.setdefault(without_marker(model), rates)
                self._by_name.setdefault(ModelId(model).name, rates)
            else:
                self.problems.append(f"modelPricing.overrides.{model} is {row!r}, expected {_EXPECTED}; it is ignored")


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
