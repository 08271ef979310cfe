"""A body as the text that is shown, by its kind; what is no text is named with its type and size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from scrimp.fetching import charsets, json_text, kinds
from scrimp.fetching.kinds import Kind
from scrimp.fetching.sending import Unfetched

if TYPE_CHECKING:
    from scrimp.fetching.sending import Answer

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONG = re.compile(f"[^\n]{{{limits.FETCH_LINE_CHARS + 1},}}")


class Rendered(NamedTuple):
    """text: what is shown. about: what the heading says of it, in pieces: `("html", "Title")`. is_text: not binary."""

    text: str
    about: tuple[str, ...]
    is_text: bool = True


def rendered(answer: Answer, *, is_raw: bool, keep_links: bool) -> Rendered:
    """The text of an answer; is_raw leaves HTML and JSON as they came.

    Raises:
        Unfetched: it cannot be read, or there is nothing in it.
    """
    if not answer.body:
        return Rendered("", ("empty",))
    content_type = answer.headers.get("content-type", "")
    kind, word = kinds.told(content_type, answer.body)
    if kind in (Kind.IMAGE, Kind.BINARY):
        return Rendered("", (f"{word}, {len(answer.body):,} bytes, not shown",), is_text=False)
    if kind is Kind.PDF:
        return _pdf(answer.body)
    text = charsets.decoded(answer.body, content_type).replace("\r\n", "\n").replace("\r", "\n")
    if kind is Kind.HTML and not is_raw:
        return _html(text, answer.url.text, keep_links=keep_links)
    if kind is Kind.JSON and not is_raw:
        text = json_text.laid_out(text)
    return _bounded(text, (word,))


def _pdf(body: bytes) -> Rendered:
    from scrimp.texts import pdf_text  # noqa: PLC0415 - for PDFs alone

    try:
        text, note = pdf_text.of(body)
    except pdf_text.NoPdf as error:
        raise Unfetched(str(error)) from None
    return _bounded(text, ("pdf", note))


def _html(html: str, base: str, *, keep_links: bool) -> Rendered:
    from scrimp.fetching import html_text  # noqa: PLC0415 - for HTML alone

    found = html_text.converted(html, base, keep_links=keep_links)
    about = [f'"{found.title}"'] if found.title else []
    if found.links_left_out:
        about.append(f'{found.links_left_out} link targets left out ("links": true has them)')
    if len(html) > limits.FETCH_HTML_CHARS:
        about.append(f"the first {limits.FETCH_HTML_CHARS:,} of {len(html):,} characters")
    if not found.text.strip():
        raise Unfetched("the page has no text without scripts; raw gives its HTML")
    return _bounded(found.text, ("html", *about))


def _bounded(text: str, about: tuple[str, ...]) -> Rendered:
    clean = _LONG.sub(_broken, _CONTROLS.sub("", text[: limits.FETCH_TEXT_CHARS]))
    if len(text) > limits.FETCH_TEXT_CHARS:
        about = (*about, f"the first {limits.FETCH_TEXT_CHARS:,} of {len(text):,} characters")
    return Rendered(clean, about)


def _broken(found: re.Match[str]) -> str:
    """A line too long to show parts of, in several, at spaces where there are any."""
    line, pieces = found.group(), list[str]()
    while len(line) > limits.FETCH_LINE_CHARS:
        at = line.rfind(" ", limits.FETCH_LINE_CHARS // 2, limits.FETCH_LINE_CHARS)
        cut = at + 1 if at > 0 else limits.FETCH_LINE_CHARS
        pieces.append(line[:cut])
        line = line[cut:]
    return "\n".join([*pieces, line])
