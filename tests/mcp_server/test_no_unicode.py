"""What is no Unicode (a file's name, half a surrogate pair in JSON) is shown with a `?`; the connection stays."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.mcp_server import stdio
from tests.mcp_server.session import Answer, Place

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform == "darwin", reason="its file names are Unicode")


def test_neither_names_nor_contents_break_the_connection(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with open(os.fsencode(place.project) + b"/port\xff.txt", "wb") as file:
        file.write(b"port \xff\n")
    cell = {"cell_type": "code", "source": ["PORT = '\ud800'"], "outputs": []}
    place.write("n.ipynb", json.dumps({"cells": [cell]}))
    calls: list[tuple[str, dict[str, Any]]] = [
        ("batch_read", {"items": ["*.txt", "n.ipynb"]}),
        ("batch_read", {"items": ["*.txt", "n.ipynb"], "ask": "port?"}),
        ("batch_read", {"items": ["."]}),
        ("batch_run", {"commands": ["cat *.txt"]}),
    ]

    async def work() -> list[Answer]:
        async with stdio.connected(place) as wire:
            answers: list[Answer] = []
            for number, call in enumerate(calls):
                place.note(f"toolu_{number}")
                answers.append(await wire.call(*call, f"toolu_{number}"))
            return answers

    read, asked, listed, ran = asyncio.run(work())
    notebook = "# %% [code] cell 1\nPORT = '?'"
    assert read.text == (
        "## port?.txt: 1 line (cp1252)\n1\tport ÿ\n\n"
        "## n.ipynb: 2 lines (cells of a notebook)\n1\t# %% [code] cell 1\n2\tPORT = '?'"
    )
    assert asked.text.split("\n\n", 1)[0] == "port?.txt:1-1\nport ÿ"
    assert notebook in asked.text
    assert "it is a folder with n.ipynb, port?.txt; " in listed.text
    assert ran.text.endswith("\nport \ufffd")
