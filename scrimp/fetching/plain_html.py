"""The text of an HTML tree with its lines, rows and code, made without any converter.

What the converter cannot take (trees a thousand elements deep) must not be lost; this walks without recursion.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_BREAKS = frozenset(
    {"address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl", "dt", "figure"}
    | {"figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol"}
    | {"p", "pre", "section", "summary", "table", "tr", "ul"}
)
_ONE_BREAK = frozenset({"br", "tr", "li", "dt", "dd", "caption", "summary"})
"""No empty line after these: their rows stand together."""
_CELLS = frozenset({"td", "th"})
_SKIPPED = frozenset({"script", "style", "template", "svg", "head", "title", "noscript"})
_SPACES = re.compile(r"[ \t\r\f\v\n]+")
_EMPTY_LINES = re.compile(r"\n\s*\n+")


def text(top: LexborNode) -> str:
    """All text below `top`, a line for each block and table row, code as it stands."""
    pieces: list[str] = []
    node: LexborNode | None = top
    pre: LexborNode | None = None
    while node is not None:
        tag = node.tag or ""
        if tag == "-text":
            pieces.append(node.text_content or "" if pre is not None else _SPACES.sub(" ", node.text_content or ""))
        else:
            pieces.append(_before(node, tag))
            pre = node if tag == "pre" and pre is None else pre
        child = None if tag in _SKIPPED or tag == "-comment" else node.child
        if child is not None:
            node = child
            continue
        node, pre = _onward(node, top, pre, pieces)
    return _EMPTY_LINES.sub("\n\n", "".join(pieces)).strip("\n ")


def _before(node: LexborNode, tag: str) -> str:
    if tag in _CELLS:
        return " | " if node.prev is not None else ""
    if tag == "li":
        return "\n- "
    if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():  # noqa: PLR2004 - h1 to h6
        return f"\n\n{'#' * int(tag[1])} "
    return "\n" if tag in _BREAKS else ""


def _onward(
    node: LexborNode, top: LexborNode, pre: LexborNode | None, pieces: list[str]
) -> tuple[LexborNode | None, LexborNode | None]:
    """The next node in the document's order after all that is below `node`, closing the elements on the way."""
    here: LexborNode | None = node
    while here is not None:
        if here.tag in _BREAKS - _ONE_BREAK:
            pieces.append("\n")
        if pre is not None and here.mem_id == pre.mem_id:
            pre = None
        if here.mem_id == top.mem_id:
            return None, pre
        if here.next is not None:
            return here.next, pre
        here = here.parent
    return None, pre
