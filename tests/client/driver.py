"""Runs the real client against a scripted API, with a home of its own and nothing but loopback in reach."""

from __future__ import annotations

import contextlib
import functools
import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.client.api import AT_ONCE, WITHOUT_TOOLS, Api, Pace

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from tests.client.api import Site
    from tests.client.script import Request, Script, ToolResult

PROMPT = "MAIN-TASK do it"
TIMEOUT_S = 240.0
END_S = 5.0
"""How long a client that was told to end may take before it is killed."""

ALLOW_BASH = ("--allowedTools", "Bash,Agent")
"""The default permissions with commands and subagents allowed, and nothing else: no Read rule, no Edit rule."""

QUIET = {
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
}

Body = dict[str, Any]


class Setup(NamedTuple):
    """How the client is started. `files` are written below the project; `settings` are the project's own.

    `own` are the user's own settings of scrimp. `site` gives pages at the API's address (see Api), which is then opened
    in those. `side_answer` is what the API says to requests without tools.
    """

    settings: Mapping[str, Any] = {}
    files: Mapping[str, str] = {}
    plugin_dir: str = ""
    permission_args: Sequence[str] = ALLOW_BASH
    env: Mapping[str, str] = {}
    shell: str = "/bin/bash"
    timeout_s: float = TIMEOUT_S
    pace: Pace = AT_ONCE
    own: Mapping[str, Any] = {}
    site: Site | None = None
    side_answer: str = WITHOUT_TOOLS


class Run(NamedTuple):
    """What came of a run: what the model was sent, what the client said, where it left its files."""

    requests: list[Request]
    side_requests: list[Request]
    results: dict[str, ToolResult]
    """Every tool result by its call's name, as it was FIRST sent to the model."""
    result: Body
    """The client's own result object."""
    transcript: str
    session_dir: str
    project: str
    home: str
    seconds: float
    pico_usd: int
    stderr: str

    @property
    def usd(self) -> float:
        """What the API billed, in dollars."""
        return self.pico_usd / 10**12

    def of(self, agent: str) -> list[Request]:
        """The requests of one agent."""
        return [request for request in self.requests if request.agent == agent]

    def text(self, call: str) -> str:
        """What the model was sent for the call with this name."""
        return self.results[call].text


class ClientError(Exception):
    """The client did not end by itself, or not with a result."""


def client_program(environ: Mapping[str, str]) -> str:
    """The client's path; '' when it is not installed."""
    default = os.path.expanduser("~/.cache/scrimp/client-2.1.330/node_modules/.bin/claude")
    program = environ.get("SCRIMP_TEST_CLIENT") or default
    return program if os.access(program, os.X_OK) else ""


def run_client(folder: str, script: Script, setup: Setup | None = None) -> Run:
    """Run `claude -p` once in `folder`/project, with `folder`/home as its home, until the script's main agent is done.

    Raises ClientError with the client's own words, or whatever the script raised.
    """
    setup = setup or Setup()
    project, home = prepare(folder, setup)
    command = [client_program(os.environ), "-p", PROMPT, "--output-format", "json", *setup.permission_args]
    command += ["--plugin-dir", setup.plugin_dir] if setup.plugin_dir else []
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(open(os.path.join(folder, "out.json"), "w+b"))
        err = stack.enter_context(open(os.path.join(folder, "err.txt"), "w+b"))
        started = time.perf_counter()
        process, listener = start(command, project, environment(home, setup), (out.fileno(), err.fileno()))
        api = stack.enter_context(serving(_api(listener, script, setup, home)))
        code = _wait(process, setup.timeout_s)
        seconds = time.perf_counter() - started
    return _collect(folder, api, code, seconds)


def _api(listener: socket.socket, script: Script, setup: Setup, home: str) -> Api:
    """The scripted API, and the settings that know its address: the client sends nothing before it is answered."""
    api = Api(listener, script, setup.pace)
    api.side_answer = setup.side_answer
    own = dict(setup.own)
    if setup.site:
        api.site = setup.site
        own["fetch"] = {"allow": [f"127.0.0.1:{listener.getsockname()[1]}"]}
    if own:
        path = os.path.join(home, ".claude", "scrimp.json")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(own, file)
    return api


