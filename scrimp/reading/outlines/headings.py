"""Headings of Markdown."""

from __future__ import annotations

import re

from scrimp.reading.outlines.symbols import Symbol

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_NO_PARAGRAPH = re.compile(r"\s*$|\s*([-*+>|]|\d+[.)])|    ")


def symbols(lines: list[str]) -> list[Symbol]:
    """The headings; a section ends before the next heading of its level or a higher one."""
    found = _found(lines)
    names: list[str] = []
    levels: list[int] = []
    symbols: list[Symbol] = []
    for place, (level, title, first, last) in enumerate(found):
        while levels and levels[-1] >= level:
            levels.pop()
            names.pop()
        levels.append(level)
        names.append(title)
        end = next((start - 1 for other, _, start, _ in found[place + 1 :] if other <= level), len(lines))
        while end > last and not lines[end - 1].strip():
            end -= 1
        symbols.append(Symbol(tuple(names), first, end, first, last))
    return symbols


def _found(lines: list[str]) -> list[tuple[int, str, int, int]]:
    """Level, title, first and last line of each heading."""
    found: list[tuple[int, str, int, int]] = []
    fence = ""
    for number, line in enumerate(lines, 1):
        marks = _FENCE.fullmatch(line)
        if fence:
            if marks and marks[1].startswith(fence) and not marks[2].strip():
                fence = ""
            continue
        if marks:
            fence = marks[1]
        elif heading := _HEADING.fullmatch(line):
            found.append((len(heading[1]), heading[2], number, number))
        elif number > 1 and (under := _UNDERLINE.fullmatch(line)) and _is_paragraph(lines[number - 2]):
            found.append((1 if under[1][0] == "=" else 2, lines[number - 2].strip(), number - 1, number))
    return found


def _is_paragraph(line: str) -> bool:
    """Whether a ruling below a line makes it a heading."""
    return not _NO_PARAGRAPH.match(line) and not _HEADING.fullmatch(line)
