"""Listings of files (find, ls, tree, du, git ls-files, grep -l): every folder, its first entries, how many more.

What the client would show whole stays, but for the insides of installed packages and caches.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, plain, spread
from scrimp.core.compact.fit import KEY, MUST, NOISE, REST, SPARE
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "listing"
GAPS = fit.COUNTED_GAPS
WHOLE = frozenset[int]()
NEEDLES = ("\nfind: ", "\nls: ", "\ndu: ", "\ntree: ", "Permission denied", " directories, ")
shorten = fit.as_it_was

_COMMAND = pattern(
    r"(?:^|&&|;|\|\||[\n({]|\bxargs\b[^|;&\n]{0,80}?\s|-exec\s)\s*(?:(?:\w+=\S*|sudo|command|time|nice)\s+){0,4}"
    r"(?:git\s(?:[^|;&\n]{0,100}?\s)?(?:ls-files|ls-tree|grep)"
    r"|(?:\S{0,60}/)?(?:find|fd|fdfind|ls|tree|du|locate|[efz]?grep|rg|ag|ack))\b"
)
_LONG = pattern(
    r" *(?:\d+ +){0,2}[-bcdlps][-rwxsStT]{9}[.+@]? +\d+ +\S+ +\S+ +\d[\d.,]*[KMGTP]?"
    r" +(?:\S+ +\S+ +\S+|\S+ +\S+) +(?P<name>\S.*)"
)
"""`ls -l`, `ls -li`, `find -ls`."""
_SIZED = pattern(r"(\d[\d.,]*)([KMGTP]?)\t(\S.*)")
"""`du`: a size, a tab, a path."""
_OBJECT = pattern(r"\d{6} (?:\w+ )?[0-9a-f]{7,64} *(?:\d+|-)?\t(\S.*)")
"""`git ls-files -s`, `git ls-tree -r`."""
_BRANCH = pattern(r"([│| \xa0]*)(?:├──|└──|\|--|`--)[ \xa0](.*)")
_SUM = "(?:total|totale|insgesamt|razem|totaal|totalt|yhteensä|итого|合計|总计|总用量)"
"""`total` as coreutils say it in other languages."""
_TOTAL = pattern(rf"\d+ director(?:y|ies)(?:, \d+ files?)?|{_SUM} \d|\d[\d.,]*[KMGTP]?\t{_SUM}$")
_BLOCKS = pattern(rf"{_SUM} \d[\d.,]*[KMGTP]?$")
"""How many disk blocks a folder takes, in `ls -l`."""
_SAID = pattern(r"(?:find|ls|du|tree|fd|git|grep|rg|fatal|error|warning|\[fd error\]): ?\S|\[error opening ")
_PATH = pattern(r"\.{0,2}/\S|~/\S|[^\s:|=(){}<>;,\"'`]+(?:/[^:|=(){}<>;\"'`]*|\.\w{1,12})$|[\w.@+-]{1,80}$")
_INSIDE = pattern(
    r"(?:^|/)(node_modules/(?:\.pnpm/|@[^/]+/)?|site-packages/|\.git/|__pycache__/|\.(?:mypy|ruff|pytest)_cache/"
    r"|\.venv/|venv/|\.tox/|\.gradle/|target/(?:debug|release)/|bower_components/)([^/\n]*)"
)
_UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40, "P": 2**50}
_MOSTLY = 0.8
_NAME_CHARS = 400
_OWN = 0.1
"""With fewer lines than this of one's own, the insides of packages are what was asked for."""
_LARGEST = 20


def looks_like(text: str, command: str) -> bool:
    """Whether files were to be listed and most lines name one."""
    if not _COMMAND.search(command):
        return False
    rows = [row for row in text.split("\n") if row.strip() and not fit.is_gap(row)]
    return bool(rows) and sum(1 for row in rows if _is_entry(row)) >= _MOSTLY * len(rows)


