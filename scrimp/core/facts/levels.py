"""Which level a log line has: error, warning, or another, by the shapes that loggers print.

Sources: Python logging, log4j and logback, syslog, nginx and Apache, PostgreSQL, glog, logfmt, serilog, and JSON
lines (bunyan's and pino's numbers included).
"""

from __future__ import annotations

import re

from scrimp.core.lazy import pattern

_HEAD = 200
"""A level stands in the first so many characters."""

_TIMED = pattern(
    r"\W{0,2}(?:\d{2,4}[-/:.T]\d\d|[A-Z][a-z]{2} +\d{1,2} \d\d:\d\d|[A-Z][a-z]{2} [A-Z][a-z]{2} +\d|\d{10})"
)
_CAPITAL = pattern(
    r"(?<![\w-])(?:"
    r"(?P<error>ERROR|FATAL|CRITICAL|CRIT|PANIC|SEVERE|EMERG|EMERGENCY|ALERT|ERR|FTL)"
    r"|(?P<warning>WARNING|WARN|WRN)"
    r"|INFO|INF|DEBUG|DBG|TRACE|VERBOSE|NOTICE|LOG|FINE|FINER|FINEST|SUCCESS"
    r")(?![\w-])"
)
_KEYED = pattern(
    r'(?:"(?:level|severity|lvl|levelname|log\.level|level_name|@l)"\s*:\s*"?|\b(?:level|severity|lvl)=["\[]?)'
    r"(?:(?P<error>error|err|fatal|critical|crit|panic|alert|emerg|severe|50|60)|(?P<warning>warn|warning|40)|\w+)\b",
    re.IGNORECASE,
)
_MARKED = pattern(
    r"\[(?:\w+:)?(?:(?P<error>error|err|fatal|critical|crit|panic|alert|emerg|severe|ftl)|(?P<warning>warning|warn|wrn))\]"
    r"|(?:^|[\s|>-])(?:(?P<error_>error|fatal|critical|panic)|(?P<warning_>warning|warn))(?:\s?[:|]\s|\s-\s)",
    re.IGNORECASE,
)
_GLOG = pattern(r"(?:(?P<error>[EF])|(?P<warning>W)|[ID])\d{4} \d\d:\d\d")


def level_of(row: str, *, log: bool) -> str:
    """`error`, `warning`, `other`, or empty for none.

    log: the text is a log, so a capital level counts anywhere near the beginning; else only after a time.
    """
    keyed = _KEYED.search(row)
    if keyed:
        return keyed.lastgroup or "other"
    head = row[:_HEAD]
    glog = _GLOG.match(head)
    if glog:
        return glog.lastgroup or "other"
    if not log and not _TIMED.match(head):
        return ""
    capital = _CAPITAL.search(head)
    if capital:
        return capital.lastgroup or "other"
    marked = _MARKED.search(head)
    return (marked.lastgroup or "other").rstrip("_") if marked else ""
