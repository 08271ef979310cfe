"""Whether a run's answer and what it left behind are as its brief wants them."""

from __future__ import annotations

import json
import os
import re
import sys
from typing import TYPE_CHECKING, Any, cast

import anyio

from scrimp.core import limits

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from scrimp.routing.suite import Check

    Execute = Callable[[Sequence[str], str], Awaitable[int | None]]
    """Runs a command in a folder: its exit code, None where it could not be started or ran too long."""

_MISSING = object()
_PLACE = re.compile(r"[0-9]{1,9}")
_FENCE = re.compile(r"^```\w*\n(.*)\n```$", re.DOTALL)


async def failures(checks: Sequence[Check], answer: str, folder: str, execute: Execute) -> list[str]:
    """What does not hold, in words; nothing where all does. `folder`: the run's own copy."""
    return [said for check in checks if (said := await _failure(check, answer.strip(), folder, execute))]


async def _failure(check: Check, answer: str, folder: str, execute: Execute) -> str:
    if check.answer_is is not None:
        return "" if answer == check.answer_is.strip() else f"the answer is not {check.answer_is!r}"
    if check.answer_matches is not None:
        return await _unmatched("the answer", check.answer_matches, answer)
    if check.answer_json is not None:
        wanted = check.answer_json
        found = _field(answer, wanted.field)
        is_same = found == wanted.equals and isinstance(found, bool) == isinstance(wanted.equals, bool)  # 1 == True
        return "" if is_same else f"{wanted.field} is not {wanted.equals!r}"
    if check.command is not None:
        code = await execute(check.command, folder)
        return "" if code == check.exit_code else f"`{' '.join(check.command)}` ended with {code}"
    return await _of_file(check, folder)


async def _unmatched(what: str, expression: str, text: str, flags: int = 0) -> str:
    """What is wrong, '' where the expression is found; in a process of its own, which is ended if it does not end."""
    asked = json.dumps([expression, flags, text]).encode()
    with anyio.move_on_after(limits.ROUTES_PATTERN_S):
        done = await anyio.run_process([sys.executable, "-I", "-S", "-c", _SEARCH], input=asked, check=False)
        return "" if not done.returncode else f"{what} does not match {expression!r}"
    return f"{expression!r} was looked for in {what} for {limits.ROUTES_PATTERN_S} s without an end"


_SEARCH = (
    "import json, re, sys; expression, flags, text = json.loads(sys.stdin.buffer.read()); "
    "sys.exit(not re.search(expression, text, flags))"
)


async def _of_file(check: Check, folder: str) -> str:
    name = cast("str", check.file)
    problem, text = _file_in(folder, name)
    if problem:
        return problem
    if check.is_ is not None:
        return "" if text == check.is_ else f"{name} does not hold what it should"
    return await _unmatched(name, check.matches or "", text, re.MULTILINE)


def _file_in(folder: str, name: str) -> tuple[str, str]:
    """Why a file is none to look at, and its text; only inside the copy, since an agent may have left a link."""
    path = os.path.realpath(os.path.join(folder, name))
    if os.path.commonpath([os.path.realpath(folder), path]) != os.path.realpath(folder):
        return f"{name} leads out of the folder", ""
    if os.path.exists(path) and not os.path.isfile(path):  # a pipe would be waited for without an end
        return f"{name} is no file", ""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "", file.read(limits.ROUTES_SUITE_BYTES)
    except OSError as error:
        return f"{name}: {error.strerror}", ""


def _field(answer: str, path: str) -> object:
    """The value at `path` of an answer that is JSON, in a fence or not."""
    fenced = _FENCE.match(answer)
    try:
        value: Any = json.loads(fenced.group(1) if fenced else answer)
    except (ValueError, RecursionError):
        return _MISSING
    for name in path.split("."):
        if isinstance(value, dict):
            value = cast("dict[str, Any]", value).get(name, _MISSING)
        elif isinstance(value, list) and _PLACE.fullmatch(name) and int(name) < len(cast("list[Any]", value)):
            value = cast("list[Any]", value)[int(name)]
        else:
            return _MISSING
    return cast("object", value)
