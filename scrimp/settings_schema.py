"""The one definition of scrimp's settings, and the JSON Schema made from it.

`python -m scrimp.settings_schema` writes `settings.schema.json` anew; a test says when that is due. Hooks never
import this module: `scrimp.core.settings` reads the same keys with plain `json`, with the same defaults.
"""

from __future__ import annotations

import json
import os
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from pydantic.fields import ComputedFieldInfo, FieldInfo  # noqa: TC002 - pydantic reads the annotations

from scrimp.core import limits

SCHEMA_FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "settings.schema.json")


def _title(name: str, info: FieldInfo | ComputedFieldInfo) -> str:
    return info.alias or to_camel(name)


class _Section(BaseModel):
    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", strict=True, frozen=True, field_title_generator=_title
    )


class CompactSettings(_Section):
    """How bulky output is cut before it enters the context. A repo's file may only cut less than the user's own."""

    enabled: Annotated[bool, Field(description="false: nothing is cut. Once false in any file, it stays so.")] = True
    min_chars: Annotated[
        int,
        Field(
            ge=limits.SMALL_CHARS,
            description="Output up to this many characters is left alone; the largest value wins.",
        ),
    ] = limits.SMALL_CHARS
    off: Annotated[
        list[str],
        Field(description="Families that are never cut, such as 'pytest' or 'log'; the lists of all files are joined."),
    ] = []


_Usd = Annotated[float, Field(gt=0, le=limits.BUDGET_USD_MAX)] | None


class BudgetSettings(_Section):
    """What may be spent, in dollars at list prices. The lowest limit of all files holds: a repo may only lower it."""

    session_usd: Annotated[_Usd, Field(description="What one session may cost, its subagents included.")] = None
    day_usd: Annotated[_Usd, Field(description="What all sessions of a day, in local time, may cost together.")] = None


class SettingsModel(_Section):
    """~/.claude/scrimp.json (yours), .claude/scrimp.json (the repo's), .claude/scrimp.local.json (yours in a repo)."""

    schema_: Annotated[str, Field(alias="$schema", description="The address of this schema, for editors.")] = ""
    compact: CompactSettings = CompactSettings()
    budget: BudgetSettings = BudgetSettings()
    plan: Annotated[
        Literal["api", "subscription"] | None,
        Field(
            description="Who pays: 'api' is billed by the dollar, 'subscription' is not. In your own file only; "
            "without it scrimp finds out."
        ),
    ] = None


def json_schema() -> dict[str, Any]:
    """The JSON Schema of one settings file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **SettingsModel.model_json_schema()}


def text() -> str:
    """The schema as it is shipped."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    with open(SCHEMA_FILE, "w", encoding="utf-8") as file:
        file.write(text())