def target(case: Case) -> int:
    """How many characters to cut to: all that is there, or every folder."""
    return case.whole_or(limits.LISTING_CHARS)


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    entries, others = _read(lines)
    worths = [REST] * len(lines)
    if case.fits:
        _hide_insides(entries, worths)
    else:
        _by_folder(lines, entries, worths, limits.LISTING_CHARS // 2)
        _largest(lines, worths)
    graded = plain.grade_ordinary([lines[index] for index in others], strict=False)
    for index, worth in zip(others, graded):
        if _BLOCKS.match(lines[index]):
            worths[index] = SPARE
        else:
            worths[index] = MUST if _TOTAL.match(lines[index]) or _SAID.match(lines[index]) else min(worth, KEY)
    return worths


def _is_entry(row: str) -> bool:
    row = row[: limits.LINE_CHARS].rstrip()
    return bool(
        _LONG.match(row) or _SIZED.match(row) or _OBJECT.match(row) or _BRANCH.match(row) or _TOTAL.match(row)
        or _SAID.match(row) or _PATH.match(row[:_NAME_CHARS]) or _is_heading(row)
    )  # fmt: skip


def _is_heading(row: str) -> bool:
    """`ls -R` begins each folder with its name and a colon."""
    return row.endswith(":") and len(row) > 1 and not row[0].isspace()


def _read(lines: Sequence[str]) -> tuple[list[tuple[int, str]], list[int]]:
    """The entries with their paths, as far as these can be told, and the other lines."""
    entries: list[tuple[int, str]] = []
    others: list[int] = []
    folder, above = "", list[str]()
    for index, whole in enumerate(lines):
        line = whole[: limits.LINE_CHARS]
        if not line.strip():
            continue
        branch = _BRANCH.match(line)
        if branch:
            del above[len(branch.group(1)) // 4 :]
            above.append(branch.group(2))
            entries.append((index, "/".join(above)))
        elif _is_heading(line) and not _SAID.match(line):
            folder = line[:-1]
            entries.append((index, f"{folder}/"))
        elif path := _path_in(line):
            entries.append((index, path if not folder or "/" in path else f"{folder}/{path}"))
        else:
            others.append(index)
    return entries, others


def _path_in(line: str) -> str:
    if _TOTAL.match(line) or _SAID.match(line):
        return ""
    if found := _LONG.match(line):
        return found.group("name").split(" -> ")[0]
    if found := _SIZED.match(line) or _OBJECT.match(line):
        return found.group(found.lastindex or 0)
    return line if _PATH.match(line[:_NAME_CHARS]) else ""


def _hide_insides(entries: Sequence[tuple[int, str]], worths: list[int]) -> None:
    """Of an installed package or a cache its first line stays, unless they are all that there is."""
    inside: list[tuple[int, str]] = []
    for index, path in entries:
        found = _INSIDE.search(path)
        if found:
            inside.append((index, path[: found.end()]))
    if not entries or len(entries) - len(inside) < _OWN * len(entries):
        return
    shown = set(spread.firsts(inside))
    for index, _ in inside:
        if index not in shown:
            worths[index] = NOISE


def _by_folder(lines: Sequence[str], entries: Sequence[tuple[int, str]], worths: list[int], room: int) -> None:
    """The first entry of every folder, told as deep as there is room; then the second of each, and so on."""
    ranks: dict[str, int] = {}
    for index, path in entries:
        group = spread.folder(path, 99)
        rank = ranks.get(group, 0)
        ranks[group] = rank + 1
        worths[index] = SPARE if _INSIDE.search(path) else spread.by_rank(rank + 1)
    sizes = [len(line) + 1 + fit.gap_chars(GAPS) for line in lines]
    own = [(index, path) for index, path in entries if not _INSIDE.search(path)]
    for index in spread.folders_that_fit(own or entries, sizes, room):
        worths[index] = KEY


def _largest(lines: Sequence[str], worths: list[int]) -> None:
    """Of `du` the largest are what is looked for, and the sum at the end."""
    sized = [(index, found) for index, found in enumerate(map(_SIZED.match, lines)) if found]
    by_size = sorted(sized, key=lambda entry: -_size(entry[1].group(1), entry[1].group(2)))
    for index, _ in by_size[:_LARGEST] + sized[-1:]:
        worths[index] = MUST


def _size(number: str, unit: str) -> float:
    try:
        return float(number.replace(",", ".")) * _UNITS[unit]
    except ValueError:
        return 0.0
