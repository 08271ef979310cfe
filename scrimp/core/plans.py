"""Whether this user's dollars are billed, and how much of a subscription's windows is used.

A plan is what the user's settings say, else what shows it: keys and providers in the environment, a reading of a
window, what the client remembers of its account. Where nothing shows, dollars count as billed. Credentials are never
read.
"""

from __future__ import annotations

import os

from scrimp.core import limit_readings, limits, quick_json, settings, small_file, times, windows
from scrimp.core.ledger import limits_seen
from scrimp.core.limit_readings import FIVE_HOUR, SEVEN_DAY
from scrimp.core.untrusted import as_list, as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from typing import Any

    from scrimp.core.limit_readings import Reading
    from scrimp.core.windows import Spent, State

BETWEEN = " · "

_KEY = "ANTHROPIC_API_KEY"
_BILLED = (
    "ANTHROPIC_AUTH_TOKEN",
    "CLAUDE_CODE_USE_BEDROCK",
    "CLAUDE_CODE_USE_VERTEX",
    "CLAUDE_CODE_USE_FOUNDRY",
)
_SUBSCRIBED = "CLAUDE_CODE_OAUTH_TOKEN"
"""What in the environment, or in `env` of the client's settings, says how the client signs in."""

_SHOWN_CHARS = 20
"""Of a key that a person approved or turned down, the client remembers so many last characters."""

_PLAN_SIGNS = ("planDisplayName", "seatTier", "subscriptionCreatedAt")
_BILLING = "subscription"
_OFF = ("", "0", "false", "no", "off")
_RECENT_MS = 8 * 86_400_000
"""A window that was read within its longest length, and a day, shows that there is a plan."""

_LABELS = ((FIVE_HOUR, "5h"), (SEVEN_DAY, "7d"))
_ALWAYS = FIVE_HOUR
_NEAR_PERCENT = 50.0
"""From here on the weekly window is shown too."""

_OLD_MS = 120_000
"""A reading older than this says so."""

_NAMED_DAY_MS = 6 * 86_400_000
"""For so long a day of the week says which day it was."""

_MS = 1000
_SPENT = "SELECT SUM(cost_pico / 1000000), SUM(cost_pico % 1000000) FROM requests"
_BEGAN = (
    "SELECT CAST((julianday(MIN(at)) - 2440587.5) * 86400000 AS INTEGER) FROM requests "
    "WHERE session_id = ? AND prompt_id = ? AND at != ''"
)
"""When a prompt's first request came, in milliseconds; 2440587.5 is the epoch as a Julian day."""

_MILLION = 10**6


def is_billed(environ: Mapping[str, str], db: sqlite3.Connection | None, now: float | None = None) -> bool:
    """Whether this user pays by the dollar; never raises on what the client's files hold. `now`: seconds."""
    plan = settings.own(environ).plan
    if plan:
        return plan != "subscription"
    config = _client_state(environ)
    env = {**environ, **_env_of_settings(environ)}
    if any(_is_on(env.get(name, "")) for name in _BILLED) or _has_key(env, config) or config.get("primaryApiKey"):
        return True
    if env.get(_SUBSCRIBED) or (db is not None and _was_read(db, now)):
        return False
    account = as_object(config.get("oauthAccount"))
    cached = as_object(as_object(config.get("cachedUsageUtilization")).get("utilization"))
    return not (
        any(account.get(sign) for sign in _PLAN_SIGNS)
        or _BILLING in as_text(account.get("billingType"))
        or as_object(cached.get(FIVE_HOUR))
        or as_object(cached.get(SEVEN_DAY))
    )


def headline(db: sqlite3.Connection, environ: Mapping[str, str], now: float) -> str:
    """The plan's windows in a line: `5h 62 % · resets 14:10`; '' where nothing was ever read. `now`: seconds."""
    return BETWEEN.join(text for text, _ in parts(db, environ, now))


