"""In the real client: every tool of the server once, by what the model was sent; the user's rules for each item."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING

import pytest

from tests.client.driver import Run, Setup
from tests.client.script import play
from tests.client.served import INSTALLED, PLUGIN, Way, permissions, session

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.client.script import Agent, Reply, Request

pytestmark = pytest.mark.client

DENY = ("Bash(rm:*)", "Read(./secrets/**)", "WebFetch(domain:bad.example)")
ALLOW = ("Bash(seq:*)", "WebFetch(domain:127.0.0.1)")
SIDE_BY_SIDE = 12
PAGES = 4
TIMEOUT_S = 60.0
"""How long one call waits for the others of its reply, on a machine however busy."""

FILES = {
    "a.txt": "the one line\n",
    "secrets/key.txt": "the secret\n",
    "together.sh": f"""
id=$(grep -o 'toolu_[a-z]*_[0-9]*"' | head -1 | tr -d '"')
case $id in toolu_together_*) ;; toolu_apart_*) echo "$1 $id" >> order; exit;; *) exit;; esac
mkdir -p here; : > "here/$id"
for _ in $(seq {TIMEOUT_S * 10:.0f}); do
    set -- here/*
    [ $# = {SIDE_BY_SIDE} ] && exit 0
    sleep 0.1
done
: > alone
""",
}
"""together.sh holds a call of the twelve back until the others have come, and writes down how two others went."""


class Site:
    """A page, and four that come only when all four have been asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._all = threading.Barrier(PAGES)

    def __call__(self, path: str) -> tuple[str, str] | None:
        self.asked.append(path)
        if path.startswith("/together"):
            self._all.wait(TIMEOUT_S)
            return "text/plain", f"page {path[-1]} came with the others"
        html = "<h1>Rates</h1><p>The <b>rate</b> is 77.</p>"
        return ("text/html", f"<html><body>{html}</body></html>") if path == "/page" else None


def agent(way: Way) -> Agent:
    """Uses every tool, gets back what was cut, then asks for twelve things in one reply."""
    url = "http://127.0.0.1:{port}"

    def play_it(request: Request) -> Generator[Reply, Request, None]:
        request = yield [
            way.call("batch_read", {"items": ["a.txt", "secrets/key.txt"]}, "read"),
            way.call("batch_run", {"commands": ["seq 1 5000", "rm a.txt"], "max_tokens": 300}, "run"),
            way.call("batch_fetch", {"urls": [f"{url}/page", "http://bad.example/"]}, "fetch"),
            way.call("budget", {}, "budget"),
        ]
        (handle,) = re.findall(r"\[scrimp ([0-9a-f]{16}):", request.text("run"))
        yield [way.call("recall", {"handle": handle, "lines": "2500:2501"}, "recall")]
        twelve = [
            (
                ("batch_read", {"items": ["a.txt"], "mode": "head"}),
                ("recall", {"handle": handle, "lines": f"{number}:{number}"}),
                ("batch_fetch", {"urls": [f"{url}/together{number}"]}),
            )[number % 3]
            for number in range(SIDE_BY_SIDE)
        ]
        yield [way.call(tool, given, f"together {number}") for number, (tool, given) in enumerate(twelve)]
        yield [way.call("batch_run", {"commands": [f"seq {number}"]}, f"apart {number}") for number in (1, 2)]

    return play_it


def settings(way: Way) -> dict[str, object]:
    matcher = f"{way.prefix}(batch_(read|fetch|run)|recall)"
    hooks = {
        event: [{"matcher": matcher, "hooks": [{"type": "command", "command": f"sh together.sh {word}"}]}]
        for event, word in (("PreToolUse", "begins"), ("PostToolUse", "ends"))
    }
    return {**permissions([*ALLOW, *way.allowed()], DENY), "hooks": hooks}


class Done:
    """A session, and what its site was asked for."""

    def __init__(self, folder: Path, way: Way) -> None:
        self.folder = folder
        self.site = Site()
        setup = Setup(settings=settings(way), files=FILES, site=self.site, own={"budget": {"dayUsd": 50}})
        self.run: Run = session(folder, way, agent(way), setup)


@pytest.fixture(scope="module", params=[INSTALLED, PLUGIN], ids=lambda way: way.name)
def done(client: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Done:
    assert client
    return Done(tmp_path_factory.mktemp("tools"), request.param)


def test_every_tool_answers_and_what_the_user_denies_is_left_out_by_name(done: Done) -> None:
    run, rules = done.run, f"{done.run.project}/.claude/settings.json"
    assert run.text("read") == (
        f"## a.txt: 1 line\n1\tthe one line\n\n## secrets/key.txt\n[error: denied by Read(./secrets/**) in {rules}]"
    )
    ran, _, removed = run.text("run").partition("\n\n")
    lines = "1\n2\n…\n4998\n4999\n5000"
    assert re.fullmatch(
        rf"## `seq 1 5000`: exit 0, \d+\.\d s, ([0-9a-f]{{16}})\n{lines}\n\[scrimp \1: 4,995 of 5,000 .*\]", ran
    )
    assert removed == f"## `rm a.txt`\n[error: denied by Bash(rm:*) in {rules}]"
    page, _, denied = run.text("fetch").partition("\n\n## http://bad")
    assert re.fullmatch(
        r'## http://127\.0\.0\.1:\d+/page: html, "Rates", 3 lines\n# Rates\n\nThe \*\*rate\*\* is 77\.', page
    )
    assert denied == f".example/\n[error: denied by WebFetch(domain:bad.example) in {rules}]"
    assert re.fullmatch(r"dayUsd: \$0\.\d{2,4} of \$50\.00 used, \$49\.\d{2,4} left", run.text("budget"))
    assert run.text("recall") == "2500:2500\n2501:2501\n"
    assert [name for name, result in run.results.items() if result.is_error] == []
    assert (done.folder / "project" / "a.txt").exists()


def test_twelve_calls_of_one_reply_are_under_way_together_and_commands_come_one_after_the_other(done: Done) -> None:
    """What the client may not know to change nothing it does one by one: a list is the way to run side by side."""
    project = done.folder / "project"
    assert len(list((project / "here").iterdir())) == SIDE_BY_SIDE
    assert not (project / "alone").exists()
    answers = [done.run.text(f"together {number}") for number in range(SIDE_BY_SIDE)]
    assert [text for number, text in enumerate(answers) if number % 3 == 1] == [f"{n}:{n}\n" for n in (1, 4, 7, 10)]
    assert sum("came with the others" in text for text in answers) == PAGES
    known = '## a.txt: 1 line: unchanged since batch_read call 1 gave it; with "again": true it is given once more'
    assert [text for number, text in enumerate(answers) if number % 3 == 0] == [known] * 4
    assert (project / "order").read_text().split("\n")[:-1] == [
        f"{word} toolu_apart_{number}" for number in (1, 2) for word in ("begins", "ends")
    ]


def test_without_rules_that_allow_them_no_tool_does_anything(client: str, tmp_path: Path) -> None:
    assert client
    site = Site()
    calls = [
        PLUGIN.call("batch_read", {"items": ["a.txt"]}, "read"),
        PLUGIN.call("batch_run", {"commands": ["touch made"]}, "run"),
        PLUGIN.call("batch_fetch", {"urls": ["http://127.0.0.1:{port}/page"]}, "fetch"),
        PLUGIN.call("budget", {"raise_by": "5"}, "budget"),
        PLUGIN.call("recall", {"handle": "0123456789abcdef"}, "recall"),
    ]
    run = session(tmp_path, PLUGIN, play(calls, "Done."), Setup(files=FILES, site=site))
    assert [name for name, result in run.results.items() if not result.is_error] == []
    assert "the one line" not in json.dumps(run.requests[-1].messages)
    assert site.asked == []
    assert not (tmp_path / "project" / "made").exists()


OFF: dict[str, tuple[dict[str, object], tuple[str, ...], str]] = {
    "plan mode": ({}, ("--permission-mode", "plan"), "batch_run does not run in plan mode"),
    "sandbox": ({"sandbox": {"enabled": True}}, (), "Bash is sandboxed here ("),
    "a hook on Bash": (
        {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "true"}]}]}},
        (),
        "a hook on Bash (",
    ),
}


@pytest.mark.parametrize("name", OFF)
def test_commands_are_off_where_they_would_go_around_what_bash_is_held_by(
    client: str, tmp_path: Path, name: str
) -> None:
    assert client
    said, arguments, reason = OFF[name]
    calls = [
        PLUGIN.call("batch_run", {"commands": ["touch made"]}, "run"),
        PLUGIN.call("batch_read", {"items": ["a.txt"]}, "read"),
    ]
    allowed = permissions(["Bash(touch:*)", *PLUGIN.allowed()])
    setup = Setup(settings={**allowed, **said}, files=FILES, permission_args=arguments)
    run = session(tmp_path, PLUGIN, play(calls, "Done."), setup)
    assert run.results["run"].is_error
    assert reason in run.text("run")
    assert not (tmp_path / "project" / "made").exists()
    assert run.text("read") == "## a.txt: 1 line\n1\tthe one line"
