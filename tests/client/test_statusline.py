"""The status line in the real client, which runs one only on a terminal."""

from __future__ import annotations

import json
import os
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import bundle_root, ledger, prices, times
from scrimp.core.statusline import entry
from scrimp.core.untrusted import as_object, is_object
from tests.client.driver import PROMPT, Setup
from tests.client.interactive import started
from tests.client.script import Script, bash, play
from tests.client.wiring import scrimp_env

if TYPE_CHECKING:
    from tests.client.interactive import Terminal

pytestmark = pytest.mark.client

FIXTURE = Path(__file__).parents[1] / "statusline" / "given.json"
SCRIPT = Script(play([bash("echo hi", "a")]))
REQUESTS = 2


class Seen:
    """What the client gave a status line that the user has, and what it was given back, one line each time."""

    def __init__(self, folder: str) -> None:
        self._given, self._printed = os.path.join(folder, "given"), os.path.join(folder, "printed")

    @property
    def theirs(self) -> str:
        """A status line as a user may have: it keeps its input, and says a word."""
        return f"cat >> {shlex.quote(self._given)}; echo >> {shlex.quote(self._given)}; echo THEIRS"

    @property
    def ours(self) -> str:
        return f"{entry.command(sys.executable, bundle_root())} | tee -a {shlex.quote(self._printed)}"

    @property
    def given(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in _lines(self._given) if line.startswith("{") and line.endswith("}")]

    @property
    def printed(self) -> list[str]:
        return _lines(self._printed)


def _lines(path: str) -> list[str]:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()
    except FileNotFoundError:
        return []


def play_one_prompt(terminal: Terminal, seen: Seen) -> None:
    """From the first status line to the one after the last answer."""
    terminal.until(lambda: bool(seen.printed), "the first status line")
    terminal.type(PROMPT)
    terminal.until(lambda: _requests_told(seen) == REQUESTS, "the status line after the last answer")
    terminal.until(lambda: "context" in seen.printed[-1], "our line for it")


def _requests_told(seen: Seen) -> int:
    return seen.given[-1].get("prompt_cache", {}).get("requests", 0) if seen.given else 0


def keys(value: object) -> object:
    return {key: keys(inner) for key, inner in as_object(value).items()} if is_object(value) else ""


def wired(folder: Path, env: dict[str, str]) -> tuple[Seen, Setup]:
    """Ours in the project's settings, above one in the user's own."""
    seen = Seen(str(folder))
    own = folder / "home" / ".claude" / "settings.json"
    own.parent.mkdir(parents=True)
    own.write_text(json.dumps({"statusLine": {"type": "command", "command": seen.theirs}}))
    settings = {"statusLine": {"type": "command", "command": seen.ours}}
    return seen, Setup(settings=settings, env={**scrimp_env(str(folder / "data")), "NO_COLOR": "1", **env})


def test_the_client_shows_the_users_line_and_ours_and_is_believed(client: str, tmp_path: Path) -> None:
    assert client
    seen, setup = wired(tmp_path, {})
    with started(str(tmp_path), SCRIPT, setup) as terminal:
        play_one_prompt(terminal, seen)
    usd = float(prices.usd(terminal.api.pico_usd))
    assert seen.given[-1]["cost"]["total_cost_usd"] == pytest.approx(usd, abs=1e-9)
    assert seen.printed[-2] == "THEIRS"
    assert seen.printed[-1].startswith(f"${usd:.2f} session · ${usd:.2f} today · context 2 % · cache 50 %, warm to ")
    assert seen.printed[-1].endswith(" · Opus 5.5 medium")
    assert b"THEIRS" in terminal.screen
    assert keys(seen.given[-1]) == keys(json.loads(FIXTURE.read_text()))
    db = ledger.connect(ledger.path_of(setup.env))
    assert db.execute("SELECT COUNT(*), SUM(cost_pico) FROM requests").fetchone() == (REQUESTS, terminal.api.pico_usd)
    assert db.execute("SELECT source, total_usd FROM cost_states WHERE source = 'statusline'").fetchall() == [
        ("statusline", prices.usd(terminal.api.pico_usd))
    ]
    db.close()


def test_with_a_plan_the_client_tells_its_windows_and_they_lead(client: str, tmp_path: Path) -> None:
    assert client
    seen, setup = wired(tmp_path, {"ANTHROPIC_API_KEY": "", "CLAUDE_CODE_OAUTH_TOKEN": "not-a-token"})
    resets = int(time.time()) + 3_600
    with started(str(tmp_path), SCRIPT, setup) as terminal:
        for window, used, at in (("5h", "0.623", resets), ("7d", "0.41", resets + 86_400)):
            told = {"status": "allowed", "utilization": used, "reset": str(at)}
            terminal.api.headers |= {f"anthropic-ratelimit-unified-{window}-{key}": told[key] for key in told}
        play_one_prompt(terminal, seen)
    usd = float(prices.usd(terminal.api.pico_usd))
    assert seen.given[-1]["rate_limits"] == {
        "five_hour": {"used_percentage": 62.3, "resets_at": resets},
        "seven_day": {"used_percentage": 41, "resets_at": resets + 86_400},
    }
    worth = f"≈ ${usd:.2f} API value (not billed)"
    assert seen.printed[-1].startswith(f"5h 62 % · resets {times.clock(resets, time.time() * 1000)} · {worth} · ")
    db = ledger.connect(ledger.path_of(setup.env))
    kept = db.execute("SELECT window, source, used_percent, resets_at FROM limits_seen ORDER BY window")
    assert kept.fetchall() == [
        ("five_hour", "statusline", 62.3, resets),
        ("seven_day", "statusline", 41, resets + 86_400),
    ]
    db.close()
