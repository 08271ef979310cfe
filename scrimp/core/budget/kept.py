"""The limits that a session has had, in a file of its own: they hold on when the settings that named them are gone.

A clean-out of the repo, a folder that is moved or a repo that is begun below must not lift a limit in the middle of a
run. A person's next prompt reads the settings anew; so does whatever a person sets or clears on a terminal.
"""

from __future__ import annotations

import os

from scrimp.core import quick_json, small_file
from scrimp.core.untrusted import as_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from scrimp.core.budget.rules import Rules

_FOLDER = "limits"
_CREDITS = "onUsageCredits"
_MANY = 500
"""So many sessions' limits are kept; then the oldest half goes."""

_NAME_CHARS = 100


def is_there(data: str, session_id: str) -> bool:
    """Whether a session has had limits."""
    return os.path.exists(_path(data, session_id))


def renew(data: str, session_id: str, rules: Rules) -> None:
    """Keep what holds now, in place of what was kept; OSError where that cannot be written."""
    path = _path(data, session_id)
    if not rules.is_set:
        _forget(path)
        return
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    _make_room(os.path.dirname(path))
    from scrimp.core.budget.rules import Limit

    rows: list[dict[str, str | int]] = [{_CREDITS: rules.on_usage_credits}]
    rows += [dict(zip(Limit._fields, limit)) for limit in rules.limits]
    beside = f"{path}.{os.getpid()}"
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(map(quick_json.dumps_flat, rows)))
    os.replace(beside, path)


def hold(data: str, session_id: str, rules: Rules) -> None:
    """Lower `rules` to what is kept of the session, or keep what holds; ValueError where what is kept is unreadable."""
    path = _path(data, session_id)
    if os.path.exists(path):
        from scrimp.core.budget.rules import Limit

        how, *rows = (as_object(quick_json.loads(line)) for line in small_file.read(path).split("\n"))
        try:
            rules.keep([Limit(**row) for row in rows], how[_CREDITS])
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path}: these are no limits ({error})") from error
    elif rules.is_set:
        renew(data, session_id, rules)


def forget_all(data: str) -> None:
    """Let every session take its limits from the settings again."""
    folder = os.path.join(data, _FOLDER)
    for name in _names(folder):
        _forget(os.path.join(folder, name))


def _make_room(folder: str) -> None:
    names = _names(folder)
    if len(names) > _MANY:
        paths = sorted((os.path.join(folder, name) for name in names), key=_age)
        for path in paths[: _MANY // 2]:
            _forget(path)


def _age(path: str) -> float:
    try:
        return os.stat(path).st_mtime
    except OSError:
        return 0


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _forget(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def _path(data: str, session_id: str) -> str:
    name = "".join(char if char.isalnum() or char in "-." else "_" for char in session_id[:_NAME_CHARS])
    return os.path.join(data, _FOLDER, f"of-{name}.json")