def prepare(folder: str, setup: Setup) -> tuple[str, str]:
    """Lay out the project and the home; the project is trusted, or the client would ignore its allow rules."""
    project, home = os.path.join(folder, "project"), os.path.join(folder, "home")
    files = dict(setup.files)
    if setup.settings:
        files[".claude/settings.json"] = json.dumps(setup.settings)
    os.makedirs(project, exist_ok=True)
    os.makedirs(home, exist_ok=True)
    os.makedirs(os.path.join(folder, "tmp"), exist_ok=True)
    for name, text in files.items():
        path = os.path.join(project, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    _trust(project, os.path.join(home, ".claude.json"))
    return project, home


def _trust(project: str, path: str) -> None:
    """In the client's own file, where an install may have put a server already."""
    state: Body = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            state = json.load(file)
    state.setdefault("projects", {}).setdefault(os.path.realpath(project), {})["hasTrustDialogAccepted"] = True
    with open(path, "w", encoding="utf-8") as file:
        json.dump(state, file)


def environment(home: str, setup: Setup) -> dict[str, str]:
    """The client's whole environment: nothing of the caller's but where programs are found."""
    beside_python = os.path.dirname(sys.executable)
    return {
        "PATH": os.pathsep.join([beside_python, os.environ.get("PATH", os.defpath)]),
        "HOME": home,
        "SHELL": setup.shell,
        "TERM": "xterm",
        "LANG": "C.UTF-8",
        "CLAUDE_CODE_TMPDIR": os.path.join(os.path.dirname(home), "tmp"),
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:{port}",
        "ANTHROPIC_API_KEY": "not-a-key",
        "SCRIMP_SERVER_PYTHON": sys.executable,  # as a plugin it would install its libraries, which no test may
        **({"IS_SANDBOX": "1"} if os.geteuid() == 0 else {}),
        **QUIET,
        **setup.env,
    }


@functools.cache
def namespace_command() -> tuple[str, ...]:
    """How to start a program in an empty network namespace here; () where the machine does not allow it."""
    if shutil.which("unshare"):
        for flags in ("-n", "-rn"):
            if subprocess.run(["unshare", flags, "true"], check=False, capture_output=True).returncode == 0:
                return ("unshare", flags)
    return ()


def start(
    command: list[str],
    project: str,
    environ: dict[str, str],
    outputs: tuple[int, int],
    stdin: int = subprocess.DEVNULL,
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start the client, in a namespace where there is one; the socket is the one that it will call."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        listener = None
        if namespace_command():
            enter = os.path.join(os.path.dirname(os.path.abspath(__file__)), "enter.py")
            python = (sys.executable, "-I", "-S", enter, str(theirs.fileno()))
            command = [*namespace_command(), *python, *command]
        else:
            listener = socket.create_server(("127.0.0.1", 0), backlog=64)
            port = str(listener.getsockname()[1])
            environ = {key: value.replace("{port}", port) for key, value in environ.items()}
        process = subprocess.Popen(
            command,
            cwd=project,
            env=environ,
            stdin=stdin,
            stdout=outputs[0],
            stderr=outputs[1],
            start_new_session=True,
            pass_fds=[theirs.fileno()] if listener is None else [],
        )
        theirs.close()
        return process, listener or _received(ours)


def _received(ours: socket.socket) -> socket.socket:
    """The listening socket that enter.py made inside the namespace."""
    _, descriptors, _, _ = socket.recv_fds(ours, 64, 1)
    if not descriptors:
        raise ClientError("the client's namespace could not be entered: no socket came out of it")
    return socket.socket(fileno=descriptors[0])


@contextlib.contextmanager
def serving(api: Api) -> Generator[Api]:
    """Let the API answer meanwhile."""
    thread = threading.Thread(target=api.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.shutdown()
        thread.join()
        api.server_close()


def _wait(process: subprocess.Popen[bytes], timeout_s: float) -> int:
    """The client's exit code; ClientError when it had to be ended. Its process group goes with it."""
    try:
        return process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(END_S)
        raise ClientError(f"the client had not ended after {timeout_s:.0f} s and was stopped") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _collect(folder: str, api: Api, code: int, seconds: float) -> Run:
    """Everything that a test may look at, once the client has ended."""
    if api.errors:
        raise api.errors[0]
    with open(os.path.join(folder, "err.txt"), encoding="utf-8", errors="replace") as file:
        stderr = file.read()
    with open(os.path.join(folder, "out.json"), encoding="utf-8") as file:
        said = file.read()
    try:
        result: Body = json.loads(said)
    except ValueError:
        raise ClientError(f"exit {code} after {seconds:.1f} s, no result: {said[-500:]!r} {stderr[-2000:]!r}") from None
    home = os.path.join(folder, "home")
    found = glob.glob(os.path.join(home, ".claude", "projects", "*", f"{result['session_id']}.jsonl"))
    transcript = found[0] if found else ""
    return Run(
        requests=api.requests,
        side_requests=api.side_requests,
        results=_first_sent(api.requests),
        result=result,
        transcript=transcript,
        session_dir=transcript.removesuffix(".jsonl"),
        project=os.path.join(folder, "project"),
        home=home,
        seconds=seconds,
        pico_usd=api.pico_usd,
        stderr=stderr,
    )


def _first_sent(requests: list[Request]) -> dict[str, ToolResult]:
    first: dict[str, ToolResult] = {}
    for request in requests:
        for result in request.all_results:
            first.setdefault(result.name, result)
    return first
