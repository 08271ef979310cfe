"""What is known of programs, so far as rules need it: which start others, which only look, which names are delicate.

Which only look is a part of what client 2.1.330 lets run without asking, and only with the options named here.
"""

from __future__ import annotations

import os
import re

from scrimp.core.permissions import files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrimp.core.permissions.judging import Place

KEYWORDS = ("if", "then", "elif", "else", "while", "until", "do", "for", "in", "case", "select", "!", "{")

LAUNCHERS = frozenset(
    (
        *("env", "nohup", "timeout", "gtimeout", "nice", "ionice", "stdbuf", "setsid", "time", "command", "builtin"),
        *("exec", "sudo", "doas", "xargs", "parallel", "watch", "flock", "strace", "ltrace", "chroot", "busybox"),
        *("unbuffer", "caffeinate", "noglob", "coproc", "find", "fd", "su", "runuser", "unshare", "nsenter", "entr"),
        *("taskset", "chrt", "systemd-run", "firejail", "valgrind", "gdb", "script", "ssh", "at", "batch", "torsocks"),
    )
)
"""Programs that start the one that they are given."""

SHELLS = frozenset(("sh", "bash", "zsh", "dash", "ksh", "fish", "eval", "su", "script", "trap", "alias"))
"""What takes a text and runs it as commands."""

TEXT_RUNNERS = frozenset(
    (
        *("at", "batch", "crontab", "expect", "tclsh", "wish", "make", "gmake", "just", "source", ".", "gdb", "lldb"),
        *("sed", "gsed", "ed", "ex", "vi", "vim", "nvim", "emacs", "tar", "gtar", "bsdtar", "rsync", "sqlite3", "psql"),
        *("mysql", "tmux", "screen", "hyperfine", "csh", "tcsh", "mksh", "ash", "rbash", "nu", "pwsh", "xonsh"),
    )
)
"""Programs that run commands which stand in an option, a script or a text that they read."""

NEVER_COVERED = frozenset(
    (
        *(
            "eval",
            "exec",
            "source",
            ".",
            "trap",
            "alias",
            "coproc",
            "declare",
            "typeset",
            "local",
            "readonly",
            "export",
        ),
        *("unset", "set", "shopt", "enable", "hash", "builtin", "command", "cd", "pushd", "popd", "watch", "ionice"),
        *("flock", "script", "strace", "setsid", "sudo", "doas", "su", "env", "if", "while", "until", "for", "case"),
        *("select", "function", "do", "done", "then", "else", "fi", "esac", "read", "mapfile", "parallel", "unbuffer"),
    )
)
"""Programs whose call has to be asked for, whatever the rules allow: they change what the next words mean."""

DELICATE = re.compile(
    r"(?:^|[^\w.-])(?:\.(?:git|claude|vscode|idea|husky|ssh|aws|gnupg|devcontainer|cargo|config)(?=[/\\]|$|[^\w.-])"
    r"|\.(?:mcp\.json|claude\.json|gitconfig|gitmodules|ripgreprc|bashrc|bash_profile|bash_login|bash_logout|zshrc"
    r"|zshenv|zprofile|zlogin|zlogout|profile|envrc|npmrc|yarnrc|pypirc|netrc|pre-commit-config\.yaml))",
    re.IGNORECASE,
)
"""Names of what starts programs by itself later on, or holds secrets: the client asks before these are written."""

REMOVERS = frozenset(("rm", "rmdir", "unlink", "shred", "trash"))

FILE_CHANGERS = frozenset(
    (
        *("rm", "rmdir", "unlink", "shred", "mv", "cp", "touch", "mkdir", "ln", "tee", "sed", "dd", "chmod", "chown"),
        *("truncate", "install", "patch", "rsync", "tar", "unzip", "gzip", "git", "perl", "ed", "ex"),
    )
)
"""Programs whose work depends on where they stand; from another folder than the session's they have to be asked for."""

