"""`ask` on every tool that has it, by each backend: the answer with its proofs, its cost, and what was sent for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scrimp.core import ledger
from tests.mcp_server import asked
from tests.mcp_server.asked import reply, result
from tests.mcp_server.session import JUDGED, SESSION, Answer, Place
from tests.mcp_server.site import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

QUESTION = "which port is it?"
PORT = "The port is 8471."
COST_USD = "0.0001"
"""Of 1,000 tokens in and 100 out at Haiku 5.5's $0.1 and $0.5 a million."""

NAMES = {
    "batch_read": "notes.md:3",
    "batch_run": "`cat notes.md`:3",
    "batch_fetch": "{url}/:3",
}
"""How each tool's answer says where the quotation stands."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.write("notes.md", f"# Shop\n\n{PORT}\n")
    return place


@pytest.fixture
def calls(place: Place) -> Iterator[dict[str, dict[str, Any]]]:
    """What each tool is called with; one item of each is wrong, and its error stays with the answer."""
    with serving() as site:
        place.settings(fetch={"allow": [f"127.0.0.1:{site.port}"]})
        yield {
            "batch_read": {"items": ["notes.md", "none"]},
            "batch_run": {"commands": ["cat notes.md", ""]},
            "batch_fetch": {"urls": [f"{site.url}/", "ftp://x/"]},
        }


def ask(place: Place, tool: str, arguments: dict[str, Any]) -> Answer:
    return place.call(tool, {**arguments, "ask": QUESTION}, JUDGED)


def spent(place: Place) -> list[tuple[str, str, int]]:
    """What the ledger has of questions: the session, that they are ours, pico-dollars."""
    with ledger.opened(ledger.path_of(place.environ)) as db:
        return db.execute("SELECT session_id, flags, cost_pico FROM requests").fetchall()


@pytest.mark.parametrize("tool", NAMES)
@pytest.mark.parametrize("backend", ["claude", "api"])
def test_a_model_s_answer_comes_with_its_proof_and_its_cost_and_is_in_the_ledger_once_as_ours(
    place: Place, calls: dict[str, dict[str, Any]], tool: str, backend: str
) -> None:
    words = reply("8471", (1, PORT), (1, "The port is 9000."))
    asked.with_client(place, f"cat > {place.folder}/sent; echo '{result(words)}'")
    with asked.with_api(place, words) as sent:
        if backend == "api":
            place.environ["PATH"] = "/usr/bin:/bin"
        text, is_error = ask(place, tool, calls[tool])
    answer, _, error = text.partition("\n\n## ")
    url = calls["batch_fetch"]["urls"][0].removesuffix("/")
    model = "haiku" if backend == "claude" else asked.MODEL
    assert not is_error
    assert answer == (
        f"8471\n- {NAMES[tool].format(url=url)}: {PORT}\n[left out: 1 quotations that do not stand in the content]\n"
        f"[asked {model}: ${COST_USD}, 1 call]"
    )
    assert "\n[error: " in error
    content = json.dumps(sent) if sent else (place.folder / "sent").read_text()
    assert len(sent) == (backend == "api")
    assert PORT in content
    assert QUESTION in content
    assert spent(place) == [(SESSION, "ours", 150_000_000)]


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo 'Please run /login' >&2; exit 1", "claude -p gave no result: Please run /login"),
        ("exec kill -9 $$", "claude -p gave no result: it said nothing"),
        (f"echo '{result('no JSON')}'", "the model's answer is left out: a reply without an answer in it"),
        (f"echo '{result(reply('9000', (1, 'port 9000')))}'", "its answer quotes nothing that stands in the content"),
    ],
    ids=["no login", "killed", "no JSON", "no proof"],
)
def test_where_the_model_has_no_answer_the_passages_come_and_it_is_said_why(
    place: Place, calls: dict[str, dict[str, Any]], script: str, why: str
) -> None:
    asked.with_client(place, script)
    text, is_error = ask(place, "batch_read", calls["batch_read"])
    assert not is_error
    assert text.startswith(f"notes.md:1-3\n# Shop\n\n{PORT}\n[passages that match the question best; ")
    assert why in text


def test_a_warning_around_the_client_s_result_does_no_harm(place: Place, calls: dict[str, dict[str, Any]]) -> None:
    words = result(reply("8471SEPARATORor so", (1, PORT))).replace("SEPARATOR", "\u2028")
    asked.with_client(place, f"echo 'warning: old' >&2; echo '{words}'; echo bye >&2")
    assert ask(place, "batch_read", calls["batch_read"]).text.startswith(f"8471\u2028or so\n- notes.md:3: {PORT}")


def test_a_client_that_we_have_started_ourselves_is_not_asked(place: Place, calls: dict[str, dict[str, Any]]) -> None:
    asked.with_client(place, f"touch {place.folder}/asked")
    place.environ["SCRIMP_ASKING"] = "1"
    assert "no model is set up to be asked" in ask(place, "batch_read", calls["batch_read"]).text
    assert not (place.folder / "asked").exists()


def test_a_limit_that_is_used_up_lets_no_model_be_asked(place: Place, calls: dict[str, dict[str, Any]]) -> None:
    asked.with_client(place, f"touch {place.folder}/asked")
    place.settings(budget={"sessionUsd": 0.000001})
    text = ask(place, "batch_read", calls["batch_read"]).text
    assert "no model was asked: scrimp: the limit" in text
    assert "sessionUsd" in text
    assert not (place.folder / "asked").exists()
