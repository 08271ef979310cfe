"""The budget tool tells how the limits stand; a raise is the person's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from scrimp.core import callers, ledger
from scrimp.core.ledger import raises
from tests.budget.world import SESSION, SHOP, World
from tests.mcp_server.calling import Person, call

if TYPE_CHECKING:
    from pathlib import Path


def a_session(folder: Path) -> dict[str, str]:
    """A session that has used $0.20 of $1.00; the environment of the server that it calls."""
    world = World(folder)
    world.reply()
    world.reply()
    world.db.close()
    (world.home / ".claude" / "scrimp.json").write_text(json.dumps({"budget": {"sessionUsd": 1}}))
    event = {"session_id": SESSION, "tool_use_id": "toolu_1", "cwd": SHOP, "transcript_path": str(world.path())}
    callers.note(world.environ["SCRIMP_HOME"], event)
    return {**world.environ, "CLAUDE_PROJECT_DIR": SHOP}


def raised(environ: dict[str, str]) -> int:
    """How many raises hold."""
    with ledger.opened(ledger.path_of(environ)) as db:
        return len(raises.active(db, 0))


def test_it_says_what_is_used_and_left_of_every_limit(tmp_path: Path) -> None:
    assert call(a_session(tmp_path), "budget", {}) == ("sessionUsd: $0.20 of $1.00 used, $0.80 left", False)


def test_a_raise_asks_the_person_and_holds_when_they_agree(tmp_path: Path) -> None:
    environ, person = a_session(tmp_path), Person(allows=True)
    text, is_error = call(environ, "budget", {"raise_by": "2"}, person=person)
    assert person.asked == ["The agent asks to raise sessionUsd by $2.00 to $3.00 ($0.20 of $1.00 used). Raise it?"]
    assert (text, is_error) == (f"sessionUsd ({SESSION}) is raised by $2.00 to $3.00", False)
    assert raised(environ) == 1


@pytest.mark.parametrize(
    "person",
    [Person(allows=False), Person(allows=True, action="decline"), Person(allows=True, action="cancel")],
    ids=["no", "declined", "closed"],
)
def test_a_raise_that_the_person_does_not_agree_to_is_none(tmp_path: Path, person: Person) -> None:
    environ = a_session(tmp_path)
    text, _ = call(environ, "budget", {"raise_by": "2"}, person=person)
    assert text.startswith("Not raised: the person was asked and did not agree.")
    assert len(person.asked) == 1
    assert raised(environ) == 0


def test_without_a_client_that_can_ask_a_raise_is_refused_with_the_command_to_use(tmp_path: Path) -> None:
    environ = a_session(tmp_path)
    text, is_error = call(environ, "budget", {"raise_by": "2"})
    assert is_error
    assert "a person raises it with `scrimp budget raise AMOUNT` in a terminal" in text
    assert raised(environ) == 0


def test_an_amount_that_is_none_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    environ, person = a_session(tmp_path), Person(allows=True)
    text, is_error = call(environ, "budget", {"raise_by": "-2"}, person=person)
    assert is_error
    assert "'-2': expected a number of dollars above 0" in text
    assert person.asked == []
