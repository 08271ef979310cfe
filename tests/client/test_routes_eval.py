"""A suite run by the real client against a scripted API with planted qualities: table, budget, ledger, adoption."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from scrimp.cli import main
from scrimp.core import ledger
from tests.client import driver
from tests.client.api import Api
from tests.client.script import Call, Request, Script, bash, play, read, text_of

if TYPE_CHECKING:
    from tests.client.script import Reply

pytestmark = [pytest.mark.client, pytest.mark.usefixtures("client")]

SUITE = """
name = "shop"
agent = "scout"
folder = "fixture"
tools = ["Read", "Write", "Bash"]
runs = 10

[[briefs]]
name = "port"
prompt = "BRIEF-PORT Which port? The number alone."
checks = [{ answer_is = "8471" }]

[[briefs]]
name = "edit"
prompt = "BRIEF-EDIT Write the port into port.txt."
checks = [
    { file = "port.txt", is = "8471" },
    { command = ["python3", "-c", "import app; assert app.PORT == 8471"] },
]
"""


MODELS = ("sonnet", "haiku", "opus")
IDS = {"sonnet": "claude-sonnet-5-5", "haiku": "claude-haiku-5-5", "opus": "claude-opus-5-5"}


class Planted(Api):
    """Answers many clients' runs, each from its own messages: sonnet and haiku do every brief, opus none."""

    def _reply(self, request: Request) -> Reply:
        prompt = "\n".join(text_of(message["content"]) for message in request.messages)
        if "opus" in request.model:
            return "9999"
        if "BRIEF-PORT" in prompt:
            return "8471" if request.all_results else [read("app.py")]
        if request.all_results:
            return "Written."
        return [
            Call("Write", {"file_path": "port.txt", "content": "8471"}),
            Call("Write", {"file_path": "../outside.txt", "content": "8471"}),
            bash('python3 -c \'open("app.py", "w")\''),
        ]


