"""Facts of data: JSON, YAML, XML and tables."""

from __future__ import annotations

from scrimp.core.facts import Fact, extract
from scrimp.core.facts.fact import ALIKE
from scrimp.core.terminal import as_shown
from tests.compact import cases


def facts_of(name: str) -> list[Fact]:
    return extract(name.split("/", maxsplit=1)[0], as_shown(cases.load(name).text))


def parts(found: list[Fact], kind: str) -> list[tuple[str, ...]]:
    return [fact.parts for fact in found if fact.kind == kind]


def test_of_json_the_records_in_trouble_the_values_at_the_top_and_the_names_are_facts() -> None:
    found = facts_of("json/curl_one_line")
    assert parts(found, "value") == [
        ('"page":1',),
        ('"per_page":500',),
        ('"total_count":12873',),
        ('"next":"/orders?page=2"',),
    ]
    assert parts(found, "error") == [
        ('"id":40211', '"message":"gateway did not answer for order 40211 within 5000 ms"'),
        ('"state":"failed"',),
        ('"id":40388', '"message":"gateway did not answer for order 40388 within 5000 ms"'),
        ('"state":"failed"',),
    ]
    assert [part for (part,) in parts(found, "key")] == [
        '"page"', '"per_page"', '"total_count"', '"next"', '"orders"', '"id"', '"customer"', '"placed"', '"state"',
        '"total"', '"minor"', '"code"', '"lines"', '"sku"', '"pieces"', '"note"', '"error"', '"message"',
    ]  # fmt: skip


def test_what_jq_says_in_the_middle_of_its_output_is_a_fact() -> None:
    assert parts(facts_of("json/jq_records_failed"), "error")[-1] == (
        ": error (at orders.json:10503): number (47863) and number (0) cannot be divided because the divisor is zero",
    )


def test_each_problem_in_a_linters_json_has_its_file_place_and_message() -> None:
    found = parts(facts_of("json/ruff_failed"), "error")
    assert len(found) == 56
    assert found[0] == (
        '"filename": "/tmp/shop_data/src/m0.py"',
        '"message": "`os` imported but unused"',
        '"severity": "error"',
        '"column": 8',
        '"row": 1',
    )


def test_a_place_is_read_from_the_record_itself_and_from_an_object_called_so() -> None:
    records = (
        '[{"filePath": "a.js", "line": 3, "column": 9, "severity": "error", "message": "no such name"},\n'
        '{"file": "b.py", "severity": "error", "message": "unbound", "range": {"start": {"line": 7, "character": 2}}}]'
    )
    assert parts(extract("json", records), "error") == [
        ('"filePath": "a.js"', '"severity": "error"', '"message": "no such name"', '"line": 3', '"column": 9'),
        ('"file": "b.py"', '"severity": "error"', '"message": "unbound"', '"line": 7'),
    ]


def test_a_container_that_crashes_has_its_pods_name_in_json_and_in_yaml() -> None:
    assert parts(facts_of("json/kubectl_pods"), "error")[0] == (
        '"name": "mail-52f753b7-017"',
        '"name": "app"',
        '"message": "back-off 5m0s restarting failed container=app pod=mail-52f753b7-017"',
        '"reason": "CrashLoopBackOff"',
    )
    assert parts(facts_of("yaml/kubectl_pods"), "error") == [
        ("name: mail-52f753b7-017", "name: app", "reason: CrashLoopBackOff"),
        ("name: worker-89a0e5c4-031", "name: app", "reason: CrashLoopBackOff"),
    ]


def test_of_yaml_a_name_that_comes_once_is_data() -> None:
    assert [tuple(fact.parts) for fact in facts_of("yaml/values")] == [
        ("replicas: 3",),
        ("image:",),
        ("state:",),
        ("ports:",),
        ("state: failed",),
    ]


def test_of_a_junit_report_the_totals_and_each_failed_test_are_facts() -> None:
    found = facts_of("xml/junit_pretty")
    assert parts(found, "total")[1][:5] == (
        'name="pytest"',
        'errors="0"',
        'failures="2"',
        'skipped="0"',
        'tests="700"',
    )
    assert [fact[:3] for fact in parts(found, "error")] == [
        (
            'classname="test_parcels"',
            f'name="test_{n}"',
            f'message="AssertionError: parcel {n} is lost&#10;assert {n} != {n}"',
        )
        for n in (61, 140)
    ]


def test_of_a_table_the_header_the_rows_in_a_bad_state_and_the_count_are_facts() -> None:
    assert [tuple(fact.parts) for fact in facts_of("table/psql_failed")] == [
        ("id", "customer", "placed", "state", "minor", "note"),
        ("40211 | Doma-17  | 2026-04-16 | failed | 66099 |",),
        ("40388", "Hoba-0", "failed"),
        ("(500 rows)",),
        ('ERROR:  relation "parcels" does not exist',),
    ]
    assert [tuple(fact.parts) for fact in facts_of("table/csv")] == [
        ("sku,name,warehouse,pieces,price,state",),
        ("SKU-1777,tea 9,north,24,7.27,error",),
    ]
    assert parts(facts_of("table/docker_ps"), "error") == [
        ("733e60000000", "registry.example/shop:1.9.0", "Exited (137) 2 hours ago"),
        ("600ea0000000", "registry.example/shop:1.9.0", "Up 3 days (unhealthy)"),
    ]


def test_a_record_that_quotes_a_report_of_trouble_is_not_in_trouble_itself() -> None:
    quoted = '{"name": "a", "note": "{\\"status\\": \\"failed\\", \\"error\\": \\"no\\"}", "status": "done"}\n'
    assert parts(extract("json", quoted), "error") == []


def test_of_a_flood_of_errors_the_middle_need_not_be_kept_where_it_cannot_be() -> None:
    text = "".join(f'{{"id": {n}, "error": "no answer {n}"}}\n' for n in range(100))
    found = [fact for fact in extract("json", text) if fact.kind == "error"]
    assert len(found) == 100
    assert sum(fact.priority == ALIKE for fact in found) == 75
    assert found[0].priority != ALIKE != found[-1].priority


def test_what_a_program_says_below_its_data_is_told() -> None:
    assert parts(facts_of("json/torn_failed"), "total") == [("error: 2 orders of 500 failed",)]
