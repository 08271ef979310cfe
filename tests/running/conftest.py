"""Fixtures for the tests that run commands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.running.sessions import Alive, Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session without settings or rules."""
    return Session(tmp_path)


@pytest.fixture
def alive(tmp_path: Path) -> Iterator[Alive]:
    """Nothing holds it yet."""
    found = Alive(tmp_path / "alive")
    yield found
    found.close()
