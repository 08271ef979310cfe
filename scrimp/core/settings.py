"""The settings as hooks read them: three JSON layers, merged.

User (`~/.claude/scrimp.json`), repo (`.claude/scrimp.json`) and person in repo (`.claude/scrimp.local.json`). A layer
of the repo may only tighten (cut less, spend less): a cloned repo can neither spend nor hide. A bad value is said in
`problems` with key, file and what was expected, and its default is used; for money, the strictest reading of it.
`scrimp.settings_schema` holds the one definition; a test compares its defaults with these. This module alone reads the
environment.
"""

from __future__ import annotations

import os

from scrimp.core import limits, project, quick_json, small_file
from scrimp.core.untrusted import as_list, as_object, is_list, is_object, meant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from scrimp.core.budget.rules import Rules

_NAME = "scrimp.json"
_LOCAL_NAME = "scrimp.local.json"
_CLIENT_NAMES = ("settings.json", "settings.local.json")
_FEATURES = ("$schema", "compact", "budget", "cache", "ask", "fetch", "routes", "plan", "batching")

BUDGET_VARIABLE = "SCRIMP_BUDGET"
"""The environment variable in which `scrimp run` hands a `budget` section down to every session that it starts."""

SERVER_PYTHON_VARIABLE = "SCRIMP_SERVER_PYTHON"
"""Names an interpreter that has the libraries of the plugin's server already; without it one is made."""

BUDGET_SOURCE = "scrimp run"
"""Where a limit from that variable stands, in words for a person."""

BATCHING = ("auto", "on", "off")
"""What `batching` may be: off where it was in vain, always on, never on."""

PLANS = ("api", "subscription")
"""What `plan` may be: paid by the dollar, or by a subscription whose dollars nobody bills."""


class Settings:
    """Merged settings: `enabled`, `min_chars` (characters), `off` (families never cut), `problems` (sentences).

    `off_commands`: kinds of commands whose output is never cut, as `wanted_back.kind_of` tells them: `git log`.
    `budget`: the limits of all layers. `session_pico`, `day_pico`: the lowest for a session and a day, in pico-dollars,
    None without one. `plan`: one of PLANS, '' where the user leaves it to be recognised. `warn_usd`: from how many
    dollars a rewrite of the prompt cache is spoken of before it is paid. `batching`: one of BATCHING.
    `routes`: (file, whether it is the user's own, what it says), which `core.routes` reads at a call of the Agent tool.
    """

    __slots__ = (
        "_budget",
        "_home",
        "batching",
        "enabled",
        "min_chars",
        "off",
        "off_commands",
        "plan",
        "problems",
        "routes",
        "warn_usd",
    )

    def __init__(self, home: str = "~") -> None:
        self._home = home
        self.enabled = True
        self.min_chars = limits.SMALL_CHARS
        self.off: frozenset[str] = frozenset()
        self.off_commands: frozenset[str] = frozenset()
        self._budget: Rules | None = None
        self.plan = ""
        self.problems: list[str] = []
        self.warn_usd = _NOT_SET
        self.batching = BATCHING[0]
        self.routes: list[tuple[str, bool, object]] = []

    @property
    def budget(self) -> Rules:
        """The limits; made when they are first asked for, most sessions have none."""
        if self._budget is None:
            from scrimp.core.budget.rules import Rules

            self._budget = Rules(self._home)
            self._budget.problems = self.problems  # said with all others
        return self._budget

    @property
    def is_limited(self) -> bool:
        """Whether any limit is set; without one nothing of the budget is loaded."""
        return self._budget is not None and self._budget.is_set

    @property
    def session_pico(self) -> int | None:
        """What a session may cost; None without a limit."""
        return None if self._budget is None else self._budget.lowest("sessionUsd")

    @property
    def day_pico(self) -> int | None:
        """What all sessions of a day may cost; None without a limit."""
        return None if self._budget is None else self._budget.lowest("dayUsd")


def data_dir(environ: Mapping[str, str]) -> str:
    """Where scrimp's own data lives: `$SCRIMP_HOME`, else the platform's folder for a user's data."""
    if environ.get("SCRIMP_HOME"):
        return os.path.abspath(environ["SCRIMP_HOME"])
    if os.name == "nt" and environ.get("LOCALAPPDATA"):
        return os.path.join(environ["LOCALAPPDATA"], "scrimp")
    base = environ.get("XDG_DATA_HOME") or os.path.join(_home(environ), ".local", "share")
    return os.path.join(base, "scrimp")


def config_dir(environ: Mapping[str, str]) -> str:
    """Claude Code's own folder: `$CLAUDE_CONFIG_DIR`, else `~/.claude`."""
    return environ.get("CLAUDE_CONFIG_DIR") or os.path.join(_home(environ), ".claude")


