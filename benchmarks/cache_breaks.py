"""Precision and recall of what `scrimp cache` says of breaks that were planted in the seeded transcripts.

    make bench-cache        (or: python benchmarks/cache_breaks.py [MEGABYTES])

The 200 MB of `transcripts_gen.py` get the client's own records of what was sent, each a whole chain of messages. In
about two of a hundred requests the cache then gives little, for a cause of which the records are made to tell; as many
records change without a break, or with a loss that is too small to count. Every tenth file has no such records, as
older clients leave none: there only a pause, a model and a compaction can be known, and the truth is `unknown`. And
in a part of what the server lost the effort changes as well, on a model that keeps its cache over that: nobody can
tell.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from benchmarks import transcripts_gen
from scrimp.cache import attribution
from scrimp.core import times
from scrimp.reports import source

if TYPE_CHECKING:
    from collections.abc import Iterable

Body = dict[str, Any]
Truth = dict[str, str]

SEED = 7
SHARE = 0.02
DECOYS = 0.02
OLDER = 0.1
CAUSES = (
    "model",
    "tools",
    "system",
    "speed",
    "effort",
    "thinking",
    "betas",
    "ttl_changed",
    "ttl_expired_5m",
    "compaction",
    "messages_rewritten",
    "resume",
    "server_side",
)
KNOWN_WITHOUT = ("model", "ttl_expired_5m", "compaction")
OTHER_MODEL = {"claude-opus-5-5": "claude-sonnet-5-5"}
PAUSE_MS = 20 * 60_000
FIRST_ONES = 2
"""Requests of a file that keep their cache: there must be something to lose."""

LITTLE = 0.1
"""What the cache still gives in a break, of what it gave before."""

COINCIDENCES = 0.2
"""Of what the server loses, so much is lost just when something changes that this model keeps its cache over."""

TOO_LITTLE_TOKENS = 1_500
"""A loss that the client does not count."""


class File:
    """One transcript, rewritten line by line; `truth` is the cause by message id."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.is_old = chance.random() < OLDER
        self.truth: Truth = {}
        self.later_ms = 0
        self.last: Body = {}
        self.last_read = self.last_ms = 0
        self.messages: list[str] = []
        self.shape: Body = {"system": [{"type": "text", "text": "You help."}], "tools": [_tool(n) for n in range(12)]}
        self.is_shape_due = True
        self.plan = self.current = ""
        self.model = ""
        self.parameters: Body = {}
        self.marks = "5m"
        self.number = 0

    def lines(self, old: Iterable[Body]) -> Iterable[Body]:
        """The lines of the file as they are to be."""
        for line in old:
            kind = line["type"]
            if kind == "api-request-shape":
                continue
            if kind == "api-request":
                yield from self._request(line)
                continue
            if kind == "assistant":
                self._reply(line)
            if "timestamp" in line:
                line["timestamp"] = times.iso(times.epoch_ms(line["timestamp"]) + self.later_ms)
            yield line

    def _request(self, line: Body) -> Iterable[Body]:
        """What a request is to be: its plan, and the lines that the client writes about it."""
        self.number += 1
        self.plan = self._planned()
        self.parameters = self.parameters or {**line["params"], "thinking": {"type": "adaptive"}}
        self.model = self.model or line["params"]["model"]
        decoy = not self.plan and self.number > FIRST_ONES and self.chance.random() < DECOYS
        cause = self.chance.choice(("effort", "betas", "tools")) if decoy else self.plan
        keep, base = self._change(cause)
        if cause == "server_side" and self.chance.random() < COINCIDENCES:
            self._change("effort")
        at_ms = times.epoch_ms(line["timestamp"]) + self.later_ms
        if cause == "compaction":
            mark = {"type": "system", "subtype": "compact_boundary", "uuid": line["id"], "sessionId": line["sessionId"]}
            mark |= {"agentId": line["agentId"], "isSidechain": True} if "agentId" in line else {}
            yield {**mark, "timestamp": times.iso(at_ms - 1), "compactMetadata": {"trigger": "auto", "preTokens": 9}}
        tail = [f"{self.chance.getrandbits(128):032x}" for _ in range(2 if keep else len(self.messages) or 2)]
        if cause == "resume":
            tail = [*tail[:1], *self.messages[1:], f"{self.chance.getrandbits(128):032x}"]
        self.messages = [*self.messages[:keep], *tail]
        if self.is_old:
            return
        key = f"{self.chance.getrandbits(128):032x}"
        if self.is_shape_due:
            self.shape["hash"] = key
            shape = {name: self.shape[name] for name in ("system", "tools")}
            yield {"type": "api-request-shape", "sessionId": line["sessionId"], "shapeHash": key, "shape": shape}
            self.is_shape_due = False
        value = {"type": "ephemeral", **({"ttl": "1h"} if self.marks == "1h" else {})}
        yield {
            **{name: line[name] for name in ("type", "sessionId", "id")},
            "timestamp": times.iso(at_ms),
            "version": "2.1.330",
            "shapeHash": self.shape["hash"],
            "params": {**self.parameters, "model": self.model},
            **({"base": base} if base else {}),
            "keep": keep,
            "tail": tail,
            "cacheControl": [{"path": ["system", 0], "value": value}],
        }
        self.last = line

    def _planned(self) -> str:
        """The cause of the break that this request is to be; '' for none. Never the first ones of a file."""
        if self.number <= FIRST_ONES or self.chance.random() >= SHARE:
            return ""
        return self.chance.choice(CAUSES)

    def _change(self, cause: str) -> tuple[int, str]:  # noqa: C901 - a branch for each cause
        """Let `cause` happen to what is sent; how many messages it keeps, and of which request."""
        keep, base = len(self.messages), self.last.get("id", "")
        if cause == "model":
            self.model = OTHER_MODEL.get(self.model, "claude-opus-5-5")
        elif cause == "tools":
            self.shape["tools"] = [*self.shape["tools"][1:], _tool(100 + self.number)]
            self.is_shape_due = True
        elif cause == "system":
            self.shape["system"] = [{"type": "text", "text": f"You help, {self.number}."}]
            self.is_shape_due = True
        elif cause == "speed":
            self.parameters["speed"] = "" if self.parameters.get("speed") else "fast"
        elif cause == "effort":
            now = self.parameters["output_config"]["effort"]
            self.parameters["output_config"] = {"effort": "low" if now != "low" else "high"}
        elif cause == "thinking":
            self.parameters["thinking"] = {"type": "enabled", "budget_tokens": self.number}
        elif cause == "betas":
            self.parameters["betas"] = [*self.parameters["betas"], f"beta-{self.number}"]
        elif cause == "ttl_changed":
            self.marks = "1h" if self.marks == "5m" else "5m"
        elif cause == "ttl_expired_5m":
            self.marks = "5m"
            self.later_ms += PAUSE_MS
        elif cause == "messages_rewritten":
            keep //= 2
        elif cause in {"resume", "compaction"}:
            keep, base = 0, ""
        return keep, base

    def _reply(self, line: Body) -> None:
        message = line["message"]
        usage = message["usage"]
        message["model"] = line["requestedModel"] = self.model
        line["promptCacheRequested"] = self.marks
        if self.current != message["id"]:
            self.current = message["id"]
            self._turn(message["id"], usage)
        usage.update(self.counts)

    def _turn(self, message_id: str, usage: Body) -> None:
        """The counts of a new reply, and the truth about it."""
        read, written = usage["cache_read_input_tokens"], usage["cache_creation_input_tokens"]
        lost = 0
        if self.plan:
            lost = read - int(self.last_read * LITTLE)
            self.truth[message_id] = self.plan if not self.is_old or self.plan in KNOWN_WITHOUT else "unknown"
            self.plan = ""
        elif self.chance.random() < DECOYS:
            lost = min(read, max(0, read - self.last_read + TOO_LITTLE_TOKENS))
        self.last_read = read - lost
        self.counts = {
            "cache_read_input_tokens": read - lost,
            "cache_creation_input_tokens": written + lost,
            "cache_creation": {
                "ephemeral_1h_input_tokens": written + lost if self.marks == "1h" else 0,
                "ephemeral_5m_input_tokens": 0 if self.marks == "1h" else written + lost,
            },
        }


