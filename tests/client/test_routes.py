"""In the real client: what subagents run on by the user's rules, and that the main thread's prefix stays as it was."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import bundle_root
from tests.client.driver import Setup, run_client
from tests.client.script import Call, Script, play
from tests.client.wiring import scrimp_env, scrimp_settings

if TYPE_CHECKING:
    from pathlib import Path

    from tests.client.driver import Run

pytestmark = pytest.mark.client

RULES = [
    {"agent": "EXPLO*", "model": "haiku", "effort": "low"},
    {"agent": "general-purpose", "prompt": "*in the back*", "model": "sonnet", "effort": "low"},
    {"agent": "general-purpose", "model": "fable", "effort": "high", "dearer": True},
    {"agent": "Plan", "model": "opus", "effort": "max"},
    {"agent": "x", "model": "gpt"},
    {"agent": "*", "model": "haiku"},
]
OWN_FILE = "---\nname: own\ndescription: names its model\nmodel: sonnet\neffort: high\n---\nBody.\n"
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "SUB0Q": ("Explore", {}),
    "SUB1Q": ("Explore", {"model": "opus", "effort": "high"}),
    "SUB2Q": ("Explore", {"effort": "medium"}),
    "SUB3Q in the back": ("general-purpose", {"run_in_background": True}),
    "SUB4Q": ("general-purpose", {}),
    "SUB5Q": ("Plan", {}),
    "SUB6Q": ("own", {}),
    "SUB7Q": ("scrimp:scout", {}),
    "SUB8Q": ("scrimp:expert", {}),
}
BY_RULE = {
    "SUB0Q": ("claude-haiku-5-5", "low"),
    "SUB1Q": ("claude-opus-5-5", "high"),
    "SUB2Q": ("claude-haiku-5-5", "medium"),
    "SUB3Q": ("claude-sonnet-5-5", "low"),
    "SUB4Q": ("claude-fable-5-2", "high"),
    "SUB5Q": ("claude-opus-5-5", "medium"),
    "SUB6Q": ("claude-sonnet-5-5", "high"),
    "SUB7Q": ("claude-haiku-5-5", "low"),
    "SUB8Q": ("claude-haiku-5-5", "high"),
}
"""What each is sent to, and at which effort: rules leave alone what the call, a file or a higher price has settled."""

BY_ITSELF = {
    **BY_RULE,
    **dict.fromkeys(("SUB0Q", "SUB2Q", "SUB3Q", "SUB4Q"), ("claude-opus-5-5", "medium")),
    "SUB8Q": ("claude-fable-5-2", "high"),
}


def call(prompt: str) -> Call:
    kind, more = CALLS[prompt]
    given = {"description": "Do a part", "prompt": prompt, "subagent_type": kind, "run_in_background": False, **more}
    return Call("Agent", given, prompt.partition(" ")[0])


def ran(folder: Path, routes: list[dict[str, Any]]) -> Run:
    """One agent of each kind, all at once, with the plugin's agents there and the hooks in the settings."""
    script = Script(
        play([call(prompt) for prompt in CALLS], "Done."), {key.partition(" ")[0]: play("It is so.") for key in CALLS}
    )
    setup = Setup(
        settings=scrimp_settings(),
        files={".claude/agents/own.md": OWN_FILE},
        plugin_dir=bundle_root(),
        env=scrimp_env(str(folder / "data")),
        own={"routes": routes},
    )
    return run_client(str(folder), script, setup)


def sent_to(run: Run) -> dict[str, tuple[str, str]]:
    found = [request for request in run.requests if request.agent != "main"]
    return {one.agent: (one.model, one.body["output_config"]["effort"]) for one in found}


def prefix(run: Run, folder: Path) -> str:
    """What the main thread's first two requests say, up to the results of the calls, without the run's own folder."""
    slug = "".join(sign if sign.isalnum() else "-" for sign in str(folder))
    first, second = run.of("main")[:2]
    calls = next(one for one in second.messages if one["role"] == "assistant")
    text = json.dumps([first.body["system"], first.body["tools"], first.messages, calls])
    return text.replace(str(folder), "FOLDER").replace(slug, "FOLDER")


def test_rules_are_followed_where_nobody_has_chosen_and_the_main_threads_prefix_stays(
    client: str, tmp_path: Path
) -> None:
    assert client
    for name in ("with", "plain"):
        (tmp_path / name).mkdir()
    routed, plain = ran(tmp_path / "with", RULES), ran(tmp_path / "plain", [])
    assert sent_to(routed) == BY_RULE
    assert sent_to(plain) == BY_ITSELF
    assert prefix(routed, tmp_path / "with") == prefix(plain, tmp_path / "plain")
    with open(os.path.join(tmp_path, "with", "data", "scrimp.log"), encoding="utf-8") as file:
        lines = [line for line in file if "routes[" in line]
    assert [sum(f"routes[{number}]" in line for line in lines) for number in range(len(RULES))] == [0, 0, 0, 1, 1, 0]