def client_state_file(environ: Mapping[str, str]) -> str:
    """The file in which Claude Code keeps what it remembers: `.claude.json` in `$CLAUDE_CONFIG_DIR`, else at home."""
    return os.path.join(environ.get("CLAUDE_CONFIG_DIR") or _home(environ), ".claude.json")


def projects_dirs(environ: Mapping[str, str]) -> list[str]:
    """The folders below which Claude Code keeps its transcripts, or has kept them in former versions."""
    base = environ.get("XDG_CONFIG_HOME") or os.path.join(_home(environ), ".config")
    return [os.path.join(config_dir(environ), "projects"), os.path.join(base, "claude", "projects")]


def trusted(environ: Mapping[str, str], folder: str) -> dict[str, str]:
    """The environment without what a repo's own settings file has put into it.

    The client hands the `env` of a project's settings on to hooks: a cloned repo must not say where scrimp's data lies,
    or what runs its server, and a budget that was handed down and then overwritten cannot be known any more, so that
    nothing passes.
    """
    found = dict(environ)
    if not any(name in found for name in ("SCRIMP_HOME", SERVER_PYTHON_VARIABLE, BUDGET_VARIABLE)):
        return found
    for one in project.folders(folder):
        for name in _CLIENT_NAMES:
            for variable in _env_of(os.path.join(one, ".claude", name)):
                if variable in ("SCRIMP_HOME", SERVER_PYTHON_VARIABLE):
                    found.pop(variable, None)
                elif variable == BUDGET_VARIABLE and variable in found:
                    found[variable] = f"overwritten in {os.path.join(one, '.claude', name)}"
    return found


def _env_of(path: str) -> list[str]:
    """Our variables in the `env` of one of the client's settings files; the file is only parsed where it names any."""
    try:
        text = small_file.read(path)
        return list(as_object(as_object(quick_json.loads(text)).get("env"))) if "SCRIMP_" in text else []
    except (OSError, ValueError, RecursionError):
        return []


def files(environ: Mapping[str, str], folder: str) -> list[str]:
    """The settings files for a session started in `folder`, in the order they are read: user, repo, person in repo."""
    repos = [os.path.join(one, ".claude") for one in project.folders(folder)]
    own = [os.path.join(repo, name) for repo in repos for name in (_NAME, _LOCAL_NAME)]
    return list(dict.fromkeys([os.path.join(config_dir(environ), _NAME), *own]))


def load(environ: Mapping[str, str], folder: str) -> Settings:
    """The merged settings of this user for a session started in `folder`; never raises."""
    settings = Settings(_home(environ))
    for place, path in enumerate(files(environ, folder)):
        _apply(settings, path, _read(settings, path, is_own=place == 0), is_own=place == 0)
    _inherit(settings, environ)
    return settings


def own(environ: Mapping[str, str]) -> Settings:
    """The user's layer alone, with what `scrimp run` handed down; never raises."""
    settings = Settings(_home(environ))
    path = os.path.join(config_dir(environ), _NAME)
    _apply(settings, path, _read(settings, path, is_own=True), is_own=True)
    _inherit(settings, environ)
    return settings


def _home(environ: Mapping[str, str]) -> str:
    return environ.get("HOME") or os.path.expanduser("~")


def _read(settings: Settings, path: str, *, is_own: bool) -> dict[str, Any]:
    try:
        layer = quick_json.loads(small_file.read(path))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, RecursionError) as error:
        return _unread(settings, path, f"not read ({error})", is_own=is_own)
    if not is_object(layer):
        return _unread(settings, path, "expected an object", is_own=is_own)
    settings.problems += [f"{path}: unknown key {key}{_hint(key)}" for key in as_object(layer) if key not in _FEATURES]
    return {meant(key, _FEATURES): value for key, value in as_object(layer).items()}


def _unread(settings: Settings, path: str, problem: str, *, is_own: bool) -> dict[str, Any]:
    """A file that nobody can use; where it may have been meant to set limits, nothing passes until it is mended."""
    is_closed = _may_name_a_budget(path, is_own=is_own)
    settings.problems.append(f"{path}: {problem}; {_NOTHING_PASSES if is_closed else 'the defaults are used'}")
    if is_closed:
        settings.budget.close(path)
    return {}


def _may_name_a_budget(path: str, *, is_own: bool) -> bool:
    """Whether a file that is no settings file was meant to set limits: these must not be lost for a missing comma.

    In whatever encoding; of one that cannot be read at all that is believed of the person's own alone.
    """
    try:
        text = small_file.read(path)
    except (OSError, ValueError):
        return is_own
    return "budget" in text.replace("\0", "").lower()


