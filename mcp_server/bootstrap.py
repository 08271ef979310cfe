"""What a plugin's server starts with: `python3 -I -S bootstrap.py`, any Python from 3.9 on, the standard library only.

A plugin comes without its libraries. At the first start this makes a virtual environment with exactly those of
`requirements.lock` (versions and hashes) in the plugin's own data folder, in a process that outlives the session, and
meanwhile answers the client as a server without tools that says so: a client waits five seconds for a server, and the
libraries take longer. From then on it hands over to the server at once. An environment that is broken, or of another
lock, is made anew; two starts at a time make one.

Where the person has wired the server by `scrimp install` too, this one has no tools: everything is there once.
SCRIMP_SERVER_PYTHON, if set, names an interpreter that has the libraries already.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
sys.path.insert(0, ROOT)
if not os.path.isdir(os.path.join(ROOT, "scrimp")):
    sys.path.insert(0, os.path.dirname(os.path.dirname(ROOT)))  # in a wheel the bundle lies inside the package

from scrimp.core import limits, project, settings, small_file  # noqa: E402 - the path comes first
from scrimp.core.untrusted import as_list, as_object, as_text  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, BinaryIO

LOCK = os.path.join(HERE, "requirements.lock")
SERVER = os.path.join(HERE, "__main__.py")
MAKE = "--make"

_OLDEST = (3, 11)
_NAMES = tuple(f"python3.{minor}" for minor in (13, 12, 11, 14))
"""Where `python3` is too old; the ones first that libraries have wheels for."""

READY, LOG, _MUTEX, _PREFIX = "ready", "making.log", "lock", "venv-"
_SERVER_ENTRY = os.path.join("mcp_server", "__main__.py")

_MAKING = (
    "scrimp's tools are being set up, once, and are there in the next session. Until then use the native tools. "
    "Progress: {log}"
)
_FAILED = "scrimp's tools could not be set up ({why}); it is being tried again. Use the native tools. Details: {log}"
_TOO_OLD = "scrimp's tools need Python 3.11 or newer, and none is on the PATH. Use the native tools."
_ELSEWHERE = ""
"""Nothing to say: the tools are there, from the other entry."""


class Home:
    """Where the environment lies: `folder` in the plugin's data; one per lock and interpreter."""

    def __init__(self, environ: Mapping[str, str], interpreter: str) -> None:
        data = environ.get("CLAUDE_PLUGIN_DATA") or settings.data_dir(environ)
        self.folder = os.path.join(data, "server")
        self.interpreter = interpreter
        with open(LOCK, "rb") as file:
            key = hashlib.sha256(file.read() + interpreter.encode("utf-8", "surrogateescape")).hexdigest()
        self.venv = os.path.join(self.folder, _PREFIX + key[:16])
        self.python = os.path.join(self.venv, "bin", "python")
        self.log = os.path.join(self.folder, LOG)

    @property
    def is_ready(self) -> bool:
        """Whether it was made to the end, and its interpreter is still there."""
        return os.path.exists(os.path.join(self.venv, READY)) and os.access(self.python, os.X_OK)


def main(arguments: list[str], environ: Mapping[str, str]) -> int:
    """Start the server, or say why it is not there. With `--make INTERPRETER`: make its environment."""
    if arguments[:1] == [MAKE]:
        return make(Home(environ, arguments[1]))
    if is_wired(environ):
        return answer(_ELSEWHERE)
    folder = environ.get("CLAUDE_PROJECT_DIR") or os.getcwd()
    given = settings.trusted(environ, folder).get(settings.SERVER_PYTHON_VARIABLE)
    if given:
        os.execv(given, [given, "-I", SERVER])  # noqa: S606 - there is no shell
    interpreter = found_interpreter(environ)
    if not interpreter:
        return answer(_TOO_OLD)
    home = Home(environ, interpreter)
    if home.is_ready:
        os.utime(os.path.join(home.venv, READY))  # in use, so it is not cleared away
        os.execv(home.python, [home.python, "-I", SERVER])  # noqa: S606 - there is no shell
    why = _last_failure(home)
    _start_making(home)
    text = _FAILED.format(why=why, log=home.log) if why else _MAKING.format(log=home.log)
    sys.stderr.write(f"{text}\n")
    return answer(text)


def make(home: Home) -> int:
    """Make the environment, unless another process has meanwhile; 0 where it is there then."""
    os.umask(0o077)
    os.makedirs(home.folder, mode=0o700, exist_ok=True)
    with open(os.path.join(home.folder, _MUTEX), "wb") as mutex:
        fcntl.flock(mutex, fcntl.LOCK_EX)
        if home.is_ready:
            return 0
        shutil.rmtree(home.venv, ignore_errors=True)
        with open(home.log, "wb") as log:
            failed = _run([home.interpreter, "-I", "-m", "venv", home.venv], log) or _run(_install(home), log)
            if failed:
                log.write(f"{GAVE_UP}{failed}\n".encode("utf-8", "replace"))
                return 1
        with open(os.path.join(home.venv, READY), "wb"):
            pass
        _clear_away(home)
    return 0


