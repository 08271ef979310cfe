"""`scrimp` alone. claude-opus-5-5: 4 in, 20 out, 0.20 read, 5 and 8 written, dollars per million."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scrimp.reports import advice, totals
from scrimp.reports.source import Source
from tests.reports.ledger_rows import PROMPT, SESSION, used

if TYPE_CHECKING:
    from scrimp.core.usage import Usage
    from tests.reports.conftest import Command

DAY = 86_400


def days_ago(days: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - days * DAY))


def request(scrimp: Command, name: str, usage: Usage, days: float = 1, **fields: Any) -> None:
    at = days_ago(days)
    given: dict[str, Any] = {"at": at, "ended_at": at, "cwd": "/home/dev/shop", **fields}
    scrimp.book.request(name, 0, usage, **given)


def test_the_last_thirty_days_their_dearest_turns_and_how_to_install(scrimp: Command) -> None:
    request(scrimp, "a", used(input=1000, cache_read=9000, output=500_000), 2)
    request(scrimp, "b", used(output=100_000), 2, prompt_id="p2")
    request(scrimp, "c", used(output=10_000), 29, prompt_id="p3", flags=("lower_bound",))
    request(scrimp, "old", used(output=10_000_000), 31)
    scrimp.book.result("t", "a", 1, 10)
    begun = [days_ago(days).replace("T", " ")[5:16] for days in (2, 2, 29)]
    year = "" if days_ago(29)[:4] == days_ago(2)[:4] else None
    bars = "▁" + "·" * 26 + "█··"
    lines = scrimp().splitlines()
    assert lines[:4] == [
        "Last 30 days: ≥ $12.21 · 3 requests in 1 session · cache hit rate 90 %",
        f"by day  {bars}  since {begun[2][:5]}, most on {begun[0][:5]}: $12.01",
        "",
        "The turns that cost the most",
    ]
    assert lines[8:] == [
        "L lower_bound: a transcript that does not say how a reply ended: at least this",
        "  much",
        "",
        "≥ at least: a part of it has no known price, or no full count",
        "",
        "scrimp install wires it into Claude Code: it shows the diff and asks first",
    ]
    if year is not None:  # in January the table has years too
        assert lines[4:8] == [
            "Turn      Begun        Project            Cost   Hit  Reqs  Tools   Time  Flags",
            f"9a0a9700  {begun[0]}  /home/dev/shop   $10.01  90 %     1      1  0.0 s",
            f"p2        {begun[1]}  /home/dev/shop    $2.00           1      0  0.0 s",
            f"p3        {begun[2]}  /home/dev/shop  ≥ $0.20           1      0  0.0 s  L",
        ]
    assert scrimp.code == 0


def test_a_machine_on_which_claude_code_never_ran(scrimp: Command) -> None:
    assert scrimp().splitlines() == [
        "No request of Claude Code in the last 30 days, below",
        f"  {scrimp.projects}",
        f"  {scrimp.home}/.config/claude/projects",
        "",
        "Nothing needs to be installed for this page: scrimp reads the transcripts that",
        "  Claude Code writes there. Others: scrimp report --projects DIR",
    ]
    assert scrimp.code == 0


def test_after_a_long_pause_the_ledger_is_pointed_to(scrimp: Command) -> None:
    request(scrimp, "a", used(output=1), at="2020-02-03T10:00:00.000Z")
    assert scrimp().splitlines()[-1] == "The ledger has 1 request, the last of 2020-02-03 10:00: scrimp report"


def test_once_it_is_installed_nothing_is_said_about_that(scrimp: Command) -> None:
    request(scrimp, "a", used(output=1))
    assert "scrimp install" in scrimp()
    (scrimp.home / ".claude" / "settings.json").write_text('{"enabledPlugins": {"scrimp@scrimp": true}}')
    assert "scrimp install" not in scrimp()


def test_what_was_wrong_in_transcripts_comes_last(scrimp: Command) -> None:
    request(scrimp, "a", used(output=1))
    (scrimp.projects / "-p").mkdir()
    (scrimp.projects / "-p" / "a.jsonl").write_text("no json\n")
    assert scrimp().splitlines()[-4:] == [
        "",
        "in the transcripts that were read:",
        "  lines that are no JSON object: 1",
        "  scrimp ledger check lists the files",
    ]


def test_transcripts_too_old_to_name_their_prompts_are_said_to_be(scrimp: Command) -> None:
    request(scrimp, "a", used(output=500), prompt_id="")
    assert "no request names the prompt that caused it" in scrimp()


def suggested(scrimp: Command) -> list[str]:
    source = Source(scrimp.book.db, {}, "TRUE", (), {"HOME": "/home/dev"}, datetime.now(UTC))
    return advice.suggestions(source, totals.rows(source, "project"))


def test_a_project_whose_cache_is_seldom_hit_is_named_with_its_rate(scrimp: Command) -> None:
    for place in range(20):
        request(scrimp, f"a{place}", used(input=100, cache_read=6100, write_5m=3800))
        request(
            scrimp, f"b{place}", used(cache_read=9300, write_1h=700), cwd="/home/dev/blog", project="-home-dev-blog"
        )
    assert suggested(scrimp) == [
        (
            "cache hit rate 61 % in project ~/shop (93 % elsewhere): 78.0k prompt tokens were paid in full or written "
            "anew; the turns: scrimp report --by turn --project=-home-dev-shop"
        )
    ]


def test_few_requests_say_nothing_about_a_cache(scrimp: Command) -> None:
    for place in range(19):
        request(scrimp, f"a{place}", used(input=100, cache_read=6100, write_5m=3800))
    assert suggested(scrimp) == []


def test_long_contexts_are_named_when_much_of_the_money_goes_there(scrimp: Command) -> None:
    request(scrimp, "a", used(cache_read=200_000, output=1000), flags=("lower_bound",))
    request(scrimp, "b", used(cache_read=50_000, output=500))
    assert suggested(scrimp) == [
        (
            "75 % of the dollars (≥ $0.06) went into requests with more than 150,000 tokens of context (1 of them): "
            "/clear between tasks keeps it short"
        )
    ]
    request(scrimp, "c", used(output=10_000))
    assert suggested(scrimp) == []


def test_agents_on_a_dear_model_are_named_with_what_a_smaller_one_takes(scrimp: Command) -> None:
    request(scrimp, "a", used(output=1000), agent_id="x", agent_type="Explore")
    request(scrimp, "b", used(output=3000))
    request(scrimp, "c", used(output=1000), agent_id="y", agent_type="review", model="claude-sonnet-5-5")
    assert suggested(scrimp) == [
        (
            "Explore agents cost $0.02 (22 %) on claude-opus-5-5; claude-sonnet-5-5 takes 50 % of its output price: "
            "where it is good enough, name it as `model` in the agent"
        )
    ]


def test_tool_results_are_named_when_they_are_a_large_share_with_what_was_cut_of_them(scrimp: Command) -> None:
    request(scrimp, "a", used(write_5m=10_000), 2)
    at = days_ago(2)[:-5]
    for name, tool, size in (("t1", "Bash", 45_000), ("t2", "Read", 22_500), ("t3", "Grep", 45)):
        scrimp.book.result(name, "a", 0, size, tool)
    scrimp.book.db.execute("UPDATE tool_calls SET result_at = ?", (f"{at}.500Z",))
    request(scrimp, "b", used(cache_read=10_000, write_5m=40_000), 1.9)
    scrimp.book.cut("t1", "pytest -v", 1_545_000, 45_000)
    assert suggested(scrimp) == [
        (
            "tool results cost ≈ $0.15 to be sent and read again (60 % of the dollars), most of it Bash ≈ $0.10 and "
            "Read ≈ $0.05 (1 of them were cut, by 1.5 MB); which ones: scrimp costliest"
        )
    ]


def test_the_project_of_a_suggestion_is_the_only_one_that_its_command_selects(scrimp: Command) -> None:
    for place in range(20):
        request(scrimp, f"a{place}", used(input=100, cache_read=6100, write_5m=3800))
        request(scrimp, f"b{place}", used(cache_read=9300, write_1h=700), project="-home-dev-shop-api")
    (said,) = suggested(scrimp)
    chosen = said.rpartition(" ")[2]
    assert chosen == "--project=-home-dev-shop"
    assert [row["project"] for row in scrimp.rows("report", "--by", "project", chosen)] == ["-home-dev-shop"]


def test_without_figures_there_is_no_suggestion(scrimp: Command) -> None:
    assert suggested(scrimp) == []
    request(scrimp, "a", used(output=1000), model="claude-someday-9", agent_id="x", agent_type="Explore")
    assert suggested(scrimp) == []
    assert "What to do first" not in scrimp()
    assert (PROMPT[:8] in scrimp(), SESSION in scrimp()) == (True, False)
