"""What install and uninstall are about to write, worked out before anyone is asked, and then written.

A plan is made from the file as it stands; it is carried out only if the file still stands so.
"""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from scrimp.cli.wiring import edits, entries, marketplace, places, receipts, settings_file
from scrimp.core import bundle_root, settings
from scrimp.core.errors import SettingsError
from scrimp.core.statusline import entry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FOLDER = ".claude"
_SHOWN_AROUND = 3


@dataclass(frozen=True)
class Plan:
    """The file `before` and `after` (None: no file), and the receipt to leave (None: none is left).

    receipt_path: what the receipt is kept under, '' for the file's own path. empties: folders that go with the file
    where nothing is left in them. is_private: the rest of the file is not shown, and no copy of it is kept.
    """

    scope: str
    path: str
    before: bytes | None
    after: bytes | None
    receipt: receipts.Receipt | None
    drops_folder: bool = False
    receipt_path: str = ""
    empties: tuple[str, ...] = ()
    is_private: bool = False

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after

    @property
    def diff(self) -> str:
        """What a person is shown."""
        return settings_file.diff(self.path, self.before, self.after, 0 if self.is_private else _SHOWN_AROUND)

    @property
    def kept_under(self) -> str:
        """The path by which its receipt is found."""
        return self.receipt_path or self.path


def install(
    scope: str, environ: Mapping[str, str], folder: str, market: str | None, *, with_tools: bool = True
) -> Plan:
    """The plan that wires scrimp into `scope`; no change when it is wired just so. with_tools: rules for them too."""
    path = places.path_to_write(scope, environ, folder)
    file = settings_file.read(path)
    receipt = receipts.load(path, environ)
    change = _added(scope, file.text, receipt, environ, market, wants_of(scope, environ, folder))
    if scope != "project":
        change = _with_rules(change, receipt, with_tools=with_tools)
    return changed(scope, file, receipt, change, environ)


class Wants(NamedTuple):
    """What a person's settings want of the gate: to keep a limit, and to speak of serial reads without one."""

    is_limited: bool
    notices: bool


def wants_of(scope: str, environ: Mapping[str, str], folder: str) -> Wants:
    """What the entries of `scope` have to do by the settings; what `scrimp run` hands down is kept by itself.

    The user scope is for that person's own file alone: elsewhere a repo's limit does not hold.
    """
    lasting = {name: value for name, value in environ.items() if name != settings.BUDGET_VARIABLE}
    if scope == "project":
        return Wants(is_limited=False, notices=False)
    found = settings.own(lasting) if scope == "user" else settings.load(lasting, folder)
    return Wants(is_limited=found.budget.is_set, notices=found.batching == "on")


def changed(
    scope: str,
    file: settings_file.SettingsFile,
    receipt: receipts.Receipt | None,
    change: edits.Change,
    environ: Mapping[str, str],
) -> Plan:
    """The plan that writes `change`, with the receipt for it."""
    path = file.path
    if change.text == file.text:
        return Plan(scope, path, file.raw, file.raw, receipt)
    after = file.encoded(change.text)
    original, made_folder = _before_us(scope, file, receipt, environ)
    left = receipts.Receipt(
        path=path,
        scope=scope,
        bundle=bundle_root(),
        sha256=receipts.digest(after),
        original=receipts.encoded(original),
        made_folder=made_folder,
        created=change.created,
        replaced=change.replaced,
    )
    return Plan(scope, path, file.raw, after, left)


def with_budget(text: str, receipt: receipts.Receipt | None, environ: Mapping[str, str], wants: Wants) -> edits.Change:
    """`text` with what keeps a budget, or with what stands there without one; what was made counts as made still."""
    is_ours = mine(environ)
    before = None if receipt is None else receipt.created

    def is_it(handler: dict[str, Any]) -> bool:
        return is_ours(handler) and entries.keeps_budget(handler)

    groups = _gate(wants)
    change = edits.add_hooks(text, groups, is_it)
    if change.text != text:  # what was empty before us stays
        change = edits.add_hooks(edits.remove_hooks(text, is_it, before), groups, is_it)
    return edits.Change(change.text, _joined(before or [], change.created))


def _gate(wants: Wants) -> entries.Groups:
    if not wants.is_limited and not wants.notices:
        return {}
    groups = entries.for_budget if wants.is_limited else entries.for_notices
    return groups(bundle_root(), os.path.abspath(sys.executable))


def uninstall(scope: str, environ: Mapping[str, str], folder: str) -> Plan:
    """The plan that takes out of `scope` what install put in, whatever else has changed since."""
    path = places.path_to_write(scope, environ, folder)
    file = settings_file.read(path)
    receipt = receipts.load(path, environ)
    after = _after_us(scope, file, receipt, environ)
    return Plan(scope, path, file.raw, after, None, after is None and receipt is not None and receipt.made_folder)


