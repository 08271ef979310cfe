"""Pages of HTML, as curl prints them: the title, the headings and the text; scripts, styles and frames go first.

Of what the client would show whole only the insides of styles, of scripts and of drawings go. Of more the text that a
reader would see stays as far as there is room, the page's own before its navigation, and forms and links before frames.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit
from scrimp.core.compact.fit import CONTEXT, DETAIL, KEY, MUST, NEAR, NOISE, REST, SILENT, SPARE
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "html"
GAPS = fit.GAPS
WHOLE = frozenset[int]()
NEEDLES = ("<title", "<h1", "<h2", "<h3", "<main", "<article", "exception", 'role="alert"', "errorlist")

_BEGINS = pattern(r"(?i)\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--[^>]{0,500}-->\s*)?<(?:!doctype html|html)\b")
_ABOVE = pattern(
    r"(?:HTTP/\d[^\n]*|[\w-]{1,60}: [^\n]*|[<>*{}] [^\n]*|[ \r]{0,9}\d{0,9} {0,9}[\d.]{1,9}[kMG]? [^\n]*"
    r"|\s{1,40}(?:% Total|Dload)[^\n]*|)\n"
)
"""What curl prints above a page: its meter, headers (`-i`), what it did (`-v`)."""
_ABOVE_LINES = 120

_BLOCKS = (
    r"html|head|title|meta|link|base|body|header|footer|main|nav|aside|section|article|div|p|h[1-6]|ul|ol|li|dl|dt|dd"
    r"|table|thead|tbody|tfoot|tr|td|th|caption|form|fieldset|legend|label|input|button|select|option|textarea|pre"
    r"|blockquote|figure|figcaption|details|summary|dialog|script|style|noscript|template|iframe|svg|canvas|hr|br"
)
_BLOCK = pattern(rf"(?i)<(/?)({_BLOCKS})\b[^<>]*>")
_KEPT_AS_IS = frozenset({"pre", "textarea", "script", "style"})
"""White space counts in them."""
_NOTHING = pattern(r"&nbsp;|[\W_]+")
_TAG = pattern(r"</?[A-Za-z!][^<>]*>")
_UNSEEN = pattern(r"(?is)<(script|style|svg)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)")
_SPAN = pattern(r"(?i)</?span\b[^<>]*>|<wbr>")
_COLOURED = 4
"""A line with so many spans is source in colours, of which ten characters in eleven are tags."""
_OPENING = pattern(
    r"(?i)<(/?)(script|style|svg|head|nav|footer|header|aside|h[1-6]|title|pre|textarea|main|article)\b|(<!--)|(-->)"
)
_HIDDEN = ("script", "style", "svg", "<!--")
_AROUND = ("nav", "footer", "aside", "header", "head")
_HEADING = pattern(r"(?i)<(?:title|h[1-6])\b")
_TOLD = pattern(r"(?i)\b(?:class|id|role)\s*=\s*[\"'][^\"']*(?:error|exception|alert|invalid|warning|danger)")
_ACTS = pattern(r"(?i)<(?:form|input|button|select|option|a|iframe|img|area|video|audio)\b")
_ATTRIBUTE = pattern(
    r"(?i)(\s(?:class|style|d|points|path|srcset|sizes|integrity|nonce|onclick|x-[\w:.-]+|data-[\w-]+|aria-[\w-]+"
    r"|src|href|content|value)\s*=\s*\")([^\"]*)(?=\"|$)"
)
_NAMED = ("src", "href", "content", "value")
_LONG_LINE, _LONG_VALUE, _LONG_ADDRESS, _SHOWN = 300, 24, 300, 16
_TRACE = "Traceback (most recent call last):"
_TRACE_LINES, _OUTER_LINES, _INNER_LINES = 200, 3, 16
"""Of a traceback as text, so many lines of where it began and of where it was raised."""
_MOST_CHARS = 2_000_000


def looks_like(text: str, command: str) -> bool:  # noqa: ARG001 a page is known by how it begins
    """Whether `text` (the ends and the middle of the output) begins as a page, below what curl prints above one."""
    at = 0
    for _ in range(_ABOVE_LINES):
        if _BEGINS.match(text, at):
            return True
        above = _ABOVE.match(text, at)
        if not above:
            return False
        at = above.end()
    return False


def target(case: Case) -> int:
    """How many characters to cut to: all but what no reader sees, or as much of the text as an article has."""
    if case.fits:
        return case.chars + limits.MARKER_USUAL_CHARS
    return limits.TRACEBACK_CHARS if case.failed else limits.HTML_CHARS


def lay_out(text: str) -> str:
    """The text with its blocks on lines of their own where a line is long; within `pre` and scripts nothing moves."""
    head = text[:_MOST_CHARS]
    if not any(len(line) > _LONG_LINE for line in head.split("\n")):
        return text
    out: list[str] = []
    done, broken, within = 0, -1, ""
    for tag in _BLOCK.finditer(head):
        closes, name = tag.group(1), tag.group(2).lower()
        if within:
            if not (closes and name == within):
                continue
            within = ""
        elif not closes and name in _KEPT_AS_IS:
            within = name
        at = tag.end() if closes else tag.start()
        out.append(head[done:at])
        if at != broken and _stands_alone(head, at):
            out.append("\n")
            broken = at
        done = at
    out.append(text[done:])
    return "".join(out)


def _stands_alone(text: str, at: int) -> bool:
    """Whether a line break belongs at `at`: not where there is one, nor between a text and a closing tag."""
    return 0 < at < len(text) and text[at - 1] != "\n" and text[at] != "\n" and not text.startswith("</", at)


def shorten(line: str) -> str:
    """A line as it is shown: of attributes that lay out or encode the beginning, of source in colours the source."""
    if line.count("<span") >= _COLOURED:
        line = _SPAN.sub("", line)
    return _ATTRIBUTE.sub(_shortened, line) if "<" in line and "=" in line else line


def _shortened(found: re.Match[str]) -> str:
    name, value = found.group(1), found.group(2)
    is_address = not value.startswith("data:")
    least = _LONG_ADDRESS if is_address and name.split("=")[0].strip().lower() in _NAMED else _LONG_VALUE
    return name + (value if len(value) <= least else f"{value[:_SHOWN]}{fit.GAP}")


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    worths: list[int] = []
    place = _Place()
    for line in lines:
        cut = line[: limits.WIDEN_CHARS]
        inside = place.enter(cut)
        if case.fits:
            alone = len(cut) > _LONG_LINE and not inside.seen(cut).strip()
            blank = not cut.strip() and not inside.verbatim
            worths.append(NOISE if inside.body or alone else SILENT if blank else KEY)
        else:
            worths.append(_worth(cut, inside))
    if not case.fits:
        _grade_trace(lines, worths)
    return worths


def _grade_trace(lines: Sequence[str], worths: list[int]) -> None:
    """The last traceback that the page holds as text; an error page tells the request and settings below it."""
    start = next((at for at in range(len(lines) - 1, -1, -1) if lines[at].endswith(_TRACE)), -1)
    if start < 0:
        return
    end = start + 1
    while end < min(len(lines), start + _TRACE_LINES) and lines[end].startswith("  "):
        end += 1
    if end < len(lines) and lines[end].strip():
        end += 1  # the exception
    for index in range(start, end):
        edge = index < start + _OUTER_LINES or index >= end - _INNER_LINES
        worths[index] = SILENT if not lines[index].strip(" ^~") else KEY if edge else CONTEXT
    for index in range(end, len(lines)):
        if worths[index] > NEAR:
            worths[index] = max(worths[index], NOISE)


def _worth(line: str, inside: _Inside) -> int:
    if inside.hidden:
        return NOISE
    seen = inside.seen(line)
    if not _NOTHING.sub("", _TAG.sub("", seen)):
        acts = _ACTS.search(line) and not inside.around
        return NOISE if len(seen) < len(line) else SPARE if acts else SILENT
    if inside.heading or _HEADING.search(line):
        return MUST
    if inside.around or _TOLD.search(line):
        return NEAR if _TOLD.search(line) else SPARE
    return DETAIL if inside.main else (CONTEXT if inside.verbatim else REST)


class _Inside:
    """What a line is part of. body: the inside of a script, style or drawing that begins and ends on other lines."""

    __slots__ = ("_open", "around", "body", "heading", "hidden", "main", "verbatim")

    def __init__(self, before: dict[str, int], after: dict[str, int]) -> None:
        def both(*names: str) -> bool:
            return any(before.get(name, 0) > 0 and after.get(name, 0) > 0 for name in names)

        self.body = both("script", "style", "svg")
        self.hidden = both(*_HIDDEN)
        self.around = any(before.get(name, 0) > 0 or after.get(name, 0) > 0 for name in _AROUND)
        self.heading = any(before.get(name, 0) > 0 for name in ("title", "h1", "h2", "h3", "h4", "h5", "h6"))
        self.main = any(before.get(name, 0) > 0 or after.get(name, 0) > 0 for name in ("main", "article"))
        self.verbatim = before.get("pre", 0) > 0 or before.get("textarea", 0) > 0
        self._open = next((name for name in _HIDDEN if before.get(name, 0) > 0), "")

    def seen(self, line: str) -> str:
        """The line without what scripts, styles, drawings and comments have in it."""
        if self._open:
            end = "-->" if self._open == "<!--" else f"</{self._open}"
            at = line.lower().find(end)
            line = line[at + len(end) :] if at >= 0 else ""
        return _UNSEEN.sub("", line) if "<" in line else line


class _Place:
    """Which elements are open, line by line."""

    __slots__ = ("_same", "open")

    def __init__(self) -> None:
        self.open: dict[str, int] = {}
        self._same: _Inside | None = None

    def enter(self, line: str) -> _Inside:
        """What the line is part of, its own tags counted from now on."""
        tags = list(_OPENING.finditer(line)) if "<" in line or "-->" in line else []
        if tags or self._same is None:
            before = dict(self.open)
            for tag in tags:
                self._count(tag)
            self._same = None if tags else _Inside(before, self.open)
            return self._same or _Inside(before, self.open)
        return self._same

    def _count(self, tag: re.Match[str]) -> None:
        closes, name, begins, ends = tag.groups()
        hidden = next((other for other in _HIDDEN if self.open.get(other, 0)), "")
        if ends or begins:
            if ends or not hidden:
                self.open["<!--"] = 1 if begins else 0
            return
        name = name.lower()
        if hidden and name != hidden:
            return  # within a script or a comment a tag is text
        self.open[name] = max(0, self.open.get(name, 0) + (-1 if closes else 1))
