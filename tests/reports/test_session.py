"""`scrimp session` on the recorded session, whose figures stand in its README, and on ledgers made by hand."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.reports.ledger_rows import PROMPT, SESSION, clock, used

if TYPE_CHECKING:
    from tests.reports.conftest import Command

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RECORDED = os.path.join(ROOT, "tests", "transcripts", "recorded", "projects")

BY_TURN = """\
Session e99034b3-e497-4f4d-8b8c-2407aad4f7c8
#  Turn      Begun           Cost   Hit  Reqs  Tools  Batch   Time  Agents  Out
1  7ac39269  11-22 14:59  $0.27    69 %     9      8    1.3  1.7 s    49 %  763
2  a9b256bf  11-22 14:59  $0.0077  98 %     1      0         0.0 s     0 %   26
3  4f54c579  11-22 14:59  $0.12    50 %     2      1    1.0  0.1 s     0 %  104
4  ecb18b86  11-22 14:59  $0.10     0 %     1      0         0.0 s     0 %   28
───────────────────────────────────────────────────────────────────────────────
   total                  $0.50    62 %    13      9    1.3  1.7 s    27 %  921

Against the client's own total
What                    Dollars  About it
this ledger               $0.50
a compaction            ≈ $0.14  claude-opus-5-5: 49.9k in, 53 out
not explained             $0.00
the client's own total    $0.64  from its transcript
≈ an estimate: it can be reckoned, but nobody bills it as such
"""

FORK_BY_REQUEST = """\
Session f8c5e5cf-bddd-42fc-b58d-b79d39c0aa89
Request                  At           Agent  Model        Cost   Hit   Time
msg_1795359591337170200  11-22 14:59  main   opus-5-5  $0.12     0 %  0.0 s
msg_1795359591405276431  11-22 14:59  main   opus-5-5  $0.0055  99 %  0.0 s
───────────────────────────────────────────────────────────────────────────
total                                                  $0.12    50 %

Against the client's own total
What                             Dollars  About it
this ledger                        $0.12
what its parent had cost before    $0.40  session e99034b3
not explained                      $0.00
the client's own total             $0.52  from its transcript
"""


def test_the_latest_session_turn_by_turn_and_against_the_clients_own_total(scrimp: Command) -> None:
    assert scrimp("session", "--projects", RECORDED) == BY_TURN
    assert scrimp("session", "e99", "--projects", RECORDED) == BY_TURN
    assert (scrimp.code, scrimp.errors) == (0, "")


def test_request_by_request(scrimp: Command) -> None:
    assert scrimp("session", "f8c5e5cf", "--requests", "--projects", RECORDED) == FORK_BY_REQUEST


def test_a_turn_as_json_has_everything_exactly(scrimp: Command) -> None:
    scrimp.book.request("m1", 0, used(write_1h=10_000, output=100))
    scrimp.book.request("a1", 4, used(input=1_000), agent_id="a1", agent_type="Explore", flags=("lower_bound",))
    scrimp.book.request("m2", 8, used(cache_read=9_000, write_5m=900, write_unsplit=100))
    for name, message in (("t1", "m1"), ("t2", "m1"), ("t3", "m1"), ("t4", "a1")):
        scrimp.book.result(name, message, 2, 10)
    assert scrimp.rows("session") == [
        {
            "turn": 1,
            "first_at": clock(0),
            "prompt_id": PROMPT,
            "session_id": SESSION,
            "cost_usd": "0.0928",
            "hit_rate": 0.4286,
            "requests": 3,
            "tool_calls": 4,
            "calls_per_request": 2.0,
            "largest_batch": 3,
            "seconds": 9.0,
            "subagents_usd": "0.004",
            "subagents_share": 0.0431,
            "input_tokens": 1_000,
            "output_tokens": 100,
            "cache_read_tokens": 9_000,
            "cache_write_5m_tokens": 1_000,
            "cache_write_1h_tokens": 10_000,
            "flags": ["lower_bound"],
        }
    ]


def test_a_request_as_json_has_everything_exactly(scrimp: Command) -> None:
    scrimp.book.request("a1", 4, used(input=1_000, output=7), agent_id="a1", agent_type="Explore")
    scrimp.book.result("t1", "a1", 2, 10)
    assert scrimp.rows("session", "--requests") == [
        {
            "at": clock(4),
            "message_id": "a1",
            "session_id": SESSION,
            "prompt_id": PROMPT,
            "agent": "Explore",
            "agent_id": "a1",
            "model": "claude-opus-5-5",
            "cost_usd": "0.00414",
            "hit_rate": 0.0,
            "tool_calls": 1,
            "seconds": 1.0,
            "input_tokens": 1_000,
            "output_tokens": 7,
            "cache_read_tokens": 0,
            "cache_write_5m_tokens": 0,
            "cache_write_1h_tokens": 0,
            "flags": [],
        }
    ]


MARKED = """\
Session 5e551011-0000-4000-8000-000000000001
#  Turn            Begun             Cost  Hit  Reqs   Time  Agents  Flags
1  (no prompt id)  11-22 10:00   unpriced  0 %     1                 U
2  9a0a9700        11-22 10:00  ≥ $0.0080  0 %     2  3.0 s    50 %  L
──────────────────────────────────────────────────────────────────────────
   total                        ≥ $0.0080  0 %     3  3.0 s    50 %  UL
