"""`scrimp report` and its shortcuts as a person meets them. claude-opus-5-5: 20 dollars for a million tokens out."""

from __future__ import annotations

import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from scrimp.reports import wording
from scrimp.reports.groupings import GROUPINGS
from tests.core.transcripts import TRAPS
from tests.reports.ledger_rows import used

if TYPE_CHECKING:
    from tests.reports.conftest import Command

HEAVY = used(input=40_000_000, output=900_000, cache_read=700_000_000, write_5m=20_000_000, write_1h=30_000_000)
DAYS = """\
Day             Cost  Reqs  In    Out   Read  W 1h   Hit    Time  Flags
2026-11-22   ≥ $0.06     2  10  2,500  9,000   990  90 %  1m 31s  L
2026-11-23  unpriced     1   0      7      0     0                U
───────────────────────────────────────────────────────────────────────
total        ≥ $0.06     3  10  2,507  9,000   990  90 %  1m 31s  UL
U unpriced: a model, speed, region or tier without a known price is left out of
  the dollars
L lower_bound: a transcript that does not say how a reply ended: at least this
  much
no price is known for new-model
"""
TOMORROW = "2026-11-23T08:00:00.000Z"


def fill(scrimp: Command) -> None:
    scrimp.book.request("a", 0, used(input=10, output=500, cache_read=9000, write_1h=990), cwd="/home/dev/shop")
    scrimp.book.request("b", 90, used(output=2000), flags=("lower_bound",), agent_id="x", agent_type="Explore")
    scrimp.book.request(
        "c", 0, used(output=7), model="new-model", prompt_id="", at=TOMORROW, ended_at=TOMORROW, project="-srv-blog"
    )


def test_a_day_on_a_line_with_the_total_below(scrimp: Command) -> None:
    fill(scrimp)
    assert scrimp("report") == DAYS
    assert scrimp.code == 0


def test_the_shortcuts_are_the_report(scrimp: Command) -> None:
    fill(scrimp)
    for verb, by in (("daily", "day"), ("weekly", "week"), ("monthly", "month")):
        assert scrimp(verb) == scrimp("report", "--by", by)
        assert scrimp.rows(verb) == scrimp.rows("report", "--by", by)


@pytest.mark.parametrize("by", [*GROUPINGS, "tool"])
def test_every_report_fits_eighty_columns(scrimp: Command, by: str) -> None:
    for place in range(12):
        scrimp.book.request(
            f"m{place}",
            place * 3600 % 50_000,
            HEAVY,
            model="eu.anthropic.claude-someday-9-20261122-v1:0" if place % 2 else "claude-opus-5-5",
            cwd="/home/dev/work/a-rather-long-name-of-a-project",
            git_branch="feature/with-a-name-that-says-everything",
            agent_type="code-reviewer-of-everything",
            agent_id="x",
            flags=("lower_bound", "old_version", "split_missing"),
        )
        scrimp.book.result(f"t{place}", f"m{place}", place, 10**9, "mcp__a_server__a_tool_with_a_long_name")
    found = scrimp("report", "--by", by).splitlines()
    assert max(map(len, found)) <= 80
    assert found[0].count("Cost") == 1


def test_csv_has_the_same_rows(scrimp: Command) -> None:
    fill(scrimp)
    assert scrimp("report", "--by", "project", "--csv").splitlines() == [
        (
            "project,cwd,last_at,cost_usd,requests,input_tokens,output_tokens,cache_read_tokens,cache_write_5m_tokens,"
            "cache_write_1h_tokens,hit_rate,tool_calls,web_searches,seconds,flags,first_at"
        ),
        (
            "-home-dev-shop,/home/dev/shop,2026-11-22T10:01:31.000Z,0.05976,2,10,2500,9000,0,990,0.9,0,0,91.0,lower_bound,"
            "2026-11-22T10:00:00.000Z"
        ),
        f"-srv-blog,,{TOMORROW},0,1,0,7,0,0,0,,0,0,,unpriced,{TOMORROW}",
    ]


def test_nothing_to_report_is_a_sentence_and_an_empty_list(scrimp: Command) -> None:
    assert scrimp("report") == "no requests here\n"
    assert scrimp("report", "--by", "tool") == "no tool calls here\n"
    assert scrimp("report", "--json") == "[]\n"
    assert scrimp.code == 0


