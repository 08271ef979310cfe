"""How much of an HTML page's content a converter keeps: words, lines of code, headings and table cells.

The truth is the element that holds the content, named by hand for each page, read straight from the tree: no converter
and none of our own picking has a part in it.
"""

from __future__ import annotations

import gzip
import os
import re
from collections import Counter
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

FOLDER = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests", "fetching", "pages")
CONTENT = {
    "flask_config": "div.body",
    "node_path": "#apicontent",
    "node_timers": "#apicontent",
    "postgres_functions_comparison": "div.sect1",
    "postgres_sql_vacuum": "div.refentry",
    "python_shlex": "div.body",
    "python_struct": "div.body",
    "rust_book_ownership": "main",
    "rust_reference_boolean": "main",
    "rustdoc_mem_swap": "#main-content",
}
"""Each kept page, and where its content is."""

_OUTSIDE = "script, style, template, nav, a.headerlink, a.mark, a.anchor, button, .buttons, #copy-path"
_TARGET = re.compile(r"\]\([^)]*\)")
_WORD = re.compile(r"\w+")


class Truth(NamedTuple):
    """Of a page's content: its words with their counts, lines of code, headings, cells (as words)."""

    words: Counter[str]
    code: list[str]
    headings: list[str]
    cells: list[str]


class Kept(NamedTuple):
    """What is found of it, each as (found, of); precision is the share of the output's words that are content."""

    words: tuple[int, int]
    precision: tuple[int, int]
    code: tuple[int, int]
    headings: tuple[int, int]
    cells: tuple[int, int]


def page(name: str) -> str:
    """The HTML of a kept page."""
    with gzip.open(os.path.join(FOLDER, f"{name}.html.gz"), "rt", encoding="utf-8") as file:
        return file.read()


def truth(html: str, css: str) -> Truth:
    """What a converter should keep of the element `css`."""
    content = LexborHTMLParser(html).css_first(css)
    assert content is not None, css
    for outside in content.css(_OUTSIDE):
        outside.decompose()
    code = [line.rstrip() for pre in content.css("pre") for line in pre.text().splitlines() if line.strip()]
    cells = [_words(cell) for cell in content.css("td, th")]
    headings = [_words(heading) for level in range(1, 7) for heading in content.css(f"h{level}")]
    return Truth(Counter(_WORD.findall(content.text(separator=" "))), code, headings, [one for one in cells if one])


def _words(node: LexborNode) -> str:
    return " ".join(_WORD.findall(node.text(separator=" ")))


def measured(markdown: str, wanted: Truth) -> Kept:
    """How much of the truth an output keeps."""
    text = _TARGET.sub("]", markdown)
    lines = text.splitlines()
    found = Counter(_WORD.findall(text))
    common = sum((found & wanted.words).values())
    rows = [" ".join(_WORD.findall(line)) for line in lines if line.lstrip().startswith("|")]
    titles = {" ".join(_WORD.findall(line)) for line in lines if line.lstrip("> ").startswith("#")}
    return Kept(
        (common, sum(wanted.words.values())),
        (common, sum(found.values())),
        (sum(_has_code(line, lines) for line in set(wanted.code)), len(set(wanted.code))),
        (sum(one in titles for one in wanted.headings), len(wanted.headings)),
        (sum(any(_in(cell, row) for row in rows) for cell in wanted.cells), len(wanted.cells)),
    )


def _has_code(line: str, lines: list[str]) -> bool:
    """Whether a line of code is there with its indentation, which a list around it may have deepened."""
    return any(one.rstrip().endswith(line) and not one.rstrip()[: -len(line)].strip(" >\t") for one in lines)


def _in(cell: str, row: str) -> bool:
    return f" {cell} " in f" {row} "


def added(parts: list[Kept]) -> Kept:
    """The sums over pages."""
    return Kept(
        *((sum(one[0] for one in column), sum(one[1] for one in column)) for column in zip(*parts, strict=True))
    )
