"""The diagnostics of an output as blocks: where each begins, how grave it is, and what each line below it is.

Knows the forms of gcc, clang, javac, mypy, pyright, tsc (plain and pretty), MSVC, ruff, flake8, pylint, go, eslint,
rustc, Maven, CMake, webpack, esbuild and biome.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

ERROR, WARNING, NOTE = "error", "warning", "note"
HEAD, TEXT, LABEL, NOTED, SOURCE, MARKS = range(6)
"""What a line of a block is: its head or place; its message going on; words below carets; a note or advice; source
code; carets and rules without words."""

_PLACE = r"(?:[A-Za-z]:)?[^\s:()\[\d][^:()]{0,300}"
_HEAD = pattern(
    rf" {{0,8}}{_PLACE}(?::\d+(?:[:.-]\d+)*:?(?: -)?|\(\d+(?:,\d+)*\) ?:) ?(?:"
    r"(?P<error>(?:fatal |internal compiler )?error|ERROR|[Ff]ehler|erreur|エラー|错误)"
    r"|(?P<warning>[Ww]arning|WARNING|Warnung|attention|警告|style|performance|portability|info(?:rmation)?)"
    r"|(?P<note>note|Anmerkung|remark|hint))\b(?! *=)"
    rf"|{_PLACE}:\d+:\d+:? (?:(?P<lint>[A-Z]{{1,6}}\d{{2,5}}:?) |(?P<error1>(?:Syntax|Indentation)Error: ))"
    rf"|{_PLACE}:\d+:\d+: .*\[(?:(?P<error2>Error)|(?P<warning1>Warning))(?:/[^\]\s]+)?\]$"
    r"|(?:vet: )?[\w./@-]+(?P<error3>\.go):\d+(?::\d+)?: \S"
    r"|\[(?:(?P<error4>ERROR)|(?P<warning2>WARNING))\] /?[^\s:][^:]{0,300}:\[\d+,\d+\] "
    r"|CMake (?:(?P<error5>Error)|(?P<warning3>(?:Deprecation )?Warning))\b"
    r"|(?:✘|▲|X) \[(?:(?P<error6>ERROR)|(?P<warning4>WARNING))\] "
    r"|(?:\[tsl\] )?(?:(?P<error7>ERROR)|(?P<warning5>WARNING)) in \S"
    rf"|{_PLACE}:\d+:\d+ (?P<error8>[\w/]+)(?: +\w+)* +━+$"
    r"|(?:\S*ld(?:\.\w+)?: )?[^\s:]*:\(\.\w[^)]*\): (?P<error9>undefined reference|multiple definition)"
)
_ROW = pattern(r" {1,8}\d+:\d+:? +(?:(?P<error>error|[A-Z]{1,6}\d{2,5})|(?P<warning>warning|info))\b")
_ARROW = pattern(r" *--> \S")
_MILD = pattern(r"(?:warning|note|help|info)(?:\[[\w:-]+\])?: ")
_BODY = pattern(r"\s|\d+ *[|│+-] |\d+ +\S|\[ERROR\] {2,}\S|help: |note: |(?:\.{0,2}/\S+ )?\d+:\d+-\d+|Module ")
_COUNTED = pattern(r"\d+ (?:errors?|warnings?|problems?|files?)\b")
_GUTTER = pattern(r"\s*>? *(?P<number>(?:\d+ *)*)[|│┆╵╷·]")
_NOTED = pattern(
    r"\s*(?:= )?(?:help|note)\b|\s*i |\s+(?:\S+:\d+:\d+|Did you mean|where \S+ is a type-var|missing type arg"
    r"|\S+ extends \S+ declared in)|::: | @ "
)
_EXPECTED = pattern(r" *= note: expected |  +found \S")
_NUMBERED = pattern(r"\d|\s*\d+(?:\s|$)|   [-+] ")
_TSL = pattern(r"\[tsl\] (?:ERROR|WARNING) in ")
_LED_HERE = pattern(r"(?:\.{0,2}/\S+ )?\d+:\d+-(?:\d+:)?\d+$")
_WRAPPED = pattern(r"(?:\S.* )? ?\[[a-z-]+\]$")


class Block:
    """A diagnostic: its lines [start, end) with what each is, and whether its rows stand below a file's name."""

    __slots__ = ("end", "file", "gravity", "kinds", "start")

    def __init__(self, gravity: str, start: int, end: int, kinds: Sequence[int], file: int = -1) -> None:
        """file: the line that names the file, for a row of a list; -1 for none."""
        self.gravity = gravity
        self.start = start
        self.end = end
        self.kinds = kinds
        self.file = file


