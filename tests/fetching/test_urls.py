"""A URL is fetched from the host that it names to a reader, or not at all."""

from __future__ import annotations

import pytest

from scrimp.fetching.hosts import allowing
from scrimp.fetching.urls import BadUrl, Url, joined, parsed

NOT_HTTP = "the URL does not say http or https; only http:// and https:// are"
HIDDEN = "the URL has a space, a backslash or a control character in it; write it percent-encoded"
USER = "the URL has a user name or password before its host; leave it out"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://example.com", Url("http://example.com", "http", "example.com", 80)),
        ("https://example.com/", Url("https://example.com/", "https", "example.com", 443)),
        ("  https://example.com/a  ", Url("https://example.com/a", "https", "example.com", 443)),
        ("HTTP://EXAMPLE.COM/Path", Url("http://example.com/Path", "http", "example.com", 80)),
        ("https://example.com:8443/x?q=1#part", Url("https://example.com:8443/x?q=1", "https", "example.com", 8443)),
        ("http://example.com./", Url("http://example.com./", "http", "example.com", 80)),
        ("http://[::1]:8080/", Url("http://[::1]:8080/", "http", "::1", 8080)),
        ("http://[::ffff:7f00:1]/", Url("http://[::ffff:7f00:1]/", "http", "::ffff:7f00:1", 80)),
        ("http://2130706433/", Url("http://2130706433/", "http", "2130706433", 80)),
        ("http://0x7f.1/", Url("http://0x7f.1/", "http", "0x7f.1", 80)),
        ("http://127.1/", Url("http://127.1/", "http", "127.1", 80)),
        ("http://bücher.example/ü", Url("http://xn--bcher-kva.example/%C3%BC", "http", "xn--bcher-kva.example", 80)),
    ],
)
def test_the_parts_of_a_url_are_those_that_the_connection_uses(text: str, expected: Url) -> None:
    assert parsed(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", NOT_HTTP),
        ("example.com", NOT_HTTP),
        ("example.com:80/x", NOT_HTTP),
        ("localhost:8000/x", NOT_HTTP),
        ("//example.com/x", NOT_HTTP),
        ("/etc/passwd", NOT_HTTP),
        ("file:///etc/passwd", "file: is not fetched; only http:// and https:// are"),
        ("ftp://example.com/", "ftp: is not fetched; only http:// and https:// are"),
        ("gopher://example.com/_x", "gopher: is not fetched; only http:// and https:// are"),
        ("dict://127.0.0.1:11211/stat", "dict: is not fetched; only http:// and https:// are"),
        ("javascript:alert(1)", "javascript: is not fetched; only http:// and https:// are"),
        ("data:text/html,x", "data: is not fetched; only http:// and https:// are"),
        ("ws://example.com/", "ws: is not fetched; only http:// and https:// are"),
        ("view-source:http://example.com", "view-source: is not fetched; only http:// and https:// are"),
        ("http://user@example.com/", USER),
        ("http://user:pass@example.com/", USER),
        ("https://trusted.example@evil.example/", USER),
        ("http://127.0.0.1:80@example.com/", USER),
        ("http://example.com\\@evil.example/", HIDDEN),
        ("http://example.com /x", HIDDEN),
        ("http://exam\tple.com/", HIDDEN),
        ("http://example.com/\r\nHost: evil.example", HIDDEN),
        ("http://example.com/\x00", HIDDEN),
        ("http://", "the URL names no host"),
        ("http:///etc/passwd", "the URL names no host"),
        ("http:/example.com", "the URL names no host"),
        ("http://example.com:0/", "port 0 is no port"),
        ("http://example.com:99999/", "port 99999 is no port"),
        ("http://example.com:80:80/", "no URL that can be read: Invalid port: '80:80'"),
        ("http://0177.0.0.1/", "no URL that can be read: Invalid IPv4 address: '0177.0.0.1'"),
        ("http://①②⑦.⓪.⓪.①/", "no URL that can be read: Invalid IDNA hostname: '①②⑦.⓪.⓪.①'"),
        ("http://a%2eb/", "'a%2eb' is no host name"),
        ("http://[fe80::1%25eth0]/", "'fe80::1%25eth0' is no host name"),
        ("http://" + "a" * 8_000, "the URL has 8,007 characters, more than 8,000"),
    ],
)
def test_nothing_is_fetched_from_a_url_that_hides_what_it_names(text: str, why: str) -> None:
    with pytest.raises(BadUrl) as caught:
        parsed(text)
    assert str(caught.value) == why


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://example.com/page", "https://example.com:443"),
        ("https://example.com/some/deep/path/page.html", "https://example.com:443"),
        ("https://example.com/page?foo=bar&baz=qux", "https://example.com:443"),
        ("https://example.com:8080/page", "https://example.com:8080"),
        ("https://example.com/page#section", "https://example.com:443"),
        ("http://example.com/page", "http://example.com:80"),
        ("http://[2606:4700::1]/page", "http://[2606:4700::1]:80"),
    ],
)
def test_the_origin_is_where_robots_txt_lies(url: str, origin: str) -> None:
    assert parsed(url).origin == origin


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/b", "https://example.com/b"),
        ("b?x=1", "https://example.com/a/b?x=1"),
        ("//other.example/c", "https://other.example/c"),
        ("http://127.0.0.1/", "http://127.0.0.1/"),
        (" ../d ", "https://example.com/d"),
        ("?only=query", "https://example.com/a/page?only=query"),
    ],
)
def test_a_redirect_leads_where_a_browser_would_go(location: str, expected: str) -> None:
    assert joined(parsed("https://example.com/a/page"), location).text == expected


@pytest.mark.parametrize(
    ("patterns", "host", "port", "is_allowed"),
    [
        (["localhost:8000"], "localhost", 8000, True),
        (["localhost:8000"], "LOCALHOST", 8000, True),
        (["localhost:8000"], "localhost", 8001, False),
        (["localhost:8000"], "evil-localhost", 8000, False),
        (["localhost:*"], "localhost", 9, True),
        (["localhost"], "localhost", 80, False),
        (["[::1]:8000"], "::1", 8000, True),
        (["*.dev.example:443"], "api.dev.example", 443, True),
        (["*.dev.example:443"], "dev.example", 443, False),
        (["*.dev.example:443"], "api.dev.example.evil.example", 443, False),
        (["*:80"], "example.com", 80, False),
        ([":80"], "", 80, False),
        (["localhost:http"], "localhost", 80, False),
        ([], "localhost", 80, False),
    ],
)
def test_only_the_hosts_and_ports_that_the_user_wrote_are_opened(
    patterns: list[str], host: str, port: int, is_allowed: bool
) -> None:
    assert allowing(patterns)(host, port) is is_allowed
