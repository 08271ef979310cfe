"""Facts of logs: levels, traces torn by other programs' lines, floods, and what only looks like an error."""

from __future__ import annotations

import pytest

from scrimp.core import limits
from scrimp.core.facts import Fact, extract, missing
from scrimp.core.facts.fact import ALIKE
from scrimp.core.facts.log import level_in
from scrimp.core.terminal import as_shown
from tests.compact import cases

WEST = "KeyError: 'west-7002'"
PLACE = 'File "/tmp/shop_logs/scripts/worker.py", line {}'
CARRIER = "CarrierDown: carrier booking2 does not answer for parcel 7003"


def facts_of(name: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in extract("log", as_shown(cases.load(f"log/{name}").text))]


def test_traces_torn_by_log_lines_of_other_processes_are_put_together() -> None:
    assert facts_of("pool_interleaved") == [
        ("error", ("2026-11-22 20:47:43,127 ERROR    [shop.booking2] parcel 7003 was not booked",)),
        ("error", (PLACE.format(22), CARRIER)),
        ("warning", ("2026-11-22 20:47:43,186 WARNING  [shop.booking2] giving up after 1 failed parcel",)),
        ("error", ("2026-11-22 20:47:43,445 ERROR    [shop.booking1] parcel 7002 was not booked",)),
        ("error", (PLACE.format(23), WEST)),
        ("warning", ("2026-11-22 20:47:43,519 WARNING  [shop.booking1] giving up after 1 failed parcel",)),
        ("last", ("2 of 4 workers ended well",)),
    ]


def test_two_traces_torn_by_each_other_are_told_apart_by_the_names_in_front() -> None:
    opening = "20:47:41 booking{0}.1 | 2026-11-22 20:47:41,{1} {2} [shop.booking{0}] {3}"
    assert facts_of("honcho_workers") == [
        ("error", (opening.format(1, 599, "ERROR   ", "parcel 7002 was not booked"),)),
        ("error", (PLACE.format(23), WEST)),
        ("error", (opening.format(3, 654, "ERROR   ", "parcel 7004 was not booked"),)),
        ("error", (PLACE.format(23), "KeyError: 'west-7004'")),
        ("error", (opening.format(2, 716, "ERROR   ", "parcel 7003 was not booked"),)),
        ("error", (PLACE.format(22), CARRIER)),
        ("warning", (opening.format(2, 786, "WARNING ", "giving up after 1 failed parcel"),)),
        ("error", ("20:47:41 system     | booking2.1 stopped (rc=3)",)),
        ("last", ("20:47:41 system     | web.1 stopped (rc=-15)",)),
    ]


@pytest.mark.parametrize("name", ["compose_logs", "kubectl_prefixed", "syslog_workers"])
def test_each_way_of_naming_the_program_keeps_its_traces_whole(name: str) -> None:
    traces = [parts for kind, parts in facts_of(name) if kind == "error" and len(parts) > 1]
    assert [message for _, message in traces if "7004" not in message] == [WEST, CARRIER]
    assert all(place.endswith(("line 23", "line 22")) for place, _ in traces)


def test_traces_of_node_and_java_among_others_have_message_and_place() -> None:
    unboxed = (
        'Cannot invoke "java.lang.Integer.intValue()" because the return value of "java.util.Map.get(Object)" is null'
    )
    cause = (f"[stock] Caused by: java.lang.NullPointerException: {unboxed}", "Stock.java:4")
    raised = '[stock] Exception in thread "main" java.lang.IllegalStateException: shelf has no SKU-88'
    undefined = "[api] TypeError: Cannot read properties of undefined (reading 'base')"
    assert [parts for kind, parts in facts_of("concurrently_node_java") if kind == "error" and len(parts) > 1] == [
        ("[api] Error: quote cache is not reachable", "/tmp/shop_logs/scripts/api.js:6:32"),
        (undefined, "/tmp/shop_logs/scripts/api.js:2:59"),
        ("java.lang.IllegalStateException: shelf has no SKU-71", "Stock.java:7"),
        cause,
        (raised, "Stock.java:7"),
        cause,
    ]


