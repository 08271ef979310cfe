"""Patches as git, diff and svn print them: which lines are a file's, and which a hunk's.

A hunk is as long as its header says: content that looks like a header is content.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_FILE = pattern(
    r"diff --(?:git|cc|combined) \S|diff -\S+ \S|Index: \S|Property changes on: \S"  # git, diff -r, svn
    r"|Only in [^:\n]+: \S|Files \S.* and \S.* differ$"
)
_HEAD = pattern(
    r"index [0-9a-f]+|(?:old|new) mode |(?:new|deleted) file mode |(?:dis)?similarity index "
    r"|(?:rename|copy) (?:from|to) |--- |\+\+\+ |Binary files |Files \S.* and \S.* differ|={60,}$|_{60,}$"
    r"|Cannot display: |svn:\S+ = |(?:Added|Modified|Deleted): \S|mode \d+,\d+|$"
)
_UNIFIED = pattern(r"(@@|##) -\d+(?:,(\d+))? \+\d+(?:,(\d+))? \1")
_COMBINED = pattern(r"(@@@+) (?:-\d+(?:,\d+)? )+\+\d+(?:,(\d+))? \1")
_NORMAL = pattern(r"\d+(?:,\d+)?[acd]\d+(?:,\d+)?$")
_BINARY = pattern(r"GIT binary patch$|literal \d+$|delta \d+$|[A-Za-z][!-~]{5,65}$|$")
_GENERATED = pattern(
    r"(?:^|[\s/])(?:(?:package-lock|npm-shrinkwrap)\.json|pnpm-lock\.ya?ml|bun\.lockb|go\.sum"
    r"|(?:yarn|bun|deno|Cargo|poetry|uv|pdm|Pipfile|composer|Gemfile|Podfile|flake|mix)\.lock)(?=\s|$)"
    r"|\.(?:min\.js|min\.css|js\.map|css\.map|pb\.go)(?=\s|$)|_pb2(?:_grpc)?\.pyi?(?=\s|$)|(?:^|[\s/])node_modules/"
)
_SAYS_GENERATED = ("@generated", "DO NOT EDIT", "do not edit by hand")
_BETWEEN_LINES = 2
"""So many unchanged lines between two changes cost no more than saying that they are left out."""


class Hunk:
    """The lines [start, end), header first; `changed` are the indices of those that differ."""

    __slots__ = ("changed", "conflict", "end", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = start + 1
        self.changed: list[int] = []
        self.conflict = False

    def lean(self) -> list[int]:
        """The header and the changed lines, with what stands between two that are close."""
        kept = [self.start]
        for index in self.changed:
            if index - kept[-1] <= _BETWEEN_LINES + 1 and len(kept) > 1:
                kept.extend(range(kept[-1] + 1, index))
            kept.append(index)
        return kept


class FileDiff:
    """The lines [start, end) about one file; its head ends where its first hunk begins."""

    __slots__ = ("end", "generated", "head_end", "hunks", "start")

    def __init__(self, start: int) -> None:
        self.start = start
        self.end = self.head_end = start + 1
        self.hunks: list[Hunk] = []
        self.generated = False


def is_file(lines: Sequence[str], index: int) -> bool:
    """Whether a file's part begins here."""
    line = lines[index]
    if line.startswith(("diff ", "Index: ", "Property changes", "Only in ", "Files ")):
        return _FILE.match(line[: limits.LINE_CHARS]) is not None
    return line.startswith("--- ") and index + 1 < len(lines) and lines[index + 1].startswith("+++ ")


def read(lines: Sequence[str]) -> list[FileDiff]:
    """Every file's part, in order; lines between them (a commit's, another tool's) belong to none."""
    files: list[FileDiff] = []
    index = 0
    while index < len(lines):
        if is_file(lines, index) or _hunk_begins(lines, index):
            found = _file(lines, index)
            files.append(found)
            index = found.end
        else:
            index += 1
    return files