def is_listed(line: str) -> bool:
    """Whether the line is a row below a file's name."""
    return _ROW.match(line[: limits.LINE_CHARS]) is not None


def blocks_of(lines: Sequence[str]) -> list[Block]:
    """The diagnostics in their order."""
    found: list[Block] = []
    index, file = 0, -1
    while index < len(lines):
        line = lines[index][: limits.LINE_CHARS]
        block = _block_at(lines, index, line, file)
        if block:
            found.append(block)
            index = block.end
            continue
        if line.strip() and not line[0].isspace():
            file = index
        index += 1
    return found


def _block_at(lines: Sequence[str], index: int, line: str, file: int) -> Block | None:
    if not line.strip():
        return None
    head = _HEAD.match(line)
    if head:
        if line.find(": R0801: ") > 0:
            return _similar(lines, index)
        after = _line(lines, index + 1)
        heads = 1 + (head.lastgroup == "error" and not line.endswith("]") and _WRAPPED.match(after) is not None)
        return _with_body(lines, index, heads, _gravity(head))
    listed = _ROW.match(line)
    if listed:
        return Block(_gravity(listed), index, index + 1, [HEAD], file)
    if not line[0].isspace() and _ARROW.match(_line(lines, index + 1)):
        return _with_body(lines, index, 2, WARNING if _MILD.match(line) else ERROR)
    return None


def _line(lines: Sequence[str], index: int) -> str:
    return lines[index][: limits.LINE_CHARS] if index < len(lines) else ""


def _gravity(head: re.Match[str]) -> str:
    kind = (head.lastgroup or "").rstrip("0123456789")
    if kind == "lint":
        code = head.group("lint")
        return WARNING if code.endswith(":") and code[0] not in "EF" else ERROR  # pylint's conventions and advice
    return kind


def _similar(lines: Sequence[str], start: int) -> Block:
    """Duplicated code, as pylint tells it: the places, then the code."""
    end = start + 1
    kinds = [HEAD]
    while end < len(lines):
        line = _line(lines, end)
        if _HEAD.match(line):
            break
        kinds.append(HEAD if line.startswith("==") else SOURCE)
        end += 1
        if line.endswith("(duplicate-code)"):
            break
    return Block(WARNING, start, end, kinds)


def _with_body(lines: Sequence[str], start: int, heads: int, gravity: str) -> Block:
    end = start + heads
    while end < len(lines):
        line = _line(lines, end)
        if line.strip() and (not _BODY.match(line) or _COUNTED.match(line) or _HEAD.match(line) or _ROW.match(line)):
            break
        if line.strip() and not line[0].isspace() and _ARROW.match(_line(lines, end + 1)) and not _MILD.match(line):
            break
        end += 1
    bare = _bare_source(lines, start + heads)
    if bare and end < len(lines) and end == start + heads:
        end += 2  # javac: a line of source at the margin, and its caret
        while end < len(lines) and _line(lines, end)[:2] == "  " and not _HEAD.match(_line(lines, end)):
            end += 1
    kinds = [HEAD] * heads + [_kind_of(_line(lines, at), _line(lines, at + 1)) for at in range(start + heads, end)]
    if bare and len(kinds) > heads:
        kinds[heads] = SOURCE
    if _TSL.match(_line(lines, end)) and not _TSL.match(_line(lines, start)):
        kinds[0] = MARKS  # ts-loader's own words follow
    return Block(gravity, start, min(end, len(lines)), kinds[: len(lines) - start])


def _bare_source(lines: Sequence[str], index: int) -> bool:
    """Whether here stands a line of source without a number, by the caret below it."""
    caret = _line(lines, index + 1)
    return "^" in caret and not caret.strip(" ^~.\t")


def _kind_of(line: str, below: str) -> int:
    """What a line below a head is."""
    words = any(map(str.isalnum, line))
    gutter = _GUTTER.match(line)
    if gutter and (gutter.group("number") or not words):
        return SOURCE if gutter.group("number") else MARKS
    if gutter:
        return LABEL if "^" in line else SOURCE
    if not words or _LED_HERE.match(line):
        return MARKS
    return _kind_of_words(line, quoted="^" in below and not below.strip(" ^~.\t"))


def _kind_of_words(line: str, *, quoted: bool) -> int:
    """The same of a line without a gutter; quoted: a caret stands below it."""
    if _EXPECTED.match(line):
        return TEXT
    if _is_place(line):
        return HEAD
    if _NOTED.match(line):
        return NOTED
    return SOURCE if quoted or _NUMBERED.match(line) else TEXT


def _is_place(line: str) -> bool:
    """Whether this is esbuild's place, which stands below the message."""
    return line.endswith(":") and line.startswith("    ") and line.strip().count(":") == 3  # noqa: PLR2004