def test_panics_of_rust_threads_and_a_trace_of_loguru_are_read() -> None:
    assert facts_of("rust_workers_panic") == [
        ("error", ("thread 'worker-1' (17479) panicked at rs.rs:2:77:", "zone has no lane")),
        ("error", ("thread 'worker-3' (17481) panicked at rs.rs:2:77:", "zone has no lane")),
        ("error", ("[2026-04-19T04:03:00Z ERROR shop] 2 of 4 workers panicked",)),
    ]
    assert ('File "/tmp/shop_logs/scripts/report.py", line 5', "ZeroDivisionError: division by zero") in [
        parts for _, parts in facts_of("loguru_handled")
    ]


def test_a_go_panic_torn_by_another_container_keeps_its_place() -> None:
    text = (
        "api-1   | 2026/04/19 04:00:01 quote 1 sent\n"
        "route-1 | panic: assignment to entry in nil map\n"
        "api-1   | 2026/04/19 04:00:01 quote 2 sent\n"
        "route-1 | \n"
        "route-1 | goroutine 1 [running]:\n"
        "api-1   | 2026/04/19 04:00:02 quote 3 sent\n"
        "route-1 | main.route(...)\n"
        "route-1 | \t/tmp/shop/main.go:12 +0x1d\n"
        "route-1 exited with code 2\n"
        "api-1   | 2026/04/19 04:00:02 quote 4 sent\n"
    )
    assert [(fact.kind, fact.parts) for fact in extract("log", text)] == [
        ("error", ("panic: assignment to entry in nil map", "/tmp/shop/main.go:12")),
        ("error", ("route-1 exited with code 2",)),
        ("last", ("api-1   | 2026/04/19 04:00:02 quote 4 sent",)),
    ]


def test_two_tracebacks_written_line_by_line_into_one_another_lose_neither_message() -> None:
    text = (
        "Traceback (most recent call last):\n"
        "Traceback (most recent call last):\n"
        '  File "/tmp/shop/a.py", line 3, in a\n'
        '  File "/tmp/shop/b.py", line 4, in b\n'
        "    a()\n"
        "    b()\n"
        "KeyError: 'a'\n"
        "ValueError: b\n"
        "2026-04-19 04:00:00 INFO done\n"
    )
    parts = [part for fact in extract("log", text) for part in fact.parts]
    assert {"KeyError: 'a'", "ValueError: b"} <= set(parts)
    assert missing(extract("log", text), text) == []


def test_a_web_servers_own_errors_are_warnings() -> None:
    kinds = [kind for kind, _ in facts_of("nginx_access")]
    assert kinds == ["warning", "warning", "warning", "last"]
    assert [kind for kind, _ in facts_of("nginx_error")].count("error") == 10


def test_of_a_flood_the_ends_are_needed_and_the_rest_is_counted() -> None:
    rows = [f"2026-04-19 04:00:00 ERROR order {n} has no lane\n" for n in range(50)]
    odd = "2026-04-19 04:00:01 ERROR the printer is on fire\n"
    found = extract("log", "".join([*rows[:25], odd, *rows[25:], "done\n"]))
    needed = [fact.parts[0] for fact in found if fact.priority < ALIKE]
    edge = limits.LOG_FLOOD_EDGE
    assert len(found) == 52
    assert needed == [*map(str.strip, [*rows[:edge], odd, *rows[-edge:]]), "done"]


def test_up_to_twenty_alike_are_no_flood() -> None:
    rows = [f"2026-04-19 04:00:00 ERROR order {n} has no lane\n" for n in range(limits.LOG_ALIKE)]
    assert all(fact.priority < ALIKE for fact in extract("log", "".join(rows)))


