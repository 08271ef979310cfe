"""Which lifetime of the cache is advised: three planted histories, and the dollars of a replay written separately."""

from __future__ import annotations

import argparse
import json
import random
from typing import TYPE_CHECKING, NamedTuple

import pytest

from scrimp.cache import advise, fleets, threads
from scrimp.cli.caching import advise as command
from scrimp.core import limits
from tests.reports.ledger_rows import Book, used

if TYPE_CHECKING:
    from pathlib import Path

    from scrimp.cache.advise import Advice

READ, WRITE = 200_000, {"5m": 5_000_000, "1h": 8_000_000}
"""Pico-dollars a token of Opus 5.5; output 20,000,000, input 4,000,000."""

LIFE_S = {"5m": 300.0, "1h": 3600.0}


class Sent(NamedTuple):
    """One request as it was planted. new: its tokens that no request before had; at: seconds."""

    session: str
    agent: str
    at: float
    new: int
    output: int


class Simulated:
    """A cache as the API keeps one for a thread, without any of scrimp's code: what is stored, and until when."""

    def __init__(self, life: str) -> None:
        self.life = life
        self.stored = 0
        self.until = float("-inf")

    def ask(self, at: float, prompt: int) -> tuple[int, int]:
        """(read, written) of a prompt whose beginning is what was asked before."""
        read = min(self.stored, prompt) if at <= self.until else 0
        self.stored, self.until = prompt, at + LIFE_S[self.life]
        return read, prompt - read


def brute_force(history: list[Sent], lives: dict[bool, str]) -> int:
    """Pico-dollars of a history under a lifetime for main (True) and for subagents (False)."""
    caches: dict[tuple[str, str], Simulated] = {}
    lengths: dict[tuple[str, str], int] = {}
    total = 0
    for sent in sorted(history, key=lambda one: one.at):
        key = (sent.session, sent.agent)
        life = lives[not sent.agent]
        lengths[key] = lengths.get(key, 0) + sent.new
        read, written = caches.setdefault(key, Simulated(life)).ask(sent.at, lengths[key])
        total += read * READ + written * WRITE[life] + sent.output * 20_000_000
    return total


def plant(book: Book, history: list[Sent], life: str = "5m") -> None:
    """Write a history into a ledger as it would have been billed under `life`."""
    caches: dict[tuple[str, str], Simulated] = {}
    lengths: dict[tuple[str, str], int] = {}
    for number, sent in enumerate(sorted(history, key=lambda one: one.at)):
        key = (sent.session, sent.agent)
        lengths[key] = lengths.get(key, 0) + sent.new
        read, written = caches.setdefault(key, Simulated(life)).ask(sent.at, lengths[key])
        usage = used(cache_read=read, output=sent.output, **{f"write_{life}": written})
        book.request(
            f"m{number}", sent.at, usage, session_id=sent.session, agent_id=sent.agent, cache_asked=life, cwd="/w"
        )


def thread(session: str, agent: str, gaps: list[float], chance: random.Random) -> list[Sent]:
    """A conversation with these gaps between its requests."""
    at, found = chance.random() * 100, [Sent(session, agent, 1.0, 20_000, 300)]
    for gap in gaps:
        at += gap
        found.append(Sent(session, agent, round(at, 3), chance.randint(500, 3_000), chance.randint(100, 900)))
    return found


def history(main_gaps: list[float], sub_gaps: list[float], seed: int = 7) -> list[Sent]:
    """Eight sessions with a subagent each; the gaps come in random order."""
    chance = random.Random(seed)  # noqa: S311 - a seed is wanted
    found: list[Sent] = []
    for number in range(8):
        for agent, gaps in (("", main_gaps), (f"a{number}", sub_gaps)):
            mixed = chance.sample(gaps, len(gaps))
            found += thread(f"session-{number}", agent, mixed, chance)
    return found


BUSY, WITH_BREAKS = [20.0] * 40, [20.0] * 12 + [1_500.0] * 8
HISTORIES = {
    "5m is right: nobody pauses": (history(BUSY, BUSY), ("5m", "5m")),
    "1h is right: everybody pauses": (history(WITH_BREAKS, WITH_BREAKS), ("1h", "1h")),
    "a mix is right: people pause, subagents do not": (history(WITH_BREAKS, BUSY), ("1h", "5m")),
}


