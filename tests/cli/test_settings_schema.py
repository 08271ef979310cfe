from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from scrimp import settings_schema
from scrimp.core import settings

if TYPE_CHECKING:
    from pathlib import Path


def test_the_shipped_schema_is_the_one_that_the_model_gives() -> None:
    """When not: python -m scrimp.settings_schema."""
    with open(settings_schema.SCHEMA_FILE, encoding="utf-8") as file:
        assert file.read() == settings_schema.text()


def loaded(tmp_path: Path, layer: object) -> settings.Settings:
    (tmp_path / "scrimp.json").write_text(json.dumps(layer))
    return settings.load({"CLAUDE_CONFIG_DIR": str(tmp_path), "HOME": str(tmp_path)}, str(tmp_path / "repo"))


def test_the_defaults_that_hooks_know_are_the_models(tmp_path: Path) -> None:
    hooks, model = loaded(tmp_path, {}), settings_schema.SettingsModel().compact
    assert (hooks.enabled, hooks.min_chars, hooks.off) == (model.enabled, model.min_chars, frozenset(model.off))


def test_what_the_model_writes_the_hooks_read_without_a_problem(tmp_path: Path) -> None:
    """So both know the same keys."""
    written = json.loads(settings_schema.SettingsModel().model_dump_json(by_alias=True))
    assert list(written["compact"]) == ["enabled", "minChars", "off", "offCommands"]
    assert list(written["budget"]) == [
        "promptUsd", "sessionUsd", "dayUsd", "weekUsd", "monthUsd", "fiveHourPercent", "sevenDayPercent", "minutes",
        "turns", "contextTokens", "repos", "agents", "warnAt", "onUnpriced", "onUsageCredits",
    ]  # fmt: skip
    assert list(written) == ["$schema", "compact", "budget", "cache", "ask", "fetch", "routes", "plan", "batching"]
    assert loaded(tmp_path, written).problems == []


@pytest.mark.parametrize(
    "layer",
    [
        {"compact": {"enabled": "yes"}},
        {"compact": {"minChars": 1_999}},
        {"compact": {"minChars": True}},
        {"compact": {"minChars": 2000.5}},
        {"compact": {"off": "pytest"}},
        {"compact": {"off": [1]}},
        {"compact": []},
        {"compact": {"minchars": 3000}},
        {"other": 1},
        {"budget": []},
        {"budget": {"sessionUsd": 0}},
        {"budget": {"sessionUsd": "5"}},
        {"budget": {"dayUsd": True}},
        {"budget": {"dayUsd": 1_000_000.5}},
        {"budget": {"yearUsd": 1}},
        {"budget": {"minutes": 0}},
        {"budget": {"turns": 2.5}},
        {"budget": {"contextTokens": "200k"}},
        {"budget": {"fiveHourPercent": 101}},
        {"budget": {"repos": [1]}},
        {"budget": {"repos": {"*": 5}}},
        {"budget": {"repos": {"*": {"turns": 5}}}},
        {"budget": {"agents": {"Explore": {"dayUsd": -5}}}},
        {"budget": {"warnAt": 80}},
        {"budget": {"warnAt": [0]}},
        {"budget": {"onUnpriced": "ignore"}},
        {"budget": {"onUsageCredits": True}},
        {"cache": {"warnUsd": -1}},
        {"cache": {"warnUsd": "0.5"}},
        {"cache": {"warnUsd": True}},
        {"cache": {"warn": 1}},
        {"plan": "max"},
        {"plan": 1},
    ],
)
def test_what_the_model_refuses_the_hooks_name_as_a_problem(tmp_path: Path, layer: object) -> None:
    with pytest.raises(ValidationError):
        settings_schema.SettingsModel.model_validate(layer)
    assert len(loaded(tmp_path, layer).problems) == 1


@pytest.mark.parametrize(
    "layer",
    [
        {},
        {"$schema": "x"},
        {"compact": {}},
        {"compact": {"enabled": False, "minChars": 2000, "off": []}},
        {"compact": {"minChars": 50_000, "off": ["pytest", "log"]}},
        {"budget": {"sessionUsd": 5, "dayUsd": 0.01}, "plan": "api"},
        {"budget": {"sessionUsd": None, "dayUsd": 1_000_000}, "plan": None},
        {"plan": "subscription"},
        {"cache": {"warnUsd": 0}},
        {"batching": "off"},
        {"cache": {"warnUsd": 2.5}},
        {"budget": {"promptUsd": 0.5, "weekUsd": 30, "monthUsd": 100, "fiveHourPercent": 62.5, "sevenDayPercent": 90}},
        {"budget": {"minutes": 0.5, "turns": 40, "contextTokens": 150_000, "warnAt": [75, 90]}},
        {"budget": {"repos": {"~/work/*": {"dayUsd": 2}}, "agents": {"Explore": {"promptUsd": 0.2}}}},
        {"budget": {"onUnpriced": "stop", "onUsageCredits": "stop"}},
    ],
)
def test_what_the_model_accepts_the_hooks_take_over(tmp_path: Path, layer: object) -> None:
    whole = settings_schema.SettingsModel.model_validate(layer)
    model, budget = whole.compact, whole.budget
    hooks = loaded(tmp_path, layer)
    assert hooks.problems == []
    assert (hooks.enabled, hooks.min_chars, hooks.off) == (model.enabled, model.min_chars, frozenset(model.off))
    assert (hooks.plan or None) == whole.plan
    assert hooks.warn_usd == whole.cache.warn_usd
    assert hooks.batching == whole.batching
    limits = (budget.session_usd, budget.day_usd)
    assert (hooks.session_pico, hooks.day_pico) == tuple(limit and round(limit * 10**12) for limit in limits)
    assert hooks.budget.on_unpriced == (budget.on_unpriced or "dearest")
    assert hooks.budget.on_usage_credits == (budget.on_usage_credits or "warn")
    assert hooks.budget.warn_at == tuple(budget.warn_at or (50, 80, 95))
    groups = {"repo": budget.repos or {}, "agent": budget.agents or {}}
    own = json.loads(budget.model_dump_json(by_alias=True, exclude_none=True, exclude={"repos", "agents"}))
    named = {name for name in own if name not in {"warnAt", "onUnpriced", "onUsageCredits"}}
    assert {limit.name for limit in hooks.budget.limits if not limit.repo and not limit.agent} == named
    assert len(hooks.budget.limits) == len(named) + sum(len(group) for group in groups.values())