READERS = frozenset(
    (
        *("cat", "bat", "head", "tail", "less", "more", "grep", "egrep", "fgrep", "rg", "ag", "sed", "awk", "gawk"),
        *(
            "cp",
            "wc",
            "diff",
            "cmp",
            "comm",
            "sort",
            "uniq",
            "base64",
            "jq",
            "yq",
            "ls",
            "find",
            "tree",
            "stat",
            "file",
        ),
        *("strings", "od", "hexdump", "xxd", "nl", "tac", "rev", "cut", "paste", "column", "md5sum", "sha1sum"),
        *("sha256sum", "tar", "zip", "gzip", "source", ".", "xargs", "git", "mv", "scp", "rsync", "node", "python"),
        *("python3", "tee", "dd", "curl", "wget", "openssl", "vim", "vi", "nano", "emacs", "code", "open"),
    )
)
"""Programs that read, or hand on, the files that they are given."""

_LOOK = {
    "cat": r"-[nbsAETvet]+",
    "head": r"-[nc]?\d+|-[nqvc]",
    "tail": r"-[nc]?\+?\d+|-[nqvc]",
    "wc": r"-[lwcmL]+",
    "ls": r"-[laAhRrtS1dFp]+",
    "pwd": r"-[LP]",
    "echo": r"-[neE]+",
    "grep": r"-[nirlcwvoEFHhsxqL]+|-[ABCm]\d*|-e|--include=[\w.*-]+|--exclude(?:-dir)?=[\w.*-]+",
    "basename": r"",
    "dirname": r"",
    "stat": r"",
    "whoami": r"",
    "true": r"",
    "false": r"",
    "sleep": r"",
    "diff": r"-[uqrNwbBy]+",
    "tree": r"-[aLdf]",
    "which": r"-a",
    "cut": r"-[dfcs].*",
    "tr": r"-[dsc]+",
    "sort": r"-[nru]+",
    "uname": r"-[amnrs]+",
    "id": r"-[ungG]+",
    "du": r"-[shac]+|-d\d+",
    "df": r"-h",
    "file": r"-b",
    "realpath": r"",
    "readlink": r"-f",
    "md5sum": r"",
    "sha256sum": r"",
    "nproc": r"",
}
"""Programs that only look, with the options under which they do."""

_SED_LINES = re.compile(r"\d+(?:,\d+)?p")
"""A script of `sed -n` that only shows lines."""

_FIND_WORDS = (
    *("-name", "-iname", "-path", "-ipath", "-type", "-maxdepth", "-mindepth", "-not", "-empty", "-print", "-size"),
    *("-mtime", "-mmin", "-newer", "-o", "-a"),
)

_GIT_OPTIONS = re.compile(
    r"--(?:stat|shortstat|numstat|summary|name-only|name-status|cached|staged|oneline|graph|all|decorate|short|branch"
    r"|porcelain|patch|no-merges|merges|show-toplevel|abbrev-ref|follow|first-parent|reverse|no-color)"
    r"|--(?:since|until|author|grep|max-count|format|pretty)=[^`$]+|-[spwbv]|-sb|-n|-n?\d+|-U\d+|--"
)
_GIT_LOOKS = ("status", "log", "diff", "show", "blame", "ls-files", "rev-parse", "shortlog", "describe")
_GIT_ALONE = (["branch"], ["remote"], ["remote", "-v"], ["tag"], ["stash", "list"], ["worktree", "list"], ["reflog"])


def name_of(word: str) -> str:
    """The program that a word starts, without its folder."""
    return os.path.basename(word.replace("\\", "/")) or word


def only_looks(words: list[str], *, at_home: bool) -> bool:
    """Whether a command does nothing but look. at_home: it runs in the session's own folder."""
    program, rest = words[0], words[1:]
    if program == "git":
        return at_home and _git_looks(rest)
    if program == "find":
        return all(word in _FIND_WORDS for word in rest if word[:1] == "-")
    if program == "sed":
        return (
            rest[:1] == ["-n"] and len(rest) > 1 and bool(_SED_LINES.fullmatch(rest[1])) and _have_no_option(rest[2:])
        )
    if program == "date":
        return not rest
    if program not in _LOOK:
        return False
    allowed = _LOOK[program]
    return all(re.fullmatch(allowed, word) for word in rest if word[:1] == "-" and allowed != word)


