"""The sentence on asking at once, at the end of the CLAUDE.md that Claude Code reads in a scope; only when asked for.

local: CLAUDE.local.md of the repo; project: its CLAUDE.md; user: that of Claude Code's own folder. Taken out again it
leaves the file as it was, byte for byte, or where it was changed since all but the sentence and its blank line. It is
in every request of a session, so it has to earn its tokens: docs/batching.md has what it costs.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scrimp.cli.wiring import places, receipts, settings_file
from scrimp.cli.wiring.plans import Plan
from scrimp.core import bundle_root, project, settings

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT = (
    "Before you look something up, think what else you will need that does not depend on it, and ask for all of that "
    "in the same turn."
)


def path_of(scope: str, environ: Mapping[str, str], folder: str) -> str:
    """The file of a scope; UsageError where a link leads it out of the repo."""
    if scope == "user":
        return os.path.join(settings.config_dir(environ), "CLAUDE.md")
    path = os.path.join(project.top(folder), "CLAUDE.local.md" if scope == "local" else "CLAUDE.md")
    places.require_inside(path, scope, folder)
    return path


def install(scope: str, environ: Mapping[str, str], folder: str) -> Plan:
    """The plan that puts the sentence in; no change where it stands already, whoever wrote it."""
    path = path_of(scope, environ, folder)
    before = settings_file.read_bytes(path)
    receipt = receipts.load(path, environ)
    if before is not None and TEXT.encode() in before:
        return Plan(scope, path, before, before, receipt, is_private=True)
    added = _block(before or b"")
    after = (before or b"") + added
    left = receipts.Receipt(
        path=path,
        scope=scope,
        bundle=bundle_root(),
        sha256=receipts.digest(after),
        original=receipts.encoded(before),
        made_folder=False,
        created=[[added.decode()]],
    )
    return Plan(scope, path, before, after, left, is_private=True)


def uninstall(scope: str, environ: Mapping[str, str], folder: str) -> Plan:
    """The plan that takes it out; no change where install has not put it in, or somebody has taken it out."""
    path = path_of(scope, environ, folder)
    before = settings_file.read_bytes(path)
    receipt = receipts.load(path, environ)
    if receipt is None or before is None:
        return Plan(scope, path, before, before, None, is_private=True)
    if receipt.is_of(before):
        return Plan(scope, path, before, receipt.original_bytes(), None, is_private=True)
    blocks = [*(names[0].encode() for names in receipt.created), TEXT.encode()]
    after = before.replace(next((block for block in blocks if block in before), b""), b"", 1)
    is_empty = receipt.original is None and not after.strip()
    return Plan(scope, path, before, None if is_empty else after, None, is_private=True)


def _block(before: bytes) -> bytes:
    """The sentence as a paragraph of its own, with the file's own ends of lines."""
    end = b"\r\n" if b"\r\n" in before else b"\n"
    lead = b"" if not before else end if before.endswith(b"\n") else end + end
    return lead + TEXT.encode() + end
