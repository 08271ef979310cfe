"""What scrimp relies on in the unmodified client (2.1.330). When one of these fails, the client has changed."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.client.driver import ALLOW_BASH, Run, Setup, run_client
from tests.client.script import Request, Script, bash, play, read, task

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.client.script import Reply

pytestmark = pytest.mark.client

SECOND_MS = 1_000
DENIED = {"permissions": {"deny": ["Bash(touch b*)"]}}


def lines(first: int, last: int) -> str:
    """What `seq first last` prints."""
    return "".join(f"{n}\n" for n in range(first, last + 1))


def numbered(first: int, last: int) -> str:
    """What Read shows of a file whose line n says n."""
    return "\n".join(f"{n}\t{n}" for n in range(first, last + 1))


def the_agent(request: Request) -> Generator[Reply, Request, None]:
    """Everything in one run: a run costs seconds, a call milliseconds."""
    request = yield [
        bash("seq 1 1900; exit 4", "failed small"),
        bash("seq 1 3000; exit 4", "failed"),
        bash("seq 1 20000; exit 3", "failed big"),
        bash("seq 1 5800", "succeeded"),
        bash("seq 1 200000", "succeeded big"),
        bash("touch b1", "denied"),
    ]
    kept = kept_by_client(request.text("succeeded big"))
    request = yield [
        read(kept, "kept window", offset=199_990, limit=5),
        read(kept, "kept whole"),
        read("/etc/passwd", "elsewhere"),
        bash("seq 1 30000", "background", run_in_background=True),
        bash("seq 1 4000; sleep 3; echo end", "moved", timeout=SECOND_MS),
    ]
    background, moved = (output_file(request.text(name)) for name in ("background", "moved"))
    yield [bash("sleep 9; seq 1 10", "timed out", timeout=SECOND_MS), task("SUB-TASK look", "subagent")]
    yield [bash(f"until grep -q end {moved}; do sleep 0.1; done")]
    yield [
        read(background, "background file", offset=29_996, limit=5),
        read(moved, "moved file", offset=3_998, limit=4),
        bash("readlink /proc/$$/fd/1; grep ^flags /proc/$$/fdinfo/1; echo $CLAUDE_CODE_SESSION_ID", "own file"),
    ]


def kept_by_client(text: str) -> str:
    """The file in which the client kept a big output."""
    match = re.search(r"Full output saved to: (.+)", text)
    assert match, text[:500]
    return match.group(1)


def output_file(text: str) -> str:
    """The file of a task in the background."""
    match = re.search(r"Output is being written to: (\S+\.output)\.", text)
    assert match, text[-900:]
    return match.group(1)


@pytest.fixture(scope="module")
def run(client: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    assert client
    script = Script(the_agent, {"SUB-TASK": play([bash("seq 1 3000; exit 7", "in subagent")], "Looked.")})
    return run_client(str(tmp_path_factory.mktemp("facts")), script, Setup(settings=DENIED))


def test_a_small_failing_output_is_shown_whole_after_its_exit_code(run: Run) -> None:
    assert run.text("failed small") == "Exit code 4\n" + lines(1, 1900).rstrip("\n")
    assert run.results["failed small"].is_error


def test_a_failing_output_is_cut_to_its_first_and_last_five_thousand_characters(run: Run) -> None:
    whole = "Exit code 4\n" + lines(1, 3000).rstrip("\n")
    head, tail = whole[:5000], whole[-5000:]
    cut = len(whole) - 10_000
    assert run.text("failed") == f"{head}\n\n... [{cut} characters truncated] ...\n\n{tail}"


def test_of_a_failing_output_over_thirty_thousand_characters_the_end_is_lost(run: Run) -> None:
    text = run.text("failed big")
    assert len(text) < 10_100
    assert text.startswith("Exit code 3\n1\n2\n")
    assert lines(1, 20_000)[:30_000].endswith(text[-4_000:])
    assert "20000" not in text


def test_a_succeeding_output_under_thirty_thousand_characters_is_shown_whole(run: Run) -> None:
    assert run.text("succeeded") == lines(1, 5800).rstrip("\n")


def test_a_bigger_one_becomes_a_file_and_a_preview_of_its_head(run: Run) -> None:
    text = run.text("succeeded big")
    assert len(text) < 2_500
    assert text.startswith("<persisted-output>\nOutput too large")
    assert "1\n2\n3\n" in text
    assert "/tool-results/" in kept_by_client(text)


def test_the_kept_file_can_be_read_without_any_rule(run: Run) -> None:
    assert run.text("kept window") == numbered(199_990, 199_994)
    assert kept_by_client(run.text("succeeded big")).startswith(run.session_dir + "/tool-results/")
    assert run.results["elsewhere"].is_error


def test_a_file_that_is_too_big_is_read_by_offset_and_limit_only(run: Run) -> None:
    assert "Use offset and limit" in run.text("kept whole")


def test_a_deny_rule_stops_the_command(run: Run) -> None:
    assert run.text("denied") == "Permission to use Bash with command touch b1 has been denied."


def test_a_background_command_names_its_file_which_can_be_read(run: Run) -> None:
    assert run.text("background").startswith("Command running in background with ID: ")
    assert run.text("background file") == numbered(29_996, 30_000)


def test_a_command_at_its_timeout_goes_to_the_background_and_its_file_holds_all_of_it(run: Run) -> None:
    assert "was moved to the background" in run.text("moved")
    assert run.text("moved").startswith("[… earlier output omitted; full output: ")
    assert run.text("moved file") == numbered(3_998, 4_000) + "\n4001\tend"


def test_the_client_adds_the_exit_code_to_the_file_of_a_background_command(run: Run) -> None:
    with open(output_file(run.text("background")), encoding="utf-8") as file:
        assert file.read() == lines(1, 30_000) + "\n[exited with code 0]\n"


def test_a_command_that_begins_with_sleep_is_killed_at_its_timeout(run: Run) -> None:
    assert run.text("timed out") == "Exit code 143\nCommand timed out after 1s"


def test_a_subagents_output_is_cut_like_the_main_loops(run: Run) -> None:
    assert run.text("in subagent").startswith("Exit code 7\n1\n2\n")
    assert "characters truncated" in run.text("in subagent")
    assert [request.agent for request in run.requests if request.agent != "main"] == ["SUB-TASK"] * 2


def test_a_commands_output_goes_to_its_own_task_file_in_append_mode(run: Run) -> None:
    path, flags, session = run.text("own file").splitlines()
    assert re.search(rf"/{session}/tasks/\w+\.output$", path)
    assert int(flags.split()[1], 8) & 0o2000


def test_what_was_sent_once_is_sent_the_same_way_again(run: Run) -> None:
    for request in run.requests:
        for result in request.all_results:
            assert result == run.results[result.name]


def test_the_client_counts_the_same_dollars_as_the_api_billed(run: Run) -> None:
    assert run.result["total_cost_usd"] == pytest.approx(run.usd, abs=1e-9)


def test_a_conversation_reads_what_it_wrote_the_turn_before(run: Run) -> None:
    turns = [request.usage for request in run.of("main")]
    for before, after in pairwise(turns):
        written = before["cache_read_input_tokens"] + before["cache_creation_input_tokens"]
        assert after["cache_read_input_tokens"] == written


def test_the_default_permissions_allow_no_write(run: Run) -> None:
    assert "Edit" not in ALLOW_BASH[1]
    assert run.result["permission_denials"] != []
