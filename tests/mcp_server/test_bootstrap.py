"""A plugin's server makes its own environment, once, and answers the client meanwhile."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

from mcp_server import bootstrap
from scrimp.core import bundle_root, limits

TOOLS_LATER = "scrimp's tools are being set up, once, and are there in the next session."
HELLO = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "0"}}
PROBE: dict[str, Any] = {"jsonrpc": "2.0", "id": "server-discover-probe-1", "method": "server/discover", "params": {}}
SAID: list[dict[str, Any]] = [
    PROBE,
    {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": HELLO},
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
    {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
    {"jsonrpc": "2.0", "id": 2, "method": "ping"},
]
"""What client 2.1.330 says to a server, in its order."""

FAKE = """#!/bin/sh
echo "$*" >> {calls}
[ "$3" = venv ] && mkdir -p "$4/bin" && cp "$0" "$4/bin/python"
exit {code}
"""
"""An interpreter that notes what it is asked, and makes an environment whose interpreter does the same."""


class Bundle:
    """A plugin whose server needs one small library, and a home; `calls` of its stand-in for Python."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "bundle" / "mcp_server"
        self.folder.mkdir(parents=True)
        (self.folder / "bootstrap.py").symlink_to(bootstrap.__file__)
        (root / "bundle" / "scrimp").symlink_to(os.path.join(bundle_root(), "scrimp"))
        (self.folder / "__main__.py").write_text("import tinylib, sys; print('served with', tinylib.VERSION)\n")
        (root / "wheels").mkdir()
        (root / "home").mkdir()
        self.lock = self.folder / "requirements.lock"
        self.needs("1.0")

    def needs(self, version: str, digest: str = "") -> None:
        """The lock with the library in that version, whose wheel is there."""
        name = f"tinylib-{version}-py3-none-any.whl"
        with zipfile.ZipFile(self.root / "wheels" / name, "w") as wheel:
            files = {
                "tinylib.py": f"VERSION = {version!r}\n",
                f"tinylib-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: tinylib\nVersion: {version}\n",
                f"tinylib-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            }
            rows = [f"{path},{_record(text)}" for path, text in files.items()]
            record = f"tinylib-{version}.dist-info/RECORD"
            for path, text in {**files, record: "\n".join([*rows, f"{record},,", ""])}.items():
                wheel.writestr(path, text)
        found = hashlib.sha256((self.root / "wheels" / name).read_bytes()).hexdigest()
        self.lock.write_text(f"tinylib=={version} \\\n    --hash=sha256:{digest or found}\n")

    @property
    def environ(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.root / "home"),
            "CLAUDE_PLUGIN_DATA": str(self.root / "data"),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.root / "wheels"),
            "PIP_CONFIG_FILE": os.devnull,
        }

    def words(self, *more: str) -> list[str]:
        return [sys.executable, "-I", "-S", str(self.folder / "bootstrap.py"), *more]

    def start(self, **environ: str) -> subprocess.CompletedProcess[str]:
        """As the client starts it, with all that it says and then the end of its input."""
        text = "".join(json.dumps(message) + "\n" for message in SAID)
        return subprocess.run(
            self.words(), input=text, capture_output=True, text=True, env={**self.environ, **environ}, check=True
        )

    def make(self) -> int:
        """In the foreground: behind one that is under way already."""
        return subprocess.run(self.words(bootstrap.MAKE, sys.executable), env=self.environ, check=False).returncode

    def log(self) -> str:
        return (self.root / "data" / "server" / "making.log").read_text()


def _record(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
    return f"sha256={digest},{len(text)}"


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    return Bundle(tmp_path)


def answers(ran: subprocess.CompletedProcess[str]) -> dict[Any, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, ran.stdout.splitlines())}


def test_the_first_start_answers_at_once_and_says_so_and_the_next_one_serves(bundle: Bundle) -> None:
    first = bundle.start()
    said = answers(first)
    assert said[PROBE["id"]]["error"] == {"code": -32601, "message": "method not found"}
    assert said[0]["result"] == {
        "protocolVersion": "2025-11-25",
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "scrimp", "version": "0"},
        "instructions": f"{TOOLS_LATER} Until then use the native tools. "
        f"Progress: {bundle.root}/data/server/making.log",
    }
    assert (said[1]["result"], said[2]["result"]) == ({"tools": []}, {})
    assert first.stderr.startswith(TOOLS_LATER)
    assert bundle.make() == 0, bundle.log()
    assert bundle.start().stdout == "served with 1.0\n"
    bundle.needs("1.0", digest="0" * 64)
    assert bundle.make() == 1  # another lock, another environment
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in bundle.log()