def _inherit(settings: Settings, environ: Mapping[str, str]) -> None:
    """Take in the limits that `scrimp run` handed down."""
    given = environ.get(BUDGET_VARIABLE, "")
    if not given:
        return
    try:
        settings.budget.add(BUDGET_SOURCE, quick_json.loads(given))
    except (ValueError, RecursionError) as error:
        settings.problems.append(f"{BUDGET_SOURCE}: {BUDGET_VARIABLE} is no JSON ({error}); {_NOTHING_PASSES}")
        settings.budget.close(BUDGET_SOURCE)


_NOTHING_PASSES = "nothing is let through"


def _apply(settings: Settings, path: str, layer: dict[str, Any], *, is_own: bool) -> None:
    for section, keys in _SECTIONS.items():
        values = layer.get(section, {})
        if not is_object(values):
            settings.problems.append(f"{path}: {section} is {values!r}, expected an object")
        for key, value in as_object(values).items():
            apply = keys.get(key)
            if apply is None:
                settings.problems.append(f"{path}: unknown key {section}.{key}")
                continue
            _say(settings, path, f"{section}.{key} is {value!r}", apply(settings, value))
    if is_own and settings.warn_usd == _NOT_SET:
        settings.warn_usd = limits.CACHE_WARN_USD
    if "budget" in layer:
        settings.budget.add(path, layer["budget"], is_own=is_own)
    if "routes" in layer:
        settings.routes.append((path, is_own, layer["routes"]))
    _apply_words(settings, path, layer, is_own=is_own)


def _apply_words(settings: Settings, path: str, layer: dict[str, Any], *, is_own: bool) -> None:
    """Take in the keys that are no sections."""
    for name, take in (("plan", _plan), ("batching", _batching)):
        if name in layer:
            _say(settings, path, f"{name} is {layer[name]!r}", take(settings, layer[name], is_own=is_own))
    for section in () if is_own else ("ask", "fetch"):
        if section in layer:
            _say(settings, path, f"{section} is set", "it only in your own file")


_OWN_ALONE = "it only in your own file: a repo does not say who pays"


def _say(settings: Settings, path: str, what: str, expected: str) -> None:
    if expected:
        settings.problems.append(f"{path}: {what}, expected {expected}; it is ignored")


def _hint(key: str) -> str:
    feature, dot, name = key.partition(".")
    return f'; write {{"{feature}": {{"{name}": …}}}}' if dot and feature in _FEATURES else ""


def _enabled(settings: Settings, value: object) -> str:
    if not isinstance(value, bool):
        return "true or false"
    settings.enabled = settings.enabled and value
    return ""


def _min_chars(settings: Settings, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int) or value < limits.SMALL_CHARS:
        return f"a whole number from {limits.SMALL_CHARS}"
    settings.min_chars = max(settings.min_chars, value)
    return ""


def _off(settings: Settings, value: object) -> str:
    if not is_list(value) or any(not isinstance(name, str) for name in as_list(value)):
        return "a list of family names"
    settings.off = settings.off | frozenset(as_list(value))
    from scrimp.core.families import NAMES

    unknown = sorted(frozenset(as_list(value)) - frozenset(NAMES))
    return f"families among {', '.join(NAMES)}" if unknown else ""


def _off_commands(settings: Settings, value: object) -> str:
    if not is_list(value) or any(not isinstance(name, str) for name in as_list(value)):
        return "a list of commands, such as 'git log'"
    settings.off_commands = settings.off_commands | frozenset(as_list(value))
    return ""


def _plan(settings: Settings, value: object, *, is_own: bool) -> str:
    if not is_own:
        return _OWN_ALONE
    if value is None:
        return ""
    if value not in PLANS:
        return " or ".join(PLANS)
    settings.plan = str(value)
    return ""


def _batching(settings: Settings, value: object, *, is_own: bool) -> str:
    """Off in any file is off; what is said to the agent is not for a repo to switch on."""
    allowed = BATCHING if is_own else ("auto", "off")
    if value not in allowed:
        return " or ".join(allowed)
    if settings.batching != "off" and (is_own or value == "off"):
        settings.batching = str(value)
    return ""


def _warn_usd(settings: Settings, value: object) -> str:
    """A person's own file comes first and says what it likes; a repo's may only have more said."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= limits.BUDGET_USD_MAX:
        return f"dollars from 0 to {limits.BUDGET_USD_MAX:,}"
    settings.warn_usd = min(settings.warn_usd, float(value))
    return ""


_NOT_SET = float("inf")
_COMPACT = {"enabled": _enabled, "minChars": _min_chars, "off": _off, "offCommands": _off_commands}
_SECTIONS = {"compact": _COMPACT, "cache": {"warnUsd": _warn_usd}}
