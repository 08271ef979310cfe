"""`scrimp turns`, whole outputs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scrimp.core import times
from scrimp.core.serial_reads import notices
from tests.reports.ledger_rows import PROMPT, SESSION, clock, used

if TYPE_CHECKING:
    from tests.reports.conftest import Command

TABLE = """\
Round trips, the prompts with the dearest serial reads first
Turn      Begun        Session   Reqs  Calls  Width  Single  Serial  Re-read
9a0a9700  11-22 10:00  5e551011     7      8  1.33     83 %       2  $0.0060
second    11-22 10:01  5e551011     2      1  1.00    100 %       0  $0.00
"""


def conversation(scrimp: Command) -> None:
    """Three single reads, a command that changes something, a read; in a subagent's thread two at once and one more."""
    book = scrimp.book
    asked = [("Read", ""), ("Grep", ""), ("Bash", "git log -3"), ("Bash", "make"), ("Read", "")]
    for place, (name, about) in enumerate(asked):
        book.request(f"m{place}", place * 10, used(cache_read=10_000 * place, input=5))
        book.result(f"t{place}", f"m{place}", place * 10 + 2, 50, name=name, about=about)
    book.request("a1", 5, used(cache_read=7_000), agent_id="a7")
    for place in range(3):
        book.result(f"b{place}", "a1", 6, 50, name="Read")
    book.request("a2", 15, used(cache_read=7_000), agent_id="a7")
    book.request("s1", 100, used(cache_read=9_000), prompt_id="second")
    book.result("s1", "s1", 101, 50, name="Read")
    book.request("s2", 110, used(cache_read=9_000), prompt_id="second")


def test_a_read_after_a_read_costs_what_it_reads_of_the_context(scrimp: Command) -> None:
    conversation(scrimp)
    table = scrimp("turns")
    assert table[: len(TABLE)] == TABLE
    assert "Told" not in table


def test_programs_get_all_of_it_and_what_became_of_the_notices(scrimp: Command) -> None:
    conversation(scrimp)
    at_ms = times.epoch_ms(clock(25))
    row: dict[str, Any] = {"session_id": SESSION, "agent_id": "", "prompt_id": PROMPT, "at_ms": at_ms}
    notices.note(scrimp.environ["SCRIMP_HOME"], {**row, "what": "given", "repo": "/r", "reads": 3, "tool": ""})
    notices.note(scrimp.environ["SCRIMP_HOME"], {**row, "what": "followed"})
    found = json.loads(scrimp("turns", "-n", "1", "--json"))
    assert found["notices"] == {
        "given": 1, "followed": 1, "ignored": 0, "width_before": "1.00", "width_after": "1.00",
    }  # fmt: skip
    first: dict[str, object] = {
        "first_at": clock(0), "requests": 7, "tool_calls": 8, "width": "1.33", "single_share": 0.8333, "serial": 2,
        "serial_usd": "0.006", "flags": [],
    }  # fmt: skip
    assert found["prompts"] == [{"prompt_id": PROMPT, "session_id": SESSION, "notices": "followed", **first}]
    assert found["total"]["serial_usd"] == "0.006"
    assert "1 notice of serial reads, 1 followed, 0 not" in scrimp("turns")


def test_an_unknown_price_is_no_zero(scrimp: Command) -> None:
    for place in range(2):
        scrimp.book.request(f"m{place}", place, used(cache_read=1_000), model="claude-unheard-of-9")
        scrimp.book.result(f"t{place}", f"m{place}", place, 50, name="Read")
    assert json.loads(scrimp("turns", "--json"))["prompts"][0]["flags"] == ["unpriced"]


def test_without_requests_it_says_so(scrimp: Command) -> None:
    assert scrimp("turns") == f"{TABLE.partition(chr(10))[0]}\nno requests here\n"
    assert json.loads(scrimp("turns", "--json"))["prompts"] == []
