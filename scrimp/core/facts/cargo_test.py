"""Facts of `cargo test` and `cargo nextest`: failures with place and message, totals, and what the compiler said.

Sources: libtest's report (`running N tests`, progress, `---- name stdout ----` blocks, the list of failures, `test
result:`), Rust's panic message, and nextest's status lines, of which those below its Summary are the last word. A test
may print any of it: a block is one only if the list of failures just above `test result:` names it.
"""

from __future__ import annotations

from scrimp.core.facts import lines
from scrimp.core.facts.fact import DETAIL, FAILURE, TOTAL, WARNING, Fact, part_of
from scrimp.core.facts.rust_bodies import panics_by_thread, told_by
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_RUNNING = pattern(r"(?m)^running (\d+) tests?$")
_RESULT = pattern(r"(?m)^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored; (\d+) measured; .*$")
_HEADER = pattern(r"(?m)^---- (\S.*) (?:stdout|stderr) ----$")
_IGNORED = pattern(r"(?m)^test (\S.*) \.\.\. (ignored.*)$")
_NEXTEST = pattern(r"(?m)^ *Nextest run ID \S+ with nextest profile|^ +Starting \d+ tests? across \d+ binar")
_STATUS = pattern(
    r"(?m)^ {0,14}((?:TRY \d+ )?[A-Z][A-Z-]+(?: \d+/\d+)?) +\[[> ]*\d[\d.]*s\] +(?:\([^()]{1,20}\) +)?(\S+ \S.*)$"
)
_GOOD = ("PASS", "START", "SLOW", "LEAK", "SETUP PASS")
_SUMMARY = pattern(r"(?m)^ +Summary +\[ *\d[\d.]*s\] .*$")
_CLOSING = pattern(r"(?m)^(?:error: (?:test run failed|no tests to run)|warning: \d+/\d+ tests were not run .*)$")
_RULE = "\u2500" * 4
_TARGET = pattern(r"    `-p .*`$")
_CRASHED = pattern(r"test \S.* \.\.\. error: ")
_IGNORED_MOST = 20


def extract(text: str) -> list[Fact]:
    """The facts of each run in `text`, and of what cargo said around the runs."""
    nextest = _NEXTEST.search(text)
    if nextest:
        return lines.extract(text[: nextest.start()], log=False, last=False) + list(_of_nextest(text, nextest.start()))
    starts = [found.start() for found in _RUNNING.finditer(text)]
    facts = lines.extract(text[: starts[0]] if starts else text, log=False, last=False)
    results: list[tuple[Fact, bool]] = []
    for start, after in zip(starts, [*starts[1:], len(text)]):
        end = _end_of_run(text, start, after, results)
        of_run = list(_of_run(text, start, end))
        facts += of_run
        if end < after:
            facts += _around(text[end:after])
        elif not any(fact.priority == FAILURE for fact in of_run):
            facts += _around(text[start:after])  # it crashed: cargo's lines follow where its total would stand
    empty = {fact for fact, ran in results if not ran} if any(ran for _, ran in results) else set[Fact]()
    return [fact for fact in facts if fact not in empty]


def _end_of_run(text: str, start: int, after: int, results: list[tuple[Fact, bool]]) -> int:
    """Where the run's `test result:` ends: the last that counts as many tests as were to run, else the last.

    Another was printed by a test, or by what ran afterwards.
    """
    found = list(_RESULT.finditer(text, start, after))
    if not found:
        return after
    running = _RUNNING.match(text, start)
    own = [result for result in found if running and sum(map(int, result.groups())) == int(running.group(1))]
    last = (own or found)[-1]
    results.append((Fact(TOTAL, "total", (part_of(last.group()),)), any(int(n) for n in last.groups()[:3])))
    return last.end()


