"""An organisation's own prices: from managed settings alone, the server's before the machine's."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from scrimp.core import managed_settings, prices

if TYPE_CHECKING:
    from pathlib import Path


def _multiplied(path: Path, factor: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"modelPricing": {"multiplier": factor}}))


def _input_rate(home: Path, folder: Path) -> int | None:
    managed = managed_settings.prices({"HOME": str(home)}, [str(folder)])
    if managed is None:
        return None
    price = prices.lookup("claude-opus-5-5", at="2026-11-22T00:00:00.000Z", prompt_tokens=1, managed=managed)
    return price.input if price else None


def test_without_managed_settings_there_are_none(tmp_path: Path) -> None:
    _multiplied(tmp_path / "home" / ".claude" / "settings.json", 0.5)
    assert _input_rate(tmp_path / "home", tmp_path / "etc") is None


def test_later_files_and_the_organisations_server_win(tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    _multiplied(etc / "managed-settings.json", 0.5)
    assert _input_rate(tmp_path, etc) == 2_000_000
    _multiplied(etc / "managed-settings.d" / "10-prices.json", 0.25)
    assert _input_rate(tmp_path, etc) == 1_000_000
    _multiplied(tmp_path / ".claude" / "remote-settings.json", 2)
    assert _input_rate(tmp_path, etc) == 8_000_000


def test_a_file_that_cannot_be_read_counts_as_not_there(tmp_path: Path) -> None:
    (tmp_path / "managed-settings.json").write_text("{")
    (tmp_path / "managed-settings.d").mkdir()
    (tmp_path / "managed-settings.d" / "a.json").write_text("[]")
    (tmp_path / "managed-settings.d" / "b.json").mkdir()
    assert _input_rate(tmp_path, tmp_path) is None


@pytest.mark.parametrize("error", [PermissionError, FileNotFoundError, NotADirectoryError, OSError])
def test_a_folder_that_cannot_be_read_counts_as_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[OSError]
) -> None:
    _multiplied(tmp_path / "managed-settings.json", 0.5)
    _multiplied(tmp_path / "managed-settings.d" / "a.json", 0.25)

    def refused(folder: str) -> list[str]:
        raise error(folder)

    monkeypatch.setattr(os, "listdir", refused)
    assert _input_rate(tmp_path, tmp_path) == 2_000_000


def test_a_file_in_place_of_the_folder_counts_as_not_there(tmp_path: Path) -> None:
    _multiplied(tmp_path / "managed-settings.json", 0.5)
    (tmp_path / "managed-settings.d").write_text("{}")
    assert _input_rate(tmp_path, tmp_path) == 2_000_000
