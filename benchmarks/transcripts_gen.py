"""Writes transcripts to measure with: seeded, in the shape of Claude Code 2.1.330's own files.

    python benchmarks/transcripts_gen.py FOLDER [MEGABYTES]

Per 200 MB: about 520 files, 90,000 records and 23,000 requests: one main session in five files, the others subagents;
each request an `api-request` line, one to three assistant lines that repeat its usage, and the results of its tools.
What is written is also counted, and priced by figures of this module's own: `Truth` is what a reader must find.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Body = dict[str, Any]

SEED = 20261122
MEGABYTES = 200
BYTES_PER_MB = 1_000_000
REQUESTS_PER_FILE = (12, 75)
SUBAGENTS_PER_MAIN = 4
MODELS = (
    ("claude-opus-5-5",) * 6 + ("claude-sonnet-5-5",) * 3 + ("claude-haiku-5-5", "claude-fable-5-2", "claude-opus-5")
)
PRICES = {
    "claude-opus-5-5": (4_000_000, 20_000_000, 200_000, 5_000_000, 8_000_000),
    "claude-sonnet-5-5": (2_000_000, 10_000_000, 100_000, 2_500_000, 4_000_000),
    "claude-haiku-5-5": (100_000, 500_000, 10_000, 125_000, 200_000),
    "claude-fable-5-2": (8_000_000, 40_000_000, 200_000, 10_000_000, 16_000_000),
    "claude-opus-5": (5_000_000, 25_000_000, 500_000, 6_250_000, 10_000_000),
}
"""Pico-dollars of a token in November 2026: input, output, cache read, 5-minute write, 1-hour write."""

LONG_MODEL, LONG_ABOVE_TOKENS, LONG_FACTOR = "claude-haiku-5-5", 100_000, 5
"""The one of these models that charges more for all of a request whose prompt is longer than this."""

TOOLS = ("Bash", "Bash", "Bash", "Read", "Read", "Grep", "Edit")
RESULT_BYTES = (150, 300, 700, 1_200, 2_200, 5_000, 12_500)
SHAPE_BYTES = 30_000
THINKS, TALKS = 0.2, 0.3
CALLS = (0, 0, 1, 1, 1, 1, 1, 1, 1, 2)
"""How often a reply thinks and talks, and how many tools it calls."""
START = datetime(2026, 11, 1, 8, tzinfo=UTC)
BETAS = ["claude-code-20250219", "interleaved-thinking-2025-05-14", "context-management-2025-06-27"]
WORDS = (
    "the order is taxed at its rate; def total(lines): return sum(line.net for line in lines)\n",
    "2026-11-22 10:14:03 INFO worker-3 took 41 ms for /api/v1/orders/5531 \u2192 200\n",
    'src/shop/rates.py:88:    raise LookupError(f"no rate for {country!r}")\n',
    '\tif err != nil { return fmt.Errorf("open %s: %w", path, err) } // C:\\temp\n',
    "PASSED tests/test_basket.py::test_order_017_is_taxed  [ 43%]\n",
)


class Truth(NamedTuple):
    """What was written: files, records (lines), the exact tokens of all requests and what they cost."""

    files: int
    records: int
    requests: int
    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_5m_tokens: int
    cache_write_1h_tokens: int
    size_bytes: int
    cost_pico: int


class Session:
    """One session's clock, ids and counters; the main file and its subagents share it."""

    def __init__(self, chance: random.Random, project: str) -> None:
        self.chance = chance
        self.id = uuid(chance)
        self.cwd = f"/home/dev/{project}"
        self.branch = chance.choice(("main", "topic/tax", "fix-17"))
        self.now = START + timedelta(minutes=chance.randrange(20 * 24 * 60))
        self.prompt = uuid(chance)
        self.agent = ""
        self.counts = dict.fromkeys(Truth._fields, 0)

    def stamp(self) -> str:
        """The time, a little later at every call."""
        self.now += timedelta(milliseconds=self.chance.randint(20, 4_000))
        return self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def tail(self) -> Body:
        """The fields that end every line of the conversation."""
        return {
            "userType": "external",
            "entrypoint": "cli",
            "cwd": self.cwd,
            "sessionId": self.id,
            "version": "2.1.330",
            "gitBranch": self.branch,
        }