def test_a_ledger_is_made_where_there_is_none_and_remembers(scrimp: Command) -> None:
    words = ("report", "--ledger", "folder/new.db", "--by", "session")
    first = scrimp.rows(*words, "--projects", str(TRAPS / "legs" / "projects"))
    assert first
    assert scrimp.rows(*words) == first


def test_several_folders_can_be_read(scrimp: Command) -> None:
    words = [word for trap in ("legs", "terms") for word in ("--projects", str(TRAPS / trap / "projects"))]
    one, both = (scrimp.rows("report", *given) for given in (words[:2], words))
    assert sum(row["requests"] for row in both) > sum(row["requests"] for row in one)


def test_what_was_wrong_in_transcripts_is_counted_in_the_footer(scrimp: Command) -> None:
    words = ("report", "--projects", str(TRAPS / "broken_lines" / "projects"))
    wrong = [
        "in the transcripts that were read:",
        "  lines that are no JSON object: 7",
        "  lines without a time that can be read: 1",
        "  scrimp ledger check lists the files",
    ]
    assert scrimp(*words).splitlines()[-4:] == wrong
    scrimp.rows(*words)
    assert scrimp.errors.splitlines() == [f"scrimp: {line}" for line in wrong]


def test_a_request_without_a_time_is_missed_when_times_are_asked_for(scrimp: Command) -> None:
    scrimp.book.request("a", 0, used(output=1), at="")
    assert scrimp("report", "--since", "7d") == (
        "no request is left by --since 7d; without it there are 1\n"
        "requests without a time are left out because of --since or --until: 1\n"
    )


def test_a_subscriber_is_told_that_nobody_bills_these_dollars(scrimp: Command) -> None:
    scrimp.book.request("a", 0, used(output=1))
    note = "dollars are API value: a subscription is not billed for them"
    assert note not in scrimp("report")
    scrimp.environ.pop("ANTHROPIC_API_KEY")
    scrimp.environ["CLAUDE_CODE_OAUTH_TOKEN"] = "token"  # noqa: S105 - any will do
    assert note in scrimp("report").splitlines()


WRONG = {
    ("--since", "tomorrow"): "--since 'tomorrow': expected an age (24h, 7d, 2w), a day (today, yesterday, 2026-11-01, ",
    ("--until", "2026-13"): "--until '2026-13': month must be in 1..12; expected an age",
    ("--since=today", "--until=yesterday"): "--since today is after --until yesterday: there is nothing between them",
    ("--timezone", "Atlantis"): "--timezone 'Atlantis': this machine knows no such zone; expected one such as",
    ("--timezone", "../etc"): "--timezone '../etc': this machine knows no such zone; expected one such as",
    ("--breakdown", "--csv"): "--breakdown gives each row a list of models, which CSV cannot hold; use --json",
    ("--breakdown", "--by=model"): "--breakdown: --by model has a row for each model already",
    ("--breakdown", "--by=tool"): "--breakdown: what a tool's results cost is not known by model",
    ("--projects", "data/ledger.db"): "--projects 'data/ledger.db': that is no folder",
    ("--until", "2026-13-01"): "--until '2026-13-01': month must be in 1..12; expected an age",
    ("--since", "999999w"): "--since '999999w': date value out of range; expected an age",
    ("--since", "2026-1101"): "--since '2026-1101': expected an age",
    ("--projects", "nowhere"): "--projects 'nowhere': there is no such folder",
}


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_wrong_use_is_said_in_one_sentence_with_exit_code_two(scrimp: Command, words: tuple[str, str]) -> None:
    assert scrimp("report", *words) == ""
    assert scrimp.code == 2
    assert scrimp.errors.startswith(f"scrimp: {WRONG[words]}")
    assert scrimp.errors.count("\n") == 1


def test_a_breakdown_has_a_row_for_each_model_under_each_row(scrimp: Command) -> None:
    fill(scrimp)
    found = scrimp("daily", "-b").splitlines()
    assert found[:5] == [
        "Day                    Cost  Reqs  In    Out   Read  W 1h   Hit    Time  Flags",
        "2026-11-22          ≥ $0.06     2  10  2,500  9,000   990  90 %  1m 31s  L",
        "  claude-opus-5-5   ≥ $0.06     2  10  2,500  9,000   990  90 %          L",
        "2026-11-23         unpriced     1   0      7      0     0                U",
        "  new-model        unpriced     1   0      7      0     0                U",
    ]
    first, second = scrimp.rows("daily", "--breakdown")
    assert [one["model"] for one in second["models"]] == ["new-model"]
    (opus,) = first["models"]
    assert {name: first[name] for name in opus if name != "model"} == {k: v for k, v in opus.items() if k != "model"}