def _have_no_option(words: list[str]) -> bool:
    return not any(word.startswith("-") for word in words)


def _git_looks(rest: list[str]) -> bool:
    if rest in _GIT_ALONE:
        return True
    if not rest or rest[0] not in _GIT_LOOKS:
        return False
    options = rest[1 : rest.index("--") + 1] if "--" in rest else rest[1:]
    names = rest[len(options) + 1 :]
    return all(_GIT_OPTIONS.fullmatch(word) for word in options if word[:1] == "-") and _have_no_option(names)


def acts_by_option(words: list[str]) -> list[str]:
    """The words by which a program that a rule names would run or write something else: the rule must have them too."""
    program, rest = words[0], words[1:]
    if program == "find":
        return [word for word in rest if word in _FIND_ACTS]
    if program in _AWKS:
        return [word for word in rest if any(sign in word for sign in _AWK_ACTS)]
    if program != "git":
        return []
    verb = next((at for at, word in enumerate(rest) if not word.startswith("-")), len(rest))
    before = [word for word in rest[:verb] if word.startswith(_GIT_BEFORE)]
    return before + [word for word in rest[verb:] if _is_git_act(word)]


def _is_git_act(word: str) -> bool:
    """Git takes the beginning of an option for all of it."""
    name = word.partition("=")[0]
    is_long = len(name) > len("--o") and any(act.startswith(name) for act in _GIT_ACTS)
    return is_long or word.startswith("-O")


_FIND_ACTS = ("-exec", "-execdir", "-ok", "-okdir", "-delete", "-fprint", "-fprintf", "-fprint0", "-fls")
_AWKS = ("awk", "gawk", "mawk", "nawk")
_AWK_ACTS = ("system", "|", ">", "getline", "@")
_GIT_BEFORE = ("-c", "--exec-path", "--config-env", "--git-dir", "--work-tree", "-C")
_GIT_ACTS = (
    "--output",
    "--upload-pack",
    "--receive-pack",
    "--exec",
    "--ext-diff",
    "--open-files-in-pager",
    "--textconv",
)


def leads_out(words: Iterable[str], place: Place) -> bool:
    """Whether a word of a command may name a path outside the roots, or goes up from a folder."""
    return any(_is_out(part, place) for word in words for part in parts_of(word))


def parts_of(word: str) -> list[str]:
    """All in a word that may name a path: it alone, behind `=`, `:`, `,` and a short option."""
    option = [word[2:]] if word[:1] == "-" and word[1:2] != "-" else []
    names = [word, *word.replace("=", ":").replace(",", ":").split(":"), *option]
    return [name for name in dict.fromkeys(names) if name]


def _is_out(part: str, place: Place) -> bool:
    if "://" in part and not part.lower().startswith("file:"):
        return False
    if part.startswith("~") or ".." in part.replace("\\", "/").split("/"):
        return True
    if part.startswith("//") or part == "/dev/null":
        return part.startswith("//")
    path = place.realpath(os.path.join(place.cwd, part))
    return not any(files.is_below(path, root) for root in place.roots)


def may_remove_much(words: list[str], place: Place) -> bool:
    """Whether a command may take a folder away that the client guards under every rule, or nobody can tell.

    These are the folders of the session, home, what they lie in, and those right below the root.
    """
    if not any(name_of(part) in REMOVERS for word in words for part in word.split()):
        return False
    if name_of(words[0]) not in REMOVERS:
        return True
    names = [word for word in words[1:] if not word.startswith("-")]
    return any(_is_guarded(name, place) for name in names)


def _is_guarded(name: str, place: Place) -> bool:
    named = os.path.normpath(os.path.join(place.cwd, place.home + name[1:] if name.startswith("~") else name))
    paths = (named, place.realpath(named))
    guarded = (*place.roots, place.home, place.realpath(place.home))
    return any(
        path.count("/") < 2 or any(files.is_below(one, path) for one in guarded)  # noqa: PLR2004 - `/` and `/x`
        for path in paths
    )