U unpriced: a model, speed, region or tier without a known price is left out of
  the dollars
L lower_bound: a transcript that does not say how a reply ended: at least this
  much
no price is known for claude-unknown-9
"""


def test_what_is_unpriced_or_a_lower_bound_is_marked_in_rows_and_total(scrimp: Command) -> None:
    scrimp.book.request("m0", 0, used(input=1_000), model="claude-unknown-9", prompt_id="")
    scrimp.book.request("m1", 5, used(input=1_000), flags=("lower_bound",))
    scrimp.book.request("m2", 7, used(input=1_000), agent_id="a1")
    assert scrimp("session") == MARKED


def test_only_the_gap_account_is_shown_when_it_is_asked_for(scrimp: Command) -> None:
    shown = scrimp("session", "e99034b3", "--gap", "--projects", RECORDED)
    assert shown == BY_TURN[BY_TURN.index("Against") :]
    assert scrimp("session", "f8c5", "--gap", "--csv", "--projects", RECORDED).splitlines() == [
        "session_id,cause,text,cost_usd,detail,flags",
        "f8c5e5cf-bddd-42fc-b58d-b79d39c0aa89,ledger,this ledger,0.12125,,",
        "f8c5e5cf-bddd-42fc-b58d-b79d39c0aa89,parent,what its parent had cost before,0.4008752,session e99034b3,",
        "f8c5e5cf-bddd-42fc-b58d-b79d39c0aa89,not_explained,not explained,0,,",
        "f8c5e5cf-bddd-42fc-b58d-b79d39c0aa89,client,the client's own total,0.5221252,from its transcript,",
    ]


def test_without_a_total_of_the_client_there_is_no_account(scrimp: Command) -> None:
    scrimp.book.request("m1", 0, used(input=1_000))
    assert "Against" not in scrimp("session")
    assert scrimp("session", "--gap").splitlines()[1] == "the client has left no total of its own for this session"


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("5e55",), 2, "5e55 is the start of several sessions: 5e551, 5e552; give more of it"),
        (("nowhere",), 1, "no session in the ledger has an id that begins with 'nowhere'"),
        (("",), 2, "the session's id is empty; without one the latest session is shown"),
        (
            ("--since", "2027-01-01"),
            1,
            "no request is left by --since 2027-01-01; without it there are 2: there is no session to show",
        ),
    ],
)
def test_a_session_that_is_not_one_is_said_in_a_sentence(
    scrimp: Command, words: tuple[str, ...], code: int, error: str
) -> None:
    for session in ("5e551", "5e552"):
        scrimp.book.request(session, 0, used(input=1), session_id=session)
    assert scrimp("session", *words) == ""
    assert (scrimp.code, scrimp.errors) == (code, f"scrimp: {error}\n")


def test_a_whole_id_goes_before_a_longer_one_that_begins_so(scrimp: Command) -> None:
    for session in ("5e55", "5e552"):
        scrimp.book.request(session, 0, used(input=1), session_id=session)
    assert [row["session_id"] for row in scrimp.rows("session", "5e55")] == ["5e55"]
