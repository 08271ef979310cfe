"""What programs do with their words: which only look, which copy, which take folders away, which run what they are fed.

What only looks must be plain to see: of a program that is not here, everything that it names is taken to be changed.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from scrimp.core.shell_words import Simple

_LOOKERS = (
    *("cat", "bat", "less", "more", "head", "tail", "grep", "egrep", "fgrep", "zgrep", "rg", "jq", "wc", "diff", "cmp"),
    *(
        "ls",
        "tree",
        "stat",
        "file",
        "du",
        "realpath",
        "readlink",
        "basename",
        "dirname",
        "test",
        "[",
        "[[",
        "cd",
        "pwd",
    ),
    *("echo", "printf", "printenv", "true", "false", ":", "mkdir", "which", "type", "md5sum", "sha256sum", "cut", "tr"),
    *("sort", "nl", "tac", "column", "sleep", "exit", "return", "read", "for", "case", "done", "fi", "esac", "{", "}"),
)
_GIT_LOOKERS = ("add", "commit", "diff", "log", "ls-files", "show", "status", "blame", "check-ignore", "push", "fetch")
_GIT_WITH_VALUE = ("-C", "-c", "--git-dir", "--work-tree", "--namespace")

_INTO_FILES = {
    "git": ("--ou", "--ext-diff", "--receive-pack", "--upload-pack", "--exec"),
    "tree": ("--output",),
    "find": ("-delete", "-fprint", "-fls"),
    "rg": ("--pre", "--hostname-bin"),
    "less": ("--log-file", "--LOG-FILE", "+!", "+|"),
    "bat": ("--pager",),
    "sed": ("--i",),
    "sort": ("--o", "--compress"),
}
"""By which options programs that look write or run something after all."""

_CLUSTERS = {"less": "oO", "tree": "o", "sed": "i", "sort": "o"}
"""The same as single letters, which may stand together."""

_LINES_ONLY = frozenset("0123456789,$p;")
"""What a script of `sed -n` is made of that only shows lines."""

_KEYWORDS = ("then", "do", "else", "elif", "if", "while", "until", "!", "{", "}", "time")
_WRAPPERS = (
    *("env", "command", "builtin", "exec", "sudo", "doas", "nohup", "nice", "ionice", "stdbuf", "timeout", "setsid"),
    *("xargs", "caffeinate", "unbuffer", "gtimeout", "chronic"),
)
_WRAPPERS_VALUES = ("-u", "-n", "-g", "-I", "-P", "-L", "-d", "-a", "-C", "-s", "-k", "-o", "-e", "-i", "--signal")
"""Options whose value is a word of its own; `env -i` has none, and what follows is taken again if it is a program."""

SHELLS = ("sh", "bash", "zsh", "dash", "ksh", "fish", "eval")
_INTERPRETERS = ("python", "python3", "perl", "ruby", "node", "deno", "bun", "php", "osascript")
_COPIERS = ("cp", "scp", "rsync", "install", "ditto", "gcp")
_LINKING = ("-l", "-s", "--link", "--symbolic-link", "-t", "--target-directory", "--remove-source-files")
_TAKERS_AWAY = ("rm", "mv", "unlink", "shred", "trash", "rmdir", "grm", "gmv")
_ABOUT_TEXT = ("git", "gh", "glab", "claude", "npx", "notify-send", "say")
"""Of these a word with a space in it is text for people or a model."""


def is_assignment(word: str) -> bool:
    """Whether a word gives a variable its value."""
    name, found, _ = word.partition("=")
    return bool(found) and name.rstrip("+").isidentifier()


def started(words: list[str]) -> list[str]:
    """The words from the program on that does the work: after keywords, assignments and programs that only start it."""
    at = 0
    while at < len(words):
        word = words[at]
        if word in _KEYWORDS or is_assignment(word):
            at += 1
        elif os.path.basename(word) in _WRAPPERS:
            at = _after_options(words, at + 1)
        else:
            break
    return words[at:]


def _after_options(words: list[str], at: int) -> int:
    is_env = os.path.basename(words[at - 1]) == "env"
    while at < len(words):
        word = words[at]
        if word.startswith("-") and word != "--":
            at += 2 if word in _WRAPPERS_VALUES and not (is_env and word == "-i") else 1
        elif word == "--" or word[:1].isdigit() or is_assignment(word):
            at += 1
        else:
            break
    return at


def takes(simple: Simple) -> bool:
    """Whether a command runs what it is fed, or does something to what is named there."""
    words = started(simple.words)
    program = os.path.basename(words[0]) if words else ""
    if any(os.path.basename(word) in ("xargs", "parallel") for word in simple.words):
        return program == "parallel" or not is_look(words)
    if program in ("read", "source", ".", "mapfile", "readarray") or (program in SHELLS and "-c" not in words):
        return True
    return program in _INTERPRETERS and all(word == "-" for word in words[1:])


def is_look(words: list[str]) -> bool:
    """Whether a command, from its program on, only looks, whatever it names."""
    program = os.path.basename(words[0]) if words else ""
    rest = words[1:]
    if any(word.startswith(_INTO_FILES.get(program, ())) for word in rest) or _has_letter(program, rest):
        return False
    if program == "git":
        verb = git_verb(words)[:1]
        return "-c" not in words[1 : len(words) - len(git_verb(words))] and bool(verb) and verb[0] in _GIT_LOOKERS
    if program == "sed":
        return rest[:1] == ["-n"] and bool(rest[1:]) and _LINES_ONLY.issuperset(rest[1])
    if program in _AWKS:
        return not any(sign in word for word in rest for sign in _AWK_WRITES)
    if program == "find":
        return all(is_look(words[place + 1 :]) for place, word in enumerate(words) if word in _FIND_RUNS)
    return program in ("", *_LOOKERS)


_AWKS = ("awk", "gawk", "mawk")
_AWK_WRITES = (">", "|", "system", "-i", "-f", "--")
_FIND_RUNS = ("-exec", "-execdir", "-ok", "-okdir")


def _has_letter(program: str, rest: list[str]) -> bool:
    letters = _CLUSTERS.get(program, "")
    clusters = (word for word in rest if word[:1] == "-" and word[1:2] != "-")
    return any(letter in word for word in clusters for letter in letters)


def git_verb(words: list[str]) -> list[str]:
    """Of a git command the words from its verb on."""
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _GIT_WITH_VALUE else 1
    return words[at:]


def worked_on(words: list[str]) -> list[str]:
    """Of a command that does not only look, the words that may name what it changes."""
    program, rest = os.path.basename(words[0]), words[1:]
    if program == "dd":
        return [word for word in rest if word.startswith("of=")]
    if program in _COPIERS and not any(_links(word) for word in rest):
        return [word for word in rest if not word.startswith("-")][-1:]
    pairs = zip(words, rest)
    return [word for before, word in pairs if before not in _LEFT_OUT and word.partition("=")[0] not in _LEFT_OUT]


_LEFT_OUT = ("--exclude", "--ignore", "--exclude-dir", "--extend-exclude", "--ignore-path")


def _links(word: str) -> bool:
    return word.partition("=")[0] in _LINKING


def taken_away(words: list[str]) -> list[str]:
    """The words that name what a command takes away, with all that is in it."""
    program, rest = os.path.basename(words[0]), [word for word in words[1:] if not word.startswith("-")]
    if program == "rsync":
        return rest[-1:] if any(word.startswith(("--del", "--remove")) for word in words) else []
    if program not in _TAKERS_AWAY:
        return []
    return rest[:-1] if program in ("mv", "gmv") and "-t" not in words else rest


def found(words: list[str]) -> tuple[list[str], list[str]]:
    """The folders that a `find` looks through, and the patterns of names that it looks for."""
    end = next((place for place, word in enumerate(words) if place and word[:1] in ("-", "(", "!")), len(words))
    return words[1:end] or ["."], [after for word, after in zip(words, words[1:]) if word in ("-name", "-iname")]


def is_about_text(words: list[str]) -> bool:
    """Whether a word with a space in it, among these, is text and not code, as an alias of git's may be."""
    return os.path.basename(words[0]) in _ABOUT_TEXT and not any("!" in word and "=" in word for word in words[:3])
