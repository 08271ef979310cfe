"""SessionStart: puts the EXIT trap in front of every Bash command of the session.

The trap only looks: on Linux it reads the offset of fd 1 from /proc, which starts nothing, and only past the size
that is worth cutting does it start `at_exit.py`, which decides everything else. It touches no shell option, no
variable of the command, not the exit code, and prints nothing, whatever goes wrong.
"""

from __future__ import annotations

import os
import shlex
import sys

from scrimp.core import limits, log, outputs, settings
from scrimp.core.untrusted import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from hooks.dispatch import State

_NAME = "__scrimp_at_exit"

_IS_LARGE = {
    # `pos:` is the offset of the open file, which appending moves to its end. The shell itself opens what a builtin is
    # redirected from, so `self` is the shell; `$$` is not, in a sandbox that numbers processes anew.
    "linux": 'IFS=" \t" \\builtin read -r k p < /proc/self/fdinfo/1 && [ "${{p:-0}}" -gt {size} ]',
    # No /proc: the program looks at the size itself.
    "darwin": "[ -f /dev/fd/1 ]",
}

_TRAP = (
    # A running job may still write; zsh shows its jobs to no subshell, but keeps a table of them.
    "{name}() {{ \\builtin set +eux; \\builtin local k p j; {is_large} || return 0; j=$(jobs -r); "
    """[ -z "${{ZSH_VERSION-}}" ] || eval 'j=$jobstates'; [ -z "$j" ] || return 0; """
    'CLAUDE_CONFIG_DIR={config} SCRIMP_HOME={data} {python} -I -S {program} "$1" {folder} {project} '
    '"${{BASH_EXECUTION_STRING-}}${{ZSH_EXECUTION_STRING-}}" </dev/null; }}; '
    # An EXIT trap that is already there is somebody else's and stays.
    '[ -n "${{BASH_VERSION-}}" ] && [ -n "$(trap -p EXIT)" ] || '
    "trap '{{ {name} \"$?\"; }} 2>/dev/null' EXIT"
)


def step(event: dict[str, Any], state: State) -> None:
    """Write the trap for this session's shells into CLAUDE_ENV_FILE, once; nothing where it cannot work."""
    env_file = state.environ.get("CLAUDE_ENV_FILE")
    transcript = as_text(event.get("transcript_path"))
    if not env_file or not transcript or sys.platform not in _IS_LARGE:
        return
    wanted = settings.load(state.environ, state.project)
    for problem in wanted.problems:
        log.note(state.data, problem)
    if not wanted.enabled:
        return
    folder = outputs.results_folder(transcript)
    if any(sign in folder + state.project for sign in "\n\r"):
        return  # the line would be several, and the next session would take out only one of them
    _replace_line(env_file, trap(folder, state.project, sys.platform, state.environ))


def trap(folder: str, project: str, platform: str, environ: Mapping[str, str]) -> str:
    """The one line for bash and zsh that sets the trap; `folder` is where originals are kept.

    The folders of settings and data are named, so that a command that sets HOME changes nothing.
    """
    program = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "at_exit.py")
    return _TRAP.format(
        name=_NAME,
        is_large=_IS_LARGE[platform].format(size=limits.SMALL_CHARS),
        python=shlex.quote(sys.executable),
        program=shlex.quote(program),
        folder=shlex.quote(folder),
        project=shlex.quote(project),
        config=shlex.quote(settings.config_dir(environ)),
        data=shlex.quote(settings.data_dir(environ)),
    )


def _replace_line(path: str, line: str) -> None:
    """Other lines of the file stay as they are; ours, which a resumed session finds there, is written anew."""
    try:
        with open(path, "rb") as file:
            lines = file.read(limits.SMALL_FILE_BYTES).split(b"\n")
    except FileNotFoundError:
        lines = [b""]
    others = b"\n".join(old for old in lines if _NAME.encode() not in old)
    if others and not others.endswith(b"\n"):
        others += b"\n"
    with open(path, "wb") as file:
        file.write(others + os.fsencode(line) + b"\n")
