"""What keeps a budget, put into a person's own settings when a limit is set and taken out with the last one.

`scrimp install` writes it where a limit holds already; this is for `scrimp budget set` and `clear`, with or without an
install. It fails closed, so it never goes into a repo's shared settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.cli.wiring import entries, json_text, places, plans, receipts, settings_file
from scrimp.core.statusline import entry
from scrimp.core.untrusted import as_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrimp.cli.wiring.plans import Plan
    from scrimp.cli.wiring.settings_file import SettingsFile


def plan(scope: str, environ: Mapping[str, str], folder: str, *, wanted: bool) -> Plan:
    """The plan that puts what keeps a budget into `scope` ("local" or "user"), or takes it out; for `plans.carry_out`.

    Nothing else of the file changes, and taking out leaves what was there before putting in, byte for byte.
    """
    path = places.path_to_write(scope, environ, folder)
    file = settings_file.read(path)
    receipt = receipts.load(path, environ)
    if not wanted and not _has_more_of_ours(file, environ):
        return plans.uninstall(scope, environ, folder)
    wants = plans.wants_of(scope, environ, folder)._replace(is_limited=wanted)
    change = plans.with_budget(file.text, receipt, environ, wants)
    return plans.changed(scope, file, receipt, change, environ)


def _has_more_of_ours(file: SettingsFile, environ: Mapping[str, str]) -> bool:
    """Whether there is more of scrimp in the file than what keeps a budget."""
    found = json_text.parse(file.text).value
    is_ours = plans.mine(environ)
    rest = any(is_ours(one.handler) and not entries.keeps_budget(one.handler) for one in entries.handlers(found))
    line = as_object(as_object(found).get("statusLine")).get("command")
    return rest or entry.parse(line, plans.known_bundles(environ)) is not None