def _around(text: str) -> list[Fact]:
    """What cargo says between runs; the targets that it lists, and the signal that ended one."""
    found = lines.extract(text, log=False, last=False)
    rows = text.split("\n")
    found += [Fact(FAILURE, "failure", (part_of(row),)) for row in rows if _CRASHED.match(row)]
    found += [Fact(TOTAL, "total", (row.strip(),)) for row in rows if _TARGET.match(row)]
    found += [
        Fact(FAILURE, "cause", (part_of(row),)) for row in rows if row.startswith("  process didn't exit success")
    ]
    return found


def _of_run(text: str, start: int, end: int) -> Iterator[Fact]:
    """The failures of one run, ignored tests with a reason, and the total."""
    result = text.rfind("\n", 0, end) + 1
    names, listed = _listed(text, start, result)
    expected = set(names)
    found = [match for match in _HEADER.finditer(text, start, listed) if not names or match.group(1) in expected]
    progress = found[0].start() if found else listed
    ignored = list(_IGNORED.finditer(text, start, progress))
    for match in ignored[:_IGNORED_MOST]:
        if "," in match.group(2):
            yield Fact(DETAIL, "skipped", (part_of(match.group(1)), part_of(match.group(2))))
    blocks: dict[str, str] = {}
    for match, after in zip(found, [*(match.start() for match in found[1:]), listed]):
        blocks.setdefault(match.group(1), text[match.end() + 1 : after])
    bare = [name for name in names if name not in blocks]
    raised = panics_by_thread(text[start:progress]) if bare else {}
    for name in bare:
        yield Fact(FAILURE, "failure", (*raised.get(name, ()), part_of(name)))
    for name, body in blocks.items():
        yield from _failure(name, body)
    if _RESULT.match(text, result):
        yield Fact(TOTAL, "total", (part_of(text[result:end]),))


def _failure(name: str, body: str) -> Iterator[Fact]:
    parts, rest = told_by(body, name)
    yield Fact(FAILURE, "failure", (part_of(name), *parts))
    if rest:
        yield Fact(DETAIL, "diff", rest)


def _listed(text: str, start: int, result: int) -> tuple[list[str], int]:
    """The failures that are listed just above the total, and where that list begins."""
    names: list[str] = []
    at = result - 1
    while at > start:
        begin = text.rfind("\n", 0, at) + 1
        row = text[begin:at]
        if row == "failures:" and names:
            return names[::-1], begin
        if row.startswith("    "):
            names.append(row[4:])
        elif row:
            break
        at = begin - 1
    return [], result


def _of_nextest(text: str, start: int) -> Iterator[Fact]:
    """Each failure that the summary lists, with what its last try printed; flaky tests; the closing lines."""
    summaries = [*_SUMMARY.finditer(text, start)][-1:]
    closing = summaries[0].start() if summaries else len(text)
    statuses = list(_STATUS.finditer(text, start))
    blocks: dict[str, str] = {}
    flaky: list[str] = []
    for status, after in zip(statuses, [*(status.start() for status in statuses[1:]), len(text)]):
        word, name = status.group(1), status.group(2)
        body = text[status.end() + 1 : after]
        for closing_line in (_RULE, "error: test run failed"):
            body = ("\n" + body).partition("\n" + closing_line)[0][1:]
        if word.startswith("FLAKY"):
            flaky.append(part_of(status.group()))
        elif not word.endswith(_GOOD) and ("  std" in body[:10] or name not in blocks):
            blocks[name] = body
    listed = {status.group(2) for status in statuses if status.start() > closing}
    for name, body in blocks.items():
        if not listed or name in listed:
            dedented = "\n".join(row.removeprefix("    ") for row in body.split("\n"))
            yield from _failure(name, dedented)
    for row in dict.fromkeys(flaky):
        yield Fact(WARNING, "warning", (row,))
    for summary in summaries:
        yield Fact(TOTAL, "total", (part_of(summary.group()),))
    for said in _CLOSING.finditer(text, closing):
        yield Fact(TOTAL, "total", (part_of(said.group()),))