def carry_out(plan: Plan, environ: Mapping[str, str]) -> str | None:
    """Write the plan and return the path of the backup, None without one; SettingsError when the file has changed."""
    if settings_file.read_bytes(plan.path) != plan.before:
        raise SettingsError(f"{plan.path} has changed while scrimp was asking; nothing was written, run it again")
    earlier = receipts.load(plan.kept_under, environ)
    is_kept = plan.before is not None and not plan.is_private
    backup = receipts.back_up(plan.path, plan.before or b"", environ) if is_kept else None
    if plan.receipt is not None:
        receipts.store(plan.receipt, environ)
    try:
        _write(plan)
    except (OSError, SettingsError):
        _put_back(earlier, plan, environ)
        raise
    if plan.receipt is None:
        receipts.drop(plan.kept_under, environ)
    return backup


def mine(environ: Mapping[str, str]) -> Callable[[dict[str, Any]], bool]:
    """Tells our handlers from everyone else's, those of bundles that are gone but have a receipt included."""
    known = known_bundles(environ)
    return lambda handler: entries.is_ours(handler, known)


def known_bundles(environ: Mapping[str, str]) -> frozenset[str]:
    """The bundles that this machine's receipts name."""
    return frozenset(receipt.bundle for receipt in receipts.load_all(environ))


def _added(
    scope: str,
    text: str,
    receipt: receipts.Receipt | None,
    environ: Mapping[str, str],
    market: str | None,
    wants: Wants,
) -> edits.Change:
    root, interpreter = bundle_root(), os.path.abspath(sys.executable)
    if scope == "project":
        return edits.add_plugin(text, marketplace.source(market, root))
    is_ours = mine(environ)
    base = edits.add_hooks(
        text,
        entries.from_bundle(root, interpreter),
        lambda handler: is_ours(handler) and not entries.keeps_budget(handler),
    )
    hooks = with_budget(base.text, receipt, environ, wants)
    line = edits.add_status_line(
        hooks.text, lambda after: entry.command(interpreter, root, after), known_bundles(environ)
    )
    return edits.Change(line.text, _joined(hooks.created, base.created, line.created))


def _with_rules(change: edits.Change, receipt: receipts.Receipt | None, *, with_tools: bool) -> edits.Change:
    """The change with the rules for the server's tools, or without those that an earlier install has added."""
    if not with_tools:
        return replace(
            change, text=edits.remove_rules(change.text, entries.ALLOWED, receipt.created if receipt else [])
        )
    rules = edits.add_rules(change.text, entries.ALLOWED)
    return replace(change, text=rules.text, created=_joined(change.created, rules.created))


def _joined(*created: list[list[str]]) -> list[list[str]]:
    """All of them in order, each once: what stands just so already is not made anew."""
    found: list[list[str]] = []
    for path in (path for paths in created for path in paths):
        if path not in found:
            found.append(path)
    return found


def _removed(scope: str, text: str, receipt: receipts.Receipt | None, environ: Mapping[str, str]) -> str:
    created = None if receipt is None else receipt.created
    if scope == "project":
        return edits.remove_plugin(text, created, [] if receipt is None else receipt.replaced)
    text = edits.remove_hooks(text, mine(environ), created)
    text = edits.remove_status_line(text, known_bundles(environ), created)
    return edits.remove_rules(text, entries.ALLOWED, created)


def _before_us(
    scope: str, file: settings_file.SettingsFile, receipt: receipts.Receipt | None, environ: Mapping[str, str]
) -> tuple[bytes | None, bool]:
    """The file as it was before scrimp, and whether its folder was not there."""
    made_folder = not os.path.isdir(os.path.dirname(file.path)) if receipt is None else receipt.made_folder
    if receipt is None and scope == "project":  # what stands there without a receipt is the team's own
        return file.raw, made_folder
    return _after_us(scope, file, receipt, environ), made_folder


def _after_us(
    scope: str, file: settings_file.SettingsFile, receipt: receipts.Receipt | None, environ: Mapping[str, str]
) -> bytes | None:
    if receipt is not None and receipt.is_of(file.raw):
        return receipt.original_bytes()
    text = _removed(scope, file.text, receipt, environ)
    if file.raw is None or text == file.text:
        return file.raw
    if receipt is not None and receipt.original is None and edits.is_empty(text):
        return None
    return file.encoded(text)


def _write(plan: Plan) -> None:
    if plan.after is None:
        _delete(plan)
    else:
        settings_file.write(plan.path, plan.after, plan.before)


def _put_back(earlier: receipts.Receipt | None, plan: Plan, environ: Mapping[str, str]) -> None:
    """The receipt as it was before a write that failed, unless another install has written just the same."""
    if plan.receipt is None or plan.receipt.is_of(settings_file.read_bytes(plan.path)):
        return
    if earlier is None:
        receipts.drop(plan.kept_under, environ)
    else:
        receipts.store(earlier, environ)


def _delete(plan: Plan) -> None:
    target = os.path.realpath(plan.path)
    settings_file.require_unchanged(plan.path, plan.before)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(target)
    for made in plan.empties:
        with contextlib.suppress(OSError):  # somebody has put something into it
            os.rmdir(made)
    folder = os.path.dirname(plan.path)
    if plan.drops_folder and os.path.basename(folder) == _FOLDER and not os.listdir(folder):
        os.rmdir(folder)
