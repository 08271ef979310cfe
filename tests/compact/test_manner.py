"""What a command itself asks for: how many times its family's target is kept."""

from __future__ import annotations

import pytest

from scrimp.core import limits
from scrimp.core.compact.manner import USUAL, Manner


@pytest.mark.parametrize(
    ("family", "command"),
    [
        ("pytest", "pytest -vv"),
        ("pytest", "python -m pytest -vvv tests"),
        ("pytest", "pytest --tb=long"),
        ("pytest", "pytest --full-trace -x"),
        ("pytest", "pytest --showlocals"),
        ("cargo_test", "cargo test -- --nocapture"),
        ("cargo_test", "cargo test -- --show-output"),
        ("cargo_test", "RUST_BACKTRACE=full cargo test"),
        ("table", "docker ps -a --no-trunc"),
        ("log", "journalctl --full"),
        ("junit", "gradle test --stacktrace"),
        ("diagnostics", "gradle build --full-stacktrace"),
        ("diagnostics", "cargo build --verbose"),
        ("packages", "npm ci --verbose"),
        ("plain", "make 2>&1 | tail -80"),
        ("plain", "make 2>&1 | head -n 40"),
        ("plain", "cat app.log | sed -n 1,400p"),
    ],
)
def test_a_flag_or_a_last_pipe_that_asks_for_more_gets_more(family: str, command: str) -> None:
    assert USUAL.times_target(family, command) == limits.ASKED_FACTOR


@pytest.mark.parametrize(
    ("family", "command"),
    [
        ("pytest", "pytest -v"),
        ("pytest", "pytest --verbose"),
        ("unittest", "python -m unittest --verbose"),
        ("jest", "npx jest --verbose"),
        ("go_test", "go test -v ./..."),
        ("search", "grep -rv total src"),
        ("search", "grep -v -r total src"),
        ("plain", "docker run -v /tmp:/data shop"),
        ("plain", "firefox --fullscreen"),
        ("plain", "tool --verbose-names"),
        ("plain", "make | head -40 | sort"),
        ("plain", "tail -n 400 app.log"),
        ("plain", ""),
    ],
)
def test_what_asks_for_something_else_gets_the_usual(family: str, command: str) -> None:
    assert USUAL.times_target(family, command) == 1


def test_what_was_asked_for_and_what_was_learned_are_both_counted() -> None:
    learned = Manner(wanted_back={"pytest": 1})
    assert learned.times_target("pytest", "pytest -vv") == limits.ASKED_FACTOR * limits.GENTLER_FACTOR
    assert learned.times_target("log", "cat app.log") == 1
