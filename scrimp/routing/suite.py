"""A suite: briefs whose answers can be checked, as a TOML or JSON file that a person can read and write.

    name = "scout"
    agent = "scout"                 # the agent that its briefs are for; `routes adopt` goes by it
    folder = "shop"                 # beside the file; every run gets a copy of its own
    tools = ["Read", "Grep", "Glob"]
    models = ["sonnet", "haiku"]    # the first model and the first effort are the baseline
    efforts = ["medium", "low"]

    [[briefs]]
    name = "port"
    prompt = "Which port does the server listen on? Answer with the number alone."
    checks = [{ answer_is = "8471" }]

A check is one of `answer_is`, `answer_matches` (a regular expression, found anywhere), `answer_json` (`field`, with
dots, `equals`), `command` (with `exit_code`, run in the copy after the run), `file` (with `is` or `matches`). All of a
brief's checks must hold. Checks run a suite's commands with your rights: run no suite that you have not read.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tomllib
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from scrimp.core import limits
from scrimp.core.errors import UsageError

SHIPPED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "suites")
"""Where the suites lie that come with scrimp; they are known by their file's name without its end."""

_ENDS = (".toml", ".json")


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return pattern


def _stays_inside(path: str) -> str:
    if os.path.isabs(path) or os.path.normpath(path).startswith(os.pardir):
        raise ValueError("expected a path inside the suite's folder")
    return path


_Pattern = Annotated[str, AfterValidator(_compiles)]
_Inside = Annotated[str, AfterValidator(_stays_inside)]
_Name = Annotated[str, Field(pattern=r"^[\w.-]{1,60}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class JsonField(_Part):
    """A field of an answer that is JSON, and what it must be."""

    field: str
    equals: Any


class Check(_Part):
    """One thing that must hold after a run."""

    answer_is: str | None = None
    answer_matches: _Pattern | None = None
    answer_json: JsonField | None = None
    command: list[str] | None = Field(default=None, min_length=1)
    exit_code: int = 0
    file: _Inside | None = None
    is_: str | None = Field(default=None, alias="is")
    matches: _Pattern | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = {
            "answer_is": self.answer_is,
            "answer_matches": self.answer_matches,
            "answer_json": self.answer_json,
            "command": self.command,
            "file": self.file,
        }
        given = [name for name, value in kinds.items() if value is not None]
        if len(given) != 1:
            raise ValueError(f"expected one of {', '.join(kinds)}, got {' and '.join(given) or 'none'}")
        if (self.file is None) != (self.is_ is None and self.matches is None):
            raise ValueError("`is` or `matches` say what a `file` must hold: one of them, and only with `file`")
        return self


class Brief(_Part):
    """A task with a checkable answer."""

    name: _Name
    prompt: str = Field(min_length=1)
    checks: list[Check] = Field(min_length=1)


class Suite(_Part):
    """A suite as its file has it. max_run_usd: what one run may cost. allow: rules for tools, as the client's own."""

    name: _Name
    agent: str = ""
    instructions: str = ""
    folder: str = ""
    tools: list[str] = ["Read", "Grep", "Glob"]
    allow: list[str] = []
    models: list[str] = Field(default=["sonnet", "haiku"], min_length=1)
    efforts: list[Literal["low", "medium", "high", "xhigh", "max"]] = Field(default=["medium", "low"], min_length=1)
    runs: int = Field(default=3, ge=1, le=100)
    max_run_usd: float = Field(default=limits.ROUTES_RUN_USD, gt=0, le=limits.BUDGET_USD_MAX)
    briefs: list[Brief] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_different(self) -> Self:
        names = [one.name for one in self.briefs]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two briefs are called {', '.join(twice)}")
        return self

    @property
    def fingerprint(self) -> str:
        """The same for the same content: results of another state of a suite are not gone on with."""
        text = self.model_dump_json(by_alias=True)
        return hashlib.sha256(text.encode()).hexdigest()[: limits.ROUTES_BRIEF_DIGITS]


def path_of(name: str) -> str:
    """The file that is meant: a path, or the name of a shipped suite; UsageError where there is none."""
    if os.path.isfile(name):
        return os.path.abspath(name)
    shipped = os.path.join(SHIPPED, f"{name}.toml")
    if os.sep not in name and os.path.isfile(shipped):
        return shipped
    known = sorted(one[: -len(".toml")] for one in os.listdir(SHIPPED) if one.endswith(".toml"))
    raise UsageError(f"{name}: no such file, and no suite of that name comes with scrimp ({', '.join(known)})")


def read(path: str) -> Suite:
    """The suite in the file at `path`; UsageError with each place that is wrong and what was expected there."""
    if not path.endswith(_ENDS):
        raise UsageError(f"{path}: a suite's file ends in {' or '.join(_ENDS)}")
    try:
        with open(path, "rb") as file:
            raw = file.read(limits.ROUTES_SUITE_BYTES + 1)
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error
    if len(raw) > limits.ROUTES_SUITE_BYTES:
        raise UsageError(f"{path}: more than {limits.ROUTES_SUITE_BYTES:,} bytes")
    try:
        return Suite.model_validate(json.loads(text) if path.endswith(".json") else tomllib.loads(text))
    except ValidationError as error:
        wrong = [f"  {_place(one['loc'])}: {one['msg'].removeprefix('Value error, ')}" for one in error.errors()]
        raise UsageError(f"{path} is no suite:\n" + "\n".join(wrong)) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: {error}") from error


def folder_of(suite: Suite, path: str) -> str:
    """The folder that each run gets a copy of, '' for an empty one; UsageError where it is none."""
    if not suite.folder:
        return ""
    folder = os.path.normpath(os.path.join(os.path.dirname(path), suite.folder))
    if not os.path.isdir(folder):
        raise UsageError(f"{path}: folder {folder!r} is not there")
    return folder


def _place(where: tuple[int | str, ...]) -> str:
    """As `briefs[2].checks[0].command`."""
    text = ""
    for one in where:
        text += f"[{one}]" if isinstance(one, int) else f".{one}"
    return text.lstrip(".") or "the whole"
