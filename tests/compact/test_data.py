"""What holds for the compactors of data besides what is written down for their cases."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrimp.core.compact import choose, json, table, xml
from tests.compact import cases
from tests.compact.work import steps

PIECES = {
    "json": [
        '{"id": 1, "error": "no", "lines": [{"a": 1}, {"a": 2}]}\n',
        '{"a": [',
        '"\\"\\"',
        "[1.123456,\n",
        '}\n"a": {\n',
        " \n",
        "jq: error ",
    ],
    "yaml": ["- name: a\n  state: failed\n  more:\n  - b\n", "a:\n b:\n", "- - - a: |\n", "name: a\n"],
    "xml": [
        "<a b='1'><c>x</c>\n",
        '<testcase name="a"><failure message="b">c</failure></testcase>',
        "<",
        "<a>\n",
        "</a>",
    ],
    "table": [
        "a,b,c\n1,2,3\n",
        " a | b \n---+---\n 1 | 2\n",
        "NAME  STATUS  AGE\na  Failed  1d\n",
        '"a,"',
        "-[ RECORD 1 ]\na | b\n",
    ],
}


@pytest.mark.parametrize(("family", "piece"), [(family, piece) for family in PIECES for piece in PIECES[family]])
def test_twice_the_text_takes_twice_the_work(family: str, piece: str) -> None:
    steps(family, piece)  # patterns are compiled once
    assert steps(family, piece * 1_600) <= 2.3 * steps(family, piece * 800)


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("name", [name for name in cases.names() if name.startswith(("json/", "xml/", "table/"))])
def test_laying_out_changes_nothing_but_white_space(name: str) -> None:
    case = cases.load(name)
    for family in (json, xml, table):
        assert bare(family.lay_out(case.text)) == bare(case.text)


_PIECES = st.sampled_from(
    ["{", "}", "[", "]", ",", ":", '"', '"a"', "\\", "\n", " ", "1", "x", "<", "</", ">", "|", "-+-"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=60))
def test_laying_out_whatever_is_no_json_changes_nothing_but_white_space(pieces: list[str]) -> None:
    text = "".join(pieces) + "y" * 2_100
    for family in (json, xml, table):
        assert bare(family.lay_out(text)) == bare(text)
        assert family.lay_out("[" + text).count("x") == text.count("x")


def test_json_lines_with_levels_are_a_log_and_others_are_data() -> None:
    log = "".join(f'{{"ts": "2026-04-19T04:00:{n:02d}", "level": "info", "message": "sent {n}"}}\n' for n in range(60))
    data = "".join(f'{{"sku": "SKU-{n}", "pieces": {n}}}\n' for n in range(60))
    assert choose(log, "cat app.jsonl").NAME == "log"
    assert choose(data, "cat stock.jsonl").NAME == "json"


@pytest.mark.parametrize(
    "text",
    [
        "[1/3] Compiling shop\n[2/3] Compiling cart\n[3/3] Linking\n" * 40,
        "[INFO] building shop [1]\n" * 90,
        "Dear all, we have tea, cups, and pots, and more of them.\nYours, the shop, at the harbour\n" * 40,
        "<!DOCTYPE html>\n<html>\n<p>tea</p>\n</html>\n" * 40,
        "Name: shop\nVersion: 1\nSummary: a shop\nHome: none\n" * 40,
    ],
)
def test_what_only_begins_like_data_is_none(text: str) -> None:
    assert choose(text, "make").NAME not in ("json", "yaml", "xml", "table")


@pytest.mark.parametrize("name", ["json/curl_one_line", "json/pretty", "json/records"])
def test_of_500_orders_the_two_that_failed_are_shown_with_their_messages(name: str) -> None:
    shown = cases.load(name).compacted().text
    for order in (40211, 40388):
        assert f"gateway did not answer for order {order} within 5000 ms" in shown
        assert str(order) in shown


def test_what_the_client_shows_whole_is_left_whole() -> None:
    for name in ("yaml/kubectl_pods", "table/psql", "table/sqlite_box"):
        assert not cases.load(name).compacted().cut


def test_an_odd_value_is_shown_though_no_word_in_it_says_so() -> None:
    shown = cases.load("table/tsv").compacted().text
    assert "\tlost\t" in shown


def test_pictures_and_embeddings_are_shown_by_their_ends() -> None:
    shown = cases.load("json/vectors").compacted().text
    assert '"sku": "SKU-0001"' in shown
    assert shown.count("… 250 lines") == 2


def test_bars_stay_and_padding_goes() -> None:
    assert table.lay_out(" a   |  b      | c\n-----+----+---\n 1     | 2  | 3\n" + " 1     | 2  | 3\n" * 8).startswith(
        " a  |  b  | c\n-----+----+---\n 1  | 2  | 3\n"
    )