def answer(text: str) -> int:
    """Be a server without tools, whose instructions are `text`, until the client goes."""
    for line in sys.stdin.buffer:
        try:
            request = as_object(json.loads(line))
        except (ValueError, RecursionError):
            continue
        if "id" in request:
            body = {"jsonrpc": "2.0", "id": request["id"], **_answered(request, text)}
            sys.stdout.write(json.dumps(body) + "\n")
            sys.stdout.flush()
    return 0


def is_wired(environ: Mapping[str, str]) -> bool:
    """Whether the person's own list of servers has ours, for this folder or all, with what it starts still there."""
    try:
        known = as_object(json.loads(small_file.read(settings.client_state_file(environ), limits.CLIENT_CONFIG_BYTES)))
    except (OSError, ValueError, RecursionError):
        return False
    folder = os.path.realpath(project.folders(environ.get("CLAUDE_PROJECT_DIR") or os.getcwd())[0])
    local = as_object(as_object(known.get("projects")).get(folder))
    entries = [as_object(as_object(place.get("mcpServers")).get("scrimp")) for place in (local, known)]
    return any(_starts_ours(entry) for entry in entries)


def found_interpreter(environ: Mapping[str, str]) -> str:
    """This interpreter where it is new enough, else one on the PATH; '' for none."""
    if sys.version_info >= _OLDEST:
        return sys.executable
    paths = (shutil.which(name, path=environ.get("PATH")) for name in _NAMES)
    return next((path for path in paths if path and _works(path)), "")


def _starts_ours(entry: Mapping[str, Any]) -> bool:
    words = [as_text(entry.get("command")), *(as_text(word) for word in as_list(entry.get("args")))]
    return words[-1].endswith(os.sep + _SERVER_ENTRY) and all(os.path.exists(path) for path in (words[0], words[-1]))


def _answered(request: Mapping[str, Any], text: str) -> dict[str, Any]:
    method = request.get("method")
    if method == "initialize":
        version = as_text(as_object(request.get("params")).get("protocolVersion"))
        info = {"name": "scrimp", "version": "0"}
        said = {"instructions": text} if text else {}
        return {"result": {"protocolVersion": version, "capabilities": {"tools": {}}, "serverInfo": info, **said}}
    if method == "tools/list":
        return {"result": {"tools": []}}
    if method == "ping":
        return {"result": {}}
    return {"error": {"code": -32601, "message": "method not found"}}  # JSON-RPC's own number for it


def _start_making(home: Home) -> None:
    """In a process of its own session: the one in which it began may be over in two seconds."""
    words = [sys.executable, "-I", "-S", os.path.abspath(__file__), MAKE, home.interpreter]
    subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=os.path.dirname(os.path.abspath(__file__)),
    )


def _install(home: Home) -> list[str]:
    """Exactly what the lock names; a mirror that the person has set for pip holds, and its files must have the hash."""
    quiet = ["--disable-pip-version-check", "--no-input", "--quiet"]
    return [home.python, "-I", "-m", "pip", "install", *quiet, "--require-hashes", "--no-deps", "-r", LOCK]


GAVE_UP = "scrimp: gave up: "


def _run(words: list[str], log: BinaryIO) -> str:
    """Run it with its output in the log; why it failed, '' where it did not."""
    try:
        code = subprocess.call(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    except OSError as error:
        return f"{words[0]}: {error.strerror}"
    return f"{' '.join(words[1:4])} ended with {code}" if code else ""


def _last_failure(home: Home) -> str:
    """Why the last try failed, '' where there was none, or one is under way."""
    try:
        with open(home.log, encoding="utf-8", errors="replace") as file:
            last = file.read().rstrip().rpartition("\n")[2]
    except OSError:
        return ""
    return last[len(GAVE_UP) :] if last.startswith(GAVE_UP) else ""


def _works(path: str) -> bool:
    """A version manager puts programs on the PATH that only say that they are not there."""
    try:
        return subprocess.call([path, "-I", "-S", "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def _clear_away(home: Home) -> None:
    """Environments of earlier locks that no start has used for long: one may still have a server in it."""
    oldest = time.time() - limits.VENV_UNUSED_S
    for name in os.listdir(home.folder):
        path = os.path.join(home.folder, name)
        if not name.startswith(_PREFIX) or path == home.venv:
            continue
        with contextlib.suppress(OSError):
            at = os.path.join(path, READY)
            if os.stat(at if os.path.exists(at) else path).st_mtime < oldest:
                shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