def uuid(chance: random.Random) -> str:
    """A random id in the usual form."""
    digits = f"{chance.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def text(chance: random.Random, size: int) -> str:
    """Some `size` characters of what tools print."""
    line = chance.choice(WORDS)
    return (line * (size // len(line) + 1))[:size]


def head(session: Session, parent: str | None, prompt: str = "") -> Body:
    """The fields that begin every line of the conversation."""
    first: Body = {"parentUuid": parent, "isSidechain": bool(session.agent)}
    first |= {"promptId": prompt} if prompt else {}
    return first | ({"agentId": session.agent} if session.agent else {})


def usage_of(chance: random.Random, context: int) -> Body:
    """The usage of one request whose conversation holds `context` tokens."""
    fresh, write_5m = chance.randint(1, 12), chance.randint(200, 4_000)
    hour = chance.random() < 0.5  # noqa: PLR2004  half of the writes are for an hour
    return {
        "input_tokens": fresh,
        "cache_creation_input_tokens": write_5m,
        "cache_read_input_tokens": context,
        "output_tokens": chance.randint(30, 1_800),
        "output_tokens_details": {"thinking_tokens": 0},
        "server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 0},
        "service_tier": "standard",
        "cache_creation": {
            "ephemeral_1h_input_tokens": write_5m if hour else 0,
            "ephemeral_5m_input_tokens": 0 if hour else write_5m,
        },
        "inference_geo": "",
        "iterations": [],
        "speed": "standard",
        "fallback_credit": None,
    }


def blocks_of(chance: random.Random) -> list[Body]:
    """The content blocks of one reply, each of which becomes a line."""
    blocks: list[Body] = []
    if chance.random() < THINKS:
        signature = f"{chance.getrandbits(2400):0600x}"
        blocks.append({"type": "thinking", "thinking": "", "signature": signature})
    if chance.random() < TALKS:
        blocks.append({"type": "text", "text": text(chance, chance.randint(80, 700))})
    for _ in range(chance.choice(CALLS) or not blocks):
        tool_id = f"toolu_01{chance.getrandbits(100):025x}"
        given = {"command": text(chance, chance.randint(20, 300)), "description": "Look at the next part"}
        blocks.append({"type": "tool_use", "id": tool_id, "name": chance.choice(TOOLS), "input": given})
    return blocks


def request_lines(session: Session, model: str, context: int) -> Iterator[Body]:
    """The lines of one request: what was asked, the reply block by block, the results of its tools."""
    chance = session.chance
    usage, blocks, ref = usage_of(chance, context), blocks_of(chance), uuid(chance)
    count(session, usage, model)
    owner = {"sessionId": session.id, **({"agentId": session.agent} if session.agent else {})}
    params = {"model": model, "betas": BETAS, "max_tokens": 128_000, "output_config": {"effort": "medium"}}
    hashes = [f"{chance.getrandbits(256):064x}" for _ in range(4)]
    yield {"type": "api-request", **owner, "id": ref, "timestamp": session.stamp(), "params": params, "tail": hashes}
    message = {"id": f"msg_01{chance.getrandbits(100):022x}", "type": "message", "role": "assistant", "model": model}
    stop = "tool_use" if blocks[-1]["type"] == "tool_use" else "end_turn"
    parent = uuid(chance)
    ids: dict[str, str] = {}
    for index, block in enumerate(blocks):
        own = uuid(chance)
        whole = {**message, "content": [block], "stop_reason": stop, "stop_sequence": None, "usage": usage}
        line: Body = {**head(session, parent), "message": whole, "apiBlockIndex": index, "requestId": f"req_{ref[:24]}"}
        line |= {"requestRef": ref, "requestedModel": model, "promptCacheRequested": "5m", "type": "assistant"}
        yield line | {"uuid": own, "timestamp": session.stamp(), "effort": "medium", **session.tail()}
        ids[own] = str(block.get("id", ""))
        parent = own
    for source, tool_id in ids.items():
        if tool_id:
            yield result_line(session, source, tool_id)


def result_line(session: Session, source: str, tool_id: str) -> Body:
    """The line that brings one tool's result, with the tool's own copy of it."""
    chance = session.chance
    printed = text(chance, int(chance.choice(RESULT_BYTES) * chance.uniform(0.5, 1.5)))
    result: Body = {"tool_use_id": tool_id, "type": "tool_result", "content": printed, "is_error": False}
    line: Body = {**head(session, source, session.prompt), "type": "user"}
    line |= {"message": {"role": "user", "content": [result]}, "uuid": uuid(chance), "timestamp": session.stamp()}
    if not session.agent:
        line["toolUseResult"] = {"stdout": printed, "stderr": "", "interrupted": False, "isImage": False}
    return line | {"sourceToolAssistantUUID": source, **session.tail()}


def count(session: Session, usage: Body, model: str) -> None:
    """Add one request to the truth."""
    split = usage["cache_creation"]
    tokens = (
        usage["input_tokens"],
        usage["output_tokens"],
        usage["cache_read_input_tokens"],
        split["ephemeral_5m_input_tokens"],
        split["ephemeral_1h_input_tokens"],
    )
    counts = session.counts
    counts["requests"] += 1
    for name, number in zip(_TOKENS, tokens, strict=True):
        counts[name] += number
    is_long = model == LONG_MODEL and sum(tokens) - usage["output_tokens"] > LONG_ABOVE_TOKENS
    cost = sum(number * price for number, price in zip(tokens, PRICES[model], strict=True))
    counts["cost_pico"] += cost * (LONG_FACTOR if is_long else 1)


_TOKENS = Truth._fields[3:8]


def file_lines(session: Session, requests: int) -> Iterator[Body]:
    """The lines of one file."""
    chance = session.chance
    model = chance.choice(MODELS)
    context = chance.randint(9_000, 30_000)
    shape = {"system": text(chance, SHAPE_BYTES // 3), "tools": text(chance, SHAPE_BYTES)}
    for number in range(requests):
        if number % 12 == 0:
            session.prompt = uuid(chance)
            prompt = {"role": "user", "content": text(chance, 200)}
            line = {**head(session, None, session.prompt), "type": "user", "message": prompt}
            yield line | {"uuid": uuid(chance), "timestamp": session.stamp(), **session.tail()}
            attachment = {"type": "date", "date": "2026-11-22"}
            line = {**head(session, uuid(chance)), "attachment": attachment, "type": "attachment"}
            yield line | {"uuid": uuid(chance), "timestamp": session.stamp(), **session.tail()}
        if number == 0:
            yield {"type": "api-request-shape", "sessionId": session.id, "timestamp": session.stamp(), "shape": shape}
        yield from request_lines(session, model, context)
        context += chance.randint(300, 4_000)
        if number % 5 == 0:
            yield {"type": "last-prompt", "lastPrompt": text(chance, 60), "sessionId": session.id}
    if not session.agent:
        model_usage = {model: {"inputTokens": 1, "outputTokens": 1, "costUSD": 0.5}}
        yield {"type": "cost-state", "sessionId": session.id, "totalCostUSD": 0.5, "modelUsage": model_usage}


def write_lines(path: str, lines: Iterable[Body], counts: dict[str, int]) -> None:
    """Write lines at the end of a file and add them to the truth."""
    written = [json.dumps(line, separators=(",", ":"), ensure_ascii=False) for line in lines]
    data = "".join(f"{line}\n" for line in written).encode()
    with open(path, "ab") as file:
        file.write(data)
    counts["records"] += len(written)
    counts["size_bytes"] += len(data)


def write_file(path: str, session: Session) -> None:
    """Write one new file of a session."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write_lines(path, file_lines(session, session.chance.randint(*REQUESTS_PER_FILE)), session.counts)
    session.counts["files"] += 1


def project_folder(project: str) -> str:
    """The name of the folder that the client makes for a project."""
    return f"-home-dev-{project}"


def write_session(folder: str, project: str, chance: random.Random, megabytes: int = 0) -> Truth:
    """Write one session, its main file and some subagents: at least so many megabytes."""
    session = Session(chance, project)
    main = os.path.join(folder, project_folder(project), session.id)
    write_file(f"{main}.jsonl", session)
    number = 0
    while number < SUBAGENTS_PER_MAIN or session.counts["size_bytes"] < megabytes * BYTES_PER_MB:
        session.agent = f"a{chance.getrandbits(64):016x}"
        path = os.path.join(main, "subagents", f"agent-{session.agent}")
        write_file(f"{path}.jsonl", session)
        with open(f"{path}.meta.json", "w", encoding="utf-8") as file:
            json.dump({"agentType": chance.choice(("general-purpose", "Explore"))}, file)
        number += 1
    return Truth(**session.counts)


def write_reply(path: str, chance: random.Random) -> Truth:
    """Write one more request, of one line, at the end of a session's main file."""
    session = Session(chance, os.path.basename(os.path.dirname(path)).removeprefix("-home-dev-"))
    session.id = os.path.basename(path).removesuffix(".jsonl")
    lines = request_lines(session, chance.choice(MODELS), context=50_000)
    write_lines(path, [next(line for line in lines if line["type"] == "assistant")], session.counts)
    return Truth(**session.counts)


def both(a: Truth, b: Truth) -> Truth:
    """What is there when both were written."""
    return Truth(*map(sum, zip(a, b, strict=True)))


def write(folder: str, megabytes: int = MEGABYTES, seed: int = SEED) -> Truth:
    """Write transcripts of about `megabytes` into `folder` (a projects folder); what they hold, exactly."""
    chance = random.Random(seed)  # noqa: S311  a seed is wanted
    truth = Truth(*[0] * len(Truth._fields))
    number = 0
    while truth.size_bytes < megabytes * BYTES_PER_MB:
        truth = both(truth, write_session(folder, f"project-{number % 7}", chance))
        number += 1
    return truth


if __name__ == "__main__":
    print(write(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else MEGABYTES))  # noqa: PLR2004
