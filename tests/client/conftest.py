"""Fixtures for the tests that drive the real client."""

from __future__ import annotations

import os

import pytest

from tests.client.driver import client_program


@pytest.fixture(scope="session")
def client() -> str:
    """The real client's path; the test is skipped where it is not installed."""
    program = client_program(os.environ)
    if not program:
        pytest.skip("Claude Code is not installed: `make client` puts it into the cache folder")
    return program
