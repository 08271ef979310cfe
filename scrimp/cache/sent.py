"""What the client wrote down about the requests that it sent: `api-request` and `api-request-shape` of a transcript.

A shape holds the tools and the system prompt and stands once in a file under its hash. A request names its shape, its
parameters, its cache marks, and its messages by their hashes: those it keeps of an earlier request (`base`, `keep`),
and those that come after (`tail`). The first request of every process names no base: so a resume is to be seen.
Clients that write none of this leave nothing to compare.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits, outputs, times
from scrimp.core.untrusted import as_list, as_object, as_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any

    Line = dict[str, Any]

_RECORD = b'{"type":"api-request"'
_SHAPE = b'{"type":"api-request-shape"'
_REPLY = b'"requestRef":"'
_USUAL_TTL = "5m"


class Sent(NamedTuple):
    """One request as it was sent.

    at_ms: when. tools: by name, a hash of each that stands in the prompt (deferred ones do not); None where the shape
    is not there. system: a hash of its text. marks: the lifetime of each cache mark. messages: their hashes, None
    where the chain has a gap. is_first: the first one of its process.
    """

    at_ms: int
    model: str
    effort: str
    thinking: str
    speed: str
    betas: tuple[str, ...]
    tools: Mapping[str, str] | None
    system: str
    marks: tuple[str, ...]
    messages: tuple[str, ...] | None
    is_first: bool
    version: str


def of_file(path: str, message_ids: Collection[str]) -> dict[str, Sent]:
    """What was sent for each of these replies of one transcript; without those it says nothing about.

    OSError where the file cannot be read; lines that are none of the client's are passed over.
    """
    with open(path, "rb") as file:
        return of_lines(file, message_ids)


def of_lines(lines: Iterable[bytes], message_ids: Collection[str]) -> dict[str, Sent]:
    """The same of a transcript's lines."""
    wanted = re.compile(b"|".join(re.escape(one.encode()) for one in message_ids) or b"(?!)")
    shapes: dict[str, Line] = {}
    requests: dict[str, Line] = {}
    refs: dict[str, str] = {}
    for raw in lines:
        if raw.startswith(_RECORD):
            line = _parsed(raw)
            requests[as_text(line.get("id"))] = line
        elif raw.startswith(_SHAPE):
            line = _parsed(raw)
            shapes[as_text(line.get("shapeHash"))] = as_object(line.get("shape"))
        elif _REPLY in raw and wanted.search(raw):
            line = _parsed(raw)
            refs[as_text(as_object(line.get("message")).get("id"))] = as_text(line.get("requestRef"))
    refs.pop("", None)
    requests.pop("", None)
    found = {one: requests[refs[one]] for one in message_ids if refs.get(one) in requests}
    return {one: _sent(line, shapes, requests) for one, line in found.items()}


def _parsed(raw: bytes) -> Line:
    if len(raw) > limits.TRANSCRIPT_LINE_BYTES:
        return {}
    try:
        return as_object(json.loads(raw))
    except (ValueError, RecursionError):
        return {}


def _sent(line: Line, shapes: Mapping[str, Line], requests: Mapping[str, Line]) -> Sent:
    parameters = as_object(line.get("params"))
    shape = shapes.get(as_text(line.get("shapeHash")))
    marks = [as_object(as_object(mark).get("value")) for mark in as_list(line.get("cacheControl"))]
    return Sent(
        at_ms=times.epoch_ms(line.get("timestamp")),
        model=as_text(parameters.get("model")),
        effort=as_text(as_object(parameters.get("output_config")).get("effort")),
        thinking=_thinking(as_object(parameters.get("thinking"))),
        speed=as_text(parameters.get("speed")) or "standard",
        betas=tuple(map(as_text, as_list(parameters.get("betas")))),
        tools=None if shape is None else _tools(shape),
        system="" if shape is None else _hash(shape.get("system")),
        marks=tuple(as_text(mark.get("ttl")) or _USUAL_TTL for mark in marks),
        messages=_messages(line, requests),
        is_first=not line.get("base"),
        version=as_text(line.get("version")),
    )


def _thinking(given: Line) -> str:
    """Its type, and what else is not as usual: a budget, a display."""
    others = [f"{name} {given[name]}" for name in sorted(given) if name != "type"]
    return " ".join([as_text(given.get("type")), *others])


def _tools(shape: Line) -> dict[str, str]:
    tools = [as_object(tool) for tool in as_list(shape.get("tools"))]
    return {as_text(tool.get("name")): _hash(tool) for tool in tools if not tool.get("defer_loading")}


def _messages(line: Line, requests: Mapping[str, Line]) -> tuple[str, ...] | None:
    """The hashes of all messages, the first one first: followed back from request to request."""
    wanted: int | None = None
    parts: list[list[str]] = []
    seen: set[str] = set()
    while True:
        tail, keep = [as_text(one) for one in as_list(line.get("tail"))], line.get("keep")
        if type(keep) is not int or keep < 0:
            return None
        if wanted is None or wanted > keep:
            parts.append(tail if wanted is None else tail[: wanted - keep])
            if wanted is not None and len(parts[-1]) < wanted - keep:
                return None
            wanted = keep
        if not wanted:
            return tuple(one for part in reversed(parts) for one in part)
        base = as_text(line.get("base"))
        if base in seen or base not in requests:
            return None
        seen.add(base)
        line = requests[base]


def _hash(value: object) -> str:
    return outputs.handle_of(_text(value).encode("utf-8", "surrogatepass"))


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)
