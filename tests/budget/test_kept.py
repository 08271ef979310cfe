"""What a session has had as limits holds on when the files that named them are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scrimp.core.budget import kept
from scrimp.core.budget.rules import Rules

if TYPE_CHECKING:
    from pathlib import Path


def rules(**budget: object) -> Rules:
    found = Rules("/home/dev")
    found.add("/home/dev/.claude/scrimp.json", budget, is_own=True)
    return found


def amounts(found: Rules) -> dict[tuple[str, str], int]:
    return {(limit.name, limit.repo): limit.amount for limit in found.limits}


def test_limits_hold_on_when_the_settings_are_gone(tmp_path: Path) -> None:
    full = rules(sessionUsd=2, turns=9, repos={"shop": {"dayUsd": 5}}, onUsageCredits="stop")
    kept.hold(str(tmp_path), "s", full)
    assert kept.is_there(str(tmp_path), "s")
    found = rules()
    kept.hold(str(tmp_path), "s", found)
    assert amounts(found) == amounts(full)
    assert (found.on_usage_credits, found.limits[0].source) == ("stop", "/home/dev/.claude/scrimp.json")


def test_of_what_is_kept_and_what_is_found_the_lower_holds(tmp_path: Path) -> None:
    kept.hold(str(tmp_path), "s", rules(sessionUsd=2, dayUsd=9))
    found = rules(sessionUsd=50, dayUsd=1)
    kept.hold(str(tmp_path), "s", found)
    assert amounts(found) == amounts(rules(sessionUsd=2, dayUsd=1))


def test_a_new_prompt_takes_the_settings_as_they_are(tmp_path: Path) -> None:
    kept.hold(str(tmp_path), "s", rules(sessionUsd=2))
    kept.renew(str(tmp_path), "s", rules(sessionUsd=50))
    found = rules(sessionUsd=60)
    kept.hold(str(tmp_path), "s", found)
    assert amounts(found) == amounts(rules(sessionUsd=50))
    kept.renew(str(tmp_path), "s", rules())
    assert not kept.is_there(str(tmp_path), "s")


def test_other_sessions_have_limits_of_their_own_and_all_can_be_let_go(tmp_path: Path) -> None:
    kept.hold(str(tmp_path), "s", rules(sessionUsd=2))
    kept.hold(str(tmp_path), "../t", rules(sessionUsd=2))
    assert [path.parent.name for path in tmp_path.rglob("*.json")] == ["limits"] * 2
    assert not kept.is_there(str(tmp_path), "u")
    kept.forget_all(str(tmp_path))
    assert not kept.is_there(str(tmp_path), "s")


def test_where_no_limit_is_set_nothing_is_written(tmp_path: Path) -> None:
    kept.hold(str(tmp_path), "s", rules())
    kept.renew(str(tmp_path), "s", rules())
    kept.forget_all(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"onUsageCredits": "warn"}\n{"name": "x"}'])
def test_what_is_kept_and_cannot_be_read_is_an_error(tmp_path: Path, text: str) -> None:
    kept.hold(str(tmp_path), "s", rules(sessionUsd=2))
    (tmp_path / "limits/of-s.json").write_text(text)
    with pytest.raises(ValueError, match=r".+"):
        kept.hold(str(tmp_path), "s", rules())


def test_of_very_many_sessions_the_oldest_are_forgotten(tmp_path: Path) -> None:
    for number in range(502):
        kept.hold(str(tmp_path), f"s{number}", rules(sessionUsd=2))
    assert len(list((tmp_path / "limits").iterdir())) < 300
    assert kept.is_there(str(tmp_path), "s501")
