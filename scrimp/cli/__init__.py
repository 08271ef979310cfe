"""The command line: one module per verb, found by its file, imported only when its verb is asked for.

A verb's module opens with `\"\"\"<one sentence of help>` and has `add_arguments(parser)` and
`run(arguments, environ) -> int`. Exit codes: 0 done, 1 a failure said in one sentence, 2 used wrongly.
"""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

from scrimp import __version__
from scrimp.core.errors import ScrimpError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager

OK, FAILED, WRONG_USE = 0, 1, 2
_INTERRUPTED = 130
"""128 + SIGINT, what a shell reports for a command that was interrupted."""


def main(argv: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    """Run one verb and return the process's exit code; never raises for what a person can get wrong."""
    words = list(sys.argv[1:] if argv is None else argv)
    _print_what_can_be_printed()
    try:
        return _run(words, os.environ if environ is None else environ)
    except SystemExit as stop:  # argparse has said what is wrong
        return stop.code if isinstance(stop.code, int) else OK
    except ScrimpError as error:
        _say(str(error))
        return WRONG_USE if isinstance(error, UsageError) else FAILED
    except BrokenPipeError:  # the reader has seen enough: `scrimp recall … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except OSError as error:
        _say(_where_we_are() or (f"{error.filename}: {error.strerror}" if error.filename else str(error)))
        return FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED


def verbs() -> dict[str, str]:
    """Every verb and its sentence of help, read from the modules' first lines without importing them."""
    folder = os.path.dirname(os.path.abspath(__file__))
    names = sorted(name[:-3] for name in os.listdir(folder) if name.endswith(".py") and name[0] != "_")
    return {name: _first_line(os.path.join(folder, f"{name}.py")) for name in names}


def _run(words: list[str], environ: Mapping[str, str]) -> int:
    code = _chosen(words, environ) if words else _overview(environ)
    sys.stdout.flush()  # here, where a reader that has gone is no failure
    return code


def _chosen(words: list[str], environ: Mapping[str, str]) -> int:
    known = verbs()
    chosen = words[0] if words[0] in known else None
    arguments = _parser(known, chosen).parse_args(words)
    verb = importlib.import_module(f"scrimp.cli.{arguments.verb}")
    with _clock(getattr(arguments, "timezone", "")):
        return verb.run(arguments, environ)


def _clock(name: str) -> AbstractContextManager[None]:
    """The clock by which a verb tells days apart: the person's own, or that of another place."""
    if not name:
        return nullcontext()
    from scrimp.reports import clock

    return clock.of(name)


def _overview(environ: Mapping[str, str]) -> int:
    from scrimp.cli.wiring import survey
    from scrimp.reports import overview

    layers = survey.layers(environ, os.getcwd())
    overview.run(environ, is_wired=any(layer.ours() or layer.plugins() for layer in layers))
    return OK


def _parser(known: Mapping[str, str], chosen: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scrimp", description="Makes Claude Code runs cheaper without making them dumber.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"scrimp {__version__}")
    commands = parser.add_subparsers(dest="verb", metavar="COMMAND", required=True)
    for name, help_line in known.items() if chosen is None else [(chosen, known[chosen])]:
        command = commands.add_parser(name, help=help_line, description=help_line, allow_abbrev=False)
        if name == chosen:
            importlib.import_module(f"scrimp.cli.{name}").add_arguments(command)
    return parser


def _first_line(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.readline().strip().strip('"')


def _print_what_can_be_printed() -> None:
    """A mark instead of a traceback where the terminal's encoding lacks a character; nothing on a closed stream."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115 - for as long as the process lasts
    out = sys.stdout
    if isinstance(out, io.TextIOWrapper) and out.encoding.lower() != "utf-8":
        out.reconfigure(errors="replace")


def _where_we_are() -> str:
    """What is wrong with the folder that we are in, of which Python's error has no name; '' for nothing."""
    try:
        os.getcwd()
    except OSError:
        return "the folder that you are in is gone: change into another"
    return ""


def _say(message: str) -> None:
    print(f"scrimp: {message}", file=sys.stderr)
