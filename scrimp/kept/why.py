"""Which rule cut what of an output: its lines by what each was worth, how many stayed, and an example of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.core.compact import fit

if TYPE_CHECKING:
    from scrimp.core.compact import Compaction

_EXAMPLE_CHARS = 60


class Row(NamedTuple):
    """The lines of one worth: how many there are and stayed, the characters that did not, the first such line."""

    worth: str
    lines: int
    kept: int
    left_out_chars: int
    example: str


def rows(cut: Compaction) -> list[Row]:
    """A row for each worth that any line has, the dearest first."""
    lines, worths, kept = cut.graded
    stayed = frozenset(kept)
    found: list[Row] = []
    for worth, name in enumerate(fit.WORTHS):
        indices = [index for index, one in enumerate(worths) if one == worth]
        gone = [lines[index] for index in indices if index not in stayed]
        example = next((line.strip() for line in gone if line.strip()), "")
        if indices:
            found.append(Row(name, len(indices), len(indices) - len(gone), sum(map(len, gone)), example))
    return found


def told(cut: Compaction, command: str, exit_code: int | None) -> str:
    """All of it, for a person."""
    of_what = f"{command or 'no command is known'} (exit code {'unknown' if exit_code is None else exit_code})"
    if not cut.cut:
        return f"{of_what}\nfamily {cut.family or 'none'}: not cut today: {cut.why}\n"
    head = (
        f"{of_what}\nfamily {cut.family}: {cut.why}; {cut.facts_kept:,} of {cut.facts_total:,} facts kept, "
        f"{cut.chars_out:,} of {cut.chars_in:,} characters\n"
    )
    table = [f"{'worth':8} {'lines':>8} {'stayed':>8} {'left out':>12}  the first that is left out"]
    table += [
        f"{row.worth:8} {row.lines:8,} {row.kept:8,} {row.left_out_chars:12,}  {_printable(row.example)}".rstrip()
        for row in rows(cut)
    ]
    return head + "\n".join(table) + "\n"


def as_json(cut: Compaction, command: str, exit_code: int | None) -> dict[str, Any]:
    """The same as one object."""
    return {
        "command": command,
        "exit_code": exit_code,
        "family": cut.family,
        "why": cut.why,
        "facts_total": cut.facts_total,
        "facts_kept": cut.facts_kept,
        "lines": [row._asdict() for row in rows(cut)],
    }


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in text[:_EXAMPLE_CHARS])
