"""An open file as a document: lines with their numbers, or, for what is no text, what it is."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits
from scrimp.reading import big_files, decoding, images
from scrimp.reading.outlines import symbols_of
from scrimp.reading.places import Unread

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrimp.reading.opening import Opened
    from scrimp.reading.outlines.symbols import Symbol

_PDF = b"%PDF-"


class Stamp(NamedTuple):
    """What tells that a file is as it was. digest: of all its bytes; b'' for a file too large to hold."""

    changed_ns: int
    size_bytes: int
    digest: bytes


class Document:
    """A text, or what of it was asked for.

    shown: its name in answers; real: its path without links. lines: without line ends, numbered from `first`.
    about: what a heading says of it besides its lines. is_part: the file has other lines than these;
    goes_on: it was asked for more than is here.
    """

    def __init__(
        self, opened: Opened, lines: list[str], about: str = "", *, first: int = 1, is_part: bool = False
    ) -> None:
        self.shown = opened.located.shown
        self.real = opened.located.real
        self.lines = lines
        self.about = about
        self.first = first
        self.is_part = is_part
        self.goes_on = False
        self.size_bytes = opened.size_bytes
        self.stamp = Stamp(opened.changed_ns, opened.size_bytes, b"")

    @property
    def last(self) -> int:
        """The number of its last line; one less than `first` where there is none."""
        return self.first + len(self.lines) - 1

    @cached_property
    def symbols(self) -> list[Symbol]:
        """What an outline of it shows; empty where there is none, or only a part of the file is here."""
        return [] if self.is_part else symbols_of(self.shown, self.lines)


class Named(NamedTuple):
    """What is no text. what: `png image, 640 x 480 pixels`."""

    shown: str
    what: str
    size_bytes: int


def loaded(opened: Opened, lines: tuple[int, int | None] | None = None, *, tail: int = 0) -> Document | Named:
    """The file as text; of one too large to hold the lines asked for, or its last `tail`, or its beginning.

    Raises:
        Unread: it is broken, or has no such lines.
    """
    start = opened.file.read(limits.READ_LOOK_BYTES)
    image = images.told(start)
    if image:
        return Named(opened.located.shown, str(image), opened.size_bytes)
    if start.startswith(_PDF) and opened.size_bytes <= limits.FETCH_BODY_BYTES:
        return _converted(opened, start + opened.file.read(limits.FETCH_BODY_BYTES), _pdf)
    if decoding.is_binary(start):
        return Named(opened.located.shown, "binary", opened.size_bytes)
    if opened.size_bytes > limits.READ_WHOLE_BYTES:
        return _part(opened, lines, tail)
    body = start + opened.file.read(limits.READ_WHOLE_BYTES)
    if opened.located.real.endswith(".ipynb") and body.lstrip().startswith(b"{"):
        return _converted(opened, body, _notebook)
    return _text(opened, body)


def _text(opened: Opened, body: bytes) -> Document:
    text, encoding = decoding.decoded(body)
    document = Document(opened, split(text), encoding)
    document.stamp = document.stamp._replace(digest=_digest(body))
    return document


def _converted(opened: Opened, body: bytes, convert: Callable[[bytes], tuple[str, str]]) -> Document:
    text, about = convert(body)
    document = Document(opened, split(text), about)
    document.stamp = document.stamp._replace(digest=_digest(body))
    return document


def _pdf(body: bytes) -> tuple[str, str]:
    from scrimp.texts import pdf_text  # noqa: PLC0415 - for PDFs alone

    try:
        text, note = pdf_text.of(body)
    except pdf_text.NoPdf as error:
        raise Unread(str(error)) from None
    return text, f"text of a PDF, {note}"


def _notebook(body: bytes) -> tuple[str, str]:
    from scrimp.reading import notebooks  # noqa: PLC0415 - for notebooks alone

    text, encoding = decoding.decoded(body)
    try:
        return notebooks.as_text(text), "cells of a notebook"
    except ValueError:
        return text, encoding


def _part(opened: Opened, lines: tuple[int, int | None] | None, tail: int) -> Document:
    total = big_files.count(opened.file) if tail else 0
    first, last = (max(1, total - tail + 1), None) if tail else lines or (1, None)
    part = big_files.part(opened.file, first, last)
    if part is None:
        raise Unread(f"it has no line {first:,}, or that is further than {limits.READ_SCAN_BYTES:,} bytes into it")
    text, encoding = decoding.decoded(part.body, is_part=True)
    document = Document(opened, split(text), encoding, first=first, is_part=True)
    document.goes_on = not part.is_end and (last is None or document.last < last)
    return document


def split(text: str) -> list[str]:
    r"""Lines at `\n` alone, as editors and compilers number them; a `\r` before it is dropped."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    return [line.removesuffix("\r") for line in lines] if "\r\n" in text else lines


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()
