"""Whatever a file is: its text, what it is, or one clear error; and never a wait."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import zlib

import pytest

from scrimp.core import limits
from scrimp.reading import opening, places
from scrimp.reading.places import Place, Roots, Unread
from scrimp.reading.wanted import Wanted
from tests.reading.world import World, no_rules

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 640, 480, 8, 2, 0, 0, 0)
GIF = b"GIF89a" + struct.pack("<HH", 10, 20)
BMP = b"BM" + struct.pack("<IHHIIii", 0, 0, 0, 54, 40, 30, -40)
JPEG = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08" + struct.pack(">HH", 48, 64) + b"\x03" * 10
WEBP = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (99).to_bytes(3, "little") + (49).to_bytes(3, "little")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (PNG, "png image, 640 x 480 pixels"),
        (GIF, "gif image, 10 x 20 pixels"),
        (BMP, "bmp image, 30 x 40 pixels"),
        (JPEG, "jpeg image, 64 x 48 pixels"),
        (WEBP, "webp image, 100 x 50 pixels"),
        (b"\xff\xd8\xff", "jpeg image"),
        (b"\x7fELF\0\0\0", "binary"),
        (zlib.compress(b"x" * 99) + b"\0", "binary"),
    ],
)
def test_what_is_no_text_is_named(world: World, body: bytes, what: str) -> None:
    world.write({"it": body})
    assert world.answer("it") == f"## it: {what}, {len(body):,} bytes, not shown"


@pytest.mark.parametrize(
    ("body", "about", "line"),
    [
        ("é\n".encode(), "", "é"),
        (b"\xef\xbb\xbfa\n", " (UTF-8 with a mark)", "a"),
        ("aé\n".encode("utf-16"), " (UTF-16)", "aé"),
        (b"\xfe\xff" + "aé\n".encode("utf-16-be"), " (UTF-16)", "aé"),
        ("Füße und Größe, déjà vu\n".encode("latin-1"), " (cp1252)", "Füße und Größe, déjà vu"),
        ("“quoted” and €5\n".encode("cp1252"), " (cp1252)", "“quoted” and €5"),
        ("Привет, мир, как дела сегодня\n".encode("cp1251"), " (cp1251)", "Привет, мир, как дела сегодня"),
    ],
)
def test_text_in_another_encoding_is_decoded_and_the_heading_says_so(
    world: World, body: bytes, about: str, line: str
) -> None:
    world.write({"it.txt": body})
    assert world.answer("it.txt") == f"## it.txt: 1 line{about}\n1\t{line}"


def test_lines_end_at_newlines_alone(world: World) -> None:
    world.write({"it.txt": "a\fb\r\nc\u2028d\x85e\n\nf"})
    assert world.answer("it.txt") == "## it.txt: 4 lines\n1\ta\fb\n2\tc\u2028d\x85e\n3\t\n4\tf"


def test_pipes_sockets_and_folders_are_told_without_waiting(world: World) -> None:
    os.mkfifo(f"{world.folder}/pipe")
    os.mkdir(f"{world.folder}/empty")
    with socket.socket(socket.AF_UNIX) as server:
        folder = os.getcwd()
        os.chdir(world.folder)  # a socket's path may have some 100 characters
        try:
            server.bind("socket")
        finally:
            os.chdir(folder)
        told = [item.error for item in world.read("pipe", "socket", "empty")]
    assert told == [
        "it is a pipe",
        "it is a socket",
        'it is a folder with nothing in it; batch_read "empty/*" or batch_read "empty/**" reads what is in it',
    ]


def test_a_folder_that_became_a_link_after_the_look_gives_nothing_away(world: World) -> None:
    world.write({"a/f": "mine\n", "../outside/f": "secret\n"})
    roots = Roots(Place(world.folder, [world.folder], "/nowhere", no_rules))
    located = roots.locate("a/f")
    os.rename(f"{world.folder}/a", f"{world.folder}/b")
    os.symlink(f"{world.folder}/../outside", f"{world.folder}/a")
    with pytest.raises(Unread, match="outside the folders"):
        opening.opened(located, roots)


def test_a_file_that_became_a_link_after_the_look_gives_nothing_away(world: World) -> None:
    world.write({"f": "mine\n", "../secret": "secret\n"})
    roots = Roots(Place(world.folder, [world.folder], "/nowhere", no_rules))
    located = roots.locate("f")
    os.remove(f"{world.folder}/f")
    os.symlink("../secret", f"{world.folder}/f")
    with pytest.raises(Unread, match="circle"):
        opening.opened(located, roots)


def test_a_file_that_became_a_link_between_the_look_and_the_opening_gives_nothing_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.write({"f": "mine\n", "../secret": "secret\n"})
    roots = Roots(Place(world.folder, [world.folder], "/nowhere", no_rules))
    real_open = os.open

    def swapping(path: str, flags: int) -> int:
        os.remove(path)
        os.symlink("../secret", path)
        return real_open(path, flags)

    located = roots.locate("f")
    monkeypatch.setattr(os, "open", swapping)
    with pytest.raises(Unread, match="circle"):
        opening.opened(located, roots)


def test_a_file_that_may_not_be_read_says_why(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.write({"f": "x\n"})

    def refused(path: str, flags: int) -> int:
        raise PermissionError(13, "Permission denied", path, flags)

    monkeypatch.setattr(os, "open", refused)
    assert [item.error for item in world.read("f")] == ["it cannot be read: permission denied"]


def test_what_the_system_says_is_told_without_the_path() -> None:
    assert places.reason(OSError(36, "File name too long", "/x")) == "file name too long"


def test_five_gigabytes_are_read_in_parts(world: World) -> None:
    path = f"{world.folder}/huge.log"
    lines = b"".join(b"line %d\n" % number for number in range(1, 200_001))
    with open(path, "wb") as file:
        file.write(lines)
        file.truncate(5 * 1024**3)
    size = f"{5 * 1024**3:,}"
    whole, middle, head = world.read("huge.log", "huge.log:150000-150001", Wanted("huge.log", "head", line_count=2))
    shown = lines[: limits.READ_PART_BYTES].count(b"\n")
    assert whole.heading == f"huge.log:1-{shown} of a file of {size} bytes"
    assert whole.within(10_000_000).left_out == f'the file goes on; batch_read "huge.log:{shown + 1}-"'
    assert world.answer("huge.log:150000-150001") == (
        f"## huge.log:150000-150001 of a file of {size} bytes\n150000\tline 150000\n150001\tline 150001"
    )
    assert (middle.content(), head.content()) == ("line 150000\nline 150001", "line 1\nline 2")


def test_the_end_of_a_large_file_has_its_own_numbers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READ_WHOLE_BYTES", 1_000)
    monkeypatch.setattr(limits, "READ_PART_BYTES", 500)
    world.write({"big.txt": "".join(f"line {number}\n" for number in range(1, 501))})
    size = os.path.getsize(f"{world.folder}/big.txt")
    assert world.answer(Wanted("big.txt", "tail", line_count=2)) == (
        f"## big.txt:499-500 of a file of {size:,} bytes\n499\tline 499\n500\tline 500"
    )
    (beyond,) = world.read("big.txt:501-")
    assert beyond.error.startswith("it has no line 501")
    assert world.answer("big.txt#x").endswith(
        "it is too large to be looked through for names; ask for lines: big.txt:1-200]"
    )


def test_following_the_continuations_of_a_large_file_gives_every_line_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "READ_WHOLE_BYTES", 1_000)
    monkeypatch.setattr(limits, "READ_PART_BYTES", 500)
    lines = [f"line {number} é" for number in range(1, 301)]
    world.write({"big.txt": "\n".join(lines) + "\n"})
    spec, seen = "big.txt", list[str]()
    while spec:
        (item,) = world.read(spec)
        seen += item.content().split("\n")
        spec = json.loads(item.within(10**9).left_out.partition("batch_read ")[2] or '""')
    assert seen == lines


def notebook(*cells: dict[str, object]) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_a_notebook_is_its_cells_with_numbers_and_short_outputs(world: World) -> None:
    png = base64.b64encode(PNG).decode()
    world.write(
        {
            "n.ipynb": notebook(
                {"cell_type": "markdown", "id": "aa", "source": ["# Title\n", "text"]},
                {
                    "cell_type": "code",
                    "source": "print(1)\n1/0",
                    "outputs": [
                        {"output_type": "stream", "name": "stdout", "text": ["1\n"]},
                        {"output_type": "display_data", "data": {"image/png": png}},
                        {"output_type": "execute_result", "data": {"text/plain": ["x"] * 2_000, "text/html": "<b>"}},
                        {
                            "output_type": "error",
                            "ename": "E",
                            "evalue": "v",
                            "traceback": ["\x1b[31mline\x1b[0m", "E: v"],
                        },
                    ],
                },
            )
        }
    )
    assert world.answer("n.ipynb") == (
        "## n.ipynb: 16 lines (cells of a notebook)\n1\t# %% [markdown] cell 1 (id aa)\n2\t# Title\n3\ttext\n4\t\n"
        "5\t# %% [code] cell 2\n6\tprint(1)\n7\t1/0\n8\t# output:\n9\t1\n10\t# output (also image/png, not shown)\n"
        f"11\t# output:\n12\t{'x' * 990}\n13\t[1,010 characters of this output left out]\n"
        "14\t# error:\n15\tline\n16\tE: v"
    )


def test_a_broken_notebook_is_read_as_text(world: World) -> None:
    world.write({"n.ipynb": "{broken\n", "m.ipynb": "{}\n"})
    assert world.answer("n.ipynb", "m.ipynb") == "## n.ipynb: 1 line\n1\t{broken\n\n## m.ipynb: 1 line\n1\t{}"


def pdf(text: str) -> bytes:
    stream = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 %s >> >> >>"
        % b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    body = b"%PDF-1.4\n"
    offsets: list[int] = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(body)
    return body + b"xref\n0 5\n0000000000 65535 f \n%strailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table,
        start,
    )


def test_a_pdf_is_its_text_page_by_page(world: World) -> None:
    world.write({"a.pdf": pdf("Hello reader"), "b.pdf": b"%PDF-1.4 broken"})
    whole, broken = world.answer("a.pdf"), world.read("b.pdf")[0].error
    assert whole == "## a.pdf: 3 lines (text of a PDF, 1 page)\n1\t# Page 1\n2\t\n3\tHello reader"
    assert broken.startswith("the PDF cannot be opened")
