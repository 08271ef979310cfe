"""What the server and a command's keeper say to each other: one JSON line to it, one back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EXITED = "exited"
TIMED_OUT = "timed out"
TOO_MUCH = "too much output"
UNWRITTEN = "output not written"
CANCELLED = "cancelled"
NOT_STARTED = "not started"
LOST = "lost"
"""How a command ended; UNWRITTEN where the disk took no more of its output, LOST where its keeper was killed."""


class Job(NamedTuple):
    """A command as its keeper starts it: program and arguments, folder, whole environment, and what it may use."""

    argv: Sequence[str]
    folder: str
    environ: Mapping[str, str]
    timeout_s: float
    output_bytes: int


class Ended(NamedTuple):
    """How a command ended.

    code: as a shell tells it, 128 + the signal's number for one that a signal ended. left: command lines of what it had
    left running, all of it ended since; stuck: of what could not be ended. detail: why it was not started, or what the
    disk said.
    """

    how: str
    code: int = 0
    seconds: float = 0.0
    was_stopped: bool = False
    left: Sequence[str] = ()
    stuck: Sequence[str] = ()
    detail: str = ""


TAKEN = b"\n"
"""What a keeper says before it starts a command; who hears nothing may have it started once more."""


def encoded(message: Job | Ended) -> bytes:
    """One line; text that is no Unicode survives it."""
    return json.dumps(message._asdict()).encode() + b"\n"


def job_in(line: bytes) -> Job:
    """The job that `encoded` made."""
    return Job(**_fields(line))


def ended_in(line: bytes) -> Ended:
    """The end that `encoded` made; LOST for anything else, since a keeper that lives says how it ended."""
    try:
        return Ended(**_fields(line))
    except (ValueError, TypeError):
        return Ended(LOST)


def _fields(line: bytes) -> dict[str, Any]:
    return dict(json.loads(line))
