"""Originals by what a person or an agent names them by, and all of them that are still kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scrimp.core import cuts, outputs, wanted_back
from scrimp.core.errors import OutputError, UsageError
from scrimp.core.settings import data_dir

if TYPE_CHECKING:
    from collections.abc import Mapping

_HANDLE = re.compile(r"(?:.*[/\\]scrimp-|\[?scrimp[ -])?([0-9a-f]{6,16})(?:\.txt|[:\]\s].*)?", re.DOTALL)


def found(given: str, environ: Mapping[str, str]) -> str:
    """The path of the one original that is meant; the marker's own path is believed if its bytes make the handle."""
    handle = _HANDLE.fullmatch(given.strip())
    if handle is None:
        raise UsageError(f"{given!r} is not a handle: it has 6 to 16 of the digits that a marker names, 0-9 and a-f")
    kept_ones = cuts.find(handle[1], environ) or [one for one in outputs.markers(given) if _is(one[1], handle[1])]
    handles = {one for one, _ in kept_ones}
    if len(handles) > 1:
        raise UsageError(f"{handle[1]} is the start of {len(handles)} handles: give more of its digits")
    if not kept_ones:
        raise OutputError(f"no original with the handle {handle[1]} is kept any more, or it was never here")
    return kept_ones[0][1]


def learn_that_wanted(path: str, environ: Mapping[str, str]) -> None:
    """Note that an original is wanted back: what is so soon after its cut was cut too much."""
    data = data_dir(environ)
    cut = wanted_back.cut_at(data, path)
    if cut is not None:
        wanted_back.note(data, cut, wanted_back.RECALL)


def _is(path: str, handle: str) -> bool:
    try:
        with open(path, "rb") as file:
            return outputs.handle_of_file(file) == handle
    except OSError:
        return False


def kept(environ: Mapping[str, str]) -> list[str]:
    """The paths of all originals that are kept: in the sessions' own folders and in scrimp's."""
    return sorted(path for path in cuts.named("", environ) if outputs.is_handle(outputs.handle_in(path)))
