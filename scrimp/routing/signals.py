"""What tells a run that did its work from one that did not: pure rules over texts and tool calls.

Each says what it can show and no more; docs/routing.md lists their limits for a reader.
"""

from __future__ import annotations

import hashlib
import os
import re
from typing import TYPE_CHECKING, Any

from scrimp.core import limits
from scrimp.core.untrusted import as_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

_COULD_NOT = re.compile(r"^[\s>*_#-]*could not\s*:", re.IGNORECASE | re.MULTILINE)
_CORRECTIONS = (
    "no",
    "nope",
    "wrong",
    "not what i",
    "that is wrong",
    "that's wrong",
    "that is not",
    "that's not",
    "this is wrong",
    "you missed",
    "you forgot",
    "still failing",
    "still fails",
    "still broken",
    "still not",
    "still wrong",
    "it still",
    "does not work",
    "doesn't work",
    "try again",
    "undo",
    "revert",
)
"""English only. A person who corrects in another language, or politely, is not noticed: that is why it is shown apart
and decides nothing."""

_NOT_A_CORRECTION = ("no problem", "no worries", "no need", "no hurry", "no rush", "no more", "no further")
_WORD = re.compile(r"\w+")
_PATHS = ("file_path", "path", "notebook_path")
_COMMAND = "command"


def brief_hash(prompt: str) -> str:
    """The same for two briefs that differ in case, punctuation and white space alone; '' for none."""
    words = " ".join(_WORD.findall(prompt.casefold()))
    return (
        hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[: limits.ROUTES_BRIEF_DIGITS]
        if words
        else ""
    )


def says_could_not(report: str) -> bool:
    """Whether a report has the line of the shipped agents' form for what they could not do."""
    return bool(_COULD_NOT.search(report))


def is_correction(prompt: str) -> bool:
    """Whether a person's prompt begins as one that corrects what came before."""
    text = " ".join(prompt.casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())
    if any(_begins(text, words) for words in _NOT_A_CORRECTION):
        return False
    return any(_begins(text, words) for words in _CORRECTIONS)


def target(given: Mapping[str, Any], folder: str) -> str:
    """What a tool call is about, so that two calls can be compared: `$ command`, or a file's path; '' for neither."""
    command = as_text(given.get(_COMMAND))
    if command:
        return f"$ {' '.join(command.split())}"
    path = next((text for text in (as_text(given.get(name)) for name in _PATHS) if text), "")
    return os.path.normpath(os.path.join(folder, path)) if path else ""


def is_redone(targets: int, again: int, commands_again: int) -> bool:
    """Whether a parent did an agent's work again.

    One of its commands, word for word, is enough. Files are not: who is told a place reads it there. They count when
    at least so many, and half of all that the agent touched, were touched again.
    """
    return commands_again > 0 or (again >= limits.ROUTES_FILES_AGAIN and again * 2 >= targets)


def again(agent: Collection[str], parent: Collection[str]) -> tuple[int, int]:
    """How many targets of the agent the parent touched after it, and how many of these are commands."""
    both = set(agent) & set(parent)
    return len(both), sum(one.startswith("$ ") for one in both)


def _begins(text: str, words: str) -> bool:
    return text.startswith(words) and not text[len(words) : len(words) + 1].isalnum()
