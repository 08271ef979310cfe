"""The status line: one line about what is spent, how full the context is and how long the cache stays warm.

`printed` gives all that is to be printed, the user's own status line first. It never raises: whatever is wrong, there
is a shorter line, or none.
"""

from __future__ import annotations

import time

from scrimp.core import limits, log, plans, settings
from scrimp.core.statusline import figures, shown, source, wrapped
from scrimp.core.statusline.given import parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from scrimp.core.settings import Settings
    from scrimp.core.statusline.figures import Figures
    from scrimp.core.statusline.given import Given
    from scrimp.core.statusline.shown import Part

_AFTER = "--after"
_MS = 1000


def printed(raw: bytes, arguments: list[str], environ: Mapping[str, str], now: float | None = None) -> bytes:
    """What to print for the client's input `raw`: the wrapped command's output, then our line. Never raises.

    `arguments` are those of our entry (`--after COMMAND`); `now` is in seconds, the clock's where None.
    """
    if environ.get(wrapped.GUARD):  # below a status line that we wrap: the line is printed there
        return b""
    now_ms = int((time.time() if now is None else now) * _MS)
    given = parse(raw, now_ms)
    remembered = arguments[1] if arguments[:1] == [_AFTER] and len(arguments) > 1 else ""
    try:
        text = wrapped.command(environ, given.folder if given else "", remembered)
        running = wrapped.start(text, raw, environ) if text else None
        try:
            ours = own_line(given, environ, now_ms).encode("utf-8", "replace")
            theirs = running.output().rstrip(b"\n") if running else b""
        finally:
            if running:
                running.kill()
        return b"".join(part + b"\n" for part in (theirs, ours) if part)
    except Exception as error:  # noqa: BLE001 - a status line has nobody to tell
        log.note(settings.data_dir(environ), f"statusline: {type(error).__name__}: {error}")
        return b""


def alone(raw: bytes, environ: Mapping[str, str], now: float | None = None) -> bytes:
    """Our line alone, for whoever puts it into a status line of their own. Never raises."""
    if environ.get(wrapped.GUARD):
        return b""
    now_ms = int((time.time() if now is None else now) * _MS)
    ours = own_line(parse(raw, now_ms), environ, now_ms).encode("utf-8", "replace")
    return ours + b"\n" if ours else b""


def own_line(given: Given | None, environ: Mapping[str, str], now_ms: int) -> str:
    """Our line for this input; '' for input that is none. Never raises."""
    if given is None:
        return ""
    try:
        parts = _parts_of_ledger(given, environ, now_ms) or _parts(None, given, environ, now_ms)
        return shown.line(parts, _columns(environ), colours=not environ.get("NO_COLOR"))
    except Exception as error:  # noqa: BLE001 - a status line has nobody to tell
        log.note(settings.data_dir(environ), f"statusline: {type(error).__name__}: {error}")
        return ""


def _parts_of_ledger(given: Given, environ: Mapping[str, str], now_ms: int) -> list[Part]:
    """The line's parts; none where the ledger cannot be used, or fails half-way."""
    from scrimp.core import sqlite

    db = source.opened(environ)
    if db is None:
        return []
    try:
        return _parts(db, given, environ, now_ms)
    except sqlite.Error:
        return []
    finally:
        db.close()


def _parts(db: sqlite3.Connection | None, given: Given, environ: Mapping[str, str], now_ms: int) -> list[Part]:
    wanted = settings.load(environ, given.folder) if given.folder else settings.own(environ)
    known = _figures(db, given, environ, now_ms)
    if _is_subscribed(db, given, environ, wanted, now_ms):
        prompt = (given.session_id, given.prompt_id)
        windows = plans.parts(db, environ, now_ms / _MS, told=given.readings, prompt=prompt)
        money = shown.subscribed(windows, known, wanted)
    else:
        money = shown.billed(known, wanted)
    return [*money, *shown.context(given), *shown.cache(given, known.hit_ratio, now_ms), *shown.model(given)]


def _figures(db: sqlite3.Connection | None, given: Given, environ: Mapping[str, str], now_ms: int) -> Figures:
    if db is None:
        return figures.told(given)
    is_behind = not source.catch_up(db, given, environ)
    source.record(db, given, now_ms)
    return figures.of(db, given, now_ms, is_behind=is_behind)


def _is_subscribed(
    db: sqlite3.Connection | None, given: Given, environ: Mapping[str, str], wanted: Settings, now_ms: int
) -> bool:
    """What the settings say; else only a plan has windows."""
    if wanted.plan:
        return wanted.plan == "subscription"
    return bool(given.readings) or not plans.is_billed(environ, db, now_ms / _MS)


def _columns(environ: Mapping[str, str]) -> int:
    """The terminal's width, which the client names; 0 unknown."""
    text = environ.get("COLUMNS", "")
    return int(text) if text.isdecimal() and len(text) < limits.STATUS_LINE_WORD_CHARS else 0
