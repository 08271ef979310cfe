"""Our MCP server in the file in which Claude Code keeps the servers of a person: what `claude mcp add` would write.

Seen with Claude Code 2.1.330: `-s user` writes `mcpServers`, `-s local` `projects[DIR].mcpServers`, where DIR is the
top folder of the repo, of a linked worktree that of its main checkout, without links. The client writes the same file
all the time; so what was put in is taken out by its place, the file is never restored as a whole, and no copy of it,
which may hold other servers' keys, is kept.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from scrimp.cli.wiring import edits, entries, json_text, plans, receipts, settings_file
from scrimp.core import bundle_root, project, settings
from scrimp.core.errors import SettingsError
from scrimp.core.untrusted import as_list, as_object, as_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from scrimp.cli.wiring.plans import Plan

NAME = "scrimp"
_SERVERS = "mcpServers"
_ENTRY = os.path.join("mcp_server", "__main__.py")


def entry(root: str, interpreter: str) -> dict[str, Any]:
    """The server of the bundle at `root`, run by `interpreter` (both absolute), with nothing of a repo on its path.

    alwaysLoad: the client waits up to five seconds for it. Otherwise it goes on after one, and tools that come in the
    middle of a conversation break its cache.
    """
    words = ["-I", os.path.join(root, _ENTRY)]
    return {"type": "stdio", "command": interpreter, "args": words, "env": {}, "alwaysLoad": True}


def path_in_file(scope: str, folder: str) -> tuple[str, ...]:
    """Where the servers of a scope ("local" or "user") stand, for someone who works in `folder`."""
    if scope == "user":
        return (_SERVERS,)
    return ("projects", os.path.realpath(project.folders(folder)[0]), _SERVERS)


def is_ours(found: object, known: Collection[str] = ()) -> bool:
    """Whether a server's entry starts one of a scrimp bundle, wherever that is or was."""
    script = script_of(found)
    return bool(script) and entries.is_bundle(os.path.dirname(os.path.dirname(script)), known)


def script_of(found: object) -> str:
    """The script of ours that a server's entry starts, '' for none."""
    words = [as_text(word) for word in as_list(as_object(found).get("args"))]
    return words[-1] if words and words[-1].endswith(os.sep + _ENTRY) else ""


def found_in(environ: Mapping[str, str], scope: str, folder: str) -> dict[str, Any]:
    """The entry under our name in a scope, {} where there is none; SettingsError for a file that cannot be read."""
    file = settings_file.read(settings.client_state_file(environ))
    node = json_text.find(json_text.parse(file.text), (*path_in_file(scope, folder), NAME))
    return {} if node is None else as_object(node.value)


def install(scope: str, environ: Mapping[str, str], folder: str) -> Plan:
    """The plan that puts the server in; no change where it is in just so."""
    file, receipt, place = _read(scope, environ, folder)
    wanted = entry(bundle_root(), os.path.abspath(sys.executable))
    here = json_text.find(json_text.parse(file.text), (*place, NAME))
    if here is not None and here.value == wanted:
        return _plan(scope, file, file.raw, receipt)
    if here is not None and not is_ours(here.value, plans.known_bundles(environ)):
        raise SettingsError(f"{file.path} has another server called {NAME}: claude mcp remove {NAME} -s {scope} first")
    change = edits.put(file.text, (*place, NAME), wanted)
    after = file.encoded(change.text)
    left = receipts.Receipt(
        path=_receipt_path(file.path, place),
        scope=scope,
        bundle=bundle_root(),
        sha256=receipts.digest(after),
        original=receipt.original if receipt else (None if file.raw is None else ""),
        made_folder=False,
        created=[*(receipt.created if receipt else []), *change.created],
    )
    return _plan(scope, file, after, left)


def uninstall(scope: str, environ: Mapping[str, str], folder: str) -> Plan:
    """The plan that takes it out, and of what holds it only what was made for it."""
    file, receipt, place = _read(scope, environ, folder)
    here = json_text.find(json_text.parse(file.text), (*place, NAME))
    if here is None or not is_ours(here.value, plans.known_bundles(environ)):
        return _plan(scope, file, file.raw, None, _receipt_path(file.path, place))
    text = edits.take(file.text, (*place, NAME), receipt.created if receipt else [])
    is_gone = receipt is not None and receipt.original is None and edits.is_empty(text)
    after = None if is_gone else file.encoded(text)
    return _plan(scope, file, after, None, _receipt_path(file.path, place))


def _read(
    scope: str, environ: Mapping[str, str], folder: str
) -> tuple[settings_file.SettingsFile, receipts.Receipt | None, tuple[str, ...]]:
    file = settings_file.read(settings.client_state_file(environ))
    place = path_in_file(scope, folder)
    return file, receipts.load(_receipt_path(file.path, place), environ), place


def _receipt_path(path: str, place: tuple[str, ...]) -> str:
    """One file holds the servers of many folders, each with a receipt of its own."""
    return f"{path}#{'#'.join(place)}"


def _plan(
    scope: str,
    file: settings_file.SettingsFile,
    after: bytes | None,
    receipt: receipts.Receipt | None,
    receipt_path: str = "",
) -> Plan:
    kept_at = receipt.path if receipt else receipt_path
    return plans.Plan(scope, file.path, file.raw, after, receipt, receipt_path=kept_at, is_private=True)
