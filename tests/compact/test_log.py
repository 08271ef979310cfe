"""What is special about logs: which texts are logs, what is alike, floods, and how large a cut may be."""

from __future__ import annotations

import pytest

from scrimp.core import limits
from scrimp.core.compact import Compaction, choose, compact
from scrimp.core.compact.lines import mask, masks
from scrimp.core.compact.templates import Templates
from scrimp.core.log_lines import source_of
from tests.compact import cases

INFO = "2026-04-19 04:{:02d}:{:02d} INFO  [shop.web] GET /articles/SKU-{:04d} 200 {} ms\n"


def traffic(count: int) -> str:
    return "".join(INFO.format(n // 60 % 60, n % 60, n % 500, n % 90) for n in range(count))


def cut(text: str, exit_code: int = 0) -> Compaction:
    raw, cap = (
        (limits.CLIENT_FAILED_CHARS, limits.FAILED_CHARS)
        if exit_code
        else (limits.CLIENT_SUCCEEDED_CHARS, limits.SUCCEEDED_CHARS)
    )
    return compact(text, command="./run", exit_code=exit_code, raw_limit=raw, cap=cap)


@pytest.mark.parametrize(
    "row",
    [
        "2026-04-19T04:41:24.083Z INFO shop quote {}",
        "[2026-04-19T04:41:24Z INFO  shop::web] quote {}",
        "2026/04/19 04:41:24 quote {}",
        "Apr 19 04:41:24 north shop[71]: quote {}",
        "2026-04-19T04:41:24+0000 north shop[71]: quote {}",
        "<13>1 2026-04-19T04:41:24Z north shop 71 - - quote {}",
        "[    7.083123] usb 1-{0}: new device",
        "[Sun Apr 19 04:41:24 2026] usb 1-{}: new device",
        "I0419 04:41:24.083123       1 server.go:12] quote {}",
        "I, [2026-04-19T04:41:24.083123 #71]  INFO -- : quote {}",
        "[GIN] 2026/04/19 - 04:41:24 | 200 | 83.1us | 10.0.0.7 | GET /quotes/{}",
        "INFO:shop.web:quote {}",
        'time="2026-04-19T04:41:24Z" level=info msg="quote {}"',
        "level=info ts=2026-04-19T04:41:24Z caller=web.go:12 quote={}",
        '{{"level":30,"time":1776573684083,"msg":"quote {}"}}',
        "web-1  | quote {}",
        "[web] 2026-04-19 04:41:24 quote {}",
        "Apr 19, 2026 4:41:24 AM shop.Stock main\nINFO: quote {}",
        '10.0.0.7 - - [19/Apr/2026:04:41:24 +0000] "GET /quotes/{} HTTP/1.1" 200 12 "-" "curl"',
    ],
)
def test_each_usual_form_of_a_log_is_one(row: str) -> None:
    text = "".join(row.format(n) + "\n" for n in range(300))
    assert choose(text, "docker compose logs" if row.startswith("web-1") else "./run").NAME == "log"


@pytest.mark.parametrize(
    "text",
    [
        "| name | count |\n|------|-------|\n" + "".join(f"| a{n} | {n} |\n" for n in range(300)),
        "".join(f"-rw-r--r-- 1 anna anna {n} 2026-04-19 04:41 file{n}.txt\n" for n in range(300)),
        "".join(f"src/a{n}.c:{n}: int time;\n" for n in range(300)),
        "".join(f"[{n}/300] building a{n}.o\n" for n in range(300)),
        "".join(f"name{n} | {n}\n" for n in range(300)),
    ],
)
def test_tables_listings_and_hits_are_no_logs(text: str) -> None:
    assert choose(text, "./run").NAME != "log"


@pytest.mark.parametrize(
    ("row", "source", "body"),
    [
        ("web-1     | ERROR no route", "web-1", "ERROR no route"),
        ("04:41:24 web.1  | ", "web.1", ""),
        ("[pod/web-5d9/app] 2026-04-19T04:41:24.083123456Z   at x", "pod/web-5d9/app@", "  at x"),
        ("[api] Error: no", "api", "Error: no"),
        ("(train pid=71) step 3", "train pid=71", "step 3"),
        ("Apr 19 04:41:24 north app[12]: no route", "north app[12]", "no route"),
        ("2026-04-19T04:41:24.083123Z KeyError: 'a'", "@", "KeyError: 'a'"),
        ("[ERROR] no route", "", "[ERROR] no route"),
        ("[    7.083123] usb 1-1", "", "[    7.083123] usb 1-1"),
        ("2026-04-19 04:41:24 INFO x", "", "2026-04-19 04:41:24 INFO x"),
    ],
)
def test_a_line_says_whose_it_is(row: str, source: str, body: str) -> None:
    name, at = source_of(row)
    assert (name, row[at:]) == (source, body)


def test_lines_alike_but_for_numbers_ids_and_names_are_of_one_template() -> None:
    first, second, never, error = Templates().of(
        [
            "04:41:24 INFO order 7 of anna placed from 10.0.0.7, 3 items, session 9f1c77ab",
            "04:41:25 INFO order 812 of bo placed from 10.0.9.1, 1 items, session 00ab12cd",
            "04:41:25 INFO order 812 was never heard of again by any of us here",
            "04:41:25 ERROR order 7 of anna placed from 10.0.0.7, 3 items, session 9f1c77ab",
        ]
    )
    assert first == second
    assert first not in (never, error)


def test_a_servers_404_is_not_alike_its_200() -> None:
    row = '10.0.0.7 - - [19/Apr/2026:04:41:24 +0000] "GET /a{} HTTP/1.1" {} 12 "-" "curl"'
    one, other, missing = Templates().of([row.format(1, 200), row.format(2, 200), row.format(3, 404)])
    assert one == other != missing


def test_templates_of_many_lines_are_those_of_each() -> None:
    rows = ["", "a 1", "id deadbeef01 ABCDEF9 0x1f", "x" * 20_000 + "1", "10", "é٣", " " * 3, "\r", "f00dcafe", ""]
    assert masks(rows) == [mask(row) for row in rows]


def test_a_log_of_384_kb_with_one_error_block_and_one_warning_takes_2_kb_with_both_whole() -> None:
    block = (
        "2026-04-19 04:41:23 ERROR [shop.payment] charge failed for order 48213\n"
        "Traceback (most recent call last):\n"
        '  File "/tmp/shop/pay.py", line 43, in charge\n'
        "    raise TimeoutError\n"
        "TimeoutError: gateway did not answer\n"
    )
    warning = "2026-04-19 04:57:48 WARNING [shop.db] pool: 19 of 20 connections in use\n"
    half = traffic(2_900)
    result = cut(half + block + half[: len(half) // 3] + warning + half)
    assert result.chars_in > 384_000
    assert block in result.text
    assert warning in result.text
    assert len(result.text) + limits.MARKER_USUAL_CHARS <= 2_000


def test_each_gap_says_how_many_lines_it_stands_for() -> None:
    result = cases.load("log/broker_many_errors").compacted()
    gaps = [line.split()[1] for line in result.text.split("\n") if line.startswith("… ")]
    assert sum(int(gap.replace(",", "")) for gap in gaps) + result.lines_out == result.lines_in


def test_gaps_of_an_output_that_was_not_read_whole_do_not_pretend_to_count() -> None:
    error = "2026-04-19 04:41:23 ERROR [shop.payment] charge failed\n"
    result = cut(traffic(10_000) + error + traffic(10_000))
    assert error in result.text
    assert "\n…\n" in result.text
    assert "… " not in result.text


def test_of_a_flood_the_first_trace_is_whole_and_no_other_kind_is_lost() -> None:
    result = cases.load("log/flood_of_tracebacks").compacted()
    assert result.text.count("KeyError: 'west'") == 2 * limits.LOG_FLOOD_EDGE
    assert result.text.count("TimeoutError: carrier did not answer for parcel ") == 10
    assert result.text.count("PermissionError: [Errno 13]") == 1
    assert len(result.text) < 5_000
    assert result.facts_kept < result.facts_total


def test_of_a_flood_that_the_client_would_show_whole_nothing_is_lost() -> None:
    rows = [f"2026-04-19 04:{n // 60:02d}:{n % 60:02d} ERROR order {n} has no lane\n" for n in range(100)]
    result = cut("".join(rows))
    assert not result.cut or all(row in result.text for row in rows)


def test_the_error_that_a_line_without_a_level_reports_comes_with_what_led_there() -> None:
    rows = [f"Apr 19 04:{n // 60:02d}:{n % 60:02d} north shop[71]: quote {n} sent\n" for n in range(1_500)]
    rows[700] = "Apr 19 04:11:40 north kernel: Out of memory: Killed process 71 (shop)\n"
    result = cut("".join(rows))
    assert rows[700] in result.text
    assert result.facts_kept == result.facts_total == 2
