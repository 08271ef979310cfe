"""Every address that lists of server-side request forgery name is judged as what it is."""

from __future__ import annotations

import ipaddress

import pytest

from scrimp.fetching.addresses import Reach, judged

LOCAL = """
    127.0.0.1 loopback | 127.0.0.2 loopback | 127.1.2.3 loopback | 127.255.255.255 loopback | ::1 loopback
    10.0.0.0 private | 10.0.0.1 private | 10.255.255.255 private
    172.16.0.0 private | 172.16.0.1 private | 172.20.10.2 private | 172.31.255.255 private
    192.168.0.0 private | 192.168.0.1 private | 192.168.1.1 private | 192.168.255.255 private
    100.64.0.0 shared by a provider's customers | 100.64.0.1 shared by a provider's customers
    100.127.255.255 shared by a provider's customers
    fc00:: private | fc00::1 private | fd00::1 private | fdff:ffff::1 private
    fec0::1 private (site-local) | feff::1 private (site-local)
    ::ffff:127.0.0.1 IPv4-mapped, loopback | ::ffff:7f00:1 IPv4-mapped, loopback | ::ffff:10.0.0.1 IPv4-mapped, private
    ::ffff:192.168.1.1 IPv4-mapped, private | ::ffff:172.16.0.1 IPv4-mapped, private
    ::ffff:0:127.0.0.1 IPv4-translated, loopback | ::ffff:0:10.1.2.3 IPv4-translated, private
    ::127.0.0.1 IPv4-compatible, loopback | ::10.0.0.1 IPv4-compatible, private
    64:ff9b::127.0.0.1 NAT64, loopback | 64:ff9b::7f00:1 NAT64, loopback | 64:ff9b::10.0.0.1 NAT64, private
    64:ff9b::192.168.0.1 NAT64, private
    2002:7f00:1:: 6to4, loopback | 2002:a00:1:: 6to4, private | 2002:c0a8:101:: 6to4, private
    2002:7f00:1::1 6to4, loopback
"""
NEVER = """
    169.254.169.254 cloud metadata | 169.254.170.2 cloud metadata | 169.254.170.23 cloud metadata
    100.100.100.200 cloud metadata | 168.63.129.16 cloud metadata | 192.0.0.192 cloud metadata
    fd00:ec2::254 cloud metadata | fd00:ec2::23 cloud metadata | fd20:ce::254 cloud metadata
    ::ffff:169.254.169.254 IPv4-mapped, cloud metadata | ::ffff:a9fe:a9fe IPv4-mapped, cloud metadata
    64:ff9b::a9fe:a9fe NAT64, cloud metadata | 2002:a9fe:a9fe:: 6to4, cloud metadata
    ::169.254.169.254 IPv4-compatible, cloud metadata
    0.0.0.0 this network | 0.1.2.3 this network | 0.255.255.255 this network
    169.254.0.0 link-local | 169.254.0.1 link-local | 169.254.255.255 link-local
    192.0.0.1 reserved for protocols | 192.0.0.8 reserved for protocols | 192.0.0.170 reserved for protocols
    192.0.2.1 documentation | 198.51.100.1 documentation | 203.0.113.1 documentation
    192.31.196.1 reserved for protocols | 192.52.193.1 reserved for protocols | 192.175.48.1 reserved for protocols
    192.88.99.1 6to4 relay | 198.18.0.1 benchmarking | 198.19.255.255 benchmarking
    224.0.0.1 multicast | 224.0.0.251 multicast | 239.255.255.255 multicast
    240.0.0.1 reserved | 255.255.255.254 reserved | 255.255.255.255 broadcast
    :: unspecified | 64:ff9b:1::1 local NAT64 | 100::1 discard | 100:0:0:1::1 dummy prefix
    2001::1 Teredo | 2001:0:7f00:1:: Teredo | 2001:2::1 benchmarking | 2001:10::1 ORCHID | 2001:20::1 ORCHID
    2001:db8::1 documentation | 3fff::1 documentation | 5f00::1 segment routing
    fe80::1 link-local | fe80::1%eth0 link-local | febf::1 link-local
    ff02::1 multicast | ff05::2 multicast | ff0e::1 multicast
    ::ffff:0.0.0.0 IPv4-mapped, this network | ::ffff:224.0.0.1 IPv4-mapped, multicast
    4000::1 not assigned | 8000::1 not assigned | e000::1 not assigned
    localhost no address | 127.1 no address | 2130706433 no address | 0x7f000001 no address | 0177.0.0.1 no address
    1.2.3 no address | 1.2.3.4.5 no address | 256.1.1.1 no address | [::1] no address | ::g no address
"""
PUBLIC = """
    8.8.8.8 public | 1.1.1.1 public | 142.250.80.46 public | 151.101.1.140 public | 93.184.216.34 public
    9.255.255.255 public | 11.0.0.0 public | 172.15.255.255 public | 172.32.0.0 public | 192.167.255.255 public
    192.169.0.0 public | 126.255.255.255 public | 128.0.0.1 public | 100.63.255.255 public | 100.128.0.0 public
    169.253.255.255 public | 169.255.0.0 public | 198.17.255.255 public | 198.20.0.0 public | 223.255.255.255 public
    192.0.1.0 public | 203.0.112.255 public | 203.0.114.0 public
    2606:4700:4700::1111 public | 2001:4860:4860::8888 public | 2a00:1450:4001:81b::200e public | 2003::1 public
    ::ffff:8.8.8.8 public | 64:ff9b::8.8.8.8 public | 2002:808:808:: public
"""


def rows() -> list[tuple[str, Reach, str]]:
    tables = ((LOCAL, Reach.LOCAL), (NEVER, Reach.NEVER), (PUBLIC, Reach.PUBLIC))
    cells = [
        (cell.strip(), reach) for table, reach in tables for line in table.splitlines() for cell in line.split("|")
    ]
    return [(cell.split(" ", 1)[0], reach, cell.split(" ", 1)[1]) for cell, reach in cells if cell]


@pytest.mark.parametrize(("address", "reach", "why"), rows())
def test_an_address_is_judged_as_what_it_is(address: str, reach: Reach, why: str) -> None:
    assert judged(address) == (reach, why)


def test_the_table_has_the_rows_that_it_says() -> None:
    found = [reach for _, reach, _ in rows()]
    assert [found.count(reach) for reach in (Reach.LOCAL, Reach.NEVER, Reach.PUBLIC)] == [42, 71, 30]


def test_what_the_standard_library_calls_private_is_never_public_here() -> None:
    """But for addresses that carry one of IPv4, mapped or 6to4: versions of Python differ on those."""
    carrying = ("::ffff:", "2002:")
    public = [address for address, reach, _ in rows() if reach is Reach.PUBLIC and not address.startswith(carrying)]
    assert all(ipaddress.ip_address(address).is_global for address in public)


def test_what_the_standard_library_lets_through_is_not_public_here() -> None:
    through = ["64:ff9b::7f00:1", "::127.0.0.1", "fec0::1", "224.0.0.1"]
    assert all(ipaddress.ip_address(address).is_global for address in through)
    assert not [address for address in through if judged(address)[0] is Reach.PUBLIC]
