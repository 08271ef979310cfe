"""CLAUDE.md and rules with what they import, skills, commands and agents: what of them stands in every prompt.

An instruction file stands in it whole; of a skill, a command or an agent only its name and description do, and its
text enters when it is used. An edit of CLAUDE.md does not break the prefix (client 2.1.330): the new text is appended,
so that what changes daily is paid for again each time.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from scrimp.cache.lint.finding import Finding
from scrimp.core import project, settings, small_file
from scrimp.core.tokens import estimate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_NAMES = ("CLAUDE.md", os.path.join(".claude", "CLAUDE.md"), "CLAUDE.local.md")
_IMPORT = re.compile(r"(?:^|(?<=\s))@((?:~/|\.{0,2}/)?[\w.\-/]+)")
_CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_DEEPEST_IMPORT = 5
"""As deep as the client follows imports."""

_DATE = re.compile(r"\b20\d\d-[01]\d-[0-3]\d(?:[T ]\d\d:\d\d)?\b")
_COMMAND = re.compile(r"!`([^`\n]+)`")
_FIELD = re.compile(r"^(name|description|when_to_use):[ \t]*(.*(?:\n[ \t]+.*)*)", re.MULTILINE)
_HEAD = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_MOST_BYTES = 4 * 1024 * 1024
"""A larger file is not one that somebody wrote."""

_LISTED = (("skills", "skill"), ("commands", "command"), ("agents", "agent"))


def find(environ: Mapping[str, str], folder: str) -> list[Finding]:
    """What the user's and the folder's own files put into every prompt, the largest first."""
    found = [*_instructions(environ, folder), *_listed(environ, folder)]
    return sorted(found, key=lambda one: -(one.tokens or 0))


def _instructions(environ: Mapping[str, str], folder: str) -> Iterator[Finding]:
    config = settings.config_dir(environ)
    paths = [os.path.join(config, "CLAUDE.md")]
    paths += [os.path.join(above, name) for above in _above(folder) for name in _NAMES]
    paths += [path for place in _places(environ, folder) for path in _markdown(os.path.join(place, "rules"))]
    seen: set[str] = set()
    for path in paths:
        for depth, one, text in _with_imports(path, environ, seen):
            kind = "instructions" if not depth else "imported instructions"
            if _is_for_some(text):
                yield Finding(kind, one, 0, f"{estimate(text):,} tokens, enter with the files that its paths name")
            else:
                yield Finding(kind, one, estimate(text), *_volatile(text))


def _above(folder: str) -> list[str]:
    """The folder and those above it: the client reads the instructions of all."""
    found = [os.path.abspath(folder)]
    while os.path.dirname(found[-1]) != found[-1]:
        found.append(os.path.dirname(found[-1]))
    return found


def _with_imports(
    path: str, environ: Mapping[str, str], seen: set[str], depth: int = 0
) -> Iterator[tuple[int, str, str]]:
    real = os.path.realpath(path)
    text = "" if real in seen else _text(path)
    if not text:
        return
    seen.add(real)
    yield depth, path, text
    if depth < _DEEPEST_IMPORT:
        for name in _IMPORT.findall(_CODE.sub("", text)):
            home = environ.get("HOME", "~")
            target = (
                os.path.join(home, name[2:]) if name.startswith("~/") else os.path.join(os.path.dirname(path), name)
            )
            yield from _with_imports(target, environ, seen, depth + 1)


def _volatile(text: str) -> tuple[str, str]:
    dates = sorted(set(_DATE.findall(text)))
    if not dates:
        return "stands in every prompt", ""
    return f"stands in every prompt; holds dates, such as {dates[-1]}", (
        "if something writes them anew, each edit is sent again whole: keep what changes in a file of its own"
    )


def _listed(environ: Mapping[str, str], folder: str) -> Iterator[Finding]:
    for name, kind in _LISTED:
        for place in _places(environ, folder):
            for path in _markdown(os.path.join(place, name), only="SKILL.md" if kind == "skill" else ""):
                yield from _entry(path, kind)


def _places(environ: Mapping[str, str], folder: str) -> list[str]:
    """The `.claude` folders that count, each once."""
    repos = [os.path.join(one, ".claude") for one in project.folders(folder)]
    return list(dict.fromkeys([settings.config_dir(environ), *repos]))


def _is_for_some(text: str) -> bool:
    """Whether a rule says for which files it is."""
    head = _HEAD.match(text)
    return head is not None and re.search(r"^paths:", head[1], re.MULTILINE) is not None


def _markdown(folder: str, only: str = "") -> Iterable[str]:
    for above, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name == only if only else name.endswith(".md"):
                yield os.path.join(above, name)


def _entry(path: str, kind: str) -> Iterator[Finding]:
    text = _text(path)
    head = _HEAD.match(text)
    body = text[head.end() :] if head else text
    said = " ".join(value.strip() for _, value in _FIELD.findall(head[1])) if head else ""
    hidden = head is not None and re.search(r"^disable-model-invocation:\s*true\b", head[1], re.MULTILINE) is not None
    if not text:
        return
    what = f"its text, {estimate(body):,} tokens, enters when it is used"
    commands = _COMMAND.findall(body)
    hint = ""
    if commands:
        what += f", with what `{commands[0]}` prints" + (f" and {len(commands) - 1} more" if commands[1:] else "")
        hint = "what these print differs from use to use and stays in the history: keep it short"
    yield Finding(kind, path, 0 if hidden else estimate(said), what, hint)


def _text(path: str) -> str:
    try:
        return small_file.read(path, _MOST_BYTES)
    except (OSError, ValueError):
        return ""
