"""The first row of a diagnostic, read from left to right: a place, then how grave it is or a rule's name.

Also the forms without a place in front: Maven's, CMake's, webpack's, esbuild's, biome's and the linker's. The compactor
knows these rows by one pattern; nothing here is taken from it, so that a form which one overlooks the other still sees.
"""

from __future__ import annotations

from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    class Head(NamedTuple):
        """kind: `error`, `warning`, `note`, `lint`, or a form of its own; mild: no error; code: a linter's rule."""

        kind: str
        mild: bool
        code: str
else:
    from collections import namedtuple

    Head = namedtuple("Head", ("kind", "mild", "code"))

_INDENT_MOST = 8
_PLACE_MOST = 300
_GRAVE = {
    **dict.fromkeys(("error", "ERROR", "Fehler", "fehler", "erreur", "エラー", "错误"), "error"),
    **dict.fromkeys(("warning", "Warning", "WARNING", "Warnung", "attention", "警告"), "warning"),
    **dict.fromkeys(("style", "performance", "portability", "information", "info"), "warning"),
    **dict.fromkeys(("note", "Anmerkung", "remark", "hint"), "note"),
}
_WORSE = ("fatal error", "internal compiler error")
_WORD = pattern(r"(?:fatal |internal compiler )?(\w+)(?! *=)")
_RAISED = ("SyntaxError: ", "IndentationError: ")
_DIGITS = frozenset("0123456789")
_UNPLACED = frozenset("[EWC✘▲X")
_NO_PATH = frozenset(("", " ", "\t", ":", "(", ")", "[", *_DIGITS))
"""What no path begins with."""
_SPOT = pattern(r"[:(]\d|:\(\.")
_RULE = pattern(r"[A-Z]{1,6}\d{2,5}(?=:? )")
_BIOME = pattern(r"[\w/]+(?: +\w+)* +━+$")
_LINKED = ("undefined reference", "multiple definition")


def head_of(row: str) -> Head | None:
    """What kind of diagnostic begins with the row, or None."""
    if row[:1] in _UNPLACED:
        found = _unplaced(row)
        if found:
            return found
    if not _SPOT.search(row):  # nearly all rows of a build
        return None
    return _linked(row) or _placed(row)


def _unplaced(row: str) -> Head | None:
    """The forms that begin with what is wrong."""
    if row.startswith(("[ERROR] ", "[WARNING] ")):
        return _maven(row)
    text = row.removeprefix("[tsl] ")
    if text.startswith(("ERROR in ", "WARNING in ")) and text.partition(" in ")[2][:1].strip():
        return Head("webpack", text.startswith("W"), "")
    if row.startswith(("CMake Error", "CMake Warning", "CMake Deprecation Warning")):
        return Head("cmake", not row.startswith("CMake Error"), "")
    if row.startswith(("✘ [", "▲ [", "X [")) and row[3:].startswith(("ERROR] ", "WARNING] ")):
        return Head("esbuild", row.startswith("WARNING", 3), "")
    return None


def _maven(row: str) -> Head | None:
    """`[ERROR] /path/File.java:[12,5] message`."""
    said, _, rest = row.partition("] ")
    path, bracket, spot = rest.partition(":[")
    line, comma, column = spot.partition("] ")[0].partition(",")
    if bracket and comma and line.isdigit() and column.isdigit() and "] " in spot:
        return Head("maven", said == "[WARNING", "") if 0 < len(path) <= _PLACE_MOST + 2 and path[0] != " " else None
    return None


def _linked(row: str) -> Head | None:
    """`main.c:(.text+0x1f): undefined reference to …`, with the linker's name in front of it or not."""
    at = row.find(":(.")
    end = row.find("): ", at)
    if at < 0 or end < 0 or not row.startswith(_LINKED, end + 3):
        return None
    words = row[:at].split(" ")
    named = len(words) == 2 and words[0].endswith(":") and "ld" in words[0]  # noqa: PLR2004 the linker and the file
    return Head("ld", mild=False, code="") if len(words) == 1 or named else None


def _placed(row: str) -> Head | None:
    """`path:12:5: error: …`, `path(12,5): error …`, `path:12:5 - error …`, `path:12:5: E501 …`."""
    bare = row.lstrip(" ")
    go = bare.startswith("vet: ")
    numbers = _numbers(bare[5:] if go else bare)
    if not numbers or len(row) - len(bare) > _INDENT_MOST:
        return None
    path, count, rest = numbers
    indented = len(row) != len(bare)
    said = None if go else _said(rest.removeprefix(" -") if count else rest) or _said(rest)
    if said:
        return said
    if indented:
        return None
    if count > 1 and (lint := _ruled(rest, row)):
        return lint
    if path.endswith(".go") and " " not in path and rest.startswith(": ") and rest[2:3].strip():
        return Head("go", mild=False, code="")
    return None


def _numbers(row: str) -> tuple[str, int, str] | None:
    """The path in front of the first number, how many numbers there are, and what follows them: from a colon on."""
    drive = 2 if row[1:2] == ":" and row[:1].isalpha() else 0
    if row[drive : drive + 1] in _NO_PATH:
        return None
    ends = [at for at in (row.find(":", drive), row.find("(", drive)) if at >= 0]
    at = min(ends, default=-1)
    if at < 0 or at - drive > _PLACE_MOST + 1 or ")" in row[drive:at]:
        return None
    count, end = _count(row, at + 1, ":.-" if row[at] == ":" else ",")
    if not count:
        return None
    if row[at] == "(":
        closed = row[end:].removeprefix(")")
        return (row[:at], count, closed.removeprefix(" ")) if row[end : end + 1] == ")" else None
    return row[:at], count, row[end:]


def _count(row: str, at: int, separators: str) -> tuple[int, int]:
    """How many numbers stand from `at` on, and where the last one ends."""
    count = end = 0
    while row[at : at + 1] in _DIGITS:
        while row[at : at + 1] in _DIGITS:
            at += 1
        count, end = count + 1, at
        if at == len(row) or row[at] not in separators:
            break
        at += 1
    return count, end


def _said(rest: str) -> Head | None:
    """The word that says how grave it is, behind the place."""
    rest = rest.removeprefix(":").removeprefix(" -").removeprefix(" ")
    word = _WORD.match(rest)
    kind = _GRAVE.get(word.group(1)) if word else None
    if not word or not kind or (word.start(1) and not rest.startswith(_WORSE)):
        return None
    return Head(kind, kind != "error", "")


def _ruled(rest: str, row: str) -> Head | None:
    """A linter's rule behind line and column, what Python raised, or pylint's kind at the end of the row."""
    behind = rest.removeprefix(":").removeprefix(" ")
    rule = _RULE.match(behind)
    if rule and rest[:1] in (":", " "):
        of_pylint = behind.startswith(":", rule.end())
        return Head("lint", of_pylint and rule.group()[0] not in "EF", rule.group())
    if behind.startswith(_RAISED):
        return Head("syntax", mild=False, code="")
    if rest.startswith(" ") and _BIOME.match(rest[1:]):
        return Head("biome", mild=False, code="")
    opened = row.rfind("[")
    kind, _, name = row[opened + 1 : -1].partition("/")
    if rest.startswith(": ") and row.endswith("]") and opened > 0 and kind in ("Error", "Warning") and " " not in name:
        return Head("ended", kind == "Warning", "")
    return None
