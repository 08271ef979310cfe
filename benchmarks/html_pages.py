"""HTML to Markdown: ours beside trafilatura, markdownify and html-to-markdown on the kept pages: `make bench-html`.

Names of folders with HTML pages as arguments measure those as well, where `div.body`, `#apicontent`, `div.sect1`,
`div.refentry` or `main` is taken for a page's content; a page without one of them is left out and counted.
"""

from __future__ import annotations

import os
import re
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import html_to_markdown
import trafilatura
from selectolax.lexbor import LexborHTMLParser

from benchmarks import html_quality
from scrimp.core import tokens
from scrimp.fetching import html_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.html_quality import Kept, Truth

_GUESSES = ("div.body", "#apicontent", "div.refentry", "div.sect1", "main")
_BASE = "https://docs.example/page.html"
_EMPTY_LINES = re.compile(r"\n\s*\n+")
_ROUNDS = 3


class Page(NamedTuple):
    """A page and what is to be kept of it."""

    html: str
    truth: Truth


def _markdownify(html: str) -> str:
    # Its package has types that are not whole.
    module: Any = __import__("markdownify")
    return _EMPTY_LINES.sub("\n\n", str(module.markdownify(html, heading_style="ATX", strip=["script", "style"])))


def _trafilatura(html: str) -> str:
    return trafilatura.extract(html, output_format="markdown", include_tables=True, include_formatting=True) or ""


CONVERTERS: dict[str, Callable[[str], str]] = {
    "scrimp": lambda html: html_text.converted(html, _BASE).text,
    "scrimp, all links": lambda html: html_text.converted(html, _BASE, keep_links=True).text,
    "trafilatura": _trafilatura,
    "markdownify": _markdownify,
    "html-to-markdown": lambda html: html_to_markdown.convert(html).content or "",
}


def kept_pages() -> list[Page]:
    """The pages of tests/fetching/pages."""
    rows = [(html_quality.page(name), css) for name, css in html_quality.CONTENT.items()]
    return [Page(html, html_quality.truth(html, css)) for html, css in rows]


def pages_below(folder: str) -> tuple[list[Page], int]:
    """The pages of a folder, and how many have no content that can be told."""
    found: list[Page] = []
    left_out = 0
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(name for name in names if name.endswith((".html", ".htm"))):
            with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
                html = file.read()
            css = next((css for css in _GUESSES if LexborHTMLParser(html).css_first(css)), "")
            if css:
                found.append(Page(html, html_quality.truth(html, css)))
            left_out += not css
    return found, left_out


def show(title: str, pages: list[Page]) -> None:
    """The table over all pages, each converter in one run after the other."""
    print(f"\n{title}: {len(pages)} pages, {sum(len(page.html) for page in pages):,} characters of HTML")
    print(f"{'':20}{'words':>8}{'precise':>9}{'code':>8}{'heads':>8}{'cells':>8}{'tokens':>10}{'ms/page':>9}")
    for name, convert in CONVERTERS.items():
        parts: list[Kept] = []
        count_tokens = 0
        for page in pages:
            text = convert(page.html)
            parts.append(html_quality.measured(text, page.truth))
            count_tokens += tokens.estimate(text)
        shares = "".join(f"{found / of if of else 1:>8.3f}" for found, of in html_quality.added(parts))
        print(f"{name:20}{shares}{count_tokens:>11,}{_fastest_ms(convert, pages):>9.1f}")
    totals = html_quality.added(parts)  # pyright: ignore[reportPossiblyUnboundVariable] - there are converters
    print(f"of: {totals.words[1]:,} words, {totals.code[1]:,} lines of code, {totals.headings[1]:,} headings, "
          f"{totals.cells[1]:,} cells")  # fmt: skip


def _fastest_ms(convert: Callable[[str], str], pages: list[Page]) -> float:
    """Milliseconds a page, of the fastest of a few rounds over all."""
    rounds: list[float] = []
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        for page in pages:
            convert(page.html)
        rounds.append(time.perf_counter() - start)
    return min(rounds) * 1000 / len(pages)


def main() -> None:
    """The kept pages, then each folder named."""
    show("kept pages", kept_pages())
    for folder in sys.argv[1:]:
        pages, left_out = pages_below(folder)
        show(f"{folder} ({left_out} left out)", pages)


if __name__ == "__main__":
    main()
