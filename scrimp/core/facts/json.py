"""Facts of JSON: what is wrong with which record, the values outside of all records, the names of the members."""

from __future__ import annotations

from scrimp.core.facts.data import KEYS, NAMES, VALUES, Found, is_message, short, tells
from scrimp.core.facts.fact import DETAIL, Fact
from scrimp.core.lazy import pattern

_TOKEN = pattern(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|[{}\[\],:]|[^\s"{}\[\],:]+')
_LIST = pattern(r'\[\s*(?:["\[{\]]|-?\d|true\b|false\b|null\b|$)')
"""How a list begins that holds data; `[ERROR]` is none."""
_DATA_LINE = pattern(r"\s*(?:[\[{\]}\"]|(?:-?\d[\d.eE+-]*|true|false|null),?\s*$)")
_PLAIN_KEY = pattern(r"[A-Za-z_$@][\w.$@/-]{0,39}$")
_SAID = pattern(r"jq: error [^\n]*|curl: \(\d+\) [^\n]*")
"""These may stand in the middle of a line: what is printed beside them waits in a buffer."""
_WIDE = 40
"""An object with more members is a map: its names are data."""
_LINES = frozenset({"line", "row", "lineno", "line_number", "startLine", "column", "col"})
"""Where in a file a problem is; also one object deeper, in a member called as below."""
_SPOTS = frozenset({"location", "loc", "position", "start", "range", "region"})
_FEW = 4
_ABOVE = 8


class _Object:
    """An object (or list) that is open: its members' places and what is told of it."""

    __slots__ = ("at", "count", "is_list", "key", "name", "names", "problems", "spot", "valued")

    def __init__(self, *, is_list: bool) -> None:
        self.is_list = is_list
        self.key = ""
        self.at = 0
        self.valued = False
        self.count = 0
        self.name: tuple[int, str] = (0, "")
        self.names: dict[str, tuple[int, str]] = {}
        self.problems: list[tuple[str, int, str]] = []
        self.spot: list[tuple[int, str]] = []


def extract(text: str) -> list[Fact]:
    """The facts in order of appearance."""
    reader = _Reader(text)
    for said in _SAID.finditer(text):
        start = said.start()
        if text[start - 1 : start].isalnum():  # within a word: a part of a fact begins where no word does
            start = text.index(":", start)
        reader.found.trouble("said", [(start, short(text[start : said.end()]))])
    reader.read()
    outside = "\n".join("" if _DATA_LINE.match(line[:200]) else line for line in text.split("\n"))
    reader.found.others(text, outside)
    return reader.found.in_order()


class _Reader:
    """One pass over the pieces, with the objects that are open."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found = Found()
        self.open: list[_Object] = []
        self.keys: dict[str, int] = {}
        self.documents = 0
        self.values = 0

    def read(self) -> None:
        for found in _TOKEN.finditer(self.text):
            piece = found.group()
            if piece == "[" and not self.open and not _LIST.match(self.text, found.start()):
                continue
            if piece in ("{", "["):
                self.documents += not self.open
                self.open.append(_Object(is_list=piece == "["))
            elif piece in ("}", "]"):
                if self.open:
                    self._close(self.open.pop())
            elif self.open and not self.open[-1].is_list:
                self._piece(self.open[-1], piece, found.start(), found.end())
        while self.open:
            self._close(self.open.pop())

    def _piece(self, here: _Object, piece: str, start: int, end: int) -> None:
        if piece == ",":
            here.key, here.valued = "", False
        elif piece == ":":
            here.valued = bool(here.key)
        elif not here.valued:
            if piece.startswith('"'):
                here.key, here.at = piece[1:-1], start
                here.count += 1
                if here.count <= _WIDE and _PLAIN_KEY.match(here.key):
                    here.names.setdefault(here.key, (start, piece))
        else:
            here.valued = False
            self._member(here, piece, end)

    def _member(self, here: _Object, piece: str, end: int) -> None:
        key, at = here.key, here.at
        part = short(self.text[at:end])
        value = piece.strip('"')
        if key in NAMES and not here.name[1] and piece != "null":
            here.name = at, part
        if key in _LINES and value.isdigit():
            here.spot.append((at, part))
        if tells(key, value) or (is_message(key, here.names) and value):
            here.problems.append((key, at, part))
        elif key.lower() == "message" and value:
            here.problems.append(("message", at, part))
        elif len(self.open) == 1 and self.documents == 1 and self.values < VALUES:
            self.values += self.found.take(DETAIL, "value", [(at, part)])

    def _close(self, here: _Object) -> None:
        if here.is_list:
            return
        if self.open and self.open[-1].key == "metadata" and not self.open[-1].name[1]:
            self.open[-1].name = here.name
        if self.open and self.open[-1].key in _SPOTS and not self.open[-1].spot:
            self.open[-1].spot = here.spot
        if here.count <= _WIDE:
            for key, place in here.names.items():
                if key not in self.keys and len(self.keys) < KEYS:
                    self.keys[key] = 1
                    self.found.take(DETAIL, "key", [(place[0] + 1, place[1])])
        problems = [
            problem
            for problem in here.problems
            if problem[0].lower() != "message" or is_message("message", here.names) or len(here.problems) > 1
        ][:_FEW]
        if problems:
            names = [above.name for above in (here, *reversed(self.open[-_ABOVE:])) if above.name[1]][:2]
            parts = [(at, part) for _, at, part in problems]
            self.found.trouble(" ".join(key for key, _, _ in problems), [*reversed(names), *parts, *here.spot[:2]])