def parts(
    db: sqlite3.Connection | None,
    environ: Mapping[str, str],
    now: float,
    *,
    told: Sequence[Reading] = (),
    prompt: tuple[str, str] = ("", ""),
) -> list[tuple[str, float | None]]:
    """The headline's parts, each with how full its window is in percent (None: it is about no window).

    `told` are readings that are not in the ledger yet; `prompt` is a session's id and that of its prompt under way,
    for `this prompt +3.1 %`. `≥` marks a figure that what was spent since the reading is added to. A reading that is
    not of now says its age; one whose window has reset since says when: `5h 0 % (reset 14:10)` is reckoned, not read.
    """
    now_ms = int(now * _MS)
    more = [*told, *limit_readings.of_cached(_client_state(environ), now_ms)]
    found: list[tuple[str, float | None]] = []
    for window, label in _LABELS:
        kept = [] if db is None else limits_seen.readings(db, window)
        readings = [*(one for one in more if one.window == window), *kept]
        state = windows.state(readings, spender(db), now_ms)
        if state is None or (window != _ALWAYS and state.percent < _NEAR_PERCENT):
            continue
        found += _window_parts(label, state, now_ms)
        if db is not None and window == _ALWAYS and all(prompt):
            found += _prompt_parts(db, readings, state, prompt, now_ms)
    return found


def spender(db: sqlite3.Connection | None) -> Spent:
    """What all requests after one time up to another cost, in pico-dollars; times in milliseconds."""

    def spent(from_ms: int, to_ms: int) -> int:
        return 0 if db is None else _sum(db, "WHERE at > ? AND at <= ?", (times.iso(from_ms), times.iso(to_ms)))

    return spent


def _window_parts(label: str, state: State, now_ms: int) -> list[tuple[str, float | None]]:
    bound = "≥ " if state.is_lower else ""
    resets = [(f"resets {times.clock(state.resets_at, now_ms)}", None)] if state.resets_at else []
    return [(f"{label} {bound}{state.percent:.0f} %{_since(state, now_ms)}", state.percent), *resets]


def _since(state: State, now_ms: int) -> str:
    """What a percentage that was not read just now rests on: an older reading, or the reset that came after it."""
    end_ms = windows.ends_ms(state.reading)
    if end_ms > now_ms:
        return f" ({times.age(state.age_ms)} ago)" if state.age_ms > _OLD_MS else ""
    by = "" if state.reading.resets_at else "by "
    if now_ms - end_ms > _NAMED_DAY_MS:
        return f" (reset {by}{times.age(now_ms - end_ms)} ago)"
    return f" (reset {by}{times.clock(end_ms / _MS, now_ms)})"


def _prompt_parts(
    db: sqlite3.Connection, readings: Sequence[Reading], state: State, prompt: tuple[str, str], now_ms: int
) -> list[tuple[str, float | None]]:
    pico = _sum(db, "WHERE session_id = ? AND prompt_id = ?", prompt)
    (began_ms,) = db.execute(_BEGAN, prompt).fetchone()
    began_ms = (began_ms or now_ms) - 1  # its first request counts
    percent = windows.prompt_percent(readings, state, (began_ms, pico), spender(db), now_ms)
    return [] if percent is None else [(f"this prompt +{percent:.1f} %", None)]


def _sum(db: sqlite3.Connection, where: str, values: tuple[str, ...]) -> int:
    """The cost of these requests; summed in two parts, which no sum of absurd prices overflows."""
    high, low = db.execute(f"{_SPENT} {where}", values).fetchone()
    return (high or 0) * _MILLION + (low or 0)


def _was_read(db: sqlite3.Connection, now: float | None) -> bool:
    import time

    since_ms = int((time.time() if now is None else now) * _MS) - _RECENT_MS
    query = "SELECT EXISTS (SELECT 1 FROM limits_seen WHERE window = ? AND at_ms >= ?)"
    return any(db.execute(query, (window, since_ms)).fetchone()[0] for window, _ in _LABELS)


def _has_key(env: Mapping[str, str], config: Mapping[str, Any]) -> bool:
    """Whether there is an API key, and not one that the person has told the client not to use."""
    key = env.get(_KEY, "")
    rejected = as_list(as_object(config.get("customApiKeyResponses")).get("rejected"))
    return bool(key) and key[-_SHOWN_CHARS:] not in rejected


def _is_on(value: str) -> bool:
    return value.strip().lower() not in _OFF


def _client_state(environ: Mapping[str, str]) -> dict[str, Any]:
    return _read(settings.client_state_file(environ))


def _env_of_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """`env` of the user's own settings of the client, which every session gets; a helper for keys counts as a key."""
    own = _read(os.path.join(settings.config_dir(environ), "settings.json"))
    env = {name: value for name, value in as_object(own.get("env")).items() if isinstance(value, str)}
    return {**env, **({_KEY: "of the helper"} if own.get("apiKeyHelper") else {})}


def _read(path: str) -> dict[str, Any]:
    try:
        return as_object(quick_json.loads(small_file.read(path, limits.CLIENT_CONFIG_BYTES)))
    except (OSError, ValueError, RecursionError):
        return {}