class Ran(NamedTuple):
    """What `scrimp routes eval --json` said, and what the API was sent and billed for it."""

    said: dict[str, Any]
    requests: list[Request]
    pico_usd: int
    folder: str
    environ: dict[str, str]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Each brief once on each model."""
    folder = str(tmp_path_factory.mktemp("eval"))
    files = {"shop.toml": SUITE, "fixture/app.py": "PORT = 8471\n", "fixture/CLAUDE.md": "MEMORY-TEXT"}
    hook = {"hooks": [{"type": "command", "command": "echo HOOK-TEXT"}]}
    setup = driver.Setup(files=files, settings={"hooks": {"SessionStart": [hook]}})
    project, home = driver.prepare(folder, setup)
    client = os.path.dirname(driver.client_program(os.environ))
    environ = driver.environment(home, setup)
    environ |= {"PATH": f"{client}{os.pathsep}{environ['PATH']}", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "scrimp", "routes", "eval", "shop.toml", "--max-budget-usd", "5", "--json"]
    command += ["--models", ",".join(MODELS), "--efforts", "low", "--runs", "1"]
    out, err = os.path.join(folder, "out"), os.path.join(folder, "err")
    with open(out, "w+b") as said, open(err, "w+b") as problems:
        process, listener = driver.start(command, project, dict(environ), (said.fileno(), problems.fileno()))
        with driver.serving(Planted(listener, Script(play()))) as api:
            code = process.wait(driver.TIMEOUT_S)
    with open(out, encoding="utf-8") as said, open(err, encoding="utf-8") as problems:
        assert code == 0, problems.read()
        return Ran(json.load(said), api.requests, api.pico_usd, project, environ)


def scrimp(
    ran: Ran, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str
) -> tuple[int, str]:
    """A command that sends nothing."""
    monkeypatch.chdir(ran.folder)
    code = main(words, ran.environ)
    said = capfd.readouterr()
    return code, said.out + said.err


def test_the_table_has_the_planted_qualities_and_the_baseline_first(ran: Ran) -> None:
    assert ran.said["problems"] == []
    assert ran.said["ended_by"] == "done"
    found = [(row["model"], row["effort"], row["runs"], row["successes"], row["turns"]) for row in ran.said["cells"]]
    assert found == [("sonnet", "low", 2, 2, 2), ("haiku", "low", 2, 2, 2), ("opus", "low", 2, 0, 1)]
    with open(ran.said["file"], encoding="utf-8") as file:
        rows = [json.loads(line) for line in file.read().splitlines()[1:]]
    assert [(row["brief"], row["model"]) for row in rows] == [
        *(("port", model) for model in ("sonnet", "haiku", "opus")),
        *(("edit", model) for model in ("haiku", "opus", "sonnet")),
    ]
    assert [row["failures"] for row in rows if row["model"] == "opus"] == [
        ["the answer is not '8471'"],
        ["port.txt: No such file or directory"],
    ]


def test_each_run_is_sent_to_its_model_with_the_suite_s_tools_and_nothing_of_the_person_s(ran: Ran) -> None:
    assert {request.model for request in ran.requests} == set(IDS.values())
    assert len(ran.requests) == 2 * 2 + 2 * 2 + 2
    for request in ran.requests:
        sent = json.dumps(request.body)
        names = {tool["name"] for tool in request.body["tools"]} - {"DeferredToolPlaceholder"}  # the client's own
        assert names == {"Bash", "Read", "Write"}
        assert request.body["output_config"]["effort"] == "low"
        assert [word for word in ("MEMORY-TEXT", "HOOK-TEXT") if word in sent] == []


def test_the_repo_s_own_folder_stays_as_it_was_and_nothing_is_done_that_the_suite_does_not_allow(ran: Ran) -> None:
    assert sorted(os.listdir(os.path.join(ran.folder, "fixture"))) == ["CLAUDE.md", "app.py"]
    errors = [[one.is_error for one in request.results] for request in ran.requests if len(request.results) > 1]
    assert errors == [[False, True, True]] * 2  # of the two models that do the brief: Write, Write outside, Bash


def test_its_cost_is_in_the_ledger_once_as_ours_and_equals_the_bill(ran: Ran) -> None:
    with ledger.opened(ledger.path_of(ran.environ)) as db:
        rows = db.execute("SELECT agent_type, session_id, model, cost_pico, flags FROM requests").fetchall()
    assert len(rows) == len(ran.requests)
    assert sum(row[3] for row in rows) == ran.pico_usd
    assert {(row[0], row[4]) for row in rows} == {("scrimp eval", "ours")}
    assert len({row[1] for row in rows}) == 1
    assert float(ran.said["spent_usd"]) == pytest.approx(ran.pico_usd / 10**12)
    assert not os.path.exists(os.path.join(ran.environ["HOME"], ".claude", "projects"))


def test_what_the_evidence_supports_is_written_and_the_rest_refused(
    ran: Ran, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, said = scrimp(ran, capfd, monkeypatch, "routes", "adopt", "scout", "haiku", "low", "--scope", "user", "--yes")
    assert (code, "haiku/low has 2 runs, 20 are needed" in said) == (1, True)

    go_on_as_before(ran.said["file"], 14)
    words = ("routes", "adopt", "scout", "opus", "low", "--scope", "user", "--yes")
    code, said = scrimp(ran, capfd, monkeypatch, *words)
    assert code == 1
    assert "missing: opus/low succeeded in 0 of 28, sonnet/low in 28 of 28" in said
    own = os.path.join(ran.environ["HOME"], ".claude", "scrimp.json")
    assert not os.path.exists(own)

    words = ("routes", "adopt", "scout", "haiku", "low", "--scope", "user", "--yes")
    code, said = scrimp(ran, capfd, monkeypatch, *words)
    assert code == 0, said
    assert "holds: haiku/low succeeded in 28 of 28, sonnet/low in 28 of 28" in said
    assert '+  "routes": [' in said
    with open(own, encoding="utf-8") as file:
        assert json.load(file) == {"routes": [{"agent": "scout", "model": "haiku", "effort": "low"}]}
    code, said = scrimp(ran, capfd, monkeypatch, *words)
    assert (code, "nothing to change" in said) == (0, True)


def go_on_as_before(path: str, runs: int) -> None:
    """Write the further runs of an evaluation as the client made the first ones: fifty runs take minutes."""
    with open(path, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file.read().splitlines()[1:]]
    with open(path, "a", encoding="utf-8") as file:
        file.writelines(json.dumps({**row, "number": number}) + "\n" for number in range(1, runs) for row in rows)
