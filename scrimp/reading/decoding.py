"""Bytes of a file as text: byte order mark, UTF-8, then what the bytes look like. What is no text is told apart."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from scrimp.core import limits

_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8 with a mark"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_CUT_LETTER_BYTES = 3
"""So many bytes at the end of a part may be the beginning of a letter."""

_WESTERN = "cp1252"
"""What text that is no UTF-8 nearly always is in source trees; its signs are latin-1's and more."""


_CYRILLIC = ("cp1251", "koi8_r")
_WORD = re.compile(rb"[\x80-\xff]{3}")
"""Words in Cyrillic letters have several in a row; accents, quotation marks and euros in western text stand alone."""


class Text(NamedTuple):
    """encoding: its name where it is not plain UTF-8; '' where it is."""

    text: str
    encoding: str


def is_binary(start: bytes) -> bool:
    """Whether a file that starts so is no text: a NUL, and no mark of a wide encoding."""
    return b"\0" in start and not any(start.startswith(mark) for mark, _, _ in _MARKS)


def is_utf8(start: bytes) -> bool:
    """Whether a file that starts so can be searched as it is; its look may end within a letter."""
    if b"\0" in start or start.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(start) - _CUT_LETTER_BYTES
    return True


def decoded(body: bytes, *, is_part: bool = False) -> Text:
    """The text; never fails: a byte that no encoding explains becomes U+FFFD. is_part: it may end within a letter."""
    for mark, name, word in _MARKS:
        if body.startswith(mark):
            return Text(body[len(mark) :].decode(name, "replace"), word)
    try:
        return Text(body.decode("utf-8"), "")
    except UnicodeDecodeError as error:
        if is_part and error.start >= len(body) - _CUT_LETTER_BYTES:
            return Text(body[: error.start].decode("utf-8"), "")
    name = _guessed(body[: limits.READ_GUESS_BYTES])
    return Text(body.decode(name, "replace"), name)


def _guessed(sample: bytes) -> str:
    """The encoding of what is not UTF-8.

    The library takes a few accents in western text for those of central Europe, so of the single-byte encodings with
    Latin letters always the western one is taken; its signs are latin-1's and more.
    """
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 22 ms, for the rare file

    best = from_bytes(sample, cp_isolation=[_WESTERN, *_CYRILLIC, "shift_jis", "euc_jp", "gb18030", "euc_kr"]).best()
    if best is None:
        return _WESTERN
    return _WESTERN if best.encoding in _CYRILLIC and not _WORD.search(sample) else best.encoding