@pytest.mark.parametrize(
    ("row", "level"),
    [
        ("Apr 19 04:41:24 north kernel: EXT4-fs error (device sda1): reading directory", "error"),
        ("Apr 19 04:41:24 north sshd[71]: Failed password for root from 10.0.0.7 port 22", "error"),
        ("Apr 19 04:41:24 north systemd[1]: shop.service: Main process exited, code=exited", ""),
        ("2026/04/19 04:41:24 dial tcp 10.0.0.7:5432: connect: connection refused", "error"),
        ("2026/04/19 04:41:24 0 errors, no failure", ""),
        ("2026/04/19 04:41:24 GET /error-pages/failed.html", ""),
        ("web-1  | 2026-04-19 04:41:24 WARN slow", "warning"),
        ("2026-04-19 04:41:24 INFO retried after error 503", "other"),
        ('10.0.0.7 - - [19/Apr/2026:04:41:24 +0000] "GET /error HTTP/1.1" 200 12 "-" "curl"', "other"),
        ('10.0.0.7 - - [19/Apr/2026:04:41:24 +0000] "GET / HTTP/1.1" 503 12 "-" "curl"', "warning"),
        ("[stock] java -jar stock.jar exited with code 1", "error"),
        ("[stock] java -jar stock.jar exited with code 0", ""),
        ("no such thing as an error here", ""),
    ],
)
def test_a_line_without_a_level_is_told_by_its_words(row: str, level: str) -> None:
    assert level_in(row) == level


def test_a_line_that_speaks_of_a_traceback_begins_none() -> None:
    text = (
        "2026-04-19 04:00:00 INFO a line saying Traceback (most recent call last): is no trace\n"
        "2026-04-19 04:00:01 INFO panicked at the disco\n"
        "2026-04-19 04:00:02 INFO bye\n"
    )
    assert [fact.kind for fact in extract("log", text)] == ["last"]


def test_a_message_that_was_printed_does_not_take_the_place_of_the_one_that_was_raised() -> None:
    text = (
        "a-1 | Traceback (most recent call last):\n"
        'a-1 |   File "/tmp/shop/a.py", line 3, in a\n'
        '  File "/tmp/imitated.py", line 1, in imitation\n'
        "b-1 | ValueError: not of this trace\n"
        "a-1 | KeyError: 'a'\n"
        "b-1 | bye\n"
    )
    assert Fact(0, "error", ('File "/tmp/shop/a.py", line 3', "KeyError: 'a'")) in extract("log", text)


class Counted(str):
    """A text that counts how often it is searched."""

    __slots__ = ()
    looked = 0

    def find(self, *arguments: object) -> int:
        Counted.looked += 1
        return str.find(self, *arguments)  # type: ignore[arg-type]

    def rfind(self, *arguments: object) -> int:
        Counted.looked += 1
        return str.rfind(self, *arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "piece",
    [
        "Traceback (most recent call last):\n",
        'a-1 | Traceback (most recent call last):\nb-1 |   File "x.py", line 1\n',
        "\tat x.y(Z.java:1)\n2026-04-19 04:00:00 INFO a\n",
        'a-1 | Traceback (most recent call last):\na-1 |   File "x.py", line 1\na-1 | E: x\na-1 | \n',
        "[w1] java.lang.NoError: x\n[w1] \tat x.y(Z.java:1)\n",
        "[w1] panic: x\n[w1] goroutine 1 [running]:\n",
        "[w1] thread 'a' panicked at x.rs:1:1:\n[w2] ERROR no\n",
    ],
)
def test_reading_twice_as_much_takes_no_more_than_twice_the_steps(piece: str) -> None:
    steps: list[int] = []
    for times in (2_000, 4_000):
        Counted.looked = 0
        extract("log", Counted(piece * times))
        steps.append(Counted.looked)
    assert steps[1] <= 2.2 * steps[0]
