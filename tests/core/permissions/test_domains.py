"""Which addresses WebFetch rules name: every row as client 2.1.330 was seen to have it, or stricter."""

from __future__ import annotations

import pytest

from scrimp.core.permissions import domains, judging
from scrimp.core.permissions.rule import ALLOW, ASK, DENY, FETCH, UNSETTLED
from tests.core.permissions import tables

URLS = (
    "http://example.com/",
    "https://www.example.com/",
    "http://a.b.example.com",
    "http://example.com:8080/",
    "http://example.org/",
    "http://badexample.com/",
    "http://EXAMPLE.COM/",
    "http://example.com./",
    "http://user@example.com/",
    "http://example.com\\@evil.org/",
    "ftp://example.com/",
    "//example.com/",
    "http://example.com#@evil.org/",
    "http://evil.org/?http://example.com/",
)
APEX = {URLS[0], URLS[3], URLS[6], URLS[7], URLS[12]}

NAMED = {
    "domain:example.com": APEX,
    "domain:EXAMPLE.com": APEX,
    "domain:*.example.com": {URLS[1], URLS[2]},
    "domain:example.*": {*APEX, URLS[4]},
    "domain:*": {*URLS[:8], URLS[12], URLS[13]},
    "domain:example.com:8080": set[str](),
    "http://example.com/*": set[str](),
    "domain: example.com": set[str](),
    "": set(URLS),
}


@pytest.mark.parametrize("content", NAMED)
def test_a_rule_names_the_hosts_that_the_client_takes_it_to_name(content: str) -> None:
    assert {url for url in URLS if domains.matches(content, url)} == NAMED[content]


def judge(url: str, **permissions: list[str]) -> str:
    place = judging.Place("/repo", ["/repo"], "/home/me")
    return judging.judge(FETCH, url, tables.rules(permissions, "/repo"), place).verdict


def test_deny_comes_before_ask_and_ask_before_allow() -> None:
    rules = {
        "allow": ["WebFetch(domain:*)"],
        "ask": ["WebFetch(domain:*.example.com)"],
        "deny": ["WebFetch(domain:bad.example.com)"],
    }
    hosts = ("http://x.org", "http://www.example.com", "http://bad.example.com")
    assert [judge(url, **rules) for url in hosts] == [ALLOW, ASK, DENY]


def test_without_a_rule_an_address_is_not_settled() -> None:
    assert judge("https://docs.python.org/3/") == UNSETTLED
    assert judge("http://x.org", allow=["WebFetch(domain:y.org)", "WebFetch()", "Web*"]) == UNSETTLED


def test_an_address_whose_host_is_not_plain_is_never_let_through() -> None:
    for url in (URLS[8], URLS[9], URLS[10], URLS[11]):
        assert judge(url, allow=["WebFetch"]) == UNSETTLED
        assert judge(url, allow=["WebFetch"], deny=["WebFetch(domain:evil.org)"]) == ASK


SPELLINGS = {
    "http://evil\u3002com/": DENY,
    "http://evil\uff61com./": DENY,
    "http://evil%2ecom/": ASK,
    "http://m\u00fcller.de/": DENY,
    "http://M\u00dcLLER.de:8080/": DENY,
    "http://xn--mller-kva.de/": DENY,
    "http://good.com/": ALLOW,
}


@pytest.mark.parametrize("url", SPELLINGS)
def test_a_host_in_odd_spelling_is_still_the_host(url: str) -> None:
    rules = {"allow": ["WebFetch"], "deny": ["WebFetch(domain:evil.com)", "WebFetch(domain:m\u00fcller.de)"]}
    place = judging.Place("/", ["/"], "/home")
    assert judging.judge(FETCH, url, tables.rules(rules, "/"), place).verdict == SPELLINGS[url]
