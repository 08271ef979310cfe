"""Commands that need name no file: scrimp's own verbs, the client without its gate, a clean-out of the repo."""

from __future__ import annotations

import os

from hooks.steps import guarded_programs
from scrimp.core import project, silencers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from hooks.steps.guarded_places import Places

_VERBS = ("raise", "set", "clear")
_REMOVERS = ("uninstall", "remove")
_WITHOUT_HOOKS = "that hooks run in every session"
_SWITCHES = ("disableAllHooks", "allowManagedHooksOnly")
_SOURCES = "--setting-sources"
_NEEDED_SOURCES = ("user", "local")
"""Where the gate is entered."""

_LOCAL = (".claude/scrimp.local.json", ".claude/settings.local.json")
"""What lies in a repo and is kept out of git."""


def changed_by(words: list[str], started: list[str], given: Mapping[str, str], environ: Mapping[str, str]) -> str:
    """What scrimp's or the client's own commands change of the budget or of the hooks that keep it, in words.

    given: the variables that the command sets; environ: those that it is started with.
    """
    programs = [os.path.basename(word) for word in started]
    if "scrimp" in programs:
        rest = programs[programs.index("scrimp") + 1 :]
        if "budget" in rest and any(verb in rest for verb in _VERBS):
            return "the budget"
        if "uninstall" in rest[:1]:
            return "what scrimp has installed"
    if any(word in _REMOVERS for word in programs) and any(_is_scrimp(word) for word in programs):
        return "what scrimp has installed"
    client = next((at for at, word in enumerate(started) if silencers.is_client(word)), None)
    if client is None or programs[0] in ("git", "gh"):
        return ""
    return _client(started[client + 1 :], words, given, environ)


def _is_scrimp(word: str) -> bool:
    return word.startswith("scrimp") and not word[6:7].isalnum() and word[6:7] not in ("-", "_", ".")


def _client(rest: list[str], words: list[str], given: Mapping[str, str], environ: Mapping[str, str]) -> str:
    options = rest[: rest.index("--")] if "--" in rest else rest
    if any(word.partition("=")[0] in silencers.OPTIONS for word in options):
        return _WITHOUT_HOOKS
    if any(_lacks_a_source(word, after) for word, after in zip(options, [*options[1:], ""])):
        return _WITHOUT_HOOKS
    if rest[:1] in (["plugin"], ["plugins"]) and any(word.startswith("scrimp") for word in rest):
        return "the plugin scrimp"
    if any(
        switch in after for word, after in zip(options, options[1:]) for switch in _SWITCHES if word == "--settings"
    ):
        return "Claude Code's settings, which start scrimp's hooks"
    moved = any(name in given and given[name] != environ.get(name, "") for name in silencers.MOVERS)
    is_emptied = "env" in map(os.path.basename, words) and any(_empties(word) for word in words[: -len(rest) or None])
    return _WITHOUT_HOOKS if moved or is_emptied or silencers.on_in(given) else ""


def _lacks_a_source(word: str, after: str) -> bool:
    name, found, value = word.partition("=")
    sources = (value if found else after).replace(" ", "").split(",")
    return name == _SOURCES and not all(source in sources for source in _NEEDED_SOURCES)


def _empties(word: str) -> bool:
    """Whether a word of `env` takes away the variables by which our settings are found."""
    return word in ("-", "-i", "--ignore-environment", *silencers.MOVERS) or word.startswith(
        tuple(f"{option}{name}" for option in ("-u", "--unset=") for name in silencers.MOVERS)
    )


def cleaned_by(started: list[str], cwd: str, places: Places) -> str:
    """What `git clean` takes away of what git does not keep, in words."""
    words = guarded_programs.git_verb(started)[1:]
    letters = "".join(word[1:] for word in words if word[:1] == "-" and word[1:2] != "-" and word != "-e")
    is_dry = "n" in letters or "--dry-run" in words
    if is_dry or not {"x", "X"} & set(letters) or _is_left_out(words):
        return ""
    after = [word for before, word in zip(["", *words], words) if before not in ("-e", "--exclude")]
    targets = [os.path.normpath(os.path.join(cwd, word)) for word in after if word[:1] != "-"] or [cwd]
    for folder in project.folders(cwd):
        for name in _LOCAL:
            path = os.path.join(folder, name)
            is_meant = any(path.startswith(f"{target.rstrip('/')}/") or path == target for target in targets)
            if is_meant and os.path.lexists(path):
                return f"{places.named(path)} ({path}; to clean all else: -e .claude)"
    return ""


def _is_left_out(words: list[str]) -> bool:
    values = [after for word, after in zip(words, words[1:]) if word in ("-e", "--exclude")]
    values += [word.partition("=")[2] for word in words if word.startswith("--exclude=")]
    values += [word[2:] for word in words if word.startswith("-e")]
    values += [word.partition(")")[2] for word in words if word.startswith(":(exclude)")]
    values += [word[2:] for word in words if word.startswith((":!", ":^"))]
    return any(value.lstrip("/").startswith(".claude") for value in values)
