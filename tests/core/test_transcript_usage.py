"""A usage object as counts and legs, where top level and iterations each know a part."""

from __future__ import annotations

from typing import Any

import pytest

from scrimp.core.transcript import Leg
from scrimp.core.transcript_context import Context
from scrimp.core.transcript_usage import measure
from scrimp.core.usage import Usage
from tests.core.transcripts import TRAPS, file_at

MODEL = "claude-opus-5-5"


def counts(fresh: int, output: int, written: int = 0, minutes: int | None = 0, hour: int = 0) -> dict[str, Any]:
    split = {"ephemeral_5m_input_tokens": minutes, "ephemeral_1h_input_tokens": hour}
    return {
        "input_tokens": fresh,
        "output_tokens": output,
        "cache_creation_input_tokens": written,
        "cache_creation": None if minutes is None else split,
    }


def iteration(kind: str, *values: int | None, **more: str) -> dict[str, Any]:
    return {"type": kind, **counts(*values), **more}  # pyright: ignore[reportArgumentType]


def executors(*legs: tuple[int, int, int, int, int]) -> tuple[Leg, ...]:
    return tuple(Leg("executor", MODEL, Usage(i, o, 0, m, h, left, 0)) for i, o, m, h, left in legs)


def measured(top: dict[str, Any], *iterations: object) -> tuple[Usage, tuple[Leg, ...], set[str]]:
    return measure({**top, "iterations": list(iterations)}, MODEL, "")


def test_an_iteration_that_knows_the_lifetime_of_the_writes_tells_it_to_the_top_level() -> None:
    usage, legs, flags = measured(counts(10, 20, 500, None), iteration("message", 10, 20, 500, 100, 400))
    assert (usage, legs, flags) == (Usage(10, 20, 0, 100, 400, 0, 0), executors((10, 20, 100, 400, 0)), set())


@pytest.mark.parametrize(("minutes", "hour"), [(500, 0), (0, 500)])
def test_the_top_level_tells_its_iterations_a_lifetime_that_all_writes_have(minutes: int, hour: int) -> None:
    parts = (iteration("message", 4, 5, 200, None), iteration("message", 6, 15, 300, None))
    usage, legs, flags = measured(counts(10, 20, 500, minutes, hour), *parts)
    share = [(4, 5, 200), (6, 15, 300)]
    assert legs == executors(*[(i, o, w if minutes else 0, w if hour else 0, 0) for i, o, w in share])
    assert (usage, flags) == (Usage(10, 20, 0, minutes, hour, 0, 0), set())


def test_a_lifetime_that_cannot_be_shared_out_is_missing() -> None:
    parts = (iteration("message", 4, 5, 200, None), iteration("message", 6, 15, 300, None))
    _, legs, flags = measured(counts(10, 20, 500, 250, 250), *parts)
    assert (legs, flags) == (executors((4, 5, 0, 0, 200), (6, 15, 0, 0, 300)), {"split_missing"})


@pytest.mark.parametrize("odd", [{"type": "speculation", "input_tokens": 9}, {"type": None}, None, 7, "message"])
def test_an_iteration_of_a_kind_that_is_not_known_is_flagged(odd: object) -> None:
    _, legs, flags = measured(counts(10, 20), iteration("message", 10, 20), odd)
    assert (legs, flags) == (executors((10, 20, 0, 0, 0)), {"legs_ignored"})


@pytest.mark.parametrize("odd", ["message", 7, {"type": "message"}, True])
def test_iterations_that_are_no_list_are_flagged(odd: object) -> None:
    usage, legs, flags = measure({**counts(10, 20), "iterations": odd}, MODEL, "")
    assert (usage.output, legs, flags) == (20, executors((10, 20, 0, 0, 0)), {"legs_ignored"})


def test_an_attempt_that_names_no_model_was_the_one_that_was_asked_for() -> None:
    parts = [iteration("message", 7, 1), iteration("fallback_message", 10, 20, model="claude-opus-5")]
    _, legs, _ = measure({**counts(10, 20), "iterations": parts}, "claude-opus-5", "claude-fable-5-2")
    assert [(leg.kind, leg.model) for leg in legs] == [("executor", "claude-opus-5"), ("fallback", "claude-fable-5-2")]


@pytest.mark.parametrize("version", ["0.2.9", "1.0.128", "2.0.76", "2.1.59", "2.1.59-beta.1"])
def test_versions_that_left_counts_unfinished_are_old(version: str) -> None:
    assert Context(file_at(TRAPS / "x.jsonl"), "").is_old(version)


@pytest.mark.parametrize("version", ["2.1.60", "2.1.330", "2.2.0", "10.0.1", "", "2.1", "2.1.x", "2.1.²"])
def test_newer_versions_and_what_is_none_are_not(version: str) -> None:
    assert not Context(file_at(TRAPS / "x.jsonl"), "").is_old(version)
