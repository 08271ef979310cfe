"""`scrimp run` from its words to its exit code: prepare, wait, start, watch, reckon, tell.

The exit code is the client's own, but 3 where the budget cut it short (the client calls that a success), and 4 where
no gate held it. Everything of ours is said on standard error: standard output is the client's alone.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
import uuid
from typing import TYPE_CHECKING, NamedTuple

from scrimp.cli.wiring import entries
from scrimp.core import bundle_root, ledger, managed_settings, settings
from scrimp.core.budget.rules import DAY, MONTH, WEEK
from scrimp.core.errors import LedgerError, UsageError
from scrimp.core.ledger import forks, limits_seen
from scrimp.headless import account, account_text, child, command, handing_down, injected, server_use, waiting
from scrimp.headless.stream import Stream
from scrimp.headless.watch import Watch, has_checked_in

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from scrimp.core.budget.rules import Rules
    from scrimp.headless.account import Account
    from scrimp.headless.command import Command

BUDGET, ABSENT = 3, 4
"""Exit codes beside the client's own."""

_UNHELD = "no gate has checked in, so nothing held the budget of this run"
_MAX_BUDGET = "--max-budget-usd"
_SUMMARY = "GITHUB_STEP_SUMMARY"
_MS = 1000
_KEPT = "CLAUDE_CODE_FORCE_SESSION_PERSISTENCE"
"""Makes the client keep its transcript although it was started by another client."""


class Wanted(NamedTuple):
    """The words of a run as they were given; '' for what was not. folder: where it runs."""

    words: tuple[str, ...]
    max_budget: str | None
    json_file: str
    summary: bool
    waits: bool
    folder: str


class Prepared(NamedTuple):
    """All that is settled before anything is started. environ: the client's; rules: the limits that hold in it."""

    command: Command
    session_id: str
    max_budget: str
    environ: dict[str, str]
    rules: Rules
    summary: str
    at_ms: int


def run(wanted: Wanted, environ: Mapping[str, str], clock: waiting.Clock | None = None) -> int:
    """Carry it out; the exit code. UsageError before anything was started."""
    prepared = _prepared(wanted, environ)
    try:
        with ledger.opened(ledger.path_of(environ)) as db:
            _before(db, wanted, prepared, clock or waiting.Clock())
    except LedgerError as error:
        if prepared.rules.is_set:
            _say(f"{error}; nothing was started, because a limit cannot be held without it")
            return BUDGET
        _say(str(error))
    prepared = prepared._replace(at_ms=int(time.time() * _MS))  # it may have waited for hours
    with tempfile.TemporaryDirectory(prefix="scrimp-run-") as folder:
        done = _started(folder, prepared)
    return _told(done, wanted, prepared)


def _prepared(wanted: Wanted, environ: Mapping[str, str]) -> Prepared:
    given = command.read(wanted.words)
    amount = None if wanted.max_budget is None else handing_down.dollars(wanted.max_budget, _MAX_BUDGET)
    own = handing_down.dollars(given.max_budget, f"claude {_MAX_BUDGET}") if given.max_budget else None
    budget = handing_down.section(environ, amount)
    handed = {**environ, _KEPT: "1", **({settings.BUDGET_VARIABLE: budget} if budget else {})}
    loaded = settings.load(handed, wanted.folder)
    if loaded.budget.is_set:
        command.refuse_silent(given, environ)
    summary = environ.get(_SUMMARY, "")
    if wanted.summary and not summary:
        raise UsageError(f"--summary: ${_SUMMARY} is not set; it is there in a step of GitHub Actions")
    for problem in loaded.problems:
        if problem.startswith(f"{settings.BUDGET_SOURCE}: "):
            raise UsageError(f"{settings.BUDGET_VARIABLE}: {problem.partition(': ')[2]}")
        _say(problem)
    for file in filter(None, (wanted.json_file, summary if wanted.summary else "")):
        _require_writable(file)
    lowest = min((one for one in (amount, own) if one is not None), default=None)
    floor = f"{lowest:f}" if lowest is not None and given.is_print else ""
    session_id = given.session_id or ("" if given.goes_on else str(uuid.uuid4()))
    return Prepared(given, session_id, floor, handed, loaded.budget, summary if wanted.summary else "", 0)


def _before(db: sqlite3.Connection, wanted: Wanted, prepared: Prepared, clock: waiting.Clock) -> None:
    """What is to be known and said before the start."""
    environ, rules = prepared.environ, prepared.rules
    if any(limit.span in {DAY, WEEK, MONTH} for limit in rules.limits):
        from scrimp.ingest import bring_up_to_date  # noqa: PLC0415 - only where other sessions count

        bring_up_to_date(db, settings.projects_dirs(environ), managed=managed_settings.prices(environ))
        _warn_of_empty_ledger(db, prepared)
    parent = environ.get("CLAUDE_CODE_SESSION_ID", "") if environ.get("CLAUDECODE") else ""
    if parent and prepared.session_id and not prepared.command.goes_on:
        with ledger.transaction(db):
            forks.add(db, [(prepared.session_id, parent)])
    if wanted.waits:
        waiting.until_reset(db, environ, rules, _say, clock)


