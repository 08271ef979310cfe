"""Compilers, linters and builds: each diagnostic's place and message, then what its tool says about it, then source.

Errors come before warnings; a diagnostic that is printed again, as for every file that includes a header, is shown
once. Of the source that tools quote, as much stays as there is room for, from the first error on.
"""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit
from scrimp.core.compact.diagnostic_blocks import (
    ERROR,
    HEAD,
    LABEL,
    MARKS,
    NOTE,
    NOTED,
    TEXT,
    WARNING,
    Block,
    blocks_of,
    is_listed,
)
from scrimp.core.compact.fit import DETAIL, EXTRA, KEY, LAST, MUST, NEAR, NOISE, REST, SILENT, SPARE
from scrimp.core.compact.lines import errors, runs, warnings
from scrimp.core.compact.rules import Rule, Table
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "diagnostics"
GAPS = fit.NO_GAPS
WHOLE = frozenset[int]()
NEEDLES = (
    "error: ", "error[E", ": error", "- error ", "error TS", " error  ", "\n[ERROR] ", "ERROR in ", "CMake Error",
    "\nerror", "undefined reference", "\nFAILED: ", ": *** [", "warning: ", "warning[", "\nFound ", " problems (",
    "could not compile",
)  # fmt: skip

_TOOLS = pattern(
    r"\b(?:g?make|ninja|cmake|gcc|g\+\+|cc|c\+\+|clang(?:\+\+|-tidy)?|tsc|vue-tsc|eslint|oxlint|biome|ruff|mypy|pyright"
    r"|basedpyright|flake8|pylint|cargo (?:build|check|clippy|b|c)|rustc|javac|kotlinc|mvnw?|gradlew?|webpack|vite"
    r"|esbuild|rollup|meson|bazel|go (?:build|vet|install)|golangci-lint|staticcheck)\b"
)
_SCRIPTS = pattern(
    r"\b(?:npm|pnpm|yarn|bun|npx|tox|nox|pre-commit|just|task|docker build|lint|typecheck|type-check|build|check)\b"
)
_SURE = pattern(
    r"(?m)^(?:\[\*\] \d+ (?:potentially )?fixable|Found \d+ errors?\b|✖ \d+ problems? \(|error: could not compile `"
    r"|\d+ errors?, \d+ warnings?, \d+ informations?|webpack \S+ compiled with|\[ERROR\] COMPILATION ERROR"
    r"|error(?:\[E\d+\])?: .*\n +--> \S|warning: .*\n +--> \S|CMake Error at |ninja: build stopped"
    r"|\S*make(?:\[\d+\])?: \*\*\* \[|vite v\d\S* building|\S+\(\d+,\d+\): (?:error|warning) [A-Z]+\d+: "
    r"|\S+:\d+:\d+ - error |# [\w./-]+\n(?:vet: )?\S+\.go:\d+:\d+: "
    r"|[^\s:]+:\d+(?::\d+)?: (?:fatal )?(?:error|warning): .*\n|[^\s:]+:\d+:\d+: [A-Z]{1,6}\d{3,5}:? "
    r"|[^\s:]+:\d+:\d+: .*\[(?:Error|Warning)/\S+\]$)"
)
_MARK = pattern(
    r"(?m)^(?:\S*make(?:\[\d+\])?: |\[ *\d+%\] |\[\d+/\d+\] |   Compiling |    Checking |-- |\[INFO\] BUILD )"
)