class Faked(Bundle):
    """Its environments are made by a stand-in for Python, in this process."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(root)
        monkeypatch.setattr(bootstrap, "LOCK", str(self.lock))
        self.calls = root / "calls"
        self.interpreter = root / "python"
        self.works()

    def works(self, code: int = 0) -> None:
        self.interpreter.write_text(FAKE.format(calls=self.calls, code=code))
        self.interpreter.chmod(0o755)

    @property
    def made(self) -> bootstrap.Home:
        return bootstrap.Home(self.environ, str(self.interpreter))

    def said(self) -> str:
        """What a start says, where nothing is made meanwhile."""
        said: list[str] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "executable", str(self.interpreter))
            patch.setattr(bootstrap, "_start_making", str)
            patch.setattr(bootstrap, "answer", said.append)
            bootstrap.main([], self.environ)
        return said[0]

    def asked(self) -> list[str]:
        found = self.calls.read_text().splitlines() if self.calls.exists() else []
        return [line.replace(str(self.root), "") for line in found]


@pytest.fixture
def faked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Faked:
    return Faked(tmp_path, monkeypatch)


def test_what_is_installed_is_the_lock_and_nothing_else(faked: Faked) -> None:
    home = faked.made
    assert bootstrap.make(home) == 0
    venv = home.venv.replace(str(faked.root), "")
    quiet = "--disable-pip-version-check --no-input --quiet"
    assert faked.asked() == [
        f"-I -m venv {venv}",
        f"-I -m pip install {quiet} --require-hashes --no-deps -r /bundle/mcp_server/requirements.lock",
    ]
    assert home.is_ready
    assert Path(home.folder).stat().st_mode & 0o777 == 0o700


def test_starts_at_the_same_time_make_one(faked: Faked) -> None:
    program = f"from mcp_server import bootstrap; bootstrap.LOCK = {str(faked.lock)!r}; import os, sys; "
    program += f"sys.exit(bootstrap.make(bootstrap.Home(os.environ, {str(faked.interpreter)!r})))"
    environ = {**faked.environ, "PYTHONPATH": bundle_root()}
    started = [subprocess.Popen([sys.executable, "-c", program], env=environ) for _ in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]
    assert len(faked.asked()) == 2


def test_one_that_was_broken_off_is_made_anew_and_one_that_is_whole_is_not(faked: Faked) -> None:
    home = faked.made
    assert bootstrap.make(home) == bootstrap.make(home) == 0
    assert len(faked.asked()) == 2
    os.unlink(os.path.join(home.venv, "ready"))
    Path(home.venv, "half").touch()
    assert bootstrap.make(home) == 0
    assert not os.path.exists(os.path.join(home.venv, "half"))
    os.unlink(home.python)  # the Python that it was made with has been removed
    assert not home.is_ready
    assert bootstrap.make(home) == 0
    assert len(faked.asked()) == 6


def test_a_failure_is_kept_for_the_next_start_until_one_succeeds(faked: Faked) -> None:
    faked.works(code=3)
    home = faked.made
    assert bootstrap.make(home) == 1
    assert not home.is_ready
    assert faked.log().endswith("scrimp: gave up: -I -m venv ended with 3\n")
    assert faked.said().startswith("scrimp's tools could not be set up (-I -m venv ended with 3); it is being tried")
    faked.works()
    assert bootstrap.make(home) == 0
    assert faked.log() == ""
    os.unlink(os.path.join(home.venv, "ready"))
    assert faked.said().startswith(TOOLS_LATER)


def test_a_lock_or_an_interpreter_that_changed_makes_another(faked: Faked) -> None:
    first = faked.made
    faked.needs("1.1")
    second = faked.made
    third = bootstrap.Home(faked.environ, "/usr/bin/python9")
    assert len({first.venv, second.venv, third.venv}) == 3


def test_what_earlier_versions_left_goes_when_nobody_has_started_it_for_long(faked: Faked) -> None:
    old, recent = faked.made, None
    assert bootstrap.make(old) == 0
    faked.needs("1.1")
    recent = faked.made
    assert bootstrap.make(recent) == 0
    os.utime(os.path.join(old.venv, "ready"), (0, os.stat(old.folder).st_mtime - limits.VENV_UNUSED_S - 60))
    faked.needs("1.2")
    assert bootstrap.make(faked.made) == 0
    assert (os.path.exists(old.venv), os.path.exists(recent.venv)) == (False, True)


@pytest.mark.parametrize("scope", ["user", "local"])
def test_beside_an_install_the_plugins_copy_has_no_tools_and_says_nothing(bundle: Bundle, scope: str) -> None:
    repo = bundle.root / "repo"
    (repo / ".git").mkdir(parents=True)
    (repo / "sub").mkdir()
    entry = {"command": sys.executable, "args": ["-I", str(bundle.folder / "__main__.py")]}
    servers: dict[str, Any] = {"mcpServers": {"scrimp": entry}}
    state = servers if scope == "user" else {"projects": {str(repo): servers}}
    (bundle.root / "home" / ".claude.json").write_text(json.dumps(state))
    said = answers(bundle.start(CLAUDE_PROJECT_DIR=str(repo / "sub")))
    assert "instructions" not in said[0]["result"]
    assert said[1]["result"] == {"tools": []}
    assert not (bundle.root / "data").exists()


def test_an_interpreter_that_is_named_is_taken_but_not_from_the_settings_of_a_repo(bundle: Bundle) -> None:
    (bundle.folder / "__main__.py").write_text("import sys; print('served by', sys.executable)\n")
    given = {"SCRIMP_SERVER_PYTHON": sys.executable, "CLAUDE_PROJECT_DIR": str(bundle.root / "repo")}
    assert bundle.start(**given).stdout == f"served by {sys.executable}\n"
    (bundle.root / "repo" / ".claude").mkdir(parents=True)
    named = json.dumps({"env": {"SCRIMP_SERVER_PYTHON": sys.executable}})
    (bundle.root / "repo" / ".claude" / "settings.json").write_text(named)
    entry = {"command": sys.executable, "args": ["-I", str(bundle.folder / "__main__.py")]}
    (bundle.root / "home" / ".claude.json").write_text(json.dumps({"mcpServers": {"scrimp": entry}}))
    assert answers(bundle.start(**given))[1]["result"] == {"tools": []}


@pytest.mark.parametrize("gone", ["script", "interpreter", "another's"])
def test_an_install_that_is_gone_does_not_keep_the_plugin_from_serving(
    bundle: Bundle, tmp_path: Path, gone: str
) -> None:
    script = {"script": "/gone/mcp_server/__main__.py", "another's": "/etc/hosts"}.get(
        gone, str(bundle.folder / "__main__.py")
    )
    entry = {"command": "/gone/python" if gone == "interpreter" else sys.executable, "args": ["-I", script]}
    (tmp_path / "home" / ".claude.json").write_text(json.dumps({"mcpServers": {"scrimp": entry}}))
    assert not bootstrap.is_wired(bundle.environ)


def test_an_old_python_takes_a_newer_one_from_the_path_and_says_where_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 6))
    for name, code in {"python3.13": 127, "python3.12": 0}.items():  # the first is a version manager's, of none
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    assert bootstrap.found_interpreter({"PATH": str(tmp_path)}) == str(tmp_path / "python3.12")
    assert bootstrap.found_interpreter({"PATH": str(tmp_path / "empty")}) == ""


def test_the_lock_pins_every_library_that_the_package_asks_for_with_hashes() -> None:
    with open(os.path.join(bundle_root(), "pyproject.toml"), "rb") as file:
        wanted = [Requirement(text) for text in tomllib.load(file)["project"]["dependencies"]]
    blocks = Path(bootstrap.__file__).with_name("requirements.lock").read_text().split("\n")
    pinned: dict[str, str] = {}
    hashed: dict[str, int] = {}
    name = ""
    for line in blocks:
        if "==" in line:
            name, _, rest = line.partition("==")
            pinned[name] = rest.split()[0]
        elif "--hash=sha256:" in line:
            hashed[name] = hashed.get(name, 0) + 1
    assert [one.name for one in wanted if not one.specifier.contains(pinned.get(one.name, "0"))] == []
    assert pinned.keys() == hashed.keys()