def _warn_of_empty_ledger(db: sqlite3.Connection, prepared: Prepared) -> None:
    if not prepared.environ.get("CI") or db.execute("SELECT 1 FROM requests LIMIT 1").fetchone():
        return
    text = (
        "the ledger is empty: what other runners spent today, this week or this month does not count against these "
        "limits; keep their ledgers and take them in with `scrimp ledger merge` (docs/ci.md)"
    )
    _say(text)
    if prepared.summary:
        _print(account_text.annotation("warning", text))


class _Done(NamedTuple):
    """What the client's end left to tell. session_id: '' where the client chose one that nobody could learn."""

    code: int
    reason: str
    stream: Stream
    session_id: str


def _started(folder: str, prepared: Prepared) -> _Done:
    """Start the client with our settings, and stay until it has ended. UsageError where it is not there."""
    root, interpreter = bundle_root(), os.path.abspath(sys.executable)
    hooks = entries.from_bundle(root, interpreter, is_limited=prepared.rules.is_set)
    path = injected.write(folder, injected.settings(prepared.command.settings, hooks))
    has_server = server_use.is_allowed(prepared.command.options, prepared.environ, os.getcwd())
    plugin = injected.plugin(folder, root, has_server=has_server)
    words = prepared.command.words(path, plugin, prepared.max_budget, _chosen_id(prepared))
    watch = Watch(prepared.environ, prepared.session_id, lambda session_id: _has_checked_in(prepared, session_id))
    stream = Stream()
    try:
        code, reason = child.run(words, prepared.environ, stream, watch if prepared.rules.is_set else _nothing)
    except child.NotStarted as error:
        raise UsageError(f"{words[0]}: {error}; is Claude Code installed?") from error
    return _Done(code, reason, stream, prepared.session_id or stream.session_id or watch.session_id)


def _has_checked_in(prepared: Prepared, session_id: str) -> bool:
    with ledger.opened(ledger.path_of(prepared.environ)) as db:
        return has_checked_in(db, session_id, prepared.at_ms)


def _chosen_id(prepared: Prepared) -> str:
    return "" if prepared.command.session_id else prepared.session_id


def _told(done: _Done, wanted: Wanted, prepared: Prepared) -> int:
    """Reckon and tell what it came to; the exit code."""
    at_ms = prepared.at_ms, int(time.time() * _MS)
    try:
        with ledger.opened(ledger.path_of(prepared.environ)) as db:
            for event in done.stream.events:
                limits_seen.record_event(db, event, at_ms[1])
            sessions = account.sessions_of(db, done.session_id)
            fresh = () if prepared.command.goes_on else sessions
            run = account.Run(sessions, fresh, at_ms, wanted.folder, done.code, done.stream.is_over, done.reason)
            found = account.reckoned(db, run, prepared.environ, prepared.rules)
            is_watched = has_checked_in(db, done.session_id, prepared.at_ms)
    except LedgerError as error:
        _say(str(error))
        return BUDGET if prepared.rules.is_set else done.code
    if prepared.rules.is_set and not is_watched and _has_answered(found, prepared):
        found = found._replace(run=run._replace(reason=done.reason or _UNHELD))
    code = _code(found)
    for line in account_text.lines(found):
        _say(line)
    try:
        _write(found, code, wanted, prepared)
    except OSError as error:
        _say(f"the account could not be written ({error})")
    return code


def _has_answered(found: Account, prepared: Prepared) -> bool:
    """Whether the client did what it was started for: it may have failed before, or only been asked for its version."""
    return found.sums["requests"] > 0 or (prepared.command.is_print and found.run.client_code == 0)


def _code(found: Account) -> int:
    if found.run.reason:
        return ABSENT
    return BUDGET if found.is_cut_short else found.run.client_code


def _require_writable(path: str) -> None:
    """Before the money is spent, not after."""
    try:
        with open(path, "a", encoding="utf-8"):
            pass
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error


def _write(found: Account, code: int, wanted: Wanted, prepared: Prepared) -> None:
    if wanted.json_file:
        with open(wanted.json_file, "w", encoding="utf-8") as file:
            file.write(json.dumps(account.as_json(found, code), indent=2) + "\n")
    if prepared.summary:
        with open(prepared.summary, "a", encoding="utf-8") as file:
            file.write(account_text.markdown(found))
        for end in account_text.ends(found):
            _print(account_text.annotation("error", end))


def _nothing(_: int) -> None:
    """No limit, no gate to look out for."""


def _say(text: str) -> None:
    _print(f"scrimp: {text}")


def _print(line: str) -> None:
    try:
        print(line, file=sys.stderr, flush=True)  # noqa: T201 - it speaks for a command
    except OSError:  # nobody reads it: the exit code is not to suffer for it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
