"""What a person is told of the prompt cache by the real client: before it is paid, and without a token of context."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.client import driver
from tests.client.driver import PROMPT, Setup
from tests.client.interactive import started
from tests.client.script import Script, bash, play
from tests.client.wiring import scrimp_env, scrimp_settings

if TYPE_CHECKING:
    from tests.client.driver import Run

pytestmark = pytest.mark.client

SCRIPT = Script(play([bash("echo hi", "a")], "Done."))
REQUESTS = 2
_ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07|\s")
_STAMP = re.compile(r'("timestamp":")([^"]+)')


def wired(folder: Path, *events: str, warn_usd: float = 0.05) -> Setup:
    """The hooks of these events as install writes them (of none named, all); a threshold in the user's settings."""
    own = folder / "home" / ".claude"
    own.mkdir(parents=True)
    (own / "scrimp.json").write_text(json.dumps({"cache": {"warnUsd": warn_usd}}))
    hooks = {event: groups for event, groups in scrimp_settings()["hooks"].items() if not events or event in events}
    return Setup(settings={"hooks": hooks}, env=scrimp_env(str(folder / "data")))


def three_hours_earlier(path: str) -> None:
    """Let a recorded session have ended three hours ago."""

    def earlier(found: re.Match[str]) -> str:
        at = datetime.fromisoformat(found[2]) - timedelta(hours=3)
        return found[1] + at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"

    transcript = Path(path)
    transcript.write_text(_STAMP.sub(earlier, transcript.read_text()))


def resumed(folder: Path, setup: Setup) -> tuple[Run, Run]:
    """A session, and the same one resumed three hours later."""
    first = driver.run_client(str(folder), SCRIPT, setup)
    three_hours_earlier(first.transcript)
    again = setup._replace(permission_args=(*driver.ALLOW_BASH, "--resume", first.result["session_id"]))
    return first, driver.run_client(str(folder), Script(play("Again.")), again)


def messages(run: Run) -> list[tuple[str, str]]:
    """(event, text) of what hooks have said to the person."""
    lines: list[dict[str, Any]] = [json.loads(line) for line in Path(run.transcript).read_text().splitlines()]
    found = [line["attachment"] for line in lines if line.get("type") == "attachment"]
    return [(one["hookEvent"], one["content"]) for one in found if one["type"] == "hook_system_message"]


def said(tokens: int, usd: float, warm: str = "") -> str:
    return (
        f"scrimp: the prompt cache has expired, the last reply came 3 h ago: going on writes {round(tokens / 1000)}k "
        f"tokens anew, ${usd:.2f}{warm}. /compact pays that once too and makes every later request shorter; /clear "
        "starts afresh without it"
    )


def context_tokens(run: Run) -> int:
    usage = run.requests[-1].usage
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "output_tokens")
    return sum(usage[name] for name in names)


def test_a_resume_after_the_cache_has_expired_says_once_what_it_costs_and_nothing_to_the_model(
    client: str, tmp_path: Path
) -> None:
    assert client
    first, second = resumed(tmp_path, wired(tmp_path))
    tokens = context_tokens(first)
    assert messages(second) == [("SessionStart", said(tokens, tokens * 5 / 10**6))]
    assert "scrimp" not in json.dumps([request.body["messages"] for request in second.requests])
    assert not (tmp_path / "data" / "scrimp.log").exists()


def test_a_prompt_after_a_pause_says_it_where_no_resume_has_and_with_the_price_of_a_warm_cache(
    client: str, tmp_path: Path
) -> None:
    assert client
    first, second = resumed(tmp_path, wired(tmp_path, "UserPromptSubmit"))
    tokens = context_tokens(first)
    warm = f" (warm: ${tokens * 0.2 / 10**6:.4f})"
    assert messages(second) == [("UserPromptSubmit", said(tokens, tokens * 5 / 10**6, warm))]
    assert "scrimp" not in json.dumps([request.body["messages"] for request in second.requests])


def test_below_the_threshold_nothing_is_said(client: str, tmp_path: Path) -> None:
    assert client
    _, second = resumed(tmp_path, wired(tmp_path, warn_usd=0.5))
    assert messages(second) == []


def test_a_switch_of_the_model_is_asked_about_with_its_price(client: str, tmp_path: Path) -> None:
    assert client
    setup = wired(tmp_path, warn_usd=0.04)
    with started(str(tmp_path), SCRIPT, setup) as terminal:
        terminal.until(lambda: b"for" in terminal.screen, "the screen")
        terminal.type(PROMPT)
        terminal.until(lambda: len(terminal.api.requests) > 1 and b" done " in terminal.screen, "the answer")
        usage = terminal.api.requests[-1].usage
        tokens = sum(usage[name] for name in usage if name.endswith("_tokens"))
        terminal.type("/model sonnet")
        terminal.until(lambda: "Entertoconfirm" in shown(terminal.screen), "the question")
        question = shown(terminal.screen)
        asked_at = len(terminal.screen)
        terminal.enter()
        terminal.until(lambda: "SetmodeltoSonnet5.5" in shown(terminal.screen[asked_at:]), "the switch")
        terminal.type("MAIN-TASK go on")
        terminal.until(lambda: len(terminal.api.requests) > REQUESTS, "the request after the switch")
        assert terminal.api.requests[-1].model == "claude-sonnet-5-5"
    asked = (
        f"scrimp: this switch writes {round(tokens / 1000)}k tokens anew: ${tokens * 2.5 / 10**6:.2f}; "
        f"staying reads them: ${tokens * 0.2 / 10**6:.4f}."
    )
    assert "APreModelSwitchhookaskedyoutoconfirm" in question
    assert asked.replace(" ", "") in question


def shown(screen: bytes) -> str:
    """What was drawn, without blanks and whatever moves the cursor."""
    return _ESCAPES.sub(b"", screen).decode("utf-8", "replace").replace("\xa0", "")
