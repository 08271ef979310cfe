"""Which shell commands name what keeps the budget, and do more than look at it.

Told from the command's words alone, without running a shell: what only looks must be plain to see.
"""

from __future__ import annotations

import os

_SETTINGS = ("scrimp.json", "scrimp.local.json")
_CLIENT_SETTINGS = (".claude/settings.json", ".claude/settings.local.json")
_VARIABLES = ("SCRIMP_BUDGET", "SCRIMP_HOME")
_LEDGER = "ledger.db"
_SWITCHES = ("disableAllHooks", "allowManagedHooksOnly")
_VERBS = ("raise", "set", "clear")
_WITHOUT_HOOKS = ("--bare", "--safe-mode")

_LOOKERS = (
    *("cat", "bat", "less", "more", "head", "tail", "grep", "egrep", "fgrep", "rg", "jq", "wc", "diff", "cmp"),
    *("ls", "tree", "stat", "file", "du", "realpath", "test", "[", "cd", "echo", "printf", "printenv", "true", "mkdir"),
)
_GIT_LOOKERS = ("add", "commit", "diff", "log", "ls-files", "show", "status", "blame")
_SEPARATORS = "\n;|&()"
_NOT_PLAIN = (">", "`", "$(", "<(")
_QUIETED = ("2>&1", "&>/dev/null", "2>/dev/null", "1>/dev/null", ">/dev/null")
"""Redirections that write nothing."""

_INTO_FILES = {"git": ("--output",), "tree": ("-o",), "find": ("-delete", "-exec", "-ok", "-fprint", "-fls")}
"""By which options programs that look write or run something after all."""

_LINES_ONLY = frozenset("0123456789,$p;")
"""What a script of `sed -n` is made of that only shows lines."""


def changed_by(command: str, data: str, home: str) -> str:
    """What of the budget's own a command would change, in words; '' where it names nothing of it or only looks.

    data: scrimp's data folder; home: the person's, below which `~` stands for it.
    """
    for spaced in ("> /dev/null", *_QUIETED):
        command = command.replace(spaced, spaced.replace(" ", "") if " " in spaced else "")
    segments = [_words(segment) for segment in _segments(command)]
    if _only_looks(command, segments):
        return ""
    changed = [what for what in (_changed_by_verb(words) for words in segments) if what]
    return changed[0] if changed else _named_in(command, data, home) or _names_the_folder(segments)


def _changed_by_verb(words: list[str]) -> str:
    """What a command of scrimp's or the client's own changes of the budget, or of the hooks that keep it."""
    programs = [os.path.basename(word) for word in words]
    if "scrimp" in programs:
        rest = programs[programs.index("scrimp") + 1 :]
        if "budget" in rest and any(verb in rest for verb in _VERBS):
            return "the budget"
        if "uninstall" in rest[:1]:
            return "what scrimp has installed"
    if "claude" in programs:
        rest = programs[programs.index("claude") + 1 :]
        if any(flag in rest for flag in _WITHOUT_HOOKS):
            return "that hooks run in every session"
        if rest[:1] == ["plugin"] and any(word.startswith("scrimp") for word in rest):
            return "the plugin scrimp"
    return ""


def _named_in(command: str, data: str, home: str) -> str:
    below_home = data[len(home) :] if home and data.startswith(home + os.sep) else data
    groups = (
        (_SETTINGS, "scrimp's settings"),
        (_VARIABLES, "the environment that scrimp reads"),
        ((data, below_home, _LEDGER), "scrimp's data"),
        ((*_CLIENT_SETTINGS, *_SWITCHES), "Claude Code's settings, which start scrimp's hooks"),
    )
    return next((words for names, words in groups if any(name in command for name in names)), "")


def _names_the_folder(segments: list[list[str]]) -> str:
    """Whether something is done to or in the folder of settings itself, or by a pattern of names right below it."""
    worked = (words for words in segments if words[:1] == ["cd"] or not _is_look(words))
    for word in (word for words in worked for word in words):
        _, found, below = f"/{word}".rpartition("/.claude")
        is_pattern = below[:1] == "/" and any(char in below[1:].partition("/")[0] for char in "*?[{")
        if found and (below in {"", "/"} or is_pattern):
            return "the folder of Claude Code's settings"
    return ""


def _only_looks(command: str, segments: list[list[str]]) -> bool:
    return not any(sign in command for sign in _NOT_PLAIN) and all(map(_is_look, segments))


def _is_look(words: list[str]) -> bool:
    program = words[0] if words else ""
    if any(word.startswith(_INTO_FILES.get(program, ())) for word in words[1:]):
        return False
    if program == "git":
        return any(word in _GIT_LOOKERS for word in words[1:2])
    if program == "sed":
        return words[1:2] == ["-n"] and bool(words[2:]) and _LINES_ONLY.issuperset(words[2])
    return program in ("", "find", *_LOOKERS)


def _segments(command: str) -> list[str]:
    """The simple commands; a separator inside quotes cuts one in two, which then does not look like a plain one."""
    for separator in _SEPARATORS[1:]:
        command = command.replace(separator, _SEPARATORS[0])
    return command.split(_SEPARATORS[0])


def _words(segment: str) -> list[str]:
    return [word for word in (raw.strip("'\"") for raw in segment.split()) if word]