def test_the_order_may_be_turned_round(scrimp: Command) -> None:
    fill(scrimp)
    for by, key, usual in (("day", "day", "asc"), ("model", "model", "desc"), ("session", "session_id", "desc")):
        rows = {
            order: [row[key] for row in scrimp.rows("report", "--by", by, "-o", order)] for order in ("asc", "desc")
        }
        assert rows["asc"] == rows["desc"][::-1]
        assert rows[usual] == [row[key] for row in scrimp.rows("report", "--by", by)]


def test_another_places_clock_is_used_for_this_report_alone(scrimp: Command) -> None:
    scrimp.book.request("a", 0, used(output=1), at="2026-10-31T23:30:00.000Z")
    assert [row["day"] for row in scrimp.rows("daily", "-z", "Asia/Tokyo")] == ["2026-11-01"]
    assert [row["requests"] for row in scrimp.rows("daily", "-z", "Asia/Tokyo", "-s", "2026-11-01")] == [1]
    assert [row["day"] for row in scrimp.rows("daily")] == ["2026-10-31"]
    assert scrimp.rows("daily", "-s", "2026-11-01") == []


def test_days_have_names_and_months_are_whole(scrimp: Command) -> None:
    now = time.time()
    for days in (0, 1, 2):
        at = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(now - days * 86_400))
        scrimp.book.request(f"m{days}", 0, used(output=1), at=at, model=f"claude-of-day-{days}")
    scrimp.book.request("m9", 0, used(output=1), at="2020-12-31T23:59:59Z")

    def models(*words: str) -> list[str]:
        return [row["model"][-1] for row in scrimp.rows("report", "--by", "model", *words)]

    assert models("-s", "today") == ["0"]
    assert models("-s", "Yesterday", "-u", "yesterday") == ["1"]
    assert models("-s", "2D") == ["0", "1"]
    assert models("-s", "2020-12", "-u", "2020-12") == ["5"]
    assert models("-u", "2020-11") == []


def test_nothing_to_report_says_which_filter_left_nothing(scrimp: Command) -> None:
    fill(scrimp)
    assert scrimp("report", "--model", "opus", "--project", "nowhere") == (
        "no request is left by --project nowhere; without it there are 2\n"
    )
    assert scrimp("report", "--model", "new", "--project", "shop") == (
        "no request passes --project shop and --model new together; without them there\n  are 3\n"
    )
    assert scrimp("report", "--project", "nowhere", "--json") == "[]\n"
    assert scrimp.errors == "scrimp: no request is left by --project nowhere; without it there are 3\n"


def test_two_projects_are_told_apart_although_their_folders_read_the_same(scrimp: Command) -> None:
    names = ("/home/dev/alpha/shop", "/home/dev/beta/shop", "/home/dev/beta/shop")
    for place, cwd in enumerate(names):
        scrimp.book.request(f"m{place}", 0, used(output=3 - place), cwd=cwd, project=f"-other-{place}")
    found = scrimp("report", "--by", "project", COLUMNS="44").splitlines()[1:4]
    assert [line.split()[0] for line in found] == ["/home/dev/alpha/shop", "-other-1", "-other-2"]


def test_help_says_what_the_columns_mean(scrimp: Command) -> None:
    text = scrimp("report", "--help", COLUMNS="80")
    for title in ("Hit:", "Reqs:", "W 5m, W 1h:", "Batch:", "≥", "≈"):
        assert title in text


def test_an_unknown_grouping_and_two_forms_at_once_are_wrong_use(scrimp: Command) -> None:
    for words in (("--by", "colour"), ("--json", "--csv")):
        scrimp("report", *words)
        assert scrimp.code == 2


def test_a_ledger_that_is_not_ours_or_broken_is_a_failure_in_one_sentence(scrimp: Command) -> None:
    other = sqlite3.connect("other.db")
    other.execute("CREATE TABLE t (x)")
    other.close()
    with open("broken.db", "wb") as file:
        file.write(b"SQLite format 3\x00" + b"nonsense" * 1000)
    for name in ("other.db", "broken.db"):
        assert scrimp("report", "--ledger", name) == ""
        assert (scrimp.code, scrimp.errors.count("\n")) == (1, 1)
        assert name in scrimp.errors


