"""What lint has found, one thing each."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """kind: what it is (instructions, skill, server, hook, rule). where: a file, or a name.

    tokens: how many it puts into every request, an estimate; None where that is not known. what: in words. hint: what
    to do about it, '' where there is nothing to do.
    """

    kind: str
    where: str
    tokens: int | None
    what: str
    hint: str = ""
