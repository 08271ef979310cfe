"""The text of a PDF, each page under a heading with its number."""

from __future__ import annotations

import importlib
import threading
from typing import Any

from scrimp.core import limits

_ONE_AT_A_TIME = threading.Lock()
"""The library below is not made for several threads."""


class NoPdf(ValueError):  # noqa: N818 - it says what happened
    """It cannot be read; the message says why."""


def of(body: bytes) -> tuple[str, str]:
    """The text, and what a heading says of the file: `31 pages`.

    Raises:
        NoPdf: it is broken or locked.
    """
    pypdfium2: Any = importlib.import_module("pypdfium2")  # 45 ms, for PDFs alone; it has no types
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(body)
        except pypdfium2.PdfiumError as error:
            raise NoPdf(f"the PDF cannot be opened: {error}") from None
        try:
            count = len(document)
            read = min(count, limits.FETCH_PDF_PAGES)
            pages = [f"# Page {number + 1}\n\n{_page(document, number)}" for number in range(read)]
        finally:
            document.close()
    note = f"{count} page{'s' if count != 1 else ''}"
    return "\n\n".join(pages), note if read == count else f"the first {read} of {note}"


def _page(document: Any, number: int) -> str:  # noqa: ANN401 - see above
    page = document[number]
    try:
        text_page = page.get_textpage()
        try:
            return str(text_page.get_text_bounded()).replace("\r\n", "\n").strip()
        finally:
            text_page.close()
    finally:
        page.close()
