"""A proxy is taken from the usual variables, and not where `no_proxy` names the host."""

from __future__ import annotations

import pytest

from scrimp.fetching.proxies import proxy_for
from scrimp.fetching.urls import parsed

PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        ("http://a.example/", {}, ""),
        ("http://a.example/", {"http_proxy": PROXY}, PROXY),
        ("http://a.example/", {"http_proxy": "proxy.example:3128"}, PROXY),
        ("http://a.example/", {"HTTP_PROXY": PROXY}, ""),
        ("https://a.example/", {"HTTPS_PROXY": PROXY}, PROXY),
        ("https://a.example/", {"http_proxy": PROXY}, ""),
        ("https://a.example/", {"https_proxy": "http://low:1", "HTTPS_PROXY": PROXY}, "http://low:1"),
        ("https://a.example/", {"ALL_PROXY": PROXY}, PROXY),
        ("https://a.example/", {"all_proxy": PROXY, "no_proxy": "*"}, ""),
        ("https://a.example/", {"all_proxy": PROXY, "no_proxy": "example"}, ""),
        ("https://a.example/", {"all_proxy": PROXY, "no_proxy": ".example"}, ""),
        ("https://a.example/", {"all_proxy": PROXY, "no_proxy": "*.example"}, ""),
        ("https://a.example/", {"all_proxy": PROXY, "no_proxy": "b.example, a.example"}, ""),
        ("https://a.example/", {"all_proxy": PROXY, "no_proxy": "a.example:443"}, ""),
        ("https://a.example/", {"all_proxy": PROXY, "no_proxy": "a.example:80"}, PROXY),
        ("https://aa.example/", {"all_proxy": PROXY, "no_proxy": "a.example"}, PROXY),
        ("https://a.example/", {"all_proxy": PROXY, "no_proxy": ","}, PROXY),
        ("http://[2606:4700::1]/", {"all_proxy": PROXY, "no_proxy": "[2606:4700::1]"}, ""),
    ],
)
def test_the_proxy_of_a_url(url: str, environ: dict[str, str], expected: str) -> None:
    assert proxy_for(parsed(url), environ) == expected
