"""Sequences of calls of one thread with what they brought, each labelled by hand: are three of them a serial run?

`is_serial`: there are three single reads in a row that the agent could have asked for in one turn, knowing what it knew
before the first. `why` is the reason for the label, which was given before the rule was tried on it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from scrimp.core.serial_reads.calls import Call


class Sequence(NamedTuple):
    """known: what the prompt and earlier turns said. batches: the calls of one request each."""

    name: str
    is_serial: bool
    why: str
    known: str
    batches: list[list[Call]]


def call(tool: str, result: str = "ok", *, is_error: bool = False, **given: Any) -> Call:
    return Call(tool, given, result, is_error)


def read(path: str, result: str = "1\tx = 1", **given: Any) -> list[Call]:
    return [call("Read", result, file_path=path, **given)]


def bash(command: str, result: str = "ok", *, is_error: bool = False) -> list[Call]:
    return [call("Bash", result, is_error=is_error, command=command, description="Look")]


def grep(pattern: str, result: str, path: str = "src") -> list[Call]:
    return [call("Grep", result, pattern=pattern, path=path)]


def fetch(url: str, result: str) -> list[Call]:
    return [call("WebFetch", result, url=url, prompt="What does it say of limits?")]


LISTING = "src/cart.py\nsrc/orders.py\nsrc/stock.py\nsrc/mail.py\ntests/test_cart.py"
EDIT = [call("Edit", file_path="src/cart.py", old_string="1", new_string="2")]

SEQUENCES = [
    Sequence(
        "files of the prompt",
        True,
        "the prompt names all three",
        "Compare src/cart.py, src/orders.py, src/stock.py",
        [read("src/cart.py"), read("src/orders.py"), read("src/stock.py")],
    ),
    Sequence(
        "files of a listing",
        True,
        "after the listing each could be asked for at once",
        "Explain this repo",
        [
            [call("Glob", LISTING, pattern="**/*.py")],
            read("/r/src/cart.py"),
            read("/r/src/orders.py"),
            read("/r/src/mail.py"),
        ],
    ),
    Sequence(
        "looks at a checkout",
        True,
        "none of these commands needs another's result",
        "What changed lately?",
        [
            bash("git status", "nothing to commit"),
            bash("git log --oneline -5", "a1b2c3 Cart"),
            bash("git branch", "* main"),
        ],
    ),
    Sequence(
        "pages of the prompt",
        True,
        "three addresses that were given",
        "Read https://a.example/x https://b.example/y https://c.example/z",
        [
            fetch("https://a.example/x", "A: 5 a minute"),
            fetch("https://b.example/y", "B: 6"),
            fetch("https://c.example/z", "C"),
        ],
    ),
    Sequence(
        "names of the prompt",
        True,
        "three names of the prompt, each looked for alone",
        "Who calls charge, refund and notify?",
        [
            grep("charge\\(", "src/orders.py:4: charge(1)"),
            grep("refund\\(", "src/mail.py:9: refund(2)"),
            grep("notify\\(", "none"),
        ],
    ),
    Sequence(
        "tickets of the prompt",
        True,
        "three ids of the prompt, through a server's tool",
        "Sum up ENG-11, ENG-12 and ENG-13",
        [[call("mcp__tracker__get_issue", f"{one}: slow", id=one)] for one in ("ENG-11", "ENG-12", "ENG-13")],
    ),
    Sequence(
        "usual files",
        True,
        "what a repo usually has, guessed before any was read",
        "What is this?",
        [read("/r/LICENSE", "MIT"), read("/r/Makefile", "test:\n\tpytest"), read("/r/Dockerfile", "FROM python")],
    ),
    Sequence(
        "sizes and heads",
        True,
        "one look a file, all named before",
        "Look at a.log, b.log and c.log",
        [bash("tail -n 20 a.log", "done"), bash("tail -n 20 b.log", "fine"), bash("wc -l c.log", "9 c.log")],
    ),
    Sequence(
        "of several kinds",
        True,
        "a file, a search and a command of the prompt",
        "Is TODO used? See notes.md and the log",
        [read("notes.md", "1\thello"), grep("TODO", "none"), bash("git log -3", "a1 first")],
    ),
    Sequence(
        "after an edit",
        True,
        "three reads in a row come after it",
        "Mend src/cart.py, then check src/orders.py, src/mail.py, src/stock.py",
        [read("src/cart.py"), EDIT, read("src/orders.py"), read("src/mail.py"), read("src/stock.py")],
    ),
    Sequence(
        "packages of one name",
        True,
        "the listing names three files called index.ts",
        "Where is the router?",
        [
            bash("find . -name index.ts", "./api/index.ts\n./web/index.ts\n./jobs/index.ts"),
            read("./api/index.ts", "import x"),
            read("./web/index.ts", "import y"),
            read("./jobs/index.ts", "import z"),
        ],
    ),
    Sequence(
        "a word that is everywhere",
        True,
        "known files; the second's name stands in the first by chance, not needed",
        "Review mail and cart",
        [read("src/mail.py", "# sends what stock and cart need"), read("src/stock.py"), read("src/cart.py")],
    ),
    Sequence(
        "a search, then what it found",
        False,
        "the file is known from the search only",
        "Where is the tax computed?",
        [
            grep("tax_rate", "src/money/vat.py:12: tax_rate = 19"),
            read("src/money/vat.py", "from .tables import RATES"),
            read("src/money/tables.py", "RATES = {}"),
        ],
    ),
    Sequence(
        "a chain of imports",
        False,
        "each file is named by the one before it",
        "Why does main fail?",
        [
            read("main.py", "from app import run"),
            read("app.py", "import engine"),
            read("engine.py", "import gears"),
            read("gears.py", "x"),
        ],
    ),
    Sequence(
        "paging",
        False,
        "the next part is asked for where the last one ended",
        "Read the big file",
        [read("big.py", "1\ta"), read("big.py", "2001\tb", offset=2001), read("big.py", "4001\tc", offset=4001)],
    ),
    Sequence(
        "a retry",
        False,
        "the second and third try come of the failure before",
        "Show the config of the service",
        [
            bash("cat conf/app.toml", "No such file", is_error=True),
            bash("cat config/app.toml", "No such file", is_error=True),
            bash("find . -name '*.toml'", "./etc/x.toml"),
        ],
    ),
    Sequence(
        "edits in between",
        False,
        "no three reads are in a row",
        "Rename it everywhere in src/cart.py, src/orders.py, src/mail.py",
        [read("src/cart.py"), EDIT, read("src/orders.py"), EDIT, read("src/mail.py"), EDIT],
    ),
    Sequence(
        "tests in between",
        False,
        "a test run may change what the next read is for",
        "Make it pass",
        [read("src/cart.py"), bash("pytest -q", "1 failed"), read("src/orders.py"), bash("pytest -q", "ok")],
    ),
    Sequence(
        "asked for at once",
        False,
        "it does so already",
        "Compare src/cart.py, src/orders.py, src/stock.py, src/mail.py",
        [read("src/cart.py") + read("src/orders.py"), read("src/stock.py") + read("src/mail.py")],
    ),
    Sequence(
        "links of a page",
        False,
        "the second address is a link of the first, the third one of the second",
        "Find the limits",
        [
            fetch("https://d.example/", "see https://d.example/docs"),
            fetch("https://d.example/docs", "see /docs/limits"),
            fetch("https://d.example/docs/limits", "5"),
        ],
    ),
    Sequence(
        "a place that was found",
        False,
        "the line's number is from the search",
        "Explain parse in src/cart.py and src/mail.py",
        [
            grep("def parse", "src/cart.py:310:def parse\nsrc/mail.py:77:def parse"),
            read("src/cart.py", "x", offset=305),
            grep("Token", "none", path="src/mail.py"),
        ],
    ),
    Sequence(
        "a commit that was found",
        False,
        "the commit is from the log, the file from the commit",
        "What broke the build?",
        [
            bash("git log --oneline -3", "9f8e7d6 Faster parser"),
            bash("git show --stat 9f8e7d6", "lib/fastparse.c | 9"),
            bash("cat lib/fastparse.c", "int main"),
        ],
    ),
    Sequence(
        "two only",
        False,
        "two reads are no run worth a word",
        "Compare src/cart.py and src/orders.py",
        [read("src/cart.py"), read("src/orders.py")],
    ),
    Sequence(
        "a ticket's own links",
        False,
        "each ticket names the next",
        "Why is ENG-1 blocked?",
        [
            [call("mcp__tracker__get_issue", "blocked by ENG-27", id="ENG-1")],
            [call("mcp__tracker__get_issue", "blocked by ENG-31", id="ENG-27")],
            [call("mcp__tracker__get_issue", "open", id="ENG-31")],
        ],
    ),
    Sequence(
        "known from a listing, needed by an import",
        False,
        "the listing names them, but it is the import that makes them needed, which no argument shows",
        "Why does main fail?",
        [
            [call("Glob", "main.py\napp.py\nengine.py\ngears.py", pattern="*.py")],
            read("main.py", "from app import run"),
            read("app.py", "import engine"),
            read("engine.py", "x"),
        ],
    ),
]
