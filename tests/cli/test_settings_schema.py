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
    assert list(written["compact"]) == ["enabled", "minChars", "off"]
    assert list(written["budget"]) == ["sessionUsd", "dayUsd"]
    assert list(written) == ["$schema", "compact", "budget", "plan"]
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
        {"budget": {"weekUsd": 1}},
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
    ],
)
def test_what_the_model_accepts_the_hooks_take_over(tmp_path: Path, layer: object) -> None:
    whole = settings_schema.SettingsModel.model_validate(layer)
    model, budget = whole.compact, whole.budget
    hooks = loaded(tmp_path, layer)
    assert hooks.problems == []
    assert (hooks.enabled, hooks.min_chars, hooks.off) == (model.enabled, model.min_chars, frozenset(model.off))
    assert (hooks.plan or None) == whole.plan
    limits = (budget.session_usd, budget.day_usd)
    assert (hooks.session_pico, hooks.day_pico) == tuple(limit and round(limit * 10**12) for limit in limits)
