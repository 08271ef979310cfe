"""A shell's command line as simple commands: their words with quotes taken off, where they write, what feeds what.

Linear, and raises on no text: what no shell would take is read as far as it goes. Nothing is expanded.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_DEEPEST = 20
"""Commands inside commands; what is deeper is a word."""

_SPACE = " \t\r"
_ENDS = "\n;&|()"


class Simple:
    """One simple command.

    words: with its assignments in front. writes: the targets of `>` and the like; reads: those of `<`. texts: what is
    written out behind `<<`. within: the subshells that it is in, the outermost first. is_fed_on: another command of its
    pipeline takes commands or names from what is printed.
    """

    __slots__ = ("is_fed_on", "reads", "texts", "within", "words", "writes")

    def __init__(self, within: tuple[int, ...]) -> None:
        self.words: list[str] = []
        self.writes: list[str] = []
        self.reads: list[str] = []
        self.texts: list[str] = []
        self.within = within
        self.is_fed_on = False


def read(text: str, takes: Callable[[Simple], bool]) -> list[Simple]:
    """The simple commands in `text`, those inside others before them; `takes` tells which run what they are fed."""
    reader = _Reader(text, takes)
    reader.level("", ())
    return reader.found


class _Reader:
    def __init__(self, text: str, takes: Callable[[Simple], bool]) -> None:
        self.text = text
        self.at = 0
        self.found: list[Simple] = []
        self._takes = takes
        self._count = 0
        self._awaited: list[tuple[Simple, str]] = []

    def level(self, closer: str, within: tuple[int, ...]) -> None:
        """Read up to `closer`, or to the end."""
        level = _Level(within, len(self.found))
        while self.at < len(self.text):
            char = self.text[self.at]
            if char == closer:
                break
            if char in _SPACE:
                self.at += 1
                level.end_word(self._awaited)
            elif char in _ENDS:
                self._end(char, level)
            elif self.text.startswith("\\\n", self.at):
                self.at += 2  # the line goes on
            elif char == "#" and level.word is None:
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif char in "<>":
                self._redirect(char, level)
            else:
                level.add(self._piece(char, within))
        self._end_command(level)
        self._end_pipeline(level)
        self.at += 1

    def _end(self, char: str, level: _Level) -> None:
        after = self.text[self.at + 1 : self.at + 2]
        if char == "(":
            self._inner(level.within)
            return
        if char == "&" and after == ">":
            level.end_word(self._awaited)
            self.at += 1
            self._redirect(">", level)
            return
        self.at += 1
        self._end_command(level)
        if char == "|" and after != "|":
            self.at += after == "&"
            return
        self._end_pipeline(level)
        if char == "\n":
            self._texts()

    def _end_command(self, level: _Level) -> None:
        level.end_word(self._awaited)
        simple = level.simple
        if simple.words or simple.writes or simple.reads or simple.texts:
            self.found.append(simple)
        level.simple = Simple(level.within)

    def _end_pipeline(self, level: _Level) -> None:
        members = self.found[level.first :]
        if len(members) > 1 and any(self._takes(member) for member in members):
            for member in members:
                member.is_fed_on = True
        level.first = len(self.found)

    def _inner(self, within: tuple[int, ...]) -> str:
        """Read the commands in parentheses from here; their text."""
        start = self.at
        self.at += 1
        self._count += 1
        if len(within) >= _DEEPEST:
            self.at = len(self.text)
        else:
            awaited, self._awaited = self._awaited, []
            self.level(")", (*within, self._count))
            self._awaited = awaited
        return self.text[start : self.at]

    def _piece(self, char: str, within: tuple[int, ...]) -> str:
        """The next piece of a word."""
        if char == "\\":
            self.at += 2
            piece = self.text[self.at - 1 : self.at]
            return "" if piece == "\n" else piece
        if char == "'":
            return self._until("'")
        if char == '"':
            return self._quoted(within)
        if char == "`":
            return self._back_quoted(within)
        if char == "$":
            return self._dollar(within)
        self.at += 1
        return char

    def _until(self, char: str) -> str:
        end = self.text.find(char, self.at + 1)
        end = len(self.text) if end < 0 else end
        piece = self.text[self.at + 1 : end]
        self.at = end + 1
        return piece

    def _quoted(self, within: tuple[int, ...]) -> str:
        self.at += 1
        pieces: list[str] = []
        while self.at < len(self.text) and self.text[self.at] != '"':
            char = self.text[self.at]
            if char in "\\`$":
                pieces.append(self._piece(char, within))
            else:
                pieces.append(char)
                self.at += 1
        self.at += 1
        return "".join(pieces)

    def _back_quoted(self, within: tuple[int, ...]) -> str:
        inner = self._until("`")
        self._count += 1
        if len(within) < _DEEPEST:
            reader = _Reader(inner, self._takes)
            reader.level("", (*within, self._count))
            self.found += reader.found
        return f"`{inner}`"

    def _dollar(self, within: tuple[int, ...]) -> str:
        self.at += 1
        after = self.text[self.at : self.at + 1]
        if after == "(":
            return f"${self._inner(within)}"
        return self._until("'") if after == "'" else "$"

    def _redirect(self, char: str, level: _Level) -> None:
        if level.word is not None and not level.word.isdigit():
            level.end_word(self._awaited)
        level.word = None  # the number of a descriptor
        end = self.at
        while self.text[end : end + 1] and self.text[end] in "<>&|-" and end < self.at + 3:
            end += 1
        sign = self.text[self.at : end]
        if sign == char and self.text[end : end + 1] == "(":  # a command in the place of a file
            self.at += 1
            level.add(char + self._inner(level.within))
            return
        if sign.startswith("<<") and not sign.startswith("<<<"):
            sign = "<<-" if sign == "<<-" else "<<"
        else:
            sign = sign.rstrip("-") if sign[-1:] == "-" and "&" not in sign else sign
        self.at += len(sign)
        level.sign = sign

    def _texts(self) -> None:
        """Take in what is written out from here for each `<<`."""
        for simple, end in self._awaited:
            lines: list[str] = []
            while self.at < len(self.text):
                stop = self.text.find("\n", self.at)
                stop = len(self.text) if stop < 0 else stop
                line = self.text[self.at : stop]
                self.at = stop + 1
                if line.strip() == end:
                    break
                lines.append(line)
            simple.texts.append("\n".join(lines))
        self._awaited.clear()


class _Level:
    """What is being read between two parentheses. word: None between two; sign: of the redirection it belongs to."""

    __slots__ = ("first", "sign", "simple", "within", "word")

    def __init__(self, within: tuple[int, ...], first: int) -> None:
        self.within = within
        self.simple = Simple(within)
        self.first = first
        self.word: str | None = None
        self.sign = ""

    def add(self, piece: str) -> None:
        self.word = piece if self.word is None else self.word + piece

    def end_word(self, awaited: list[tuple[Simple, str]]) -> None:
        word, sign = self.word, self.sign
        if word is None:
            return
        self.word, self.sign = None, ""
        if sign in ("<<", "<<-"):
            awaited.append((self.simple, word))
        elif sign.startswith("<<<"):
            self.simple.texts.append(word)
        elif ">" in sign:
            if not (sign.endswith("&") and (word.isdigit() or word == "-")):
                self.simple.writes.append(word)
        elif sign:
            self.simple.reads.append(word)
        else:
            self.simple.words.append(word)
