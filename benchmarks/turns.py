"""One task with native tools and with the batch tools, in the real client: turns, facts delivered, dollars.

usage: turns.py [--context TOKENS] [--json FILE]

Every arm of the task (turns_task.py) gets the same facts, which is checked on what was sent, makes the same edit and
sees the tests pass. Arms: native tools one call a turn; native tools with all independent calls of a step in one turn;
the batch tools; these with a question to a cheap model instead of passages. The scripted API bills each request, the
asked model's included, against a simulated prompt cache at list prices. In favour of the native arms: a reply is billed
with its calls alone, without thinking, and the agent filters each page by a word that it can only guess. WebFetch
refuses local hosts and names `curl` for them.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from benchmarks import turns_task
from benchmarks.turns_task import DEFINITIONS, PASSAGES, RIGHT, RUN_TESTS, WRONG
from scrimp.core import tokens
from tests.client.billing import flatten
from tests.client.driver import Run, Setup, client_program, run_client
from tests.client.script import Call, Script, bash, play, read
from tests.client.served import INSTALLED, environ, permissions, repo, session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.client.script import Agent, Request, Step


def _names() -> str:
    return "|".join(one.name.rpartition(".")[2] for one in DEFINITIONS)


def _edit(project: str) -> Call:
    return Call("Edit", {"file_path": f"{project}/toolbox/record.py", "old_string": WRONG, "new_string": RIGHT})


def _looks(project: str) -> tuple[list[Call], list[Call]]:
    """What an agent with native tools looks at first, and what once it has seen that."""
    first = [
        bash("ls -R"),
        bash(RUN_TESTS),
        read(f"{project}/toolbox/record.py"),
        read(f"{project}/tests/test_record.py"),
        Call("Grep", {"pattern": f"def ({_names()})\\b", "output_mode": "content", "-n": True}),
    ]
    windows = [(one.path, *one.lines) for one in DEFINITIONS]
    then = [
        *(read(f"{project}/{path}", offset=start, limit=last - start + 1) for path, start, last in windows),
        *(bash(f"curl -s {one.url} | sed 's/<[^>]*>//g' | grep -i -C4 {one.word}") for one in PASSAGES),
    ]
    return first, then


def native(project: str) -> list[Step]:
    """One call a turn."""
    first, then = _looks(project)
    return [*([call] for call in (*first, *then, _edit(project), bash(RUN_TESTS, "passed"))), "Mended."]


def native_parallel(project: str) -> list[Step]:
    """All independent calls of a step in one turn."""
    first, then = _looks(project)
    return [first, then, [_edit(project), bash(RUN_TESTS, "passed")], "Mended."]


def batch(project: str) -> list[Step]:
    """With lists; the file that is edited is read with the native Read, as the client wants it."""
    return _batch(project, {"urls": [{"url": one.url, "query": one.query} for one in PASSAGES]})


def batch_asking(project: str) -> list[Step]:
    """The same, with one question about the pages to a cheap model."""
    question = "For each page: " + "; ".join(one.query for one in PASSAGES)
    return _batch(project, {"urls": [one.url for one in PASSAGES], "ask": question})


def _batch(project: str, pages: dict[str, object]) -> list[Step]:
    match = {"path": "toolbox/*.py", "mode": "match", "pattern": f"def ({_names()})\\b"}
    symbols = [f"{one.path}#{one.name}" for one in DEFINITIONS]
    return [
        [
            INSTALLED.call("batch_run", {"commands": ["ls -R", RUN_TESTS]}, "tests"),
            INSTALLED.call("batch_read", {"items": ["tests/test_record.py", match]}, "files"),
            read(f"{project}/toolbox/record.py"),
        ],
        [
            INSTALLED.call("batch_read", {"items": symbols}, "definitions"),
            INSTALLED.call("batch_fetch", pages, "pages"),
        ],
        [_edit(project), INSTALLED.call("batch_run", {"commands": [RUN_TESTS]}, "passed")],
        "Mended.",
    ]


ARMS = {
    "native, one by one": native,
    "native, in parallel": native_parallel,
    "scrimp": batch,
    "scrimp, asking": batch_asking,
}


def _answer() -> str:
    """What the cheap model says: an answer, and what it rests on."""
    quotes = [{"source": number, "quote": one.fact} for number, one in enumerate(PASSAGES, 1)]
    answer = (
        "split drops comments with comments=True; < packs without padding; the prefix is FLASK_, with its underscore."
    )
    return json.dumps({"answer": answer, "quotes": quotes})


class Row(NamedTuple):
    """One run; tokens are estimates.

    missing: facts not sent before the edit. first_tokens: the first request. result_tokens: what the tools said.
    """

    arm: str
    requests: int
    missing: list[str]
    first_tokens: int
    result_tokens: int
    write_tokens: int
    read_tokens: int
    output_tokens: int
    usd: float
    seconds: float


def measure(arm: str, folder: Path, context_tokens: int = 0) -> Row:
    """Do the task in one arm, behind about so much more context; AssertionError where its tests fail at the end."""
    agent: Agent = play(*ARMS[arm](str(folder / "project")))
    allowed = [*INSTALLED.allowed(), "Bash", "Read", "Grep", "Edit", "WebFetch(domain:127.0.0.1)"]
    files = {**turns_task.files(), "CLAUDE.md": _filling(context_tokens)}
    setup = Setup(permissions(allowed), files, permission_args=(), site=turns_task.site, side_answer=_answer())
    if arm.startswith("scrimp"):
        path = os.pathsep.join([os.path.dirname(client_program(os.environ)), os.environ["PATH"]])
        setup = setup._replace(env={"PATH": os.pathsep.join([os.path.dirname(sys.executable), path])})
        run = session(folder, INSTALLED, agent, setup)
    else:
        repo(folder)
        run = run_client(str(folder), Script(agent), setup._replace(env=environ(folder)))
    assert "3 passed" in run.text("passed"), run.text("passed")
    return _row(arm, run)


def _filling(size_tokens: int) -> str:
    """Memory of about this size, which stands in the context from the first turn on."""
    line = "- What was found so far in module {}: it reads its settings once, at the start, and keeps them.\n"
    count = size_tokens // tokens.estimate(line.format(1000))
    return "".join(line.format(number) for number in range(count))


def _row(arm: str, run: Run) -> Row:
    before = [request for request in run.requests if not _has_edited(request)][-1]
    usages = [request.usage for request in run.requests]
    return Row(
        arm,
        len(run.requests),
        turns_task.missing_in("\n".join(result.text for result in before.all_results)),
        sum(block.tokens for block in flatten(run.requests[0].body)),
        sum(tokens.estimate(result.text) for result in run.results.values()),
        sum(one["cache_creation_input_tokens"] + one["input_tokens"] for one in usages),
        sum(one["cache_read_input_tokens"] for one in usages),
        sum(one["output_tokens"] for one in usages),
        run.usd,
        run.seconds,
    )


def _has_edited(request: Request) -> bool:
    said = [block for message in request.messages if message["role"] == "assistant" for block in message["content"]]
    return any(block.get("name") == "Edit" for block in said)


def table(rows: Sequence[Row]) -> str:
    """The arms side by side, and each bill beside that of native tools one by one."""
    heads = ("", "turns", "facts missing", "results", "written", "cache read", "output", "dollars", "", "seconds")
    lines = [_line(heads)]
    for row in rows:
        change = "" if row is rows[0] else f"{100 * (row.usd / rows[0].usd - 1):+.1f} %"
        counts = (row.result_tokens, row.write_tokens, row.read_tokens, row.output_tokens)
        shown = [f"{len(row.missing)} of {len(turns_task.facts())}", *(f"{count:,}" for count in counts)]
        dollars = (f"{row.usd:.4f}", change)
        lines.append(_line((row.arm, str(row.requests), *shown, *dollars, f"{row.seconds:.1f}")))
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    widths = (20, 6, 14, 8, 8, 11, 7, 8, 8, 8)
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def main(arguments: Sequence[str]) -> int:
    """Print the table; exit 1 where there is no client, or an arm was not sent what it needs."""
    parser = argparse.ArgumentParser(description="one task with native tools and with the batch tools")
    parser.add_argument("--json", metavar="FILE", help="write the figures to FILE as well")
    parser.add_argument("--context", type=int, default=0, metavar="TOKENS", help="what stands in the context before")
    given = parser.parse_args(arguments)
    if not client_program(os.environ):
        print("Claude Code is not installed: run `make client`", file=sys.stderr)
        return 1
    rows: list[Row] = []
    for number, arm in enumerate(ARMS):
        with tempfile.TemporaryDirectory(prefix=f"scrimp-turns-{number}-") as folder:
            rows.append(measure(arm, Path(folder), given.context))
    print(table(rows))
    print(f"scrimp's first request has {rows[2].first_tokens - rows[1].first_tokens:,} tokens more")
    for row in rows:
        print(*(f"{row.arm}: not sent: {fact}" for fact in row.missing), sep="\n", end="\n" if row.missing else "")
    if given.json:
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump([row._asdict() for row in rows], file, indent=1)
    return 1 if any(row.missing for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
