"""What doctor looks at, one subject a file: `examine(environ, …) -> list[Finding]`; it tries and never mends."""

from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """One line of doctor's screen: `state` is ok, note (worth knowing) or fail (does not work)."""

    state: Literal["ok", "note", "fail"]
    subject: str
    text: str
