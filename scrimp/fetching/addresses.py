"""Which addresses may be connected to: our own list, because the standard library's `is_global` lets several through.

`is_global` of Python 3.11 is true for NAT64 (64:ff9b::/96), 6to4 (2002::/16), IPv4-compatible (::127.0.0.1),
site-local (fec0::/10), multicast and the 6to4 relay. Here an address that carries another one inside is judged by
both. Sources: the IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and its updates).
"""

from __future__ import annotations

import ipaddress
from enum import Enum

NO_ADDRESS = "no address"
"""Why a name, or anything else that is not written as an address, leads nowhere."""

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Reach(Enum):
    """Where an address leads.

    PUBLIC: anywhere on the Internet. LOCAL: this machine or its own network, which the user may open for a host and
    port. NEVER: nothing that a page is fetched from, or what hands out a machine's credentials.
    """

    PUBLIC = "public"
    LOCAL = "local"
    NEVER = "never"


_LOCAL = (
    ("127.0.0.0/8", "loopback"),
    ("10.0.0.0/8", "private"),
    ("172.16.0.0/12", "private"),
    ("192.168.0.0/16", "private"),
    ("100.64.0.0/10", "shared by a provider's customers"),
    ("::1/128", "loopback"),
    ("fc00::/7", "private"),
    ("fec0::/10", "private (site-local)"),
)
_METADATA = (
    ("169.254.169.254/32", "cloud metadata"),
    ("169.254.170.2/32", "cloud metadata"),
    ("169.254.170.23/32", "cloud metadata"),
    ("100.100.100.200/32", "cloud metadata"),
    ("168.63.129.16/32", "cloud metadata"),
    ("192.0.0.192/32", "cloud metadata"),
    ("fd00:ec2::/32", "cloud metadata"),
    ("fd20:ce::254/128", "cloud metadata"),
)
_NEVER = (
    *_METADATA,
    ("0.0.0.0/8", "this network"),
    ("169.254.0.0/16", "link-local"),
    ("192.0.0.0/24", "reserved for protocols"),
    ("192.0.2.0/24", "documentation"),
    ("192.31.196.0/24", "reserved for protocols"),
    ("192.52.193.0/24", "reserved for protocols"),
    ("192.88.99.0/24", "6to4 relay"),
    ("192.175.48.0/24", "reserved for protocols"),
    ("198.18.0.0/15", "benchmarking"),
    ("198.51.100.0/24", "documentation"),
    ("203.0.113.0/24", "documentation"),
    ("224.0.0.0/4", "multicast"),
    ("255.255.255.255/32", "broadcast"),
    ("240.0.0.0/4", "reserved"),
    ("::/128", "unspecified"),
    ("64:ff9b:1::/48", "local NAT64"),
    ("100::/64", "discard"),
    ("100:0:0:1::/64", "dummy prefix"),
    ("2001::/32", "Teredo"),
    ("2001:2::/48", "benchmarking"),
    ("2001:10::/28", "ORCHID"),
    ("2001:20::/28", "ORCHID"),
    ("2001:30::/28", "drone identifiers"),
    ("2001:db8::/32", "documentation"),
    ("3fff::/20", "documentation"),
    ("5f00::/16", "segment routing"),
    ("fe80::/10", "link-local"),
    ("ff00::/8", "multicast"),
)
_TABLE = tuple(
    (ipaddress.ip_network(network), reach, why)
    for rows, reach in ((_NEVER, Reach.NEVER), (_LOCAL, Reach.LOCAL))
    for network, why in rows
)
_CARRIERS = (
    (ipaddress.IPv6Network("::ffff:0:0/96"), 0, "IPv4-mapped"),
    (ipaddress.IPv6Network("::ffff:0:0:0/96"), 0, "IPv4-translated"),
    (ipaddress.IPv6Network("64:ff9b::/96"), 0, "NAT64"),
    (ipaddress.IPv6Network("2002::/16"), 80, "6to4"),
    (ipaddress.IPv6Network("::/96"), 0, "IPv4-compatible"),
)
_V4_MASK = 0xFFFFFFFF
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")


def judged(address: str) -> tuple[Reach, str]:
    """Where an address leads and why in a word or two: `("169.254.169.254")` is `(NEVER, "cloud metadata")`.

    What is no address at all is NEVER. A zone (`fe80::1%eth0`) is left out of the comparison.
    """
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return Reach.NEVER, NO_ADDRESS
    return _worst([_by_table(parsed), *((found[0], f"{how}, {found[1]}") for how, found in _carried(parsed))])


def _worst(found: list[tuple[Reach, str]]) -> tuple[Reach, str]:
    order = (Reach.NEVER, Reach.LOCAL, Reach.PUBLIC)
    return min(found, key=lambda one: order.index(one[0]))


def _by_table(address: _Address) -> tuple[Reach, str]:
    for network, reach, why in _TABLE:
        if address.version == network.version and address in network:
            return reach, why
    if address.version == 4 or address in _GLOBAL_UNICAST:  # noqa: PLR2004 - IP's own version number
        return Reach.PUBLIC, "public"
    return (Reach.PUBLIC, "public") if _carried(address) else (Reach.NEVER, "not assigned")


def _carried(address: _Address) -> list[tuple[str, tuple[Reach, str]]]:
    """The IPv4 addresses inside an IPv6 address, judged."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    number = int(address)
    inside = [
        (how, number >> shift)
        for network, shift, how in _CARRIERS
        if address in network and number > 1  # `::` and `::1` are what they are
    ]
    return [(how, _by_table(ipaddress.IPv4Address(one & _V4_MASK))) for how, one in inside]
