"""The task of `turns.py`: a small repo of Python's own modules with a fault in it, and three pages of documentation.

`facts` is what an agent must have been sent before it can mend it: the failures, the two files, three definitions and a
passage of each page.
"""

from __future__ import annotations

import ast
import configparser
import gzip
import html
import inspect
import os
import re
import shlex
from json import decoder
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from types import ModuleType

PAGES = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests", "fetching", "pages")

RECORD = '''"""One reading of a sensor, and the options of the program that takes it."""

import json
import struct

from toolbox import shlex

LAYOUT = "@bi"
COMMENTS = False
PREFIX = "FLASK"


def packed(flag, number):
    return struct.pack(LAYOUT, flag, number)


def options(text):
    return shlex.split(text, comments=COMMENTS)


def from_environment(environ):
    found = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    return {name[len(PREFIX) :]: json.loads(value) for name, value in found.items()}
'''

TESTS = """from toolbox import record


def test_a_reading_takes_five_bytes():
    assert len(record.packed(1, 77)) == 5


def test_a_comment_is_no_option():
    assert record.options("-v --fast # as the user likes") == ["-v", "--fast"]


def test_a_name_comes_without_its_prefix():
    assert record.from_environment({"FLASK_PORT": "8080"}) == {"PORT": 8080}
"""

WRONG = 'LAYOUT = "@bi"\nCOMMENTS = False\nPREFIX = "FLASK"\n'
RIGHT = 'LAYOUT = "<bi"\nCOMMENTS = True\nPREFIX = "FLASK_"\n'
RUN_TESTS = "python -m pytest -q -p no:cacheprovider tests"


class Definition(NamedTuple):
    """A definition that the agent needs: its file in the repo, which is a module of Python's own, and its name."""

    module: ModuleType
    name: str

    @property
    def path(self) -> str:
        """The file's name in the repo."""
        return f"toolbox/{self.module.__name__.replace('.', '_')}.py"

    @property
    def lines(self) -> tuple[int, int]:
        """Its first and last line."""
        found: ast.Module | ast.FunctionDef | ast.ClassDef = ast.parse(inspect.getsource(self.module))
        for name in self.name.split("."):
            inner = [one for one in found.body if isinstance(one, ast.FunctionDef | ast.ClassDef)]
            found = next(one for one in inner if one.name == name)
        assert not isinstance(found, ast.Module)
        return found.lineno, found.end_lineno or found.lineno

    @property
    def facts(self) -> tuple[str, str]:
        """Its first and its last line: whoever has seen both has seen all of it."""
        first, last = self.lines
        source = inspect.getsource(self.module).splitlines()
        return source[first - 1].strip(), source[last - 1].strip()


class Passage(NamedTuple):
    """What the agent needs of a page, as its Markdown has it.

    `query`: what the agent looks for, `word`: what it filters by without our tools.
    """

    page: str
    query: str
    word: str
    fact: str

    @property
    def url(self) -> str:
        """The page's address; the API fills its port in."""
        return f"http://127.0.0.1:{{port}}/{self.page}"


DEFINITIONS = (
    Definition(shlex, "split"),
    Definition(configparser, "RawConfigParser._convert_to_boolean"),
    Definition(decoder, "JSONDecoder.raw_decode"),
)
PASSAGES = (
    Passage(
        "python_shlex.html",
        "split: comments argument",
        "comments",
        "If *comments* is `False` (the default), the parsing of comments in the given string will be disabled",
    ),
    Passage(
        "python_struct.html",
        "when is padding added, which prefix avoids it",
        "padding",
        "No padding is added when using non-native size and alignment",
    ),
    Passage(
        "flask_config.html",
        "from_prefixed_env default prefix",
        "prefixed_env",
        "The prefix is `FLASK_` by default",
    ),
)
FAILURES = (
    "test_a_reading_takes_five_bytes",
    "test_a_comment_is_no_option",
    "test_a_name_comes_without_its_prefix",
    "tests/test_record.py:5",
    "assert 8 == 5",
)


def facts() -> list[str]:
    """All that must have been sent before the edit."""
    of_pages = [passage.fact for passage in PASSAGES]
    of_files = ['LAYOUT = "@bi"', 'record.options("-v --fast # as the user likes")']
    return [*FAILURES, *of_files, *(fact for one in DEFINITIONS for fact in one.facts), *of_pages]


def files() -> dict[str, str]:
    """The repo."""
    modules = {one.path: inspect.getsource(one.module) for one in DEFINITIONS}
    return {**modules, "toolbox/__init__.py": "", "toolbox/record.py": RECORD, "tests/test_record.py": TESTS}


def site(path: str) -> tuple[str, str] | None:
    """The web site: documentation pages as their projects ship them."""
    packed = os.path.join(PAGES, os.path.basename(path) + ".gz")
    if not os.path.isfile(packed):
        return None
    with gzip.open(packed, "rt", encoding="utf-8") as file:
        return "text/html; charset=utf-8", file.read()


def missing_in(text: str) -> list[str]:
    """The facts that a text does not hold, whatever HTML, Markdown and the breaking of lines make of it."""
    sent = _plain(text)
    return [fact for fact in facts() if _plain(fact) not in sent]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[*_`\\]", "", html.unescape(text)).split())
