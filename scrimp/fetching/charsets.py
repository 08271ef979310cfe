"""Bytes of a page as text: byte order mark, header, `<meta>`, then UTF-8, then what the bytes look like."""

from __future__ import annotations

import codecs
import re

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_IN_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_BYTES = 4_096
_GUESS_BYTES = 65_536
_LAST_ASCII = 0x7F
_TORN_SHARE = 0.1
"""UTF-8 with a few broken letters among many good ones is UTF-8."""
_ACCENTS_SHARE = 0.3
"""Fewer foreign letters than this are the accents of a Western language, which guessing takes for cp1250 (measured)."""
_BROWSERS_READ = {
    "iso-8859-1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "latin-1": "cp1252",
    "gb2312": "gb18030",
}
"""Browsers read these as their supersets (the WHATWG encoding standard), and pages are written for browsers."""


def decoded(body: bytes, content_type: str = "") -> str:
    """The text; never fails: a byte that no encoding explains becomes U+FFFD."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace")
    for name in _named(body, content_type):
        try:
            return body.decode(name)
        except (UnicodeError, LookupError):  # of `undefined` not even a decoding error
            continue
    return _guessed(body)


def _named(body: bytes, content_type: str) -> list[str]:
    header = _IN_HEADER.search(content_type)
    meta = _IN_META.search(body[:_META_BYTES])
    found = [header.group(1)] if header else []
    found += [meta.group(1).decode("ascii", "replace")] if meta else []
    known = [_BROWSERS_READ.get(name.lower(), name.lower()) for name in found]
    # A page whose single-byte charset is a lie is nearly always UTF-8, and no other text is valid UTF-8 by chance.
    return ["utf-8", *known] if all(name in ("cp1252", "utf-8", "utf8") for name in known) else [*known, "utf-8"]


def _guessed(body: bytes) -> str:
    """Bytes that are not in the encoding that they are said to be in, or are said to be in none."""
    high = sum(byte > _LAST_ASCII for byte in body[:_GUESS_BYTES])
    torn = body.decode("utf-8", "replace")
    if torn[:_GUESS_BYTES].count("\ufffd") < high * _TORN_SHARE:
        return torn
    if high < len(body[:_GUESS_BYTES]) * _ACCENTS_SHARE:
        return body.decode("cp1252", "replace")
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 22 ms, for the rare page

    best = from_bytes(body[:_GUESS_BYTES]).best()
    return body.decode(best.encoding if best else "utf-8", "replace")
