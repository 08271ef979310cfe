"""An HTML page as Markdown: its content without furniture, with headings, code, tables and lists as they were.

The converter is html-to-markdown 3: it gives a ConversionResult, whose warnings tell when it skipped what was nested
too deep (20,000 elements give "", 3,000 unclosed `<b>` lose a third). Letters are counted on both sides, and where
they got lost the plain text is taken instead. Prose without a place for its content goes to trafilatura, which knows
articles (F1 .96 against .87 on 181 news pages), if that keeps most of its paragraphs.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from scrimp.core import limits
from scrimp.fetching import html_content, plain_html

if TYPE_CHECKING:
    from html_to_markdown import ConversionOptions
    from selectolax.lexbor import LexborNode

_ARTICLE_SHARE = 0.6
"""An extraction with fewer letters than this share of the paragraphs' took a part of the page for the whole."""


class Converted(NamedTuple):
    """text: Markdown. title: of the page. links_left_out: link texts that stand without their targets."""

    text: str
    title: str
    links_left_out: int


def converted(html: str, base: str, *, keep_links: bool = False) -> Converted:
    """The page; base is the URL that relative links start from."""
    tree = LexborHTMLParser(html[: limits.FETCH_HTML_CHARS])
    title = _title(tree)
    if not keep_links and html_content.is_article(tree):
        found = _article(html, tree)
        if found:
            return Converted(found, title, 0)
    content = html_content.cleaned(tree)
    if content is None:
        return Converted("", title, 0)
    dropped = html_content.with_links(content, base, is_kept=keep_links)
    html_content.without_images(content)
    return Converted(_markdown(content), title, dropped)


def _title(tree: LexborHTMLParser) -> str:
    found = tree.css_first("head title") or tree.css_first("h1")
    return " ".join(found.text().split()) if found else ""


def _markdown(content: LexborNode) -> str:
    from html_to_markdown import convert  # noqa: PLC0415 - 20 ms, for HTML alone

    try:
        found = (convert(content.html or "", _options()).content or "").strip("\n")
    except Exception:  # noqa: BLE001 - a library that changes weekly; what it cannot do is done plainly
        found = ""
    return (
        found
        if _letters(found) >= _letters(content.text()) * limits.FETCH_CONVERTED_SHARE
        else plain_html.text(content)
    )


@functools.cache
def _options() -> ConversionOptions:
    from html_to_markdown import ConversionOptions  # noqa: PLC0415 - see above

    return ConversionOptions(compact_tables=True, hidden_content="reachable")


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _article(html: str, tree: LexborHTMLParser) -> str:
    try:
        from trafilatura import extract  # noqa: PLC0415 - 250 ms, for articles alone

        found = extract(html, output_format="markdown", include_formatting=True, include_comments=False, fast=True)
    except Exception:  # noqa: BLE001 - as above; old installers leave out a package that it needs (lxml_html_clean)
        return ""
    paragraphs = sum(_letters(node.text()) for node in tree.css("p"))
    return found if found and _letters(found) >= paragraphs * _ARTICLE_SHARE else ""
