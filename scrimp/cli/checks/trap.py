"""The EXIT trap, tried for real in each shell: a long failing output is cut in place, original and exit code kept."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

from scrimp.cli.checks import Finding, installed_plugins
from scrimp.cli.stage.session import Session
from scrimp.cli.wiring import entries, plans, survey
from scrimp.core import outputs

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHELLS = ("bash", "zsh")
_EXIT_CODE = 3
_LINES = 3_000
_COMMAND = f"cat long.txt; exit {_EXIT_CODE}"


def examine(environ: Mapping[str, str], folder: str) -> list[Finding]:
    """Each shell that is there, under the trap that the wired SessionStart hook sets; nothing when none is wired."""
    words = _session_start(environ, folder)
    if words is None:
        return []
    there = [shell for shell in _SHELLS if shutil.which(shell, path=environ.get("PATH"))]
    if not there:
        return [Finding("note", "trap", "neither bash nor zsh is on the PATH")]
    return [_try(words, shell, environ) for shell in there]


def _session_start(environ: Mapping[str, str], folder: str) -> list[str] | None:
    layers = survey.layers(environ, folder)
    known = plans.known_bundles(environ)
    wired = [found for layer in layers for found in layer.ours(known)] + installed_plugins.handlers(environ, layers)
    starts = (found for found in wired if found.place.event == "SessionStart")
    found = next(starts, None)
    return None if found is None else entries.command_words(found.handler)


def _try(words: list[str], shell: str, environ: Mapping[str, str]) -> Finding:
    original = "".join(f"line {number} of a long output\n" for number in range(_LINES)).encode()
    with Session(environ) as session:
        with open(os.path.join(session.project, "long.txt"), "wb") as file:
            file.write(original)
        try:
            session.hook(words, session.event("SessionStart", source="startup"))
            shown = session.bash(_COMMAND, shell)
        except (OSError, subprocess.TimeoutExpired) as error:
            return Finding("fail", "trap", f"{shell}: {error}")
        problem = _problem(session, shown.code, shown.output, original)
    if problem:
        return Finding("fail", "trap", f"{shell}: {problem}")
    sizes = f"{len(original):,} to {len(shown.output):,} bytes"
    return Finding("ok", "trap", f"{shell}: {sizes}, exit code unchanged, original kept")


def _problem(session: Session, code: int, output: bytes, original: bytes) -> str | None:
    if code != _EXIT_CODE:
        return f"the exit code became {code} instead of {_EXIT_CODE}"
    if output == original:
        said = session.complaints()
        return f"the output was not cut{': ' + said[-1] if said else ''}"
    for handle, _ in outputs.markers(output.decode("utf-8", "replace")):
        if session.kept().get(os.path.basename(outputs.path_of(handle, ""))) == original:
            return None
    return "the output was cut, and its original is not where the marker says"