_RULES = Table(
    Rule(MUST, r"[Ff]ound \d+ \w|Success: no issues|All checks passed|\d+ errors?, \d+ warn|✖ \d+ problem", "totals"),
    Rule(MUST, r"\d+ (?:errors?|warnings?)(?:$| generated| and \d+ \w+ generated)|\d+ problems?$", "totals"),
    Rule(MUST, r"  \d+ errors? and \d+ warnings? potentially|\[\*\] \d+ |No fixes available|Your code has", "totals"),
    Rule(MUST, r"(?:error|warning): .* generated \d+ |error: (?:could not compile|aborting due)|only show", "totals"),
    Rule(MUST, r"✓ built in|[✗x] Build failed|webpack \S+ compiled|Checked \d+ files?|Diagnostics not", "totals"),
    Rule(MUST, r"\d+ files? (?:would|left|al|re)|-- Configuring incomplete", "totals"),
    Rule(MUST, r"\S*make(?:\[\d+\])?: \*\*\*|ninja: build stopped|FAILED: ", "what ended it"),
    Rule(KEY, r"\S*make(?:\[\d+\])?: (?:Target .* not|Nothing to be|.* is up to date)", "how it ended"),
    Rule(KEY, r"ninja: |-- Configuring|-- Build files|    Finished ", "how it ended"),
    Rule(NOISE, r"\S*make(?:\[\d+\])?: (?:Entering|Leaving) directory", "where, not what"),
    Rule(MUST, r"\[INFO\] BUILD |\[ERROR\] Failed to execute|BUILD (?:FAILED|SUCC)", "verdicts"),
    Rule(MUST, r"(?:> Task )?:[\w:-]+ FAILED|Execution failed for task", "a task that failed"),
    Rule(KEY, r"> (?!Task |Run with|Configure )\S", "why a task failed"),
    Rule(NOISE, r"\[ERROR\] +(?:To see the full|Re-run Maven|For more info|After corr|mvn |-> \[|$)", "advice"),
    Rule(NOISE, r"\[ERROR\] (?:\[Help|COMPILATION ERROR)|\[INFO\] |\[WARNING\] COMPILATION", "Maven's frame"),
    Rule(KEY, r"\[ERROR\] |\[WARNING\] ", "what Maven says"),
    Rule(NOISE, r" +(?:Compiling|Checking|Fresh|Downloaded|Downloading|Locking|Updating|Adding|Blocking) ", "progress"),
    Rule(NOISE, r"Some errors have detailed|For more information about (?:this|an) error|See also \"", "advice"),
    Rule(NOISE, r"\[ *\d+%\] |\[\d+/\d+\] |-- |\[\d+ of \d+\] ", "progress"),
    Rule(NOISE, r"(?:orphan |cacheable )?(?:modules|assets) |Use 'stats\.", "a bundler's own counts and advice"),
    Rule(NEAR, r"[^\s:]+:\d+:\d+:   required (?:from|by)", "the own line that asked for a template"),
    Rule(LAST, r"[^\s:]+: (?:In [a-z]+ [\w ]*‘|In instantiation of|At (?:top level|global scope))", "where it is"),
    Rule(SPARE, r"In file included from |                 from ", "how the file came in"),
    Rule(KEY, r"\(!\) ", "a bundler's warning"),
    Rule(REST, r"\S+ +[\d.,]+ k?B\b", "what a bundler wrote"),
    Rule(KEY, r"# [\w./-]+$|\*{5,} Module ", "a package"),
    Rule(NOISE, r"> Task \S+(?: [A-Z-]+)?$|\* Try:|> Run with|Note: ", "progress and advice"),
)  # fmt: skip
_COMMAND = pattern(r"(?:\S*/)?(?:cc|c\+\+|gcc|g\+\+|clang(?:\+\+)?|ar|ld)(?:-\d+)? ")
_TABLE_OF_FILES = pattern(r"Errors +Files$| +\d+ +\S+:\d+$")
_LEADS = pattern(r"In file included from |                 from |[^\s:]+: (?:In |At )")
_CANDIDATE = pattern(
    r".* note: +(?:candidate|template argument deduction|‘[^’]*’ is not derived|mismatched types|there are \d)"
)
_COLUMNS = pattern(r"(?<=\S) {3,}(?=\S+$)")
_RULED = pattern(r" ━{3,}$")
_CODE = pattern(r"(\S+)$")
_MARKS_ENOUGH = 2
_NOTES_MOST = 4
_TEXTS_MOST = 8
_FIRST_OF_RULE = 3


def looks_like(text: str, command: str) -> bool:
    """Whether `text` (the ends and the middle of the output) has a compiler's, linter's or build's lines."""
    known = _TOOLS.search(command) is not None
    if _SURE.search(text):
        return known or len(blocks_of(text.split("\n"))) > 1
    if known and sum(1 for _ in _MARK.finditer(text)) > _MARKS_ENOUGH:
        return True
    return (known or _SCRIPTS.search(command) is not None) and len(blocks_of(text.split("\n"))) > 1


def target(case: Case) -> int:  # noqa: ARG001 the same for all
    """How many characters to cut to."""
    return limits.DIAGNOSTICS_CHARS


