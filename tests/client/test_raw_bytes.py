"""In the real client: what a command sends elsewhere than to the model are the raw bytes, in bash and in zsh.

Every form hands on the same large output, which scrimp would cut; its checksum is compared with that of the same
command outside the client.
"""

from __future__ import annotations

import os
import shutil
from typing import NamedTuple

import pytest

from tests.client import projects
from tests.client.agents import KEPT
from tests.client.driver import Run, Setup, run_client
from tests.client.script import Script, bash, play
from tests.client.wiring import scrimp_env, scrimp_settings

pytestmark = pytest.mark.client

SHELLS = {"bash": "/bin/bash", "zsh": shutil.which("zsh") or "/bin/zsh"}
BIG = "python3 -IS big.py"
PROGRAM = (
    "import sys\n"
    "for n in range(4000): print(f'INFO request {n} took 12 ms', flush=True, file=(sys.stdout, sys.stderr)[n % 2])\n"
)
FORMS = {
    "redirect": f"{BIG} > f1 2>&1; cksum < f1",
    "redirect and more": f"{BIG} > f2 2>&1; {BIG} >> f2 2>&1; cksum < f2",
    "both streams": f"{BIG} &> f3; cksum < f3",
    "pipe": f"{BIG} 2>&1 | wc -c",
    "tail": f"{BIG} 2>&1 | tail -n 3",
    "head": f"{BIG} 2>/dev/null | head -n 3",
    "long tail": f"{BIG} 2>&1 | tail -n 3990 | cksum",
    "substitution": f"x=$({BIG} 2>&1); printf '%s' \"$x\" | cksum",
    "backquotes": f"x=`{BIG} 2>&1`; printf '%s' \"$x\" | cksum",
    "tee": f"{BIG} 2>&1 | tee f4 | wc -l; cksum < f4",
    "process substitution": f"cksum <({BIG} 2>&1) | cut -d ' ' -f 1,2",
    "two process substitutions": f"cmp <({BIG} 2>&1) <({BIG} 2>&1) && echo same",
    "into a process": f"{BIG} > >(cksum > f5) 2>&1; for i in $(seq 50); do [ -s f5 ] && break; sleep 0.1; done; cat f5",
    "subshell": f"({BIG}; exit 3) > f6 2>&1; echo $?; cksum < f6",
    "inner shell": f"sh -c '{BIG} 2>&1; exit 4' | cksum",
    "here string": f'cksum <<< "$({BIG} 2>&1)"',
}
"""Forms that hand the output on; what is left for the model is small."""

SHOWN = {"shown": f"{BIG} 2>&1", "shown by tee": f"{BIG} 2>&1 | tee f7", "shown, errors apart": f"{BIG} 2> f8"}
"""Forms that end with the large output before the model: cut there, whole in their files."""


class Shown(NamedTuple):
    """A run, and the shell it was with."""

    run: Run
    shell: str

    def outside(self, command: str) -> str:
        """What the command prints in the same project, outside the client."""
        return projects.run_outside(command, self.run.project, self.shell)[1].decode().strip()


@pytest.fixture(scope="module", params=SHELLS)
def shown(request: pytest.FixtureRequest, client: str, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    assert client
    shell = SHELLS[request.param]
    if not shutil.which(shell):
        pytest.skip(f"not installed: {shell}")
    folder = str(tmp_path_factory.mktemp("run"))
    calls = [bash(command, name) for name, command in {**FORMS, **SHOWN}.items()]
    setup = Setup(
        settings=scrimp_settings(),
        files={"big.py": PROGRAM},
        env=scrimp_env(os.path.join(folder, "data")),
        shell=shell,
    )
    return Shown(run_client(folder, Script(play(*([call] for call in calls))), setup), shell)


@pytest.mark.parametrize("name", FORMS)
def test_what_a_command_hands_on_is_what_the_program_wrote(shown: Shown, name: str) -> None:
    assert shown.run.text(name) == shown.outside(FORMS[name])


@pytest.mark.parametrize("name", SHOWN)
def test_only_what_the_model_would_see_is_cut(shown: Shown, name: str) -> None:
    text = shown.run.text(name)
    found = KEPT[0].search(text)
    assert found
    whole = shown.outside(SHOWN[name])
    with open(found.group(1), encoding="utf-8") as kept:
        assert kept.read().strip() == whole
    assert len(text) < len(whole) / 2


@pytest.mark.parametrize(("name", "file"), [("shown by tee", "f7"), ("shown, errors apart", "f8")])
def test_beside_a_cut_the_commands_own_file_is_whole(shown: Shown, name: str, file: str) -> None:
    with open(os.path.join(shown.run.project, file), "rb") as written:
        in_the_run = written.read()
    shown.outside(SHOWN[name])
    with open(os.path.join(shown.run.project, file), "rb") as written:
        assert written.read() == in_the_run
    assert len(in_the_run) > 10_000
