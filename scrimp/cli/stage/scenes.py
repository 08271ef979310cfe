"""The recorded session that `scrimp demo` plays: real outputs of real tools, through the real hooks and trap."""

from __future__ import annotations

import gzip
import json
import os
from typing import TYPE_CHECKING, NamedTuple

import scrimp
from scrimp.cli.stage.session import own_handler
from scrimp.core import facts, limits, outputs, terminal, tokens
from scrimp.core.compact import choose
from scrimp.core.untrusted import as_list, as_object, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrimp.cli.stage.session import Session

_RECORDINGS = os.path.join(os.path.dirname(os.path.abspath(scrimp.__file__)), "demo")
_SEQ_LAST = 20_000
_PREVIEW_CHARS = 2_000
"""What the client shows of the head of an output that it put into a file."""

_FACES = """#!/bin/sh
cat {recording}
exit {exit_code}
"""


class Scene(NamedTuple):
    """One call of the session: who prints what. `program` is the face that a recording is given, '' for none."""

    command: str
    exit_code: int
    recording: str
    program: str = ""
    tool: str = "Bash"


class View(NamedTuple):
    """An output as somebody sees it: size in bytes, tokens (estimated), how many of its facts are there."""

    size_bytes: int
    tokens: int
    facts_kept: int


class Played(NamedTuple):
    """What came of a scene: all that was printed, what a plain client shows of it, what scrimp made of it."""

    scene: Scene
    exit_code: int
    text: str
    raw: View
    plain: View
    scrimp: View
    restored: bool

    @property
    def holds(self) -> bool:
        """Whether everything that scrimp claims is so: exit code, facts, and the way back."""
        kept_all = self.scrimp.facts_kept == self.raw.facts_kept
        return self.exit_code == self.scene.exit_code and kept_all and self.restored


SCENES = (
    Scene("pytest -v", 1, "pytest", program="pytest"),
    Scene("cat app.log", 0, "app_log"),
    Scene("npm install --loglevel=http", 1, "npm", program="npm"),
    Scene(f"seq 1 {_SEQ_LAST}", 0, ""),
    Scene("mcp__ops__deploy_log", 0, "deploy", tool="mcp__ops__deploy_log"),
)


def recording(name: str) -> bytes:
    """A recorded output as its tool printed it."""
    with gzip.open(os.path.join(_RECORDINGS, f"{name}.txt.gz")) as file:
        return file.read()


def play(session: Session, shell: str) -> Iterator[Played]:
    """Every scene, one after the other, in one session."""
    session.hook(own_handler("session_start"), session.event("SessionStart", source="startup"))
    for scene in SCENES:
        before = recording(scene.recording) if scene.recording else _seq()
        _set(session, scene, before)
        code, after = _bash(session, scene, shell) if scene.tool == "Bash" else _other(session, scene, before)
        yield _judged(session, scene, before, after, code)


def _set(session: Session, scene: Scene, content: bytes) -> None:
    """Put the recording where the scene's command finds it: a file of the project, or a program's output."""
    path = os.path.join(session.project, f"{scene.recording or 'seq'}.log".replace("app_log", "app"))
    with open(path, "wb") as file:
        file.write(content)
    if not scene.program:
        return
    face = os.path.join(session.programs, scene.program)
    with open(face, "w", encoding="utf-8") as file:
        file.write(_FACES.format(recording=os.path.basename(path), exit_code=scene.exit_code))
    os.chmod(face, 0o700)


def _bash(session: Session, scene: Scene, shell: str) -> tuple[int, bytes]:
    shown = session.bash(scene.command, shell)
    event = "post_tool_use_failure" if shown.code else "post_tool_use"
    answer = session.after_bash(own_handler(event), scene.command, shown)
    replaced = _answered(answer.stdout).get("stdout")
    return shown.code, shown.output if replaced is None else outputs.encoded(as_text(replaced))


def _other(session: Session, scene: Scene, before: bytes) -> tuple[int, bytes]:
    response = [{"type": "text", "text": before.decode()}]
    event = session.event(
        "PostToolUse", tool_name=scene.tool, tool_input={}, tool_use_id="toolu_demo", tool_response=response
    )
    answer = session.hook(own_handler("post_tool_use"), event)
    blocks = as_list(_specific(answer.stdout).get("updatedToolOutput")) or response
    return 0, outputs.encoded(as_text(as_object(blocks[0]).get("text")))


def _judged(session: Session, scene: Scene, before: bytes, after: bytes, code: int) -> Played:
    raw, text = _text(before), _text(after)
    as_seen = terminal.as_shown(raw)
    found = facts.extract(choose(as_seen, scene.command).NAME, as_seen)
    views = (_view(found, raw, shown) for shown in (raw, _plain(scene, raw), text))
    return Played(scene, code, text, *views, restored=before == after or _is_kept(session, text, before))


def _view(found: Sequence[facts.Fact], raw: str, shown: str) -> View:
    lost = 0 if shown == raw else len(facts.missing(found, shown))
    return View(len(outputs.encoded(shown)), tokens.estimate(shown), len(found) - lost)


def _is_kept(session: Session, text: str, original: bytes) -> bool:
    kept = session.kept()
    names = (os.path.basename(outputs.path_of(handle, "")) for handle, _ in outputs.markers(text))
    return any(kept.get(name) == original for name in names)


def _plain(scene: Scene, raw: str) -> str:
    """What the client alone shows at first sight, by its own limits."""
    if scene.exit_code:
        half = limits.CLIENT_FAILED_CHARS // 2
        return raw if len(raw) <= limits.CLIENT_FAILED_CHARS else f"{raw[:half]}\n{raw[-half:]}"
    whole = limits.CLIENT_SUCCEEDED_CHARS if scene.tool == "Bash" else limits.CLIENT_RESULT_CHARS
    return raw if len(raw) <= whole else raw[:_PREVIEW_CHARS]


def _answered(stdout: bytes) -> dict[str, object]:
    return as_object(_specific(stdout).get("updatedToolOutput"))


def _specific(stdout: bytes) -> dict[str, object]:
    return as_object(as_object(json.loads(stdout)).get("hookSpecificOutput")) if stdout else {}


def _seq() -> bytes:
    return "".join(f"{number}\n" for number in range(1, _SEQ_LAST + 1)).encode()


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
