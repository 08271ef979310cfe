"""batch_fetch through the server: pages and an API under development, and the person who opens its host."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mcp_server import opening
from scrimp.fetching.wanted import Wanted
from tests.mcp_server.calling import Person
from tests.mcp_server.session import JUDGED, Answer, Calls, Place
from tests.mcp_server.site import PAGE, Site, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHOP = "# Shop\n\nThe port is 8471.\n\n## Other\n\nNothing here."
CLOSED = "127.0.0.1 (loopback), which is not fetched from; where you mean it, let the user allow 127.0.0.1:{port}"
HALF = (
    "the answer is not whole or no HTTP: peer closed connection without sending complete message body "
    "(received 9 bytes, expected 100)"
)
QUESTION = "The agent wants to send requests to 127.0.0.1:{port}, local or other than plain reading. Allow?"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


@pytest.fixture
def opened(place: Place, site: Site) -> Place:
    """A place whose user has opened the site in their settings."""
    place.settings(fetch={"allow": [f"127.0.0.1:{site.port}"]})
    return place


def fetch(place: Place, *urls: Any, person: Person | None = None, **arguments: Any) -> Answer:
    """What URLs come to in a call that our hook has let through."""
    return place.call("batch_fetch", {"urls": list(urls), **arguments}, JUDGED, person=person)


def test_pages_come_as_markdown_and_data_as_it_is_under_their_addresses(opened: Place, site: Site) -> None:
    url = site.url
    assert fetch(opened, f"{url}/", f"{url}/data", f"{url}/home") == (
        (
            f'## {url}/: html, "Shop", 7 lines\n{SHOP}\n\n## {url}/data: json, 1 line\n{{"port": 8471}}\n\n'
            f'## {url}/home -> {url}/: html, "Shop", 7 lines\n{SHOP}'
        ),
        False,
    )


def test_a_query_brings_the_passages_that_match_and_the_call_for_the_rest(opened: Place, site: Site) -> None:
    url = f"{site.url}/"
    shown = f'## {url}: html, "Shop", 7 lines\n[lines 1-3]\n# Shop\n\nThe port is 8471.\n'
    rest = f'[1 of 2 passages shown; all of it: batch_fetch {{"url": "{url}", "lines": "1-7"}}]'
    assert fetch(opened, url, query="port") == (shown + rest, False)
    assert fetch(opened, {"url": url, "query": "port"}) == (shown + rest, False)


def test_a_part_of_a_page_the_page_as_it_came_and_one_with_its_links(opened: Place, site: Site) -> None:
    url = f"{site.url}/"
    wanted = {"url": url, "lines": "3-4"}, {"url": url, "raw": True}, {"url": f"{url}links", "links": True}
    assert fetch(opened, *wanted) == (
        (
            f'## {url}: html, "Shop", 7 lines, from line 3\nThe port is 8471.\n\n## {url}: html, 1 line\n{PAGE}\n\n'
            f"## {url}links: html, 1 line\nThe [data]({url}data)."
        ),
        False,
    )


def test_a_host_that_the_user_has_opened_gets_methods_headers_and_bodies_and_its_errors_are_answers(
    opened: Place, site: Site
) -> None:
    sent = {"url": f"{site.url}/echo", "method": "POST", "headers": {"X-Word": "w"}, "body": "b"}
    assert fetch(opened, sent, f"{site.url}/none") == (
        (
            f'## POST {site.url}/echo: json, 1 line\n{{"method": "POST", "word": "w", "body": "b"}}\n\n'
            f"## {site.url}/none: HTTP 404 Not Found, json, 1 line\n"
            '{"method": "GET", "word": null, "body": ""}'
        ),
        False,
    )


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("ftp://example.com/", "ftp: is not fetched; only http:// and https:// are"),
        ("nourl", "the URL does not say http or https; only http:// and https:// are"),
        ({"url": "http://169.254.169.254/latest", "lines": "x"}, "lines is 'x'; expected '301-600', '301-' or '301'"),
        ("http://169.254.169.254/latest", "169.254.169.254 (cloud metadata), which is not fetched from"),
        ("http://127.0.0.1:{port}/half", HALF),
        ("https://127.0.0.1:{port}/", "no safe connection: TLS: WRONG_VERSION_NUMBER"),
    ],
)
def test_what_cannot_be_fetched_is_one_line_and_the_others_come_all_the_same(
    opened: Place, site: Site, url: Any, error: str
) -> None:
    url = url.format(port=site.port) if isinstance(url, str) else url
    name = url if isinstance(url, str) else url["url"]
    assert fetch(opened, url, f"{site.url}/data") == (
        f'## {name}\n[error: {error}]\n\n## {site.url}/data: json, 1 line\n{{"port": 8471}}',
        False,
    )


def test_a_question_is_answered_by_passages_under_their_address(opened: Place, site: Site) -> None:
    found = fetch(opened, f"{site.url}/", f"{site.url}/data", "ftp://x/", ask="which port is it?")
    assert found == (
        f"{site.url}/:1-3\n# Shop\n\nThe port is 8471.\n\n{site.url}/data:1-1\n" + '{"port": 8471}\n'
        "[passages that match the question best; no model is set up to be asked]\n\n"
        "## ftp://x/\n[error: ftp: is not fetched; only http:// and https:// are]",
        False,
    )


def test_it_says_how_far_it_is(opened: Place, site: Site) -> None:
    async def work(calls: Calls) -> None:
        await calls.call("batch_fetch", {"urls": [f"{site.url}/"]}, JUDGED)
        assert calls.progress == [(1, 1, f"{site.url}/")]

    opened.session(work)


def test_a_local_host_is_closed_where_nobody_can_be_asked(place: Place, site: Site) -> None:
    closed = CLOSED.format(port=site.port)
    assert fetch(place, f"{site.url}/") == (f"## {site.url}/\n[error: {closed}]", False)
    assert site.seen == []


def test_the_person_opens_a_host_once_for_the_session(place: Place, site: Site) -> None:
    person = Person(allows=True)

    async def work(calls: Calls) -> None:
        for url in (f"{site.url}/", {"url": f"{site.url}/echo", "method": "DELETE"}):
            assert "[error" not in (await calls.call("batch_fetch", {"urls": [url]}, JUDGED)).text

    place.session(work, person)
    assert person.asked == [QUESTION.format(port=site.port)]
    assert site.seen == ["GET /", "DELETE /echo"]
    assert "[error" in fetch(place, f"{site.url}/").text  # another session


def test_a_host_that_the_person_refuses_stays_closed_and_is_asked_for_again(place: Place, site: Site) -> None:
    person = Person(allows=False)

    async def work(calls: Calls) -> None:
        for _ in range(2):
            found = await calls.call("batch_fetch", {"urls": [f"{site.url}/"]}, JUDGED)
            assert found == (f"## {site.url}/\n[error: {CLOSED.format(port=site.port)}]", False)

    place.session(work, person)
    assert person.asked == [QUESTION.format(port=site.port)] * 2
    assert site.seen == []


def test_what_is_sent_to_a_host_that_is_not_open_is_asked_for_and_refused_by_name(place: Place) -> None:
    person = Person(allows=False)
    found = fetch(place, {"url": "https://example.com/", "method": "POST", "body": "x"}, person=person)
    assert person.asked == [
        "The agent wants to send requests to example.com:443, local or other than plain reading. Allow?"
    ]
    assert found.text == ("## https://example.com/\n[error: POST is only sent where the user allows example.com:443]")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_is_asked_to_open_what_nothing_opens(method: str) -> None:
    """Cloud metadata, plain and in NAT64, link-local: the address guard refuses them, whatever the person says."""
    never = [f"http://{host}/" for host in ("169.254.169.254", "[64:ff9b::a9fe:a9fe]", "[fe80::1]")]
    local = [f"http://{host}:81/" for host in ("10.0.0.7", "printer.local", "localhost", "[::1]")]
    wanted = [Wanted(url, method) for url in (*never, *local)]
    assert opening.closed(wanted, lambda _host, _port: False) == [
        ("10.0.0.7", 81),
        ("printer.local", 81),
        ("localhost", 81),
        ("::1", 81),
    ]


def test_reading_pages_asks_nobody(opened: Place, site: Site) -> None:
    person = Person(allows=True)
    fetch(opened, f"{site.url}/", person=person)
    assert person.asked == []
