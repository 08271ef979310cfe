"""How a line of a log begins: whose it is and when it was printed; and which lines are of one trace.

Docker Compose, honcho, kubectl, concurrently, Ray and syslog put the name of the program before each of its lines, so
a stack trace of one program stands torn between the lines of the others; without such names it is torn by lines that
begin like a log's. Known to facts and compactors alike, and knows nothing of either.
"""

from __future__ import annotations

from itertools import takewhile

from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable

_STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)"
_LEVEL = r"(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL|FINE|FINER|FINEST|CONFIG)"

START = pattern(
    r"(?:\S{1,40}\s+\| )?"  # docker compose puts the container in front
    r"\W{0,3}(?:"
    r"\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d"
    r"|\d\d:\d\d:\d\d\b"
    r"|\d\d/\w{3}/\d{4}"
    r"|[A-Z][a-z]{2}\s+\d+ \d\d:\d\d:\d\d"  # syslog, journalctl
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ \d\d:\d\d:\d\d"  # Apache, dmesg -T
    r"|[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d"  # java.util.logging
    r"|\d+>1 \d{4}-\d\d-\d\dT"  # syslog by RFC 5424
    r"|\s{0,6}\d+\.\d{6}\] "  # dmesg
    rf"|{_LEVEL}\b"
    r"|[IWEF]\d{4} \d\d:\d\d"  # klog
    r"|[A-Z], \[\d{4}-\d\d-\d\dT"  # Ruby
    r"|GIN\] \d{4}/"
    r"|(?:time|timestamp|ts|level|lvl)="
    r"|\{?[\"'](?:ts|time|timestamp|level|severity|@timestamp)[\"']"
    r"|[\d.]{7,15} \S+ \S+ \[\d\d/"  # a web server's access log
    r")"
)
"""How a line of a log begins."""

_SOURCE = pattern(
    rf"(?:\d\d:\d\d:\d\d )?(?P<pipe>[\w./-]{{1,80}}) {{0,60}}\|(?: (?P<a>{_STAMP} )?|$)"  # compose, honcho
    rf"|\[(?!{_LEVEL}\]|\d+\.\d+\]|GIN\]|\d{{4}}-)(?P<square>[\w./@-]{{1,120}})\]:? (?P<b>{_STAMP} )?"
    r"|\((?P<round>\w[\w .,=-]{0,80})\) "
    rf"|(?:<\d+>1 )?(?:[A-Z][a-z]{{2}} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)?|{_STAMP}) "
    r"(?P<host>[\w.-]+ [\w./@-]+(?:\[\d+\])?): ?"
    rf"|<\d+>1 {_STAMP} (?P<rfc>[\w.-]+ \S+ \S+) \S+ (?:-|\[[^\]]*\]) {{1,2}}"
    r"|(?P<c>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,9}Z) "  # docker logs -t, kubectl logs --timestamps
)
_TRACEBACK = "Traceback (most recent call last):"
_OWN_LINES = 5_000
"""A trace has no more lines: Python stops a recursion after a thousand frames, of three lines each."""
_FOREIGN_LINES = 40
"""So many lines of others may stand between two lines of a trace."""


def source_of(row: str) -> tuple[str, int]:
    """Whose line this is (empty where it does not say), and where in the row its own text begins."""
    found = _SOURCE.match(row)
    if not found:
        return "", 0
    stamped = "@" if found["a"] or found["b"] or found["c"] else ""
    name = found["pipe"] or found["square"] or found["round"] or found["host"] or found["rfc"] or ""
    return name + stamped, found.end()


def begins_trace(body: str) -> bool:
    """Whether a line holds what a stack trace is known by."""
    return (
        _TRACEBACK in body
        or ("panicked at " in body and "thread '" in body)
        or body.startswith(("panic: ", "fatal error: "))
        or _is_frame(body)
    )


def frames(bodies: Iterable[str]) -> int:
    """How many lines begin with `at `, as frames do, before the first that does not."""
    return sum(1 for _ in takewhile(_is_frame, bodies))


def _is_frame(body: str) -> bool:
    return body.lstrip()[:3] == "at "


def trace(rows: Iterable[str], taken: Container[int], first: int) -> list[tuple[int, str]]:
    """Of `rows`, which begin with a trace's first line, those of its source, each with its number and its own text.

    first: the first one's number; rows whose number is in `taken` belong to other traces. The lines that a log begins
    are left out, so what was printed by others in between does not tear the trace; after its message they end it.
    """
    own: list[tuple[int, str]] = []
    source, foreign, told, above = "", 0, False, ""
    for number, row in enumerate(rows, first):
        name, at = source_of(row)
        if number == first:
            source = name
        elif len(own) == 1 and source and not name and row.startswith("  "):
            source = ""  # only the first line says whose it is
        body = row[at:]
        if number != first and name == source and told and _ends(body, own[0][1], above):
            break
        if number != first and (name != source or number in taken or _others(body, above)):
            foreign += 1
            if foreign > _FOREIGN_LINES:
                break
            continue
        foreign = 0
        told = told or bool(own and body.strip() and body[0] not in " \t|+>")
        above = body if body.strip() else above
        own.append((number, body))
        if len(own) == _OWN_LINES:
            break
    return _as_python_prints(_unlabelled(own))


def _others(body: str, above: str) -> bool:
    """Whether it is a log's line, or where another trace begins: one of the same chain says so in the line above."""
    if _TRACEBACK in body:
        return not above.lstrip("| ").startswith(("During handling", "The above exception", "+"))
    return START.match(body) is not None or ("panicked at " in body and "thread '" in body)


def _ends(body: str, head: str, above: str) -> bool:
    """Whether nothing after this line belongs to the trace that `head` began, of which the message has been read."""
    if head.lstrip().startswith("at "):
        return bool(body.strip()) and not body[0].isspace() and not body.startswith(("Caused by", "Suppressed", "}"))
    return _others(body, above) or body.startswith(("panic: ", "fatal error: "))


def _unlabelled(own: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """`ERROR Traceback (most …` without what stands before it, unless the lines below have that as well."""
    number, body = own[0]
    label = body[: max(0, body.find(_TRACEBACK))]
    if not label.strip(" |+-") or label.endswith("Exception Group ") or (len(own) > 1 and own[1][1].startswith(label)):
        return own
    return [(number, body[len(label) :]), *own[1:]]


def _as_python_prints(own: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The traces of loguru have blank lines between the frames and mark one with `>`."""
    if not any(body.startswith("> File ") for _, body in own[:100]):
        return own
    return [(number, "  " + body[2:] if body.startswith("> File ") else body) for number, body in own if body.strip()]
