"""`scrimp fanout`: before from past runs, afterwards from the runs themselves; sums worked out by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.reports.ledger_rows import OPUS, used

if TYPE_CHECKING:
    from tests.reports.conftest import Command


def two_agents(scrimp: Command) -> None:
    """Each: 20,000 tokens written, then 22,000 read and 1,000 written, 500 out; 30 s, side by side, 10 s apart.

    0.1 + 0.0044 + 0.005 + 0.01 = $0.1194 a run; gained: 23,000 + 500 - 20,000 = 3,500 tokens.
    """
    for place, agent in enumerate(("a1", "a2")):
        begun = place * 10
        scrimp.book.request(f"{agent}-1", begun, used(write_5m=20_000), agent_id=agent)
        last = used(cache_read=22_000, write_5m=1_000, output=500)
        scrimp.book.request(f"{agent}-2", begun + 29, last, agent_id=agent)


def test_before_it_says_what_the_prefixes_and_the_whole_will_cost_beside_one_thread(scrimp: Command) -> None:
    """One thread: 4 x 0.1194 - 3 x 0.1 + (0 + 1 + 2 + 3) x 3,500 x 2 x 0.2 / 10**6 = $0.186."""
    two_agents(scrimp)
    assert scrimp("fanout", "4") == (
        f"4 agents on {OPUS}: their prefixes of 20,000 tokens each will cost $0.40 to write\n"
        "  in parallel  $0.48, 0.5 min\n"
        "  in one thread  at least $0.19, 2.0 min (reckoned)\n"
        "≈ from 2 past runs on that model: medians, the slowest for the time in parallel\n"
    )
    assert json.loads(scrimp("fanout", "4", "--json"))["serial_usd"] == "0.186"


def test_without_a_past_run_only_the_prefixes_are_assumed(scrimp: Command) -> None:
    assert scrimp("fanout", "3", "--on", "haiku").splitlines()[1:] == [
        "≈ no past run on that model: the prefix is assumed, and what the work costs is not known"
    ]


def test_afterwards_it_says_what_the_last_prompt_with_several_agents_did_cost(scrimp: Command) -> None:
    """One thread: 2 x 0.1194 - 0.1 + 3,500 x 2 x 0.2 / 10**6 = $0.1402."""
    two_agents(scrimp)
    scrimp.book.request("lone", 90, used(write_5m=5_000), agent_id="a3", prompt_id="later")
    found = json.loads(scrimp("fanout", "--json"))
    assert found == {
        "agents": 2, "model": OPUS, "prefix_tokens": 20_000, "prefixes_usd": "0.2", "usd": "0.2388", "seconds": 40.0,
        "serial_usd": "0.1402", "serial_seconds": 60.0, "runs": None,
    }  # fmt: skip
    assert scrimp("fanout", CLAUDE_CODE_SESSION_ID="another") == "no prompt here has started several agents\n"


def test_an_unknown_price_is_no_sum(scrimp: Command) -> None:
    for agent in ("a1", "a2"):
        scrimp.book.request(agent, 0, used(write_5m=20_000), agent_id=agent, model="claude-unheard-of-9")
    assert "an unknown sum" in scrimp("fanout")
    assert json.loads(scrimp("fanout", "--json"))["usd"] is None