def shorten(line: str) -> str:
    """A line as it is shown: rules that fill it up are decoration, and so is the padding of columns."""
    found = _RULED.search(line) if line.endswith("━") else None
    if found:
        return line[: found.start()]
    return _COLUMNS.sub("  ", line, count=1) if "   " in line and is_listed(line) else line


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line: what stands between the diagnostics, then these."""
    worths = [REST] * len(lines)
    for start, end in runs(lines, strict=False):
        worths[start + 1 : end - 1] = [NOISE] * (end - start - 2)
    for index in errors(lines):
        worths[index] = MUST
    for index in warnings(lines):
        worths[index] = min(worths[index], KEY)
    _RULES.grade(lines, worths)
    _frame(lines, worths)
    blocks = blocks_of(lines)
    for block in blocks:
        _grade_block(lines, worths, block)
    _repeated(lines, worths, blocks)
    _listed(lines, worths, blocks)
    _notes(lines, worths, blocks)
    _sources(lines, worths, blocks, room=limits.DIAGNOSTICS_CHARS * case.times_target)
    return worths


def _frame(lines: Sequence[str], worths: list[int]) -> None:
    """Blank lines, tables of files, and the command that was run last before the build ended."""
    command = -1
    for index, line in enumerate(lines):
        if not line.strip():
            worths[index] = SILENT
        elif _TABLE_OF_FILES.match(line):
            worths[index] = KEY
        elif _names_below(line, lines, index):
            worths[index] = SILENT
        elif _COMMAND.match(line):
            worths[index] = NOISE
            command = index
        elif ": *** [" in line and command >= 0:
            worths[command] = EXTRA
            command = -1


def _names_below(line: str, lines: Sequence[str], index: int) -> bool:
    """Whether this is a file's name that every row below it has too, as pyright prints."""
    return index + 1 < len(lines) and not line[0].isspace() and lines[index + 1].startswith(f"  {line}:")


def _grade_block(lines: Sequence[str], worths: list[int], block: Block) -> None:
    """Each line by what it is and how grave the diagnostic is; source is given its place by the room there is."""
    grave = block.gravity == ERROR
    levels = {
        HEAD: MUST if grave else KEY,
        TEXT: KEY if grave else NEAR,
        LABEL: NEAR if grave else EXTRA,
        NOTED: DETAIL if grave else SPARE,
        MARKS: SILENT,
    }
    told = 0
    for index, kind in zip(range(block.start, block.end), block.kinds):
        worths[index] = levels.get(kind, SILENT) if lines[index].strip() else SILENT
        told += kind == TEXT
        if kind == TEXT and told > _TEXTS_MOST:
            worths[index] = LAST


def _repeated(lines: Sequence[str], worths: list[int], blocks: Sequence[Block]) -> None:
    """What is printed again goes: headers are compiled many times, Maven sums up."""
    seen: set[tuple[str, ...]] = set()
    for block in blocks:
        if block.file >= 0 or block.gravity == NOTE:
            continue
        key = tuple(
            lines[index] for index, kind in zip(range(block.start, block.end), block.kinds) if kind in (HEAD, LABEL)
        )
        if key in seen:
            worths[block.start : block.end] = [LAST] + [SILENT] * (block.end - block.start - 1)
            above = block.start - 1
            while above >= 0 and _LEADS.match(lines[above]):
                worths[above] = SILENT
                above -= 1
        seen.add(key)


def _listed(lines: Sequence[str], worths: list[int], blocks: Sequence[Block]) -> None:
    """Rows below a file's name: the name with its first row, the first rows of each rule, then the others."""
    seen: dict[tuple[str, str], int] = {}
    named: set[int] = set()
    for block in blocks:
        if block.file < 0:
            continue
        code = _CODE.search(lines[block.start])
        key = (block.gravity, code.group(1) if code else "")
        seen[key] = seen.get(key, 0) + 1
        first = block.file not in named
        named.add(block.file)
        worths[block.file] = MUST
        if first or seen[key] <= _FIRST_OF_RULE:
            worths[block.start] = MUST
        else:
            worths[block.start] = NEAR if block.gravity == ERROR else DETAIL


def _notes(lines: Sequence[str], worths: list[int], blocks: Sequence[Block]) -> None:
    """Notes belong to the diagnostic above them: the first of an error's say what it means."""
    grave, count = False, 0
    for block in blocks:
        if block.gravity != NOTE:
            grave, count = block.gravity == ERROR and worths[block.start] == MUST, 0
        else:
            candidate = _CANDIDATE.match(lines[block.start][: limits.LINE_CHARS])
            count += not candidate
            near = grave and count <= _NOTES_MOST
            worths[block.start] = LAST if candidate else DETAIL if near else SPARE if grave else LAST


def _sources(lines: Sequence[str], worths: list[int], blocks: Sequence[Block], *, room: int) -> None:
    """Quoted source, from the first error on, as far as it fits beside all that is worth more."""
    left = room - limits.MARKER_USUAL_CHARS
    left -= sum(len(lines[index]) + 1 for index, worth in enumerate(worths) if worth <= EXTRA)
    for gravity, worth in ((ERROR, REST), (WARNING, EXTRA)):
        for block in blocks:
            if block.gravity != gravity or worths[block.start] >= LAST:
                continue
            quoted = [
                index
                for index, kind in zip(range(block.start, block.end), block.kinds)
                if kind not in (HEAD, TEXT, LABEL, NOTED) and lines[index].strip()
            ]
            left -= sum(len(lines[index]) + 1 for index in quoted)
            if left < 0:
                return
            for index in quoted:
                worths[index] = worth
