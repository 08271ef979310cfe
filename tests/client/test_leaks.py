"""In the real client: a line that stands for what was cut does not get into a file; what it stands for does."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.client.agents import KEPT
from tests.client.driver import Run, Setup, run_client
from tests.client.script import Call, Request, Script, bash, read
from tests.client.wiring import scrimp_env, scrimp_settings

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.client.script import Reply

pytestmark = pytest.mark.client

BIG = "seq 1 20000; exit 3"
NOTEBOOK: dict[str, Any] = {
    "cells": [{"cell_type": "code", "id": "one", "metadata": {}, "outputs": [], "execution_count": None, "source": ""}],
    "metadata": {"language_info": {"name": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}
FILES = {"notes.txt": "results: TODO\n", "book.ipynb": json.dumps(NOTEBOOK), "quoted.txt": "TODO\n"}
MAY_WRITE = ("--allowedTools", "Bash,Read,Write,Edit,NotebookEdit", "--permission-mode", "acceptEdits")
REFUSED = ("write", "edit", "notebook")
NEVER_ISSUED = "[scrimp 0123456789abcdef: 5 of 9 lines, 1 KB of 2 KB left out; whole: Read /x/scrimp-0123.txt]"


def marker_in(request: Request, name: str) -> str:
    """The marker line of this result."""
    return next(line for line in request.text(name).split("\n") if line.startswith("[scrimp "))


def agent(request: Request) -> Generator[Reply, Request, None]:
    """Tries to write the marker in every way, then reads what it stands for and writes that."""
    request = yield [bash(BIG, "big"), bash("pwd", "where")]
    project, marker = request.text("where"), marker_in(request, "big")
    text = f"the numbers\n{marker}\nend\n"
    notes, book = f"{project}/notes.txt", f"{project}/book.ipynb"
    yield [read(notes), read(book), read(f"{project}/quoted.txt")]
    edit = {"file_path": notes, "old_string": "TODO"}
    cell = {"notebook_path": book, "cell_id": "one", "cell_type": "code"}
    request = yield [
        Call("Write", {"file_path": f"{project}/new.txt", "content": text}, "write"),
        Call("Edit", {**edit, "new_string": text}, "edit"),
        Call("NotebookEdit", {**cell, "new_source": text}, "notebook"),
        bash(f"cat > here.txt <<'EOF'\n{text}EOF", "here document"),
        Call(
            "Edit",
            {"file_path": f"{project}/quoted.txt", "old_string": "TODO", "new_string": NEVER_ISSUED},
            "never issued",
        ),
    ]
    found = KEPT[0].search(marker)
    request = yield [read(found.group(1) if found else "", "recall", offset=19_990, limit=20)]
    whole = f"the numbers\n{request.text('recall')}\nend\n"
    yield [
        Call("Write", {"file_path": f"{project}/new.txt", "content": whole}, "write again"),
        Call("Edit", {**edit, "new_string": whole}, "edit again"),
        Call("NotebookEdit", {**cell, "new_source": whole}, "notebook again"),
    ]


@pytest.fixture(scope="module")
def run(client: str, tmp_path_factory: pytest.TempPathFactory) -> Run:
    assert client
    folder = str(tmp_path_factory.mktemp("leaks"))
    setup = Setup(
        settings=scrimp_settings(),
        files=FILES,
        permission_args=MAY_WRITE,
        env=scrimp_env(os.path.join(folder, "data")),
    )
    return run_client(folder, Script(agent), setup)


def written(run: Run, name: str) -> str:
    """What a file of the project holds when the run has ended; '' where there is none."""
    path = os.path.join(run.project, name)
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


@pytest.mark.parametrize("name", REFUSED)
def test_a_marker_is_refused_and_the_agent_told_where_the_whole_is(run: Run, name: str) -> None:
    found = KEPT[0].search(run.text("big"))
    assert found
    assert run.results[name].is_error
    assert f"Read {found.group(1)} first, and write what belongs there." in run.text(name)


@pytest.mark.parametrize("name", REFUSED)
def test_once_it_was_read_what_belongs_there_is_written(run: Run, name: str) -> None:
    assert not run.results[f"{name} again"].is_error, run.text(f"{name} again")


@pytest.mark.parametrize("name", ["new.txt", "notes.txt", "book.ipynb"])
def test_no_file_holds_a_marker_and_each_holds_what_was_read(run: Run, name: str) -> None:
    assert "[scrimp " not in written(run, name)
    assert "19999" in written(run, name)


def test_a_here_document_is_not_refused_but_the_agent_is_told_of_it_at_once(run: Run) -> None:
    assert "[scrimp " in written(run, "here.txt")
    with_it = next(request for request in run.requests if any(one.name == "here document" for one in request.results))
    assert "[scrimp] This command holds the line [scrimp " in json.dumps(with_it.messages, ensure_ascii=False)


def test_a_line_that_was_never_issued_is_text_like_any_other(run: Run) -> None:
    assert written(run, "quoted.txt") == f"{NEVER_ISSUED}\n"
