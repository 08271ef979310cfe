"""What a thread has done lately, from the end of its transcript: its batches of calls, and what it knew before them.

Only the end is read, so that a session of 100 MB costs no more than one of 100 KB; a line that is no JSON is passed
over. The newest batch may not stand there yet: it is the caller's, from the event.
"""

from __future__ import annotations

from scrimp.core import limits, quick_json, since_cut
from scrimp.core.serial_reads.calls import Call
from scrimp.core.untrusted import as_list, as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    Block = dict[str, Any]


def path_of(transcript: str, agent: str) -> str:
    """The transcript of a thread; `transcript`: the main one, `agent`: '' for main."""
    return f"{transcript.removesuffix('.jsonl')}/subagents/agent-{agent}.jsonl" if agent else transcript


def read(path: str, agent: str, now: Sequence[dict[str, Any]], last: int) -> tuple[list[list[Call]], str]:
    """The thread's `last` batches, oldest first, and all that was said before them.

    now: the newest batch as the event has it.
    """
    lines = [quick_json.object_in(line) for line in since_cut.tail(path, limits.SERIAL_TAIL_BYTES)]
    return of_lines([line for line in lines if agent or not line.get("isSidechain")], now, last)


def of_lines(lines: Iterable[dict[str, Any]], now: Sequence[dict[str, Any]], last: int) -> tuple[list[list[Call]], str]:
    """The same from the lines of a transcript."""
    results: dict[str, Block] = {}
    asked: dict[str, list[Block]] = {}
    ids = [as_text(call.get("tool_use_id")) for call in now]
    said: list[tuple[int, str]] = []
    for line in lines:
        message = as_object(line.get("message"))
        request = as_text(message.get("id"))
        for block in _blocks(message.get("content")):
            if block.get("type") == "tool_use" and block.get("id") not in ids:
                asked.setdefault(request, []).append(block)
            elif block.get("type") == "tool_result":
                results[as_text(block.get("tool_use_id"))] = block
            elif block.get("type") == "text":
                said.append((len(asked), as_text(block.get("text"))))
    batches = [[_call(block, results) for block in blocks] for blocks in asked.values()]
    first = max(0, len(batches) - last + 1)
    before = [f"{call.given} {call.result}" for batch in batches[:first] for call in batch]
    known = [text for after, text in said if after <= first]
    return [*batches[first:], [_of_event(call) for call in now]], "\n".join([*before, *known])


def _call(block: Block, results: dict[str, Block]) -> Call:
    result = results.get(as_text(block.get("id")), {})
    text = _text(result.get("content"))
    return Call(as_text(block.get("name")), as_object(block.get("input")), text, result.get("is_error") is True)


def _of_event(call: dict[str, Any]) -> Call:
    """The newest result does not matter: nothing has been asked for since."""
    return Call(as_text(call.get("tool_name")), as_object(call.get("tool_input")), "", is_error=False)


def _text(content: object) -> str:
    return "\n".join(as_text(block.get("text")) for block in _blocks(content))


def _blocks(content: object) -> list[Block]:
    if isinstance(content, str):
        return [{"type": "text", "text": content}]
    return [as_object(block) for block in as_list(content)]