def _tool(number: int) -> Body:
    return {"name": f"tool_{number}", "description": "Does something.", "input_schema": {"type": "object"}}


def plant(folder: str, seed: int = SEED) -> Truth:
    """Rewrite all transcripts below `folder`; the cause of each planted break by message id."""
    chance = random.Random(seed)  # noqa: S311 - a seed is wanted
    truth: Truth = {}
    for root, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name.endswith(".jsonl"):
                file = File(chance)
                _rewrite(os.path.join(root, name), file)
                truth |= file.truth
    return truth


def _rewrite(path: str, file: File) -> None:
    with open(path, encoding="utf-8") as old, open(f"{path}.new", "w", encoding="utf-8") as new:
        lines = file.lines(json.loads(text) for text in old)
        new.writelines(json.dumps(line, separators=(",", ":"), ensure_ascii=False) + "\n" for line in lines)
    os.replace(f"{path}.new", path)


def found_in(projects: str, path: str) -> tuple[Truth, float]:
    """The first cause of every break that is found, and how long looking took, in seconds."""
    empty: dict[str, Any] = dict.fromkeys(("since", "until", "project", "model", "timezone"), "")
    arguments = argparse.Namespace(projects=[projects], ledger=path, **empty)
    with source.opened(arguments, {"HOME": projects}) as opened:
        begun = time.perf_counter()
        found = attribution.found(opened)
        return {one.message_id: one.why.causes[0] for one in found}, time.perf_counter() - begun


def table(truth: Truth, found: Truth) -> list[str]:
    """A row of Markdown for each cause: planted, said, right, precision, recall."""
    planted, said = Counter(truth.values()), Counter(found.values())
    right = Counter(cause for key, cause in found.items() if truth.get(key) == cause)
    rows = ["| cause | planted | said | right | precision | recall |", "|---|---|---|---|---|---|"]
    for cause in sorted({*planted, *said}):
        precision = f"{right[cause] / said[cause]:.1%}" if said[cause] else "-"
        recall = f"{right[cause] / planted[cause]:.1%}" if planted[cause] else "-"
        rows.append(f"| {cause} | {planted[cause]} | {said[cause]} | {right[cause]} | {precision} | {recall} |")
    both = sum(right.values())
    whole = f"| all | {len(truth)} | {len(found)} | {both} | {both / len(found):.1%} | {both / len(truth):.1%} |"
    return [*rows, whole]


def main() -> None:
    """Write, plant, look twice, and print."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else transcripts_gen.MEGABYTES
    with tempfile.TemporaryDirectory() as folder:
        projects = os.path.join(folder, "projects")
        written = transcripts_gen.write(projects, megabytes)
        truth = plant(projects)
        path = os.path.join(folder, "ledger.db")
        found, first_s = found_in(projects, path)
        again, later_s = found_in(projects, path)
        print("\n".join(table(truth, found)))
        print(f"\n{written.requests:,} requests; the causes looked up in {first_s:.2f} s, later {later_s:.3f} s")
        if again != found:
            raise SystemExit("the second look found something else than the first")


if __name__ == "__main__":
    main()