@pytest.mark.parametrize("life", ["5m", "1h"])
@pytest.mark.parametrize("name", HISTORIES)
def test_the_right_mix_is_first_and_every_sum_is_that_of_the_brute_force_replay(
    tmp_path: Path, name: str, life: str
) -> None:
    """Whichever lifetime the requests really had."""
    planted, right = HISTORIES[name]
    book = Book(tmp_path)
    plant(book, planted, life)
    advice = of(book)
    sums = {(mix.main, mix.subagents): mix.pico for mix in advice.mixes}
    assert sums == {(main, sub): brute_force(planted, {True: main, False: sub}) for main in LIFE_S for sub in LIFE_S}
    assert (advice.mixes[0].main, advice.mixes[0].subagents) == right
    really = brute_force(planted, {True: life, False: life})
    assert advice.mixes[0].saved_pico == really - sums[right]
    if right == (life, life):
        assert advice.chosen is None
        assert advice.why == "no mix would have saved 3 % and $0.50, which is the margin: leave it as it is"
    else:
        assert advice.chosen == advice.mixes[0]


def of(book: Book) -> Advice:
    return advise.of(read(book))


def read(book: Book) -> list[threads.Thread]:
    from datetime import UTC, datetime  # noqa: PLC0415

    from scrimp.reports.source import Source  # noqa: PLC0415

    return threads.read(Source(book.db, {}, "TRUE", (), {}, datetime.now(UTC)))


def test_few_requests_advise_nothing(tmp_path: Path) -> None:
    book = Book(tmp_path)
    plant(book, thread("s", "", [1_500.0] * 30, random.Random(1)))  # noqa: S311 - a seed is wanted
    advice = of(book)
    assert advice.chosen is None
    assert advice.why == "31 requests are too few to advise anything: from 200 on"


def test_a_rewrite_that_no_lifetime_would_have_saved_stays_one(tmp_path: Path) -> None:
    """Another model after a pause, and a prompt that has become shorter: an hour would have read neither."""
    book = Book(tmp_path)
    book.request("m1", 0, used(write_5m=50_000), cache_asked="5m")
    book.request("m2", 900, used(write_5m=50_000), cache_asked="5m", model="claude-sonnet-5-5")
    book.request("m3", 1_800, used(write_5m=20_000), cache_asked="5m", model="claude-sonnet-5-5")
    main = advise.of(read(book)).kinds[0]
    assert main.by_ttl_pico["5m"] == main.really_pico == 50_000 * WRITE["5m"] + 70_000 * 2_500_000
    assert main.by_ttl_pico["1h"] == 50_000 * WRITE["1h"] + 70_000 * 4_000_000


def test_what_has_no_price_or_no_cache_is_counted_as_it_was(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.request("m1", 0, used(write_5m=50_000), model="claude-of-tomorrow-9")
    book.request("m2", 10, used(input=50_000, output=10))
    main = advise.of(read(book)).kinds[0]
    assert (main.requests, main.fixed) == (2, 1)
    assert main.by_ttl_pico == {"5m": main.really_pico, "1h": main.really_pico}


def test_a_fleet_gains_the_part_that_is_the_same_everywhere_while_it_is_warm(tmp_path: Path) -> None:
    # Of four sessions: the first has nobody before it, the second gains, the third's own folder is warm, the fourth
    # comes too late.
    book = Book(tmp_path)
    for place, (second, cwd) in enumerate([(0, "/a"), (100, "/b"), (200, "/a"), (900, "/c")]):
        book.request(f"m{place}", second, used(write_5m=9_000), session_id=f"s{place}", cwd=cwd, cache_asked="5m")
    saved = limits.CACHE_FLEET_TOKENS * (WRITE["5m"] - READ)
    assert fleets.of(read(book)) == fleets.Fleet(4, 1, saved)


def printed(tmp_path: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    arguments = parser.parse_args([*words, "--ledger", str(tmp_path / "ledger.db")])
    environ = {"HOME": str(tmp_path), "SCRIMP_HOME": str(tmp_path), "ANTHROPIC_API_KEY": "key", "COLUMNS": "100"}
    assert command.run(arguments, environ) == 0
    return capsys.readouterr().out


def test_the_command_says_what_to_set_what_it_saves_and_on_how_many_requests(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planted, _ = HISTORIES["a mix is right: people pause, subagents do not"]
    book = Book(tmp_path)
    plant(book, planted)
    book.db.close()
    out = printed(tmp_path, capsys)
    best = brute_force(planted, {True: "1h", False: "5m"})
    saved = brute_force(planted, {True: "5m", False: "5m"}) - best
    assert (
        'Set "promptCacheTtl": "1h", "subagentPromptCacheTtl": "5m" in Claude Code\'s settings: over these '
        f"{len(planted)} requests ≈ ${saved / 10**12:.2f} less.\n"
    ) in out
    found = json.loads(printed(tmp_path, capsys, "--json"))
    assert found["advice"]["main"], found["advice"]["subagents"] == ("1h", "5m")
    assert [row["pauses"] for row in found["threads"]] == [64, 0]


def test_without_requests_the_command_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Book(tmp_path).db.close()
    assert "no requests here" in printed(tmp_path, capsys)
