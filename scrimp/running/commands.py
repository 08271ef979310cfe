"""What a command of a batch is, what is wrong with one, and where and how long it runs."""

from __future__ import annotations

import math
import os
from typing import TYPE_CHECKING, NamedTuple

from scrimp.core import limits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Command(NamedTuple):
    """A command as the agent asks for it.

    command: for the user's shell. folder: where it runs, from the session's folder on; '' is that one. timeout_s: None
    is as the native Bash has it. environ: set in addition; the user's rules see it too, a variable can change what a
    command does.
    """

    command: str
    folder: str = ""
    timeout_s: float | None = None
    environ: Mapping[str, str] = {}

    @property
    def name(self) -> str:
        """The command on one line, in a heading's length."""
        first, _, more = self.command.strip().partition("\n")
        is_long = bool(more) or len(first) > limits.RUN_HEADING_CHARS
        text = first[: limits.RUN_HEADING_CHARS].rstrip().replace("\0", "\\0")
        place = f" in {self.folder}" if self.folder else ""
        name = f"`{text}{' …' if is_long else ''}`{place}"
        return name.encode("utf-8", "replace").decode()


class Place(NamedTuple):
    """Where commands run: the session's folder, the folders that it may use (itself among them), its environment."""

    folder: str
    roots: Sequence[str]
    environ: Mapping[str, str]


def problem(command: Command) -> str:
    """What is wrong with it as it is written; '' where nothing is."""
    if not command.command.strip():
        return "the command is empty"
    if "\0" in command.command:
        return r"the command has a NUL character in it; for a program that prints one write printf '\0'"
    if not _can_be_passed(command):
        return "the command, its folder or a variable has half a surrogate pair in it, which no program can be given"
    if command.timeout_s is not None and not (math.isfinite(command.timeout_s) and command.timeout_s > 0):
        return f"the timeout is {command.timeout_s:g} s; give seconds above 0"
    for name, value in command.environ.items():
        if not name or "=" in name or "\0" in name + value:
            return f"{name!r} cannot be set in the environment: its name or value has a sign that none may have"
    return ""


def folder_of(command: Command, place: Place) -> str:
    """Where it runs, real and absolute; ValueError, in one line, where that is no folder or none that it may use."""
    named = command.folder
    if named == "~" or named.startswith("~/"):
        named = place.environ.get("HOME", "~") + named[1:]
    if "\0" in named:
        raise ValueError("the folder's name has a NUL character in it")
    folder = os.path.realpath(os.path.join(place.folder, named))
    if not any(_is_in(folder, os.path.realpath(root)) for root in place.roots):
        raise ValueError(f"{folder} is outside the folders that this session may use: {', '.join(place.roots)}")
    if not os.path.isdir(folder):
        raise ValueError(f"{folder} is not a folder" if os.path.lexists(folder) else f"there is no folder {folder}")
    return folder


def timeout_s(command: Command, environ: Mapping[str, str]) -> float:
    """How long it may take: what it asks for, up to the most; both as the user has set them for the native Bash."""
    usual = _seconds(environ.get("BASH_DEFAULT_TIMEOUT_MS", ""), limits.RUN_TIMEOUT_S)
    most = max(usual, _seconds(environ.get("BASH_MAX_TIMEOUT_MS", ""), limits.RUN_TIMEOUT_MOST_S))
    return min(most, usual if command.timeout_s is None else command.timeout_s)


def _can_be_passed(command: Command) -> bool:
    try:
        os.fsencode("".join((command.command, command.folder, *command.environ, *command.environ.values())))
    except UnicodeEncodeError:
        return False
    return True


def _is_in(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)


def _seconds(milliseconds: str, usual_s: float) -> float:
    is_number = milliseconds.isascii() and milliseconds.isdigit() and int(milliseconds) > 0
    return int(milliseconds) / 1000 if is_number else usual_s
