"""One request while its lines come in: a reply is a line for each of its blocks, most with the same usage."""

from __future__ import annotations

from scrimp.core.transcript_content import about, size_of
from scrimp.core.transcript_context import COPIED, REPLAYED
from scrimp.core.transcript_merge import REFUSAL, merge
from scrimp.core.transcript_records import (
    F_LOWER_BOUND,
    F_OLD_VERSION,
    F_REFUSAL_UNBILLED,
    F_REPLAY,
    Request,
    ToolUse,
)
from scrimp.core.transcript_usage import measure
from scrimp.core.untrusted import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from scrimp.core.transcript_context import Context

    Line = dict[str, Any]

_NO_CONTENT: list[Line] = []
_NO_FLAGS: frozenset[str] = frozenset()
_TERMS = ("speed", "inference_geo", "service_tier")


class Draft:
    """One request while its lines come in."""

    __slots__ = (
        "_at",
        "_ended_at",
        "_is_open",
        "_model",
        "_prompt_id",
        "_stop",
        "_tools",
        "_usages",
        "is_replay",
        "key",
        "line",
    )

    def __init__(self, key: str, line: Line, prompt_id: str) -> None:
        self.key = key
        self.is_replay = False
        self._at = self._ended_at = ""
        self.line = line
        self._model = ""
        self._prompt_id = prompt_id
        self._is_open = False
        self._stop = ""
        self._tools: list[ToolUse] = []
        self._usages: list[Line] = []

    def add(self, message: Line, usage: Line, at: str) -> None:
        """Add one line of the request; most repeat the usage of the line before."""
        usages = self._usages
        if not usages or usage != usages[-1]:
            usages.append(usage)
        stop = message.get("stop_reason", "")
        if stop is None:
            self._is_open = True
        elif type(stop) is str and stop:
            self._stop = stop
        if not self._model:
            self._model = as_text(message.get("model"))
        if not self._at:
            self._at = at
        self._ended_at = at
        content: list[Line] = message.get("content", _NO_CONTENT)
        if type(content) is not list:
            return
        for block in content:
            if type(block) is dict and block.get("type") == "tool_use":
                asked = block.get("input")
                use = ToolUse(as_text(block.get("id")), as_text(block.get("name")), size_of(asked), at, about(asked))
                self._tools.append(use)

    def request(self, context: Context) -> Request:
        """The request as these lines have it."""
        usages, model, stop, tools = self._usages, self._model, self._stop, self._tools
        session_id, agent_id, agent_type, claim, cwd, git_branch, version, is_old, asked, effort, cache_asked = (
            context.about(self.line)
        )
        usage, legs, flags = measure(usages[-1], model, asked)
        if self.is_replay:
            flags.add(F_REPLAY)
            claim = REPLAYED
        if is_old:
            flags.add(F_OLD_VERSION)
        if self._is_open and not stop:
            flags.add(F_LOWER_BOUND)
        if stop == REFUSAL and not usage.output:
            flags.add(F_REFUSAL_UNBILLED)
        request = Request(
            self.key,
            session_id,
            agent_id,
            agent_type,
            model,
            self._at,
            usage,
            legs,
            *_terms(usages),
            stop,
            frozenset(flags) if flags else _NO_FLAGS,
            "" if claim == COPIED else self._prompt_id,
            cwd,
            git_branch,
            version,
            tuple(tools) if len(tools) < 2 else _once(tools),  # noqa: PLR2004
            context.file.kind,
            self._ended_at,
            asked,
            effort,
            cache_asked,
            f"{claim} {context.span}",
        )
        for earlier in reversed(usages[:-1]):
            usage, legs, flags = measure(earlier, model, asked)
            request = merge(request, request._replace(usage=usage, legs=legs, flags=frozenset(flags)))
        return request


def _terms(usages: list[Line]) -> tuple[str, str, str]:
    """Speed, region and tier: the last that a line gives, early ones are often empty."""
    speed, geo, tier = map(usages[-1].get, _TERMS)
    if len(usages) == 1 and type(speed) is str and type(geo) is str and type(tier) is str:
        return speed, geo, tier
    terms = [as_text(usages[-1].get(name)) for name in _TERMS]
    for usage in reversed(usages[:-1]):
        terms = [term or as_text(usage.get(name)) for name, term in zip(_TERMS, terms)]
    return terms[0], terms[1], terms[2]


def _once(tools: list[ToolUse]) -> tuple[ToolUse, ...]:
    """The calls, each once: a line that is written again brings its call again."""
    return tuple({use.id: use for use in reversed(tools)}.values())[::-1]
