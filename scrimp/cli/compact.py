"""Print what the model would see of a command's output, given on standard input."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from typing import TYPE_CHECKING, NamedTuple, cast

from scrimp.core import limits, outputs, settings, wanted_back
from scrimp.core.compact import Compaction, compact
from scrimp.core.compact.manner import Manner
from scrimp.core.compact.output_file import compact_file
from scrimp.core.errors import UsageError
from scrimp.core.untrusted import as_text
from scrimp.kept import originals, why

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from typing import BinaryIO


class _Result(NamedTuple):
    """A compaction with its original's handle (None: not cut) and both sizes in bytes."""

    cut: Compaction
    text: str
    handle: str | None
    bytes_in: int


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp compact`."""
    parser.add_argument("--command", default="", help="the command that printed it; the output itself decides first")
    parser.add_argument("--exit-code", type=int, default=0, help="how the command ended (default: 0)")
    parser.add_argument(
        "--json", action="store_true", help="sizes, family and facts beside the text, as one JSON object"
    )
    parser.add_argument("--why", metavar="HANDLE", help="of an output that was cut: what each line of it was worth")
    parser.add_argument("--no-store", action="store_true", help="do not keep the original for recall")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp compact`."""
    if arguments.why:
        return _why(arguments, environ)
    if sys.stdin.isatty():
        raise UsageError("give the raw output on standard input: scrimp compact --command 'pytest -v' < raw.txt")
    with tempfile.SpooledTemporaryFile(max_size=limits.STREAM_BYTES) as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        result = _compacted(cast("BinaryIO", file), arguments, environ)
    if arguments.json:
        print(json.dumps(_row(result), indent=2))
    else:
        sys.stdout.buffer.write(outputs.encoded(result.text))
        sys.stdout.buffer.flush()
    return 0


def _why(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """What today's rules make of an original, by the command and the exit code that the journal has of it."""
    path = originals.found(arguments.why, environ)
    row = wanted_back.cut_at(settings.data_dir(environ), path) or {}
    command, exit_code = as_text(row.get("command")), row.get("exit_code")
    with open(path, "rb") as file:
        cut = _again(file, command, exit_code, as_text(row.get("tool")))
    if arguments.json:
        print(json.dumps(why.as_json(cut, command, exit_code), indent=2))
    else:
        print(why.told(cut, command, exit_code), end="")
    return 0


def _again(file: BinaryIO, command: str, exit_code: int | None, tool: str) -> Compaction:
    """An original cut once more, by the limits of the tool that gave it; one that no journal knows was a command's."""
    if tool in ("", "Bash"):
        size = os.fstat(file.fileno()).st_size
        return compact_file(file, size=size, command=command, exit_code=exit_code or 0)[0]
    text = file.read().decode("utf-8", "surrogateescape")
    return compact(text, command=command, raw_limit=limits.CLIENT_RESULT_CHARS, cap=limits.SUCCEEDED_CHARS)


def _compacted(file: BinaryIO, arguments: argparse.Namespace, environ: Mapping[str, str]) -> _Result:
    size = file.tell()
    file.seek(0)
    cut = _cut(file, size, arguments, settings.load(environ, os.getcwd()))
    if not cut.cut:
        return _Result(cut, cut.text, None, size)
    folder = os.path.join(settings.data_dir(environ), "outputs")
    handle = outputs.handle_of_file(file) if arguments.no_store else _keep(file, folder)
    return _Result(cut, outputs.marked(cut, handle, outputs.path_of(handle, folder), size), handle, size)


def _keep(file: BinaryIO, folder: str) -> str:
    os.makedirs(os.path.dirname(folder), mode=0o700, exist_ok=True)
    return outputs.keep_stream(file, folder)


def _cut(file: BinaryIO, size: int, arguments: argparse.Namespace, wanted: settings.Settings) -> Compaction:
    """As at the shell's exit; what stays as it is comes back with its text."""
    cut = Compaction("", family="", why="small", lines_in=0, chars_in=size)
    if not wanted.enabled:
        cut.why = "switched off in the settings"
    elif wanted_back.kind_of(arguments.command) in wanted.off_commands:
        cut.why = "this command is switched off in the settings"
    elif size > wanted.min_chars:
        cut, _ = compact_file(
            file, size=size, command=arguments.command, exit_code=arguments.exit_code, manner=Manner(wanted.off)
        )
    if not cut.cut:
        file.seek(0)
        cut.text = file.read().decode("utf-8", "surrogateescape")
    return cut


def _row(result: _Result) -> dict[str, object]:
    data = outputs.encoded(result.text)
    return {
        "family": result.cut.family,
        "why": result.cut.why,
        "bytes_in": result.bytes_in,
        "bytes_out": len(data),
        "facts_total": result.cut.facts_total,
        "facts_kept": result.cut.facts_kept,
        "handle": result.handle,
        "text": data.decode("utf-8", "replace"),
    }
