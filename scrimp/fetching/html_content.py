"""Which part of an HTML page is its content, and what in it is furniture.

An element that calls itself the content is taken if it holds enough of the page's text; of several, the innermost
named last in the table below. Furniture is taken out by what it is (scripts, navigation), never by what its class
sounds like, with the exception of the marks that documentation tools put after headings.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urldefrag, urljoin, urlsplit

from scrimp.core import limits

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_NAMED = (
    "div[role=main]",
    "main",
    "[role=main]",
    "article",
    "#apicontent",
    ".markdown-body",
    "div.body",
    "#main-content",
    "#content",
    "#main",
    ".content",
)
_NEVER_TEXT = ("script", "style", "template", "svg", "iframe", "object", "canvas", "link", "meta")
_FURNITURE_CSS = "nav, [role=navigation], [role=search], [role=banner], [role=contentinfo], dialog, button, select"
_MARKS_CSS = "a.headerlink, a.anchor, a.anchorjs-link, a.hash-link, a.header-anchor, a.mark, a.test-arrow"
_AROUND_CSS = "header, footer, aside"
_WORDLESS = re.compile(r"[\W_]*")
_ARTICLE_PARAGRAPHS = 5
_CONTENTS_LINKS = 4
_CONTENTS_SHARE = 0.95
_TECHNICAL_CSS = "pre, dl, table tr + tr, code"


def cleaned(tree: LexborHTMLParser) -> LexborNode | None:
    """The content of the page, without furniture; None where the page has no body. Changes the tree."""
    tree.strip_tags(list(_NEVER_TEXT))
    body = tree.body
    if body is None:
        return None
    whole = len(body.text())
    for css in _NAMED:
        for found in tree.css(css):
            if len(found.text()) >= whole * limits.FETCH_CONTAINER_SHARE:
                return _without(found, _FURNITURE_CSS, _MARKS_CSS)
    return _without(body, _FURNITURE_CSS, _MARKS_CSS, _AROUND_CSS)


def _without(node: LexborNode, *selectors: str) -> LexborNode:
    before = len(node.text())
    for css in selectors:
        for found in node.css(css):
            # A page that is all inside one such element (a form, a dialog) is still a page.
            if len(found.text()) < before / 2:
                found.decompose()
    for found in node.css("ul, ol"):
        if _is_contents(found):
            found.decompose()
    return node


def _is_contents(node: LexborNode) -> bool:
    """Whether a list is nothing but links to places on this page: it says what the headings say."""
    links = node.css("a[href]")
    if len(links) < _CONTENTS_LINKS or any(not (link.attributes.get("href") or "").startswith("#") for link in links):
        return False
    words = len(_WORDLESS.sub("", node.text()))
    return sum(len(_WORDLESS.sub("", link.text())) for link in links) >= words * _CONTENTS_SHARE


def is_article(tree: LexborHTMLParser) -> bool:
    """Whether the page is prose without a place named as its content: there an extractor for articles does better."""
    body = tree.body
    if body is None or len(body.css("p")) < _ARTICLE_PARAGRAPHS:
        return False
    return not body.any_css_matches((_TECHNICAL_CSS,)) and not tree.css(", ".join(_NAMED))


def with_links(node: LexborNode, base: str, *, is_kept: bool) -> int:
    """Makes link targets absolute, or takes out those that stay on the host; how many were taken out.

    They are a fifth of the characters of a documentation page. On a page that is mostly links they all stay.
    """
    for link in node.css("pre a"):
        link.unwrap()  # code is shown as it is typed
    links = node.css("a[href]")
    whole = len(node.text())
    if not is_kept and whole:
        is_kept = sum(len(link.text()) for link in links) >= whole * limits.FETCH_INDEX_SHARE
    dropped = 0
    for link in links:
        target = _target(link, base)
        if not target or not _WORDLESS.sub("", link.text()):
            link.unwrap()
        elif is_kept or _host(target) != _host(base):
            link.attrs["href"] = target
        else:
            dropped += 1
            link.unwrap()
    return dropped


def _target(link: LexborNode, base: str) -> str:
    """Where a link leads; '' where it leads nowhere else than this page, or to no page."""
    try:
        target = urljoin(base, (link.attributes.get("href") or "").strip())
        bare, _ = urldefrag(target)
    except ValueError:
        return ""
    # A longer one is data: a documentation's examples as a playground's URL.
    is_page = urlsplit(target).scheme in ("http", "https") and len(target) <= limits.FETCH_LINK_CHARS
    return target if is_page and bare != urldefrag(base).url else ""


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def without_images(node: LexborNode) -> None:
    """Each picture gives way to the words that describe it; one without goes."""
    for image in node.css("img"):
        words = (image.attributes.get("alt") or "").strip()
        if words:
            image.replace_with(words)
        else:
            image.decompose()
