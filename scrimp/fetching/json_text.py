"""JSON laid out so that parts of it can be shown, every number and string as it came.

What already has several lines stays as it is. One long line is broken at its brackets: a value up to
`limits.JSON_ROW_CHARS` stays on one line. Nothing is read into numbers, which would round them.
"""

from __future__ import annotations

import re

from scrimp.core import limits

_SIGN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s"\[\]{},:]+')
_CLOSING = {"[": "]", "{": "}"}


def laid_out(text: str) -> str:
    """The document with line breaks; as it is where it has them, is short, or is no JSON."""
    if "\n" in text.strip() or len(text) <= limits.JSON_ROW_CHARS:
        return text
    signs = _SIGN.findall(text)
    lengths = _lengths(signs)
    return "".join(_lines(signs, lengths)) if lengths else text


def _lengths(signs: list[str]) -> dict[int, int]:
    """How long each bracket's value is on one line, by the place where it opens; empty where they do not match.

    Or where they are nested too deep.
    """
    found: dict[int, int] = {}
    opened: list[tuple[int, int]] = []
    so_far = 0
    for place, sign in enumerate(signs):
        so_far += len(sign) + (sign in ",:")
        if sign in _CLOSING:
            opened.append((place, so_far - 1))
            if len(opened) > limits.JSON_DEPTH:
                return {}
        elif sign in "]}":
            if not opened or _CLOSING[signs[opened[-1][0]]] != sign:
                return {}
            start, before = opened.pop()
            found[start] = so_far - before
    return {} if opened else found


def _lines(signs: list[str], lengths: dict[int, int]) -> list[str]:
    pieces: list[str] = []
    depth = 0
    flat_depth = 0  # brackets that are open inside a value on one line
    for place, sign in enumerate(signs):
        if sign in _CLOSING:
            if flat_depth or lengths[place] <= limits.JSON_ROW_CHARS:
                flat_depth += 1
                pieces.append(sign)
            else:
                depth += 1
                pieces.append(f"{sign}\n{' ' * depth}")
        elif sign in "]}" and len(sign) == 1:
            if flat_depth:
                flat_depth -= 1
                pieces.append(sign)
            else:
                depth -= 1
                pieces.append(f"\n{' ' * depth}{sign}")
        elif sign == ",":
            pieces.append(", " if flat_depth else f",\n{' ' * depth}")
        else:
            pieces.append(": " if sign == ":" else sign)
    return pieces
