"""The passages of a text that answer a query, ranked by SQLite's full-text search (BM25, words by their stems).

A passage is a run of paragraphs, list items or lines of code under one heading, never across one and, up to three
times its usual size, never through a block of code or a table.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from scrimp.core import limits

_HEADING = re.compile(r"(#{1,6})\s+(.*\S)")
_FENCE = re.compile(r"\s*(```|~~~)")
_WORD = re.compile(r"\w+(?:[.:/-]\w+)*")
_HEADING_WEIGHT = 3.0
_BLOCK_FACTOR = 3
_COMMON = frozenset(
    {
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "can",
        "do",
        "does",
        "for",
        "from",
        "has",
        "have",
        "how",
        "i",
        "in",
    }
    | {"is", "it", "its", "me", "my", "of", "on", "or", "that", "the", "this", "to"}
    | {"was", "what", "when", "where", "which", "who", "why", "will", "with", "you", "your"}
)


class Passage(NamedTuple):
    """Lines first to last of the text, counted from 1; headings from the outermost to the one right above it."""

    first: int
    last: int
    headings: tuple[str, ...]
    text: str


def split(lines: list[str]) -> list[Passage]:
    """All passages of a text in their order; every line that is not empty is in one of them."""
    found: list[Passage] = []
    open_headings: dict[int, str] = {}
    start = size = 0
    fence = ""
    for place, line in enumerate(lines):
        heading = None if fence else _HEADING.match(line)
        if heading or _is_full(size, line, fence):
            _add(found, lines, start, place, open_headings)
            start, size = place, 0
        if heading:
            level = len(heading.group(1))
            open_headings = {one: text for one, text in open_headings.items() if one < level}
            open_headings[level] = heading.group(2)
        marks = _FENCE.match(line)
        if marks and (not fence or marks.group(1) == fence):
            fence = "" if fence else marks.group(1)
        size += len(line) + 1
    _add(found, lines, start, len(lines), open_headings)
    return found


def _is_full(size: int, line: str, fence: str) -> bool:
    """Whether a passage ends before this line."""
    is_between = not fence and not line.strip()
    return size > limits.FETCH_PASSAGE_CHARS * (1 if is_between else _BLOCK_FACTOR)


def _add(found: list[Passage], lines: list[str], start: int, end: int, headings: dict[int, str]) -> None:
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    if start < end:
        found.append(Passage(start + 1, end, tuple(headings.values()), "\n".join(lines[start:end])))


def ranked(found: list[Passage], query: str) -> list[int]:
    """The places of the passages that have a word of the query, the best first; at most `limits.FETCH_PASSAGES`."""
    words = list(dict.fromkeys(_WORD.findall(query.lower())))
    terms = [word for word in words if word not in _COMMON] or words
    # Two words that stand together in the query count once more where they stand together in the text.
    terms += [f"{one} {other}" for one, other in pairwise(terms)]
    if not terms or not found:
        return []
    import sqlite3  # noqa: PLC0415 - for queries alone

    index = sqlite3.connect(":memory:")
    try:
        index.execute("CREATE VIRTUAL TABLE passages USING fts5(headings, body, tokenize='porter unicode61')")
        rows = ((place, " ".join(one.headings), one.text) for place, one in enumerate(found))
        index.executemany("INSERT INTO passages(rowid, headings, body) VALUES (?, ?, ?)", rows)
        hits = index.execute(
            "SELECT rowid FROM passages WHERE passages MATCH ? ORDER BY bm25(passages, ?, 1.0), rowid LIMIT ?",
            (" OR ".join(f'"{word}"' for word in terms), _HEADING_WEIGHT, limits.FETCH_PASSAGES),
        )
        return [int(row[0]) for row in hits]
    finally:
        index.close()
