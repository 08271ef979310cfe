"""What a command sees: the user's shell and environment, as with the native Bash.

Seen with Claude Code 2.1.330: the client's environment, `CLAUDECODE`, `GIT_EDITOR` and `COREPACK_ENABLE_AUTO_PIN` set,
TERM, pagers and colours left as they are. So a command prints here what it prints there: without a terminal no pager
starts, and colours are taken out of what is shown. What the client sources in front of a command (a snapshot of the
shell's functions and aliases, the lines of `CLAUDE_ENV_FILE`) is not sourced here.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_AS_THE_CLIENT = {"CLAUDECODE": "1", "GIT_EDITOR": "true", "COREPACK_ENABLE_AUTO_PIN": "0"}
_SHELLS = ("bash", "zsh")
_LAST = "/bin/sh"


def environment(environ: Mapping[str, str], extra: Mapping[str, str], folder: str) -> dict[str, str]:
    """The whole environment of a command that runs in `folder`."""
    return {**environ, **_AS_THE_CLIENT, "PWD": folder, **extra}


def shell(environ: Mapping[str, str]) -> str:
    """The user's bash or zsh; of another shell's user bash, and where there is none sh."""
    for path in (environ.get("CLAUDE_CODE_SHELL", ""), environ.get("SHELL", "")):
        if os.path.basename(path) in _SHELLS and os.access(path, os.X_OK):
            return path
    return next(filter(None, (shutil.which(name, path=environ.get("PATH")) for name in _SHELLS)), _LAST)
