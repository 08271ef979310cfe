"""Every cause, in recordings of the real client: named rightly, at the price that their README works out by hand."""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.cache import attribution
from scrimp.core import prices
from scrimp.reports import source

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrimp.cache.attribution import Break

RECORDED = Path(__file__).parent / "recorded"

EXPECTED = {
    "model": (("model",), "claude-opus-5-5 to claude-sonnet-5-5", 25_126, "0.0603024"),
    "tools": (
        ("tools",),
        "came: mcp__extra__batch_fetch mcp__extra__batch_read mcp__extra__batch_run",
        37_683,
        "0.1808784",
    ),
    "tools_denied": (("tools",), "gone: Edit", 24_683, "0.1184784"),
    "effort": (("effort",), "high to low", 38_828, "0.1339566"),
    "thinking": (("thinking",), "adaptive display omitted to disabled", 38_830, "0.1339635"),
    "speed": (("speed", "betas"), "standard to fast; fast-mode-2026-02-01", 25_126, "0.1206048"),
    "ttl_5m": (("ttl_expired_5m",), "after 10 min", 25_130, "0.120624"),
    "ttl_1h": (("ttl_expired_1h",), "after 66 min", 25_001, "0.1950078"),
    "compaction": (("compaction",), "", 19_818, "0.0951264"),
    "resume": (("resume",), "from message 1 of 4 on", 9_534, "0.0457632"),
    "server_side": (("server_side",), "a resume", 25_126, "0.1206048"),
}


def found_in(projects: Path, ledger: str = "") -> list[Break]:
    """The breaks in the transcripts below `projects`."""
    empty = dict.fromkeys(("since", "until", "project", "model", "timezone"), "")
    arguments = argparse.Namespace(projects=[str(projects)], ledger=ledger, **empty)
    with source.opened(arguments, {"HOME": str(projects.parent)}) as opened:
        return attribution.found(opened)


@pytest.mark.parametrize("name", EXPECTED)
def test_the_cause_is_named_and_its_price_is_that_of_the_hand_calculation(name: str) -> None:
    [one] = found_in(RECORDED / name / "projects")
    assert one.pico is not None
    assert (*one.why, one.rewritten_tokens, prices.usd(one.pico)) == EXPECTED[name]


def test_every_recording_is_expected() -> None:
    assert {folder.name for folder in RECORDED.iterdir() if folder.is_dir()} == {*EXPECTED, "nothing"}


def test_a_resume_that_changes_nothing_breaks_nothing() -> None:
    assert found_in(RECORDED / "nothing" / "projects") == []


def _without(*kinds: str) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
    return lambda line: None if line["type"] in kinds else line


def changed(folder: Path, name: str, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Path:
    """A copy of a recording, each of its lines as `change` gives it back."""
    projects = folder / "projects"
    shutil.copytree(RECORDED / name / "projects", projects)
    [path] = projects.glob("*/*.jsonl")
    lines = [change(json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines if line), "utf-8")
    return projects


@pytest.mark.parametrize("name", EXPECTED)
def test_of_a_client_that_does_not_write_its_requests_down_only_what_is_certain_is_said(
    name: str, tmp_path: Path
) -> None:
    [one] = found_in(changed(tmp_path, name, _without("api-request", "api-request-shape")))
    known = {"model", "ttl_5m", "ttl_1h", "compaction"}
    assert one.why == (EXPECTED[name][:2] if name in known else (("unknown",), ""))
    assert (one.rewritten_tokens, prices.usd(one.pico or 0)) == EXPECTED[name][2:]


def test_without_the_shape_of_a_request_nothing_is_blamed_on_the_server(tmp_path: Path) -> None:
    [one] = found_in(changed(tmp_path, "server_side", _without("api-request-shape")))
    assert one.why == (("unknown",), "")


def _last_shape_as(**other: Any) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
    """Requests of the last process under a shape, or with parameters, of their own."""
    seen: list[str] = []

    def change(line: dict[str, Any]) -> dict[str, Any] | None:
        if line["type"] == "api-request":
            seen.append(line["id"])
            if len(seen) > 2:  # the third request is the break
                line.update({key: value for key, value in other.items() if key != "params"})
                line["params"].update(other.get("params", {}))
        return line

    return change


def test_other_betas_and_another_lifetime_are_named_together(tmp_path: Path) -> None:
    marks = [{"path": ["system", 0], "value": {"type": "ephemeral", "ttl": "1h"}}]
    change = _last_shape_as(cacheControl=marks, params={"betas": ["a-new-one"]})
    [one] = found_in(changed(tmp_path, "server_side", change))
    assert one.why.causes == ("ttl_changed", "betas")
    assert one.why.detail.startswith("5m to 1h; a-new-one ")


def test_another_system_prompt_of_a_newer_client_is_named_with_both_versions(tmp_path: Path) -> None:
    change = _last_shape_as(shapeHash="other", version="2.1.331")
    projects = changed(tmp_path, "server_side", change)
    [path] = projects.glob("*/*.jsonl")
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    [shape] = [line for line in lines if line["type"] == "api-request-shape"]
    shape = {**shape, "shapeHash": "other", "shape": {**shape["shape"], "system": [{"type": "text", "text": "New."}]}}
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in [shape, *lines]), "utf-8")
    [one] = found_in(projects)
    assert one.why == (("system",), "client 2.1.330 to 2.1.331")


def test_what_was_sent_in_other_words_within_one_process_is_no_resume(tmp_path: Path) -> None:
    def change(line: dict[str, Any]) -> dict[str, Any] | None:
        if line["type"] == "api-request" and "base" not in line and len(line["tail"]) > 3:
            line.update(base=first[0], keep=1, tail=["another", *line["tail"][2:]])
        elif line["type"] == "api-request":
            first.append(line["id"])
        return line

    first: list[str] = []
    [one] = found_in(changed(tmp_path, "server_side", change))
    assert one.why == (("messages_rewritten",), "from message 2 of 4 on")


def test_a_cause_that_was_found_stays_when_the_transcript_is_gone(tmp_path: Path) -> None:
    projects = changed(tmp_path, "tools", lambda line: line)
    ledger = str(tmp_path / "ledger.db")
    before = found_in(projects, ledger)
    [path] = projects.glob("*/*.jsonl")
    path.unlink()
    assert found_in(projects, ledger) == before
    assert before[0].why == EXPECTED["tools"][:2]


def test_a_transcript_that_went_before_anybody_looked_leaves_the_cause_unknown(tmp_path: Path) -> None:
    projects = changed(tmp_path, "tools", lambda line: line)
    empty = dict.fromkeys(("since", "until", "project", "model", "timezone"), "")
    arguments = argparse.Namespace(projects=[str(projects)], ledger="", **empty)
    [path] = projects.glob("*/*.jsonl")
    with source.opened(arguments, {"HOME": str(tmp_path)}) as opened:
        path.unlink()
        [one] = attribution.found(opened)
    assert one.why == (("unknown",), "")
