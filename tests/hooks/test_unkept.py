"""A limit that nothing keeps is said when a session starts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hooks import dispatch
from hooks.steps import unkept
from scrimp.core import bundle_root

if TYPE_CHECKING:
    from pathlib import Path

GATE = {"command": "/p/python", "args": ["-I", "-S", f"{bundle_root()}/hooks/gate.py"]}


def said(root: Path, *, limit: str, hooks: dict[str, Any], **environ: str) -> dict[str, Any] | None:
    (root / ".claude").mkdir(exist_ok=True)
    (root / ".claude/scrimp.json").write_text(limit)
    (root / ".claude/settings.local.json").write_text(json.dumps({"hooks": hooks}))
    return unkept.step({}, dispatch.State({"HOME": str(root), "CLAUDE_PROJECT_DIR": str(root)} | environ, {}))


LIMIT = '{"budget": {"dayUsd": 5}}'
KEPT = {"PostToolBatch": [{"hooks": [GATE]}]}


def test_a_limit_without_its_entries_is_said_to_the_person(tmp_path: Path) -> None:
    assert said(tmp_path, limit=LIMIT, hooks={}) == {
        "message": "scrimp: a limit is set, and these settings do not start what keeps it (the plugin, if enabled, "
        "keeps it less strictly). To put it right: scrimp install"
    }


def test_nothing_is_said_of_one_that_is_kept_of_none_and_in_a_run_that_brings_its_own(tmp_path: Path) -> None:
    assert said(tmp_path, limit=LIMIT, hooks=KEPT) is None
    assert said(tmp_path, limit="{}", hooks={}) is None
    assert said(tmp_path, limit=LIMIT, hooks={}, SCRIMP_BUDGET='{"sessionUsd": 2}') is None
