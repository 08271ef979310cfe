"""Facts of `node --test` (spec, dot) and of TAP: each failure's name, place and message; totals.

Sources: node's lib/internal/test_runner/reporter/{spec,tap,dot}.js, the TAP 14 specification (a test's line, a YAML
block between `---` and `...`, directives `# TODO` and `# SKIP`, `Bail out!`), mocha's plain TAP reporter.
"""

# ruff: noqa: RUF001 - the tools' own marks
from __future__ import annotations

from scrimp.core.facts import js_bodies, lines
from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_TEST = pattern(r"( *)(not )?ok\b(?: \d+)?(?: -)?(?: (.*))?$")
_COUNT = pattern(r"[ℹ#] (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$")
_FAILING = pattern(r"(?:✖ failing tests|Failed tests):$")
_CROSSED = pattern(r" *✖ (\S.*)$")
_TOOK = pattern(r" \([\d.]+ms\)")
_KEYED = pattern(r"(\w+): ?(.*)$")
_SUBTESTS = pattern(r"'\d+ subtests? failed'$")
_BLOCK_MARKS = ("|-", "|", ">-", ">")
_PLACED = pattern(r"(?:.*\()?([^()\s]+:\d+:\d+)\)?$")
_FOREIGN = ("node:", "node_modules", "<anonymous>", "internal/")
_COMPARED = pattern(r"[-+] *\S|[^=]+ [!=]==? [^=]+$")
_COMPARED_LINES = 12
_CRASH_LINES = 60
_CRASHED = "'test failed'"
_MARK = pattern(r" *[✔✖▶﹣ℹ⚠] ")


def extract(text: str) -> list[Fact]:
    """The facts of `text`."""
    rows = text.split("\n")
    tests = [at for at, row in enumerate(rows) if "ok" in row[:40] and _TEST.match(row)]
    crossed = sum(1 for row in rows if row.lstrip().startswith(("✔ ", "✖ ")))
    found = _tap(rows, tests) if len(tests) > crossed else _spec(rows)
    return [*found, *_totals(rows)]


def _totals(rows: list[str]) -> Iterator[Fact]:
    """The last row of counts without a break; what a test printed stands alone or comes before."""
    for at in range(len(rows) - 1, -1, -1):
        count = _COUNT.match(rows[at])
        if not count or count.group(1) != "fail":
            continue
        first = after = at
        while first and _COUNT.match(rows[first - 1]):
            first -= 1
        while after < len(rows) and _COUNT.match(rows[after]):
            after += 1
        if after - first > 1:
            for row in rows[first:after]:
                if "duration_ms" not in row:
                    yield Fact(TOTAL, "total", (row,))
            return


def _spec(rows: list[str]) -> Iterator[Fact]:
    for row in rows:
        if row.startswith(("ℹ Error: ", "ℹ Warning: ")):
            yield Fact(WARNING, "warning", (part_of(row),))
    begins = [at for at, row in enumerate(rows) if _FAILING.match(row)]
    if not begins:  # stopped before its report
        for row in rows:
            if failed := _CROSSED.match(row):
                yield Fact(FAILURE, "failure", (part_of(_TOOK.split(failed.group(1), 1)[0]),))
        return
    heads = [at for at in range(begins[-1] + 1, len(rows)) if rows[at].startswith("✖ ")]
    listed = {rows[at]: at for at in range(begins[-1]) if rows[at].startswith("✖ ")}
    for head, end in zip(heads, [*heads[1:], len(rows)]):
        place = rows[head - 1][len("test at ") :] if rows[head - 1].startswith("test at ") else ""
        body = [row for row in rows[head + 1 : end] if not row.startswith("test at ")]
        said = [row.strip() for row in body if row.strip()]
        if len(said) == 1 and _SUBTESTS.match(said[0]):
            continue
        if said == [_CRASHED] and rows[head] in listed:
            yield from _crash(rows, listed[rows[head]], "")
        yield from js_bodies.facts_of(tuple(filter(None, (part_of(_TOOK.split(rows[head][2:], 1)[0]), place))), body)


def _tap(rows: list[str], tests: list[int]) -> Iterator[Fact]:
    for at, after in zip(tests, [*tests[1:], len(rows)]):
        test = _TEST.match(rows[at])
        title = (test.group(3) or "") if test else ""
        if not test or not test.group(2) or "# TODO" in title or "# SKIP" in title:
            continue
        body = _body(rows, at + 1, after)
        if body and body[0].strip() == "---":
            if any(row.strip() == f"error: {_CRASHED}" for row in body):
                yield from _crash(rows, at - 1 if rows[at - 1].startswith("# Subtest: ") else at, "# ")
            yield from _yaml(part_of(rows[at]), body)
        else:
            yield from js_bodies.facts_of((part_of(rows[at]),), body)
    for row in rows:
        if row.startswith("Bail out!"):
            yield Fact(FAILURE, "error", (part_of(row),))


def _crash(rows: list[str], head: int, margin: str) -> list[Fact]:
    """Of a file that ended by itself: what it said before its line at `head`."""
    start = head
    while (
        start
        and head - start < _CRASH_LINES
        and rows[start - 1].startswith(margin)
        and not _MARK.match(rows[start - 1])
    ):
        start -= 1
    said = "\n".join(row[len(margin) :] for row in rows[start:head])
    return [fact for fact in lines.extract(said, log=False, last=False) if fact.kind == "error"]


def _body(rows: list[str], start: int, after: int) -> list[str]:
    """What belongs to the test above: up to the end of its YAML, the next subtest, plan or comment."""
    end = start
    while end < after and not rows[end].lstrip().startswith(("# ", "1..")) and (rows[end] or end + 1 < after):
        end += 1
        if rows[end - 1].strip() == "...":
            break
    return rows[start:end]


def _yaml(name: str, body: list[str]) -> Iterator[Fact]:
    """Place, message, first own frame; a suite that failed with its tests is none."""
    values: dict[str, list[str]] = {}
    depth = len(body[0]) - len(body[0].lstrip())
    key = ""
    for row in body[1:]:
        keyed = _KEYED.match(row.strip()) if len(row) - len(row.lstrip()) == depth else None
        if keyed:
            key = keyed.group(1)
            values[key] = [] if keyed.group(2) in (*_BLOCK_MARKS, "") else [keyed.group(2)]
        elif key and row.strip():
            values[key].append(row.strip())
    if "'subtestsFailed'" in values.get("failureType", ()):
        return
    location = [value.strip("'") for value in values.get("location", ())[:1]]
    said = values.get("error", []) or values.get("message", [])
    count = 2 if said[1:] and said[0].endswith(":") and not said[1].startswith(js_bodies.LEGENDS) else 1
    message = [part_of(row.strip("'") if row.startswith("'") else row) for row in said[:count]]
    places = [found.group(1) for row in values.get("stack", values.get("at", ())) if (found := _PLACED.match(row))]
    own = [place for place in places if not any(word in place for word in _FOREIGN)][:1]
    yield Fact(FAILURE, "failure", tuple(filter(None, (name, *location, *message, *own))))
    compared = tuple(part_of(row) for row in said[count:] if _COMPARED.match(row) and "expected" not in row)
    if compared:
        yield Fact(DETAIL, "diff", compared[:_COMPARED_LINES])
