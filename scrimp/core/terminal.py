"""What a terminal would finally show of a text: no escapes, of rewritten lines their last state.

Pure and linear; raises on no text. Cursor moves between lines (a progress display of several lines) are
dropped like colours: every state of such a display stays.
"""

from __future__ import annotations

import re

from scrimp.core.lazy import pattern

_ESCAPE = pattern(
    r"\x1b(?:"
    r"\[[0-?]*[ -/]*[@-~]?"  # CSI: colours, erasing, cursor
    r"|\][^\x07\x1b\n]*(?:\x07|\x1b\\)"  # OSC: titles, links; never past the line when unterminated
    r"|[PX^_][^\x1b\n]*\x1b\\"  # DCS, SOS, PM, APC
    r"|[ -/]*[0-~]"  # two characters, such as ESC c
    r"|)"  # cut off by the end of the text
)
_ERASE = pattern(r"\x1b\[[023]?[JK]")
_STRUCK = pattern(r"[^\n\x08]\x08(?=[^\n\x08])")
_MOVED_BACK = pattern(r"^[^\n\x08]*\x08[^\n]*", re.MULTILINE)


def as_shown(text: str) -> str:
    """`text` as a terminal would finally show it; the same object when there is nothing to undo."""
    if "\r" in text:
        text = _rewritten(text.replace("\r\n", "\n"))
    if "\x1b" in text:
        text = _ESCAPE.sub("", text)
    if "\x08" in text:
        text = _MOVED_BACK.sub(lambda line: _typed(line.group()), _STRUCK.sub("", text))
    return text


def _rewritten(text: str) -> str:
    """`text` with each line that carriage returns write over in its last state."""
    parts: list[str] = []
    done = 0
    at = text.find("\r")
    while at >= 0:
        start = text.rfind("\n", done, at) + 1 or done
        end = text.find("\n", at)
        if end < 0:
            end = len(text)
        parts += (text[done:start], _last_state(text[start:end]))
        done = end
        at = text.find("\r", end)
    parts.append(text[done:])
    return "".join(parts)


def _last_state(line: str) -> str:
    """The line after its last rewrite; what an earlier, longer state leaves at the right stays, unless erased."""
    shown: list[str] = []
    covered = 0
    for state in reversed(line.split("\r")):
        plain = _ESCAPE.sub("", state) if "\x1b" in state else state
        if len(plain) > covered:
            shown.append(plain[covered:])
            covered = len(plain)
        if "\x1b" in state and _ERASE.search(state):
            break
    return "".join(shown)


def _typed(line: str) -> str:
    """The line with every backspace moving one to the left, where the next character writes over."""
    shown: list[str] = []
    column = 0
    for char in line:
        if char == "\x08":
            column = max(column - 1, 0)
        else:
            shown[column : column + 1] = [char]
            column += 1
    return "".join(shown)
