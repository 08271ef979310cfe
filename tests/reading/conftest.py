"""What the tests of reading share."""

from pathlib import Path

import pytest

from tests.reading.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    folder = tmp_path / "repo"
    folder.mkdir()
    return World(str(folder))
