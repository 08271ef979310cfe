"""A body is shown as what it is, whatever its header calls it, in the letters that it was written with."""

from __future__ import annotations

import json
import re

import pytest

from scrimp.core import limits
from scrimp.fetching import charsets, kinds
from scrimp.fetching.json_text import laid_out
from scrimp.fetching.kinds import Kind
from scrimp.fetching.rendering import Rendered, rendered
from scrimp.fetching.sending import Answer, Unfetched
from scrimp.fetching.urls import parsed

URL = parsed("https://docs.example/x")


def of(body: bytes | str, kind: str = "", *, raw: bool = False) -> Rendered:
    content = body.encode() if isinstance(body, str) else body
    return rendered(Answer(URL, 200, "OK", {"content-type": kind}, content), is_raw=raw, keep_links=False)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("text/html; charset=utf-8", b"<p>x</p>", (Kind.HTML, "html")),
        ("text/plain", b"\n <!-- c -->\n<!DOCTYPE html><html>", (Kind.HTML, "html")),
        ("application/octet-stream", b"<html><body>", (Kind.HTML, "html")),
        ("application/xhtml+xml", b"<?xml version='1.0'?><html>", (Kind.HTML, "html")),
        ("text/plain", b"a <b> c", (Kind.TEXT, "text/plain")),
        ("text/html", b' {"a": 1}', (Kind.JSON, "json")),
        ("", b"[1, 2]", (Kind.JSON, "json")),
        ("application/problem+json; charset=utf-8", b"{}", (Kind.JSON, "json")),
        ("application/json", b"<!doctype html><html>", (Kind.HTML, "html")),
        ("text/markdown", b"# Head", (Kind.TEXT, "text/markdown")),
        ("application/xml", b"<a/>", (Kind.TEXT, "application/xml")),
        ("image/svg+xml", b"<svg/>", (Kind.TEXT, "image/svg+xml")),
        ("application/x-yaml", b"a: 1", (Kind.TEXT, "application/x-yaml")),
        ("application/unheard-of", b"plain words", (Kind.TEXT, "application/unheard-of")),
        ("application/unheard-of", b"\xff\xfe\xfd\xfc", (Kind.BINARY, "application/unheard-of")),
        ("application/unheard-of", b"\xe9\xe9\xe9\xe9\xe9 words", (Kind.BINARY, "application/unheard-of")),
        ("", b"", (Kind.TEXT, "text")),
        ("text/html", b"%PDF-1.7\n...", (Kind.PDF, "pdf")),
        ("text/html", b"\x89PNG\r\n\x1a\n....", (Kind.IMAGE, "png")),
        ("text/plain", b"RIFF\x10\x00\x00\x00WEBPVP8 ", (Kind.IMAGE, "webp")),
        ("application/octet-stream", b"PK\x03\x04....", (Kind.BINARY, "zip")),
        ("text/html", b"a\0b", (Kind.BINARY, "text/html")),
        ("", b"\0\1\2", (Kind.BINARY, "unnamed data")),
        ("image/x-icon", b"\0\0\1\0", (Kind.IMAGE, "image/x-icon")),
        ("text/plain", "\ufeffwide".encode("utf-16"), (Kind.TEXT, "text/plain")),
    ],
)
def test_a_body_is_told_by_its_first_bytes_before_its_header(
    kind: str, body: bytes, expected: tuple[Kind, str]
) -> None:
    assert kinds.told(kind, body) == expected


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [
        ("Käse €".encode(), "text/plain; charset=utf-8", "Käse €"),
        ("Käse €".encode(), "text/plain", "Käse €"),
        ("Käse €".encode(), "text/plain; charset=iso-8859-1", "Käse €"),
        ("Käse €".encode("cp1252"), "text/plain; charset=ISO-8859-1", "Käse €"),
        ("Käse €".encode("cp1252"), 'text/plain; charset="windows-1252"', "Käse €"),
        ("Käse".encode("latin-1"), "text/plain; charset=utf-8", "Käse"),
        ("Привет, мир".encode("koi8-r"), "text/html; charset=koi8-r", "Привет, мир"),
        ("日本語".encode("shift_jis"), "text/html; charset=Shift_JIS", "日本語"),
        ("中文".encode("gb18030"), "text/html; charset=gb2312", "中文"),
        (b"<meta charset=koi8-r>" + "Привет".encode("koi8-r"), "text/html", "<meta charset=koi8-r>Привет"),
        ("Привет, мир, это текст на русском языке.".encode("cp1251"), "", "Привет, мир, это текст на русском языке."),
        ("Größe über alles ".encode() * 30 + b"\xff", "text/plain", "Größe über alles " * 30 + "\ufffd"),
        (b"\xef\xbb\xbfmarked", "text/plain; charset=latin-1", "marked"),
        ("wide €".encode("utf-16"), "text/plain", "wide €"),
        ("\ufeffwide".encode("utf-16-be"), "text/plain", "wide"),
        (b"plain", "text/plain; charset=no-such-thing", "plain"),
        ("Käse".encode(), "text/plain; charset=undefined", "Käse"),  # a codec of Python that raises by design
        (b"", "", ""),
    ],
)
def test_letters_come_out_as_they_were_written(body: bytes, kind: str, text: str) -> None:
    assert charsets.decoded(body, kind) == text


