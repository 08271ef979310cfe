"""Notices a thread that makes the same calls with the same results again and again, and says so once.

What a thread did last is one line in a file of its own below the data folder: a fingerprint of its latest batch, and
how often in a row it came. A file that is not touched for a day goes when another one is made.
"""

from __future__ import annotations

import os
import time

from hooks.steps import texts
from scrimp.core import limits, log, small_file
from scrimp.core.untrusted import as_list, as_object, as_text

try:
    from _blake2 import blake2b  # hashlib would load OpenSSL, 3 ms
except ImportError:
    from hashlib import blake2b

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FOLDER = "loops"
_FINGERPRINT_BYTES = 16
_SHOWN_CHARS = 80
_NAMED_BY = ("command", "file_path", "pattern", "url", "query", "description")
_DIGITS = frozenset("0123456789")
_OF_NUMBERS = frozenset("0123456789.:,-")
_UNITS = ("s", "ms", "us", "µs", "ns", "sec", "secs", "seconds", "m", "min", "minutes")
_AROUND = "()[]{}<>=,;'\"!*"
_DIGITS_OF_A_STAMP = 8
"""A word with so many digits holds a date, a time or an id."""

_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def notice(event: dict[str, Any], data: str) -> str:
    """One line at the batch that makes it a loop, '' at every other; never raises. `data`: scrimp's data folder."""
    calls = [as_object(call) for call in as_list(event.get("tool_calls"))]
    name = f"{as_text(event.get('session_id'))}.{as_text(event.get('agent_id')) or 'main'}"
    if not calls or not _SAFE.issuperset(name.replace(".", "")):
        return ""
    try:
        times = _count(os.path.join(data, _FOLDER, name), _fingerprint(calls))
    except OSError as error:
        log.note(data, f"loops: {error}")
        return ""
    if times != limits.LOOP_TIMES:
        return ""
    return f"scrimp: the same result {times} times in a row: {_shown(calls)}. Try another way, or say what is missing."


def _fingerprint(calls: list[dict[str, Any]]) -> str:
    """Of the calls and their results, without their ids and in no order."""
    parts = sorted(
        repr((call.get("tool_name"), call.get("tool_input"), _without_times(call.get("tool_response"))))
        for call in calls
    )
    return blake2b("\n".join(parts).encode("utf-8", "replace"), digest_size=_FINGERPRINT_BYTES).hexdigest()


def _without_times(response: object) -> list[str]:
    """A result's words but those that differ at every run: how long it took, when it was, names made from that."""
    words = [word for text in texts.of(response) for word in text.split()]
    return [
        word
        for word, after in zip(words, [*words[1:], ""])
        if not any(char in _DIGITS for char in word) or not _is_time(word.strip(_AROUND), after.strip(_AROUND))
    ]


def _is_time(word: str, after: str) -> bool:
    number = word.rstrip("abcdefghijklmnopqrstuvwxyzµ")
    if set(number) <= _OF_NUMBERS:
        return (word[len(number) :] or after) in _UNITS or ":" in number
    return sum(char in _DIGITS for char in word) >= _DIGITS_OF_A_STAMP


def _count(path: str, fingerprint: str) -> int:
    """How often in a row this thread's batch was just so, this time included."""
    try:
        last, _, times = small_file.read(path).partition(" ")
    except FileNotFoundError:
        last, times = "", ""
        _make_room(os.path.dirname(path))
    count = int(times) + 1 if last == fingerprint and times.isdigit() else 1
    beside = f"{path}.{os.getpid()}"
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(f"{fingerprint} {count}")
    os.replace(beside, path)
    return count


def _make_room(folder: str) -> None:
    """Make the folder, and take out what threads of days ago have left in it."""
    os.makedirs(folder, mode=0o700, exist_ok=True)
    oldest = time.time() - limits.LOOP_KEPT_S
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if os.stat(path).st_mtime < oldest:
            os.unlink(path)


def _shown(calls: list[dict[str, Any]]) -> str:
    """The first call, in a few words."""
    tool, given = as_text(calls[0].get("tool_name")), as_object(calls[0].get("tool_input"))
    named = next((" ".join(given[key].split()) for key in _NAMED_BY if isinstance(given.get(key), str)), "")
    short = named if len(named) <= _SHOWN_CHARS else named[: _SHOWN_CHARS - 1] + "…"
    others = f" and {len(calls) - 1} more" if len(calls) > 1 else ""
    return f"{tool} {short}".strip() + others
