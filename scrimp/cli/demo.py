"""Play a recorded session through the real hooks: every output before and after, no key, no client."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from scrimp.cli import FAILED, OK
from scrimp.cli.stage import scenes
from scrimp.cli.stage.session import Session
from scrimp.core import outputs
from scrimp.core.errors import ScrimpError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

_SHELLS = ("bash", "zsh")
_SHOWN_LINES = 12
_SHOWN_CHARS = 116


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp demo`."""
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp demo`; 1 when anything that scrimp claims does not hold here."""
    shell = next((shell for shell in _SHELLS if shutil.which(shell, path=environ.get("PATH"))), None)
    if shell is None:
        raise ScrimpError("the demo needs bash or zsh on the PATH, as Claude Code does")
    played: list[scenes.Played] = []
    with Session(environ) as session:
        for one in scenes.play(session, shell):
            played.append(one)
            if not arguments.json:
                _show(one)
    if arguments.json:
        print(json.dumps({"ok": all(one.holds for one in played), "calls": [_row(one) for one in played]}, indent=2))
    else:
        _show_sum(played)
    return OK if all(one.holds for one in played) else FAILED


def _show(played: scenes.Played) -> None:
    ended = f"  → exit code {played.exit_code}" if played.scene.tool == "Bash" else "  (a tool of an MCP server)"
    print(f"$ {played.scene.command}{ended}")
    for name, view in (("printed", played.raw), ("plain client", played.plain), ("with scrimp", played.scrimp)):
        facts = f"facts {view.facts_kept} of {played.raw.facts_kept}"
        print(f"  {name:<12} {view.size_bytes:>9,} bytes {view.tokens:>9,} tokens   {facts}")
    print(f"  the original: {'back byte for byte' if played.restored else 'NOT BACK'}")
    lines = played.text.encode("utf-8", "replace").decode().split("\n")
    for line in lines[:_SHOWN_LINES]:
        print(f"  │ {line if len(line) <= _SHOWN_CHARS else line[: _SHOWN_CHARS - 1] + '…'}")
    if len(lines) > _SHOWN_LINES:
        print(f"  │ … {len(lines) - _SHOWN_LINES} more lines (all of them: scrimp demo --json)")
    for marker in (line for line in lines[_SHOWN_LINES:] if outputs.markers(line)):
        print(f"  │ {marker.partition('; whole: ')[0]}; whole: Read …/{marker.rpartition('/')[2]}")
    print()


def _show_sum(played: Sequence[scenes.Played]) -> None:
    for name, views in (
        ("printed", [one.raw for one in played]),
        ("plain client", [one.plain for one in played]),
        ("with scrimp", [one.scrimp for one in played]),
    ):
        tokens, facts = sum(view.tokens for view in views), sum(view.facts_kept for view in views)
        print(f"{name:<12} {tokens:>9,} tokens, {facts} facts at first sight")
    print(
        "Facts are what must survive a cut: failing tests with place and message, errors, totals, how it ended.\n"
        "Printed is what nobody pays for; compare the other two. Tokens are estimated (mean error 9 to 15 %);\n"
        "the plain client's view follows from its own limits. An output may cost more with scrimp: facts take room."
    )
    for one in played:
        if not one.holds:
            print(f"does not hold: {one.scene.command}")


def _row(played: scenes.Played) -> dict[str, object]:
    return {
        "command": played.scene.command,
        "exit_code": played.exit_code,
        "facts_total": played.raw.facts_kept,
        "printed": played.raw._asdict(),
        "plain_client": played.plain._asdict(),
        "with_scrimp": played.scrimp._asdict(),
        "original_restored": played.restored,
        "text": played.text.encode("utf-8", "replace").decode(),
    }
