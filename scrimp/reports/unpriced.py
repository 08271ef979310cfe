"""What has no price: the model, or only the speed, region or tier that it was used at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.core import prices
from scrimp.core.ledger.pricing import F_UNPRICED
from scrimp.core.transcript_records import ADVISOR

if TYPE_CHECKING:
    from scrimp.reports.source import Source

_NO_NAME = "a model without a name"
_QUERY = f"""
    SELECT DISTINCT COALESCE(legs.model, requests.model), substr(requests.at, 1, {len("2026-11-22")}),
        CASE legs.kind WHEN '{ADVISOR}' THEN '' ELSE requests.speed END, requests.geo, requests.tier
    FROM requests LEFT JOIN legs USING (message_id)
    WHERE requests.flags LIKE '%{F_UNPRICED}%' AND legs.cost_pico IS NULL AND """  # noqa: S608 - ours


def named(source: Source) -> list[str]:
    """What of the requests that are asked for, or of parts of them, has no price; each once, sorted."""
    found = source.db.execute(_QUERY + source.where, source.parameters)
    return sorted({reason(*row) for row in found})


def reason(model: str, at: str, speed: str, geo: str, tier: str) -> str:
    """What of this is not in the price list: the model, or one of the others, each looked up alone."""
    if prices.lookup(model, at=at, prompt_tokens=0) is None:
        return model or _NO_NAME
    if prices.lookup(model, at=at, prompt_tokens=0, speed=speed) is None:
        return f"{model} at speed {speed}"
    if prices.lookup(model, at=at, prompt_tokens=0, geo=geo) is None:
        return f"{model} at region {geo}"
    if prices.lookup(model, at=at, prompt_tokens=0, tier=tier) is None:
        return f"{model} at tier {tier}"
    return f"{model} with counts beyond all reason"