def test_an_age_counts_back_from_now(scrimp: Command) -> None:
    now = time.time()
    for hours in (1, 30, 200):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now - hours * 3600))
        scrimp.book.request(f"m{hours}", 0, used(output=1), at=at)

    def requests(*words: str) -> int:
        return sum(row["requests"] for row in scrimp.rows("report", *words))

    assert [requests("--since", age) for age in ("24h", "2d", "1w", "2w")] == [1, 2, 2, 3]
    assert [requests("--until", age) for age in ("24h", "2w")] == [2, 0]


def test_a_report_into_a_pipe_loads_neither_rich_nor_pydantic(scrimp: Command) -> None:
    """Each takes as long as the whole report."""
    fill(scrimp)
    code = (
        "import sys; from scrimp.cli import main; main(sys.argv[1:]);"
        "print('rich' in sys.modules, 'pydantic' in sys.modules)"
    )
    environ = {**scrimp.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for words in ([], ["daily"], ["report", "--by", "session", "--json"]):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=True, env=environ)
        assert done.stdout.decode().splitlines()[-1] == "False False"


def test_a_reader_that_has_gone_is_no_failure(scrimp: Command) -> None:
    fill(scrimp)
    words = [sys.executable, "-m", "scrimp", "report"]
    environ = {**scrimp.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(words, stdout=writer, stderr=subprocess.PIPE, check=False, env=environ)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("closed", ["2>&-", ">&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_failure(scrimp: Command, closed: str) -> None:
    fill(scrimp)
    environ = {**scrimp.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for words in ("report", "report --json", "session", ""):
        command = f"exec {shlex.quote(sys.executable)} -m scrimp {words} {closed}"
        done = subprocess.run(["sh", "-c", command], capture_output=True, check=False, env=environ)
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr


def test_a_day_that_begins_at_one_o_clock_begins_when_the_day_before_ends(scrimp: Command) -> None:
    """In Chile the clock goes from 23:59:59 on the fifth of September 2026 to 1:00 on the sixth, which is 4:00 UTC."""
    for place, at in enumerate(("2026-09-06T03:59:59.000Z", "2026-09-06T04:00:00.000Z")):
        scrimp.book.request(f"m{place}", 0, used(output=1), at=at, model=f"claude-{place}")

    def models(*words: str) -> list[str]:
        return [row["model"] for row in scrimp.rows("report", "--by", "model", "-z", "America/Santiago", *words)]

    assert models("-s", "2026-09-06") == ["claude-1"]
    assert models("-u", "2026-09-05") == ["claude-0"]


def test_letters_beyond_ascii_are_found_in_either_case(scrimp: Command) -> None:
    scrimp.book.request("m", 0, used(output=1), cwd="/home/dev/ÄRZTE", project="-home-dev--rzte", model="Größe")
    for words in (("--project", "ärzte"), ("--model", "GRÖSSE")):
        assert [row["requests"] for row in scrimp.rows("report", *words)] == [1]


def test_the_clients_own_folder_is_taken_for_its_projects(scrimp: Command) -> None:
    shutil.copytree(TRAPS / "legs" / "projects", scrimp.projects, dirs_exist_ok=True)
    (one,) = scrimp.projects.iterdir()
    found, above = (
        scrimp.rows("report", "--projects", str(path)) for path in (scrimp.projects, scrimp.projects.parent)
    )
    assert found == above != []
    scrimp("report", "--projects", str(one))
    assert (scrimp.code, scrimp.errors) == (
        2,
        f"scrimp: --projects '{one}' is one project's folder: --projects {scrimp.projects} --project={one.name}\n",
    )


def test_what_a_transcript_calls_itself_cannot_move_the_cursor(scrimp: Command) -> None:
    """Ids are shown in errors and facts too; one of a hostile transcript may hold anything."""
    wild = "5e551011-0000-4000-8000-\x1b[2J0000000\n"
    assert wording.short_id("\x1b[2J1011-0000-4000-8000-000000000001").isprintable()
    for last in "12":
        scrimp.book.request(f"msg-{last}", 0, used(output=1), session_id=wild + last, prompt_id=f"turn\x1b{last}")
    for words in (("session", "5e55"), ("explain", "turn"), ("ledger", "check")):
        said = scrimp(*words) + scrimp.errors
        assert "\x1b" not in said
