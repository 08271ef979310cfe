"""Logs: errors with their traces and what led there, warnings, and the first and last line of each kind of the rest.

Lines of several programs or threads are read apart: what belongs to an error are the lines of its own source.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, log_traces, plain
from scrimp.core.compact.fit import CONTEXT, DETAIL, EXTRA, KEY, LAST, MUST, NEAR, NOISE
from scrimp.core.compact.lines import having
from scrimp.core.compact.templates import Templates
from scrimp.core.facts.log import level_in
from scrimp.core.lazy import pattern
from scrimp.core.log_lines import START, source_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scrimp.core.compact.fit import Case

NAME = "log"
GAPS = fit.COUNTED_GAPS
WHOLE = frozenset[int]()
FOLDS_FLOODS = True
NEEDLES = (*plain.NEEDLES, "panicked at ", "goroutine ", "EMERG", "SEVERE", "ALERT", "critical")
shorten = fit.as_it_was

_COMMAND = pattern(
    r"\b(?:journalctl|dmesg|docker(?:[ -]compose)? logs|docker-compose logs|podman logs|kubectl logs|stern"
    r"|honcho start|foreman start|concurrently)\b|\.log\b|\bsyslog\b"
)
_LOOKS = 0.5
"""At least this share of the lines begins like a log's."""
_LOOKS_BY_COMMAND = 0.25
_FIRST_LINES = 1
_LAST_LINES = 3
_RARE = 2
_GOES_ON = 0.95
"""What still comes in the last twentieth of a log has not ended there: its last line says nothing."""
_BLOCK_LINES = 30
_BLOCK_KEY_LINES = 10
_REACH = 40
"""How far up and down the lines of an error's own source are looked for."""
_STEMS = (
    "err", "fatal", "crit", "panic", "severe", "emerg", "alert", "exception", "warn", "wrn", "ftl", '"level":', "fail",
    "refused", "timed out", "unable to", "could not", "cannot ", "denied", "killed", "segfault", "out of memory",
    "traceback", '" 5', "exited", "(rc=",
)  # fmt: skip


def looks_like(text: str, command: str) -> bool:
    """Whether enough lines of `text` (the ends and the middle of the output) begin with a time or a level."""
    shows_logs = _COMMAND.search(command) is not None
    needed = _LOOKS_BY_COMMAND if shows_logs else _LOOKS
    hits = count = 0
    for line in text.split("\n"):
        source, at = source_of(line)
        if line[at : at + 1] in ("", " ", "\t") and not source:
            continue
        count += 1
        hits += START.match(line) is not None or bool(at and (shows_logs or START.match(line, at)))
    return hits > 0 and hits >= needed * count


def target(case: Case) -> int:
    """How many characters to cut to."""
    return limits.LOG_SHOWN_CHARS if case.fits and not case.failed else limits.LOG_CHARS


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line. Where the client would show the whole log, repeats may fill the room."""
    repeated = LAST if case.fits else NOISE
    kinds = Templates().of(lines)
    worths = _by_rarity(kinds, repeated)
    for index in (*range(min(_FIRST_LINES, len(lines))), *range(max(0, len(lines) - _LAST_LINES), len(lines))):
        worths[index] = KEY if index < len(lines) - 1 else MUST
    levels = _levels(lines)
    warned = [index for index, level in levels.items() if level == "warning"]
    failed = [index for index, level in levels.items() if level == "error"]
    _by_kind(kinds, warned, worths, repeated)
    ends = _by_kind(kinds, failed, worths, repeated)
    sources = list(map(source_of, lines))
    for index in ends:
        _around(index, sources, worths)
    _continuations(lines, sources, frozenset(index for index in failed if worths[index] == MUST), worths)
    traced, heads = log_traces.scan(lines, repeated)
    for index, worth in traced.items():
        worths[index] = worth
    for head in heads:
        _reported(head, levels, sources, worths)
    return worths


def _by_rarity(kinds: Sequence[int], repeated: int) -> list[int]:
    """Lines of a rare kind are worth most, then the first of each other kind, and the last if it ended."""
    places: dict[int, list[int]] = {}
    for index, kind in enumerate(kinds):
        places.setdefault(kind, []).append(index)
    worths = [repeated] * len(kinds)
    for indices in places.values():
        worth = DETAIL if len(indices) <= _RARE else EXTRA
        worths[indices[0]] = worth
        if len(indices) <= _RARE or indices[-1] < _GOES_ON * len(kinds):
            worths[indices[-1]] = worth
    return worths


def _levels(lines: Sequence[str]) -> dict[int, str]:
    """The lines that report an error or warn, in their order."""
    levels = ((index, level_in(lines[index])) for index in having(lines, _STEMS))
    return {index: level for index, level in levels if level in ("error", "warning")}


def _by_kind(kinds: Sequence[int], indices: Iterable[int], worths: list[int], repeated: int) -> list[int]:
    """Each must stay, but of a flood the ends. The first and the last of each kind come back."""
    places: dict[int, list[int]] = {}
    for index in indices:
        places.setdefault(kinds[index], []).append(index)
    ends: list[int] = []
    for alike in places.values():
        edge = limits.LOG_FLOOD_EDGE if len(alike) > limits.LOG_ALIKE else len(alike)
        for position, index in enumerate(alike):
            worths[index] = MUST if position < edge or position >= len(alike) - edge else repeated
        ends += {alike[0], alike[-1]}
    return ends


def _around(index: int, sources: Sequence[tuple[str, int]], worths: list[int]) -> None:
    """The nearest lines of the same source, above and below."""
    source = sources[index][0]
    above = range(index - 1, max(-1, index - 1 - _REACH), -1)
    below = range(index + 1, min(len(sources), index + 1 + _REACH))
    for near, count in ((above, limits.ERROR_LINES_BEFORE), (below, limits.ERROR_LINES_AFTER)):
        left = count
        for other in near:
            if not left:
                break
            if sources[other][0] == source:
                worths[other] = min(worths[other], CONTEXT)
                left -= 1


def _reported(head: int, levels: dict[int, str], sources: Sequence[tuple[str, int]], worths: list[int]) -> None:
    """The line that a trace stands below, even if a flood has many of its kind: it says whose trace this is."""
    for index in range(head - 1, max(-1, head - 1 - _REACH), -1):
        if sources[index][0] == sources[head][0]:
            if levels.get(index) == "error" or index == head - 1:
                worths[index] = MUST
            return


def _continuations(
    lines: Sequence[str], sources: Sequence[tuple[str, int]], errors: frozenset[int], worths: list[int]
) -> None:
    """Lines of an error's source below it that do not begin like a log's belong to it."""
    blocks: dict[str, int] = {}
    for index, (source, at) in enumerate(sources):
        line = lines[index]
        if index in errors:
            blocks[source] = 1
        elif START.match(line, at) or (source and not line[at : at + 1].isspace()):
            blocks.pop(source, None)
        elif source in blocks and blocks[source] <= _BLOCK_LINES:
            worths[index] = min(worths[index], KEY if blocks[source] <= _BLOCK_KEY_LINES else NEAR)
            blocks[source] += 1
