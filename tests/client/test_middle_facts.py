"""In the real client: what a step needs from the middle of big outputs is in what the model is sent, with no turn more.

The same calls go through the client as it comes and with scrimp; the difference is what the plain client loses.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.client import big_outputs, report_server
from tests.client.agents import KEPT
from tests.client.big_outputs import GREP, GREP_NEEDED, MCP, MCP_NEEDED, OUTPUTS
from tests.client.driver import Run, Setup, run_client
from tests.client.script import Script, bash, play
from tests.client.wiring import scrimp_env, scrimp_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

pytestmark = pytest.mark.client

NEEDED: Mapping[str, Sequence[str]] = {
    **{output.name: output.needed for output in OUTPUTS},
    GREP.name: GREP_NEEDED,
    MCP.name: MCP_NEEDED,
}
ALL_CALLS = [*(output.call for output in OUTPUTS), GREP, MCP]
MIDDLE = (0.2, 0.8)
REQUESTS = 3
"""The one that makes the programs, the one with all the calls, and the answer."""


class Both(NamedTuple):
    """The same calls without scrimp and with it."""

    plain: Run
    ours: Run


def run(folder: str, *, with_scrimp: bool) -> Run:
    """One batch of all the calls."""
    config = json.dumps(big_outputs.mcp_config(os.path.abspath(report_server.__file__)))
    config_path = os.path.join(folder, "project", "mcp.json")
    setup = Setup(
        files={**big_outputs.files(), "mcp.json": config},
        permission_args=("--allowedTools", f"Bash,Grep,{big_outputs.TOOL}", "--mcp-config", config_path),
    )
    if with_scrimp:
        setup = setup._replace(settings=scrimp_settings(), env=scrimp_env(os.path.join(folder, "data")))
    return run_client(folder, Script(play([bash("chmod +x bin/*")], ALL_CALLS)), setup)


@pytest.fixture(scope="module")
def both(client: str, tmp_path_factory: pytest.TempPathFactory) -> Both:
    assert client
    plain, ours = str(tmp_path_factory.mktemp("plain")), str(tmp_path_factory.mktemp("ours"))
    return Both(run(plain, with_scrimp=False), run(ours, with_scrimp=True))


def missing(found: Run) -> dict[str, list[str]]:
    """What a next step would have to come back for, by call."""
    lost = {name: [fact for fact in facts if fact not in found.text(name)] for name, facts in NEEDED.items()}
    return {name: facts for name, facts in lost.items() if facts}


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda output: output.name)
def test_what_is_needed_stands_in_the_middle_of_what_was_recorded(output: big_outputs.Output) -> None:
    text = output.recorded.text
    middle = text[int(MIDDLE[0] * len(text)) : int(MIDDLE[1] * len(text))]
    assert [fact for fact in output.needed if fact not in middle] == []


def test_the_plain_client_loses_the_middle_of_every_one_of_them(both: Both) -> None:
    assert sorted(missing(both.plain)) == sorted(NEEDED)
    assert len(both.plain.requests) == REQUESTS


def test_with_scrimp_every_one_of_them_is_sent_and_no_turn_is_added(both: Both) -> None:
    assert missing(both.ours) == {}
    assert len(both.ours.requests) == REQUESTS


def test_every_one_is_cut_and_says_where_the_whole_is(both: Both) -> None:
    for name in NEEDED:
        found = KEPT[0].search(both.ours.text(name))
        assert found, name
        assert os.path.dirname(found.group(1)) == os.path.join(both.ours.session_dir, "tool-results")
    for output in OUTPUTS:
        found = KEPT[0].search(both.ours.text(output.name))
        assert found
        with open(found.group(1), encoding="utf-8", errors="surrogateescape", newline="") as kept:
            assert kept.read() == output.recorded.text


def test_exit_codes_are_as_without_scrimp(both: Both) -> None:
    for name in NEEDED:
        assert both.ours.results[name].is_error == both.plain.results[name].is_error
        heads = [run.text(name).split("\n", 1)[0] for run in both if run.text(name).startswith("Exit code ")]
        assert len(set(heads)) == (1 if both.ours.results[name].is_error else 0)


def test_where_not_all_facts_fit_the_marker_says_how_many_do(both: Both) -> None:
    assert "of 497 facts kept" in both.ours.text("diagnostics")
    others = [output.name for output in OUTPUTS if output.name != "diagnostics"]
    assert [name for name in others if " facts kept" in both.ours.text(name)] == []