def _file(lines: Sequence[str], start: int) -> FileDiff:
    found = FileDiff(start)
    at = start if _hunk_begins(lines, start) else start + 1
    while at < len(lines) and _HEAD.match(lines[at][: limits.LINE_CHARS]) and not _next_file(lines, at, start):
        at += 1
    while at > start + 1 and not lines[at - 1]:
        at -= 1
    found.head_end = at
    if at < len(lines) and lines[at] == "GIT binary patch":
        while at < len(lines) and _BINARY.match(lines[at]):
            at += 1
        found.generated = True
        found.hunks.append(Hunk(found.head_end))
        found.hunks[0].end = at
    while at < len(lines) and _hunk_begins(lines, at):
        found.hunks.append(_hunk(lines, at))
        at = found.hunks[-1].end
    found.end = max(at, start + 1)
    found.generated = found.generated or _is_generated(lines, found)
    return found


def _next_file(lines: Sequence[str], at: int, start: int) -> bool:
    """Whether another file's part begins at a line that could also be of a head; `--- ` may be this file's own."""
    return is_file(lines, at) and not (lines[at].startswith("--- ") and not lines[start].startswith("--- "))


def _hunk_begins(lines: Sequence[str], at: int) -> bool:
    line = lines[at]
    if line.startswith(("@@ ", "## ", "@@@")):
        return bool(_UNIFIED.match(line) or _COMBINED.match(line))
    return bool(
        line[:1].isdigit()
        and at + 1 < len(lines)
        and lines[at + 1][:2] in ("< ", "> ", "<", ">")
        and _NORMAL.match(line)
    )


def _hunk(lines: Sequence[str], start: int) -> Hunk:
    hunk = Hunk(start)
    unified, combined = _UNIFIED.match(lines[start]), _COMBINED.match(lines[start])
    if unified:
        _read_unified(lines, hunk, int(unified.group(2) or 1), int(unified.group(3) or 1))
    elif combined:
        _read_combined(lines, hunk, len(combined.group(1)) - 1, int(combined.group(2) or 1))
    else:
        while hunk.end < len(lines) and lines[hunk.end].startswith(("<", ">", "---", "\\ ")):
            hunk.changed.append(hunk.end)
            hunk.end += 1
        while hunk.changed and lines[hunk.end - 1].startswith("--- "):  # the next file's
            hunk.end = hunk.changed.pop()
    hunk.conflict = any(lines[at].lstrip("+ ").startswith(("<<<<<<<", ">>>>>>>")) for at in hunk.changed)
    return hunk


def _read_unified(lines: Sequence[str], hunk: Hunk, old: int, new: int) -> None:
    while hunk.end < len(lines):
        sign = lines[hunk.end][:1]
        if sign in ("-", "+"):
            old, new = old - (sign == "-"), new - (sign == "+")
            hunk.changed.append(hunk.end)
        elif sign in (" ", ""):
            old, new = old - 1, new - 1
        if sign not in ("-", "+", " ", "", "\\") or old < 0 or new < 0:
            break
        hunk.end += 1
    while hunk.changed and hunk.changed[-1] >= hunk.end:
        hunk.changed.pop()


def _read_combined(lines: Sequence[str], hunk: Hunk, parents: int, new: int) -> None:
    """Only the result is counted; what a parent lost at the end comes with its sign."""
    while hunk.end < len(lines):
        line = lines[hunk.end]
        signs = line[:parents]
        if signs.strip(" +-") or (not line and not new):
            break
        if "-" not in signs:
            new -= 1
        if new < 0:
            break
        if signs.strip():
            hunk.changed.append(hunk.end)
        hunk.end += 1


def _is_generated(lines: Sequence[str], found: FileDiff) -> bool:
    """Whether no person wrote it: a lock file, a bundle on one line, a file that says so."""
    if _GENERATED.search(lines[found.start][: limits.LINE_CHARS]):
        return True
    changed = [at for hunk in found.hunks for at in hunk.changed]
    if changed and sum(len(lines[at]) for at in changed) > limits.DIFF_LINE_CHARS * len(changed):
        return True
    head = lines[found.head_end : min(found.end, found.head_end + 8)]
    return any(mark in line[: limits.LINE_CHARS] for line in head for mark in _SAYS_GENERATED)
