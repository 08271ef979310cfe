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
    off_commands: Annotated[
        list[str],
        Field(
            description="Commands whose output is never cut, by program and first word, such as 'git log' or 'pytest'; "
            "the lists of all files are joined."
        ),
    ] = []


_Usd = Annotated[float, Field(gt=0, le=limits.BUDGET_USD_MAX)] | None
_Percent = Annotated[float, Field(gt=0, le=100)] | None
_Minutes = Annotated[float, Field(gt=0, le=limits.BUDGET_MINUTES_MAX)] | None
_Count = Annotated[int, Field(gt=0, le=limits.COUNT_MAX)] | None
_PercentMark = Annotated[int, Field(ge=1, le=100)]


class _Limits(_Section):
    prompt_usd: Annotated[_Usd, Field(description="What one prompt may cost, its subagents included.")] = None
    session_usd: Annotated[
        _Usd, Field(description="What one session may cost, its subagents, resumes and forks included.")
    ] = None
    day_usd: Annotated[_Usd, Field(description="What all sessions of a day, in local time, may cost together.")] = None
    week_usd: Annotated[_Usd, Field(description="The same for a week, from Monday on.")] = None
    month_usd: Annotated[_Usd, Field(description="The same for a calendar month.")] = None


class LimitsOfSome(_Limits):
    """Limits for some requests: those in a repo, or those of a type of agent."""


class BudgetSettings(_Limits):
    """What may be spent, in dollars at list prices. The lowest limit of all files holds: a repo may only lower it."""

    five_hour_percent: Annotated[_Percent, Field(description="How full a subscription's 5-hour window may become.")] = (
        None
    )
    seven_day_percent: Annotated[_Percent, Field(description="The same for its weekly window.")] = None
    minutes: Annotated[_Minutes, Field(description="How long the work on one prompt may take.")] = None
    turns: Annotated[_Count, Field(description="How many requests the main thread may send for one prompt.")] = None
    context_tokens: Annotated[_Count, Field(description="How long the prompt of one request may become.")] = None
    repos: Annotated[
        dict[str, LimitsOfSome] | None,
        Field(description="Limits for the repos whose top folder a pattern matches, such as '~/work/*'."),
    ] = None
    agents: Annotated[
        dict[str, LimitsOfSome] | None, Field(description="Limits for the agents of a type, such as 'Explore'.")
    ] = None
    warn_at: Annotated[
        list[_PercentMark] | None,
        Field(description="At how many percent of a limit you and the agent are told; 50, 80 and 95 without it."),
    ] = None
    on_unpriced: Annotated[
        Literal["warn", "dearest", "stop"] | None,
        Field(
            description="What a request of unknown price counts as: nothing, with a warning; the dearest known price "
            "('dearest', the default); a reason to stop."
        ),
    ] = None
    on_usage_credits: Annotated[
        Literal["warn", "stop"] | None,
        Field(description="What happens when a plan's window is used up and usage is billed; 'warn' without it."),
    ] = None


class CacheSettings(_Section):
    """When you are told of a rewrite of the prompt cache before it is paid. A repo's file may only lower it."""

    warn_usd: Annotated[
        float,
        Field(
            ge=0,
            le=limits.BUDGET_USD_MAX,
            description="From how many dollars on: after a pause or at a resume one line, before a switch of the model "
            "a question. 0: always; a large number: never.",
        ),
    ] = limits.CACHE_WARN_USD


class AskSettings(_Section):
    """Who answers the `ask` of the batch tools. Read from your own file alone."""

    backend: Annotated[
        Literal["auto", "claude", "api", "extractive"],
        Field(
            description="'claude': your own Claude Code (claude -p); 'api': the Messages API with ANTHROPIC_API_KEY; "
            "'extractive': no model, the passages that match best; 'auto': the first of these that is there."
        ),
    ] = "auto"
    model: Annotated[str, Field(description="A short name (haiku, sonnet, opus) or a model's full name.")] = "haiku"
    max_usd: Annotated[float, Field(gt=0, le=limits.BUDGET_USD_MAX, description="What one question may cost.")] = (
        limits.ASK_USD
    )


class FetchSettings(_Section):
    """What batch_fetch may reach beyond the public web. Read from your own file alone."""

    allow: Annotated[
        list[str],
        Field(
            description="HOST:PORT of local servers, and of those that may be sent more than a plain GET, such as "
            "'localhost:8000' or '127.0.0.1:*'."
        ),
    ] = []


class RouteRule(_Section):
    """Which calls of the Agent tool, and what they run on: the first rule that matches a call is the one.

    A pattern is the whole text, small and capital letters alike, in which `*` stands for anything.
    """

    agent: Annotated[str | None, Field(description="A pattern for the type of agent, such as 'Explore' or '*'.")] = None
    description: Annotated[str | None, Field(description="A pattern for the call's short description.")] = None
    prompt: Annotated[str | None, Field(description="A pattern for its prompt, such as '*run the tests*'.")] = None
    model: Annotated[
        Literal["haiku", "sonnet", "opus", "fable"] | None,
        Field(description="What it runs on, as the Agent tool names models."),
    ] = None
    effort: Annotated[
        Literal["low", "medium", "high", "xhigh", "max"] | None, Field(description="At which effort.")
    ] = None
    background: Annotated[bool | None, Field(description="Whether it runs in the background.")] = None
    dearer: Annotated[
        bool,
        Field(description="true: also where that costs more, and then you are told. In your own file only."),
    ] = False


class SettingsModel(_Section):
    """~/.claude/scrimp.json (yours), .claude/scrimp.json (the repo's), .claude/scrimp.local.json (yours in a repo)."""

    schema_: Annotated[str, Field(alias="$schema", description="The address of this schema, for editors.")] = ""
    compact: CompactSettings = CompactSettings()
    budget: BudgetSettings = BudgetSettings()
    cache: CacheSettings = CacheSettings()
    ask: AskSettings = AskSettings()
    fetch: FetchSettings = FetchSettings()
    routes: Annotated[
        list[RouteRule],
        Field(
            max_length=limits.ROUTE_RULES,
            description="What subagents run on. The rules of your own file come first; a repo's may only make a call "
            "cheaper.",
        ),
    ] = []
    plan: Annotated[
        Literal["api", "subscription"] | None,
        Field(
            description="Who pays: 'api' is billed by the dollar, 'subscription' is not. In your own file only; "
            "without it scrimp finds out."
        ),
    ] = None
    batching: Annotated[
        Literal["auto", "on", "off"],
        Field(
            description="Whether the agent is told, once a prompt, that it reads one thing at a time what it could ask "
            "for at once. 'auto': until it was in vain 8 times in a row in the repo; a repo's file can only say 'off'."
        ),
    ] = "auto"


def json_schema() -> dict[str, Any]:
    """The JSON Schema of one settings file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **SettingsModel.model_json_schema()}


def text() -> str:
    """The schema as it is shipped."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    with open(SCHEMA_FILE, "w", encoding="utf-8") as file:
        file.write(text())
