"""What a request would have cost: a simulated prompt cache, and the dollars at real prices.

The rules are those of the API's prompt caching page: a prompt is its blocks in the order tools, system, messages; a
`cache_control` mark stores the prefix up to it; a request reads the longest stored prefix found at one of its marks or
within 20 positions of it, the mark's own being the first. Tokens are estimates (`scrimp.core.tokens`), the same for
both arms of a comparison.
"""

from __future__ import annotations

import functools
import hashlib
import json
from typing import Any, NamedTuple, cast

from scrimp.core import prices
from scrimp.core.tokens import estimate
from scrimp.core.usage import Usage, prompt_tokens

LOOK_BACK = 20
"""Positions that the API checks for an earlier entry, the mark's own being the first."""

TTL_S = {"5m": 300.0, "1h": 3600.0}
"""Lifetimes of an entry, counted from the start of the request that wrote or last read it."""

MIN_PREFIX_TOKENS = 512
"""The shortest prefix that the 5.5 models cache."""

PRICED_ON = "2026-11-22"
"""The day whose prices are billed, whenever the tests run: that of the pinned client."""

RUNS = ("tool_use", "tool_result")
"""A run of blocks of one of these types counts as one position of the look-back."""

Body = dict[str, Any]


class Block(NamedTuple):
    """One block of a prompt: its kind, its own tokens, the hash of the prompt up to its end, its mark's TTL or ''."""

    kind: str
    tokens: int
    prefix: str
    ttl: str


class Charge(NamedTuple):
    """What one request is billed: tokens by class, and what it leaves in the cache."""

    model: str
    fresh: int
    write_5m: int
    write_1h: int
    read: int
    at_s: float
    marks: tuple[tuple[str, str], ...]

    def usage(self, output_tokens: int) -> Body:
        """The `usage` object of the API's answer."""
        return {
            "input_tokens": self.fresh,
            "cache_creation_input_tokens": self.write_5m + self.write_1h,
            "cache_read_input_tokens": self.read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.write_5m,
                "ephemeral_1h_input_tokens": self.write_1h,
            },
            "output_tokens": output_tokens,
        }

    def pico_usd(self, output_tokens: int) -> int:
        """The bill in pico-dollars; KeyError for a model without a price, never 0."""
        usage = Usage(self.fresh, output_tokens, self.read, self.write_5m, self.write_1h, write_unsplit=0, searches=0)
        price = prices.lookup(self.model, at=PRICED_ON, prompt_tokens=prompt_tokens(usage))
        if price is None:
            raise KeyError(self.model)
        return prices.cost(usage, price)


class PromptCache:
    """The cache of one workspace: which prefixes are stored, per model, and until when."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], tuple[float, str]] = {}

    def charge(self, body: Body, at_s: float) -> Charge:
        """What the request `body`, started at `at_s`, is billed. Stores nothing yet."""
        model = str(body["model"])
        blocks = flatten(body)
        ends = _running_totals(blocks)
        marks = [i for i, block in enumerate(blocks) if block.ttl and ends[i] >= MIN_PREFIX_TOKENS]
        hit = max((self._hit(model, blocks, mark, at_s) for mark in marks), default=-1)
        read = ends[hit] if hit >= 0 else 0
        hours = [ends[i] for i in marks if blocks[i].ttl == "1h"]
        hour_end = max([read, *hours])
        last_end = max([hour_end, *(ends[i] for i in marks)])
        return Charge(
            model=model,
            fresh=(ends[-1] if ends else 0) - last_end,
            write_5m=last_end - hour_end,
            write_1h=hour_end - read,
            read=read,
            at_s=at_s,
            marks=self._touched(model, blocks, [*marks, *([hit] if hit >= 0 else [])]),
        )

    def store(self, charge: Charge) -> None:
        """Make what the request wrote readable: to be called when its answer begins to stream, not before."""
        for prefix, ttl in charge.marks:
            until = charge.at_s + TTL_S[ttl]
            key = (charge.model, prefix)
            known = self._entries.get(key)
            if known is None or known[0] < until:
                self._entries[key] = (until, ttl)

    def _hit(self, model: str, blocks: list[Block], mark: int, at_s: float) -> int:
        """The last block at or before `mark`, within the look-back, whose prefix is stored; -1 without one."""
        positions = 0
        for i in range(mark, -1, -1):
            if self._live(model, blocks[i].prefix, at_s):
                return i
            same_run = i > 0 and blocks[i].kind in RUNS and blocks[i - 1].kind == blocks[i].kind
            positions += not same_run
            if positions >= LOOK_BACK:
                break
        return -1

    def _live(self, model: str, prefix: str, at_s: float) -> bool:
        entry = self._entries.get((model, prefix))
        return entry is not None and at_s < entry[0]

    def _touched(self, model: str, blocks: list[Block], indexes: list[int]) -> tuple[tuple[str, str], ...]:
        """The prefixes that this request writes or refreshes; a read keeps the lifetime the entry was written with."""
        touched: list[tuple[str, str]] = []
        for i in indexes:
            known = self._entries.get((model, blocks[i].prefix))
            ttl = blocks[i].ttl or (known[1] if known else "5m")
            touched.append((blocks[i].prefix, "1h" if known and known[1] == "1h" else ttl))
        return tuple(touched)


def flatten(body: Body) -> list[Block]:
    """The prompt's blocks in the order in which the API renders them; deferred tools are not in the prompt."""
    tools = cast("list[Body]", body.get("tools") or [])
    messages = cast("list[Body]", body.get("messages") or [])
    pieces = [("tool", "", tool) for tool in tools if not tool.get("defer_loading")]
    pieces += [("system", "system", block) for block in _blocks(body.get("system"))]
    for message in messages:
        pieces += [(str(block["type"]), str(message["role"]), block) for block in _blocks(message["content"])]
    digest = hashlib.blake2b(digest_size=16)
    blocks: list[Block] = []
    for kind, role, block in pieces:
        text = json.dumps([role, _unmarked(block)], sort_keys=True, ensure_ascii=False)
        digest.update(text.encode("utf-8", "surrogatepass"))
        mark = cast("Body", block.get("cache_control") or {})
        ttl = str(mark.get("ttl", "5m")) if mark else ""
        blocks.append(Block(kind, _tokens(_shown(block)), digest.hexdigest(), ttl))
    return blocks


def _blocks(content: object) -> list[Body]:
    """Content as blocks: the client writes a lone text as a string once its mark has moved on."""
    if isinstance(content, str):
        return [{"type": "text", "text": content}] if content else []
    return list(cast("list[Body]", content or []))


def _unmarked(block: Body) -> Body:
    """The block as it is hashed: without its mark, and with a result's lone text in one spelling."""
    bare = {key: value for key, value in block.items() if key != "cache_control"}
    if block.get("type") == "tool_result":
        bare["content"] = _blocks(bare.get("content"))
    return bare


def _shown(block: Body) -> str:
    """The text of a block that its tokens are counted on."""
    if block.get("type") == "text":
        return str(block["text"])
    if block.get("type") == "tool_result":
        return "\n".join(_shown(part) for part in _blocks(block.get("content")))
    return json.dumps(_unmarked(block), ensure_ascii=False)


@functools.lru_cache(maxsize=4096)
def _tokens(text: str) -> int:
    """The estimate, once per text: every request carries the whole conversation again."""
    return estimate(text)


def _running_totals(blocks: list[Block]) -> list[int]:
    total = 0
    totals: list[int] = []
    for block in blocks:
        total += block.tokens
        totals.append(total)
    return totals