class TestJson:
    """JSON is laid out without changing a sign of it."""

    def test_a_long_line_is_broken_at_its_brackets_and_short_values_stay_on_one(self) -> None:
        rows = ",".join(f'{{"id":{number},"name":"item {number}","tags":["a","b, c"]}}' for number in range(3))
        assert laid_out(
            f'{{"total":3,"price":1.50,"big":12345678901234567890.10,"items":[{rows}],"none":[],"o":{{}}}}'
        ) == (
            '{\n "total": 3,\n "price": 1.50,\n "big": 12345678901234567890.10,\n "items": [\n'
            '  {"id": 0, "name": "item 0", "tags": ["a", "b, c"]},\n'
            '  {"id": 1, "name": "item 1", "tags": ["a", "b, c"]},\n'
            '  {"id": 2, "name": "item 2", "tags": ["a", "b, c"]}\n ],\n "none": [],\n "o": {}\n}'
        )

    @pytest.mark.parametrize(
        "text",
        [
            '{"a":1}',
            '{\n"a":1}',
            "[" * 60 + "1" + "]" * 59,
            "[" * 90_000 + "]" * 90_000,
            "]" * 120,
            "no json " * 20,
            "",
        ],
    )
    def test_what_is_short_has_lines_or_is_none_stays_as_it_is(self, text: str) -> None:
        assert laid_out(text) == text

    def test_nothing_but_space_is_added_however_deep_it_is(self) -> None:
        text = '{"k":"' + 'x\\"[{' * 40 + '","v":' + "[" * 50 + "true,null" + "]" * 50 + "}"
        assert re.sub(r"\s", "", laid_out(text)) == re.sub(r"\s", "", text)
        small = json.dumps({"list": list(range(100)), "text": 'a "quoted" [word], {x: y}'}, separators=(",", ":"))
        assert json.loads(laid_out(small)) == json.loads(small)

    def test_raw_leaves_it(self) -> None:
        text = json.dumps(list(range(100)))
        assert of(text, "application/json", raw=True) == Rendered(text, ("json",))


def pdf(*pages: str) -> bytes:
    """A PDF with a line of text on each page."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {count} >>"]
    objects += ["<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    for number, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET"
        font = "/Resources << /Font << /F1 3 0 R >> >> /MediaBox [0 0 612 792]"
        objects += [f"<< /Type /Page /Parent 2 0 R {font} /Contents {5 + 2 * number} 0 R >>"]
        objects += [f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream"]
    out, places = b"%PDF-1.4\n", list[int]()
    for number, text in enumerate(objects):
        places.append(len(out))
        out += f"{number + 1} 0 obj\n{text}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return out + f"{head}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF".encode()


def test_a_pdf_is_its_text_page_by_page() -> None:
    assert of(pdf("First page", "Second page"), "application/pdf") == Rendered(
        "# Page 1\n\nFirst page\n\n# Page 2\n\nSecond page", ("pdf", "2 pages")
    )


def test_of_a_long_pdf_the_first_pages_are_read_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FETCH_PDF_PAGES", 1)
    assert of(pdf("First page", "Second page")) == Rendered("# Page 1\n\nFirst page", ("pdf", "the first 1 of 2 pages"))


def test_a_broken_pdf_is_an_error() -> None:
    with pytest.raises(Unfetched, match=r"^the PDF cannot be opened: "):
        of(b"%PDF-1.4 nothing else")


def test_what_is_no_text_is_named_with_its_size() -> None:
    assert of(b"\x89PNG\r\n\x1a\n" + b"x" * 2_000, "image/png") == Rendered(
        "", ("png, 2,008 bytes, not shown",), is_text=False
    )


def test_a_line_that_is_too_long_is_broken_and_loses_nothing() -> None:
    words = "word " * 700
    found = of(words + "\nshort\n" + "x" * 2_500, "text/plain").text
    assert max(len(line) for line in found.split("\n")) <= limits.FETCH_LINE_CHARS
    assert found.replace("\n", "") == words + "short" + "x" * 2_500


def test_control_characters_go_and_line_ends_are_one_kind() -> None:
    assert of("a\x1b[31m\x07b\r\nc\rd\te", "text/plain").text == "a[31mb\nc\nd\te"


def test_a_text_that_is_too_long_is_cut_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FETCH_TEXT_CHARS", 10)
    assert of("0123456789abc", "text/plain") == Rendered("0123456789", ("text/plain", "the first 10 of 13 characters"))
