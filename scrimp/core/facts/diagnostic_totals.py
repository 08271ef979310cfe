"""How compilers, linters and builds say how it ended."""

from __future__ import annotations

from scrimp.core.lazy import pattern

_COUNT = r"\d+ (?:errors?|warnings?|infos?|informations?|problems?|issues?|Fehler|Warnung(?:en)?)"
_TOTAL = pattern(
    rf"(?:[Ff]ound {_COUNT}\b.*|Success: no issues found.*|All checks passed!|{_COUNT}(?:(?:,| and) {_COUNT})* *"
    rf"|{_COUNT}(?: and {_COUNT})? generated\..*|✖ {_COUNT} .*|  {_COUNT} and {_COUNT} potentially fixable .*"
    r"|\[\*\] \d+ .*fixable .*|No fixes available.*|only showing the first .*|Your code has been rated at .*"
    r"|    Finished .* in \d.*|webpack \S+ compiled .*|✓ built in .*|[✗x] Build failed in .*"
    r"|-- Configuring (?:incomplete|done).*|-- Build files .*"
    r"|\S*make(?:\[\d+\])?: (?:\*\*\* .*|Target .* not remade .*|Nothing to be done .*|.* is up to date\.)"
    r"|ninja: .*|FAILED: .*|\[INFO\] BUILD (?:SUCCESS|FAILURE)|\[ERROR\] Failed to execute goal .*"
    r"|BUILD (?:FAILED|SUCCESSFUL) in .*|(?:> Task )?:[\w:-]+ FAILED|Execution failed for task .*"
    r"|Checked \d+ files? in .*"
    r"|Diagnostics not shown: \d+.*|\d+ files? (?:would be |left |already |re)\w+.*"
    r"|(?:warning|error): .* generated \d+ (?:warnings?|errors?)\b.*|error: could not compile .*"
    r"|error: aborting due to .*)$"
)


def is_total(row: str) -> bool:
    """Whether the row is one of these."""
    return _TOTAL.match(row) is not None
