"""What a body is, by its first bytes before its header: servers call JSON text, HTML text/plain, PDFs octet-stream."""

from __future__ import annotations

import re
from enum import Enum


class Kind(Enum):
    """What is done with a body. The value is the word a heading uses."""

    HTML = "html"
    JSON = "json"
    TEXT = "text"
    PDF = "pdf"
    IMAGE = "image"
    BINARY = "binary"


_LOOK_BYTES = 8_192
_MAGIC = (
    (b"%PDF-", Kind.PDF, "pdf"),
    (b"\x89PNG\r\n\x1a\n", Kind.IMAGE, "png"),
    (b"\xff\xd8\xff", Kind.IMAGE, "jpeg"),
    (b"GIF8", Kind.IMAGE, "gif"),
    (b"PK\x03\x04", Kind.BINARY, "zip"),
    (b"\x1f\x8b", Kind.BINARY, "gzip"),
    (b"\x7fELF", Kind.BINARY, "program"),
)
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_HTML_START = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_JSON_START = re.compile(rb"\s*[\[{]")
_JSON_TYPE = re.compile(r"application/(.*\+)?json|text/json")
_TEXT_TYPE = re.compile(r"text/.*|application/(xml|.*\+xml|javascript|x-javascript|ecmascript|x?-?yaml|toml|sql|x-sh)")


def told(content_type: str, body: bytes) -> tuple[Kind, str]:
    """The kind, and a word for it: `(IMAGE, "png")`, `(TEXT, "text/csv")`, `(BINARY, "application/zip")`."""
    named = content_type.partition(";")[0].strip().lower()
    for magic, kind, word in _MAGIC:
        if body.startswith(magic):
            return kind, word
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return Kind.IMAGE, "webp"
    start = body[:_LOOK_BYTES]
    if b"\0" in start and not start.startswith(_WIDE_MARKS) and "utf-16" not in content_type.lower():
        return (Kind.IMAGE if named.startswith("image/") else Kind.BINARY), named or "unnamed data"
    return _of_text(named, start)


def _of_text(named: str, start: bytes) -> tuple[Kind, str]:
    bare = start.removeprefix(b"\xef\xbb\xbf")
    if _HTML_START.match(bare):
        return Kind.HTML, "html"
    if _JSON_TYPE.fullmatch(named) or (named in ("", "text/html", "text/plain") and _JSON_START.match(bare)):
        return Kind.JSON, "json"
    if named in ("text/html", "application/xhtml+xml"):
        return Kind.HTML, "html"
    if not named or _TEXT_TYPE.fullmatch(named) or named.startswith("image/svg"):
        return Kind.TEXT, named or "text"
    return (Kind.TEXT if _is_utf8(start) else Kind.BINARY), named


def _is_utf8(start: bytes) -> bool:
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(start) - 4  # a letter cut at the end of the look
    return True
