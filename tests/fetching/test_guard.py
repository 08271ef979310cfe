"""No connection is made but to an address that was checked, whatever name, redirect or second answer leads there."""

from __future__ import annotations

import pytest

from scrimp.batch.item import Item
from scrimp.fetching.wanted import Wanted
from tests.fetching.site import Reply, Route, Site, serving
from tests.fetching.world import PUBLIC, Options, World, closing, living, run

PAGE = Reply("<html><body><main><p>the page</p></main></body></html>")
OTHERWISE = "which is not fetched from"


def moved(location: str) -> Reply:
    return Reply(status=302, headers=(("Location", location),))


async def fetched(
    url: str, options: Options | None = None, routes: dict[str, Route] | None = None
) -> tuple[Item, World, Site]:
    async with living({"/": PAGE, "/robots.txt": Reply(status=404), **(routes or {})}, options) as (site, world):
        return await world.one(Wanted(url)), world, site


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("http://localhost/", "localhost is 127.0.0.1 (loopback)"),
        ("http://localhost./", "localhost is 127.0.0.1 (loopback)"),
        ("http://LOCALHOST:6379/", "localhost is 127.0.0.1 (loopback)"),
        ("http://127.0.0.1:3306/", "127.0.0.1 (loopback)"),
        ("http://[::1]:8080/", "::1 (loopback)"),
        ("http://2130706433/", "2130706433 is 127.0.0.1 (loopback)"),
        ("http://017700000001/", "017700000001 is 127.0.0.1 (loopback)"),
        ("http://0x7f000001/", "0x7f000001 is 127.0.0.1 (loopback)"),
        ("http://0x7f.1/", "0x7f.1 is 127.0.0.1 (loopback)"),
        ("http://127.1/", "127.1 is 127.0.0.1 (loopback)"),
        ("http://0/", "0 is 0.0.0.0 (this network)"),
        ("http://[::]/", ":: (unspecified)"),
        ("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1 (IPv4-mapped, loopback)"),
        ("http://[::ffff:169.254.169.254]/", "::ffff:169.254.169.254 (IPv4-mapped, cloud metadata)"),
        ("http://[64:ff9b::7f00:1]/", "64:ff9b::7f00:1 (NAT64, loopback)"),
        ("http://[2002:7f00:1::]/", "2002:7f00:1:: (6to4, loopback)"),
        ("http://169.254.169.254/latest/meta-data/", "169.254.169.254 (cloud metadata)"),
        ("http://2852039166/", "2852039166 is 169.254.169.254 (cloud metadata)"),
        ("http://metadata.example/", "metadata.example is 169.254.169.254 (cloud metadata)"),
        ("http://router.example/", "router.example is 192.168.1.1 (private)"),
        ("http://255.255.255.255/", "255.255.255.255 (broadcast)"),
        ("http://rebinding.example/", "rebinding.example is 10.0.0.7 (private)"),
    ],
)
def test_a_local_or_reserved_address_is_not_connected_to(url: str, refusal: str) -> None:
    names = {
        "metadata.example": ["169.254.169.254"],
        "router.example": ["192.168.1.1"],
        "rebinding.example": [PUBLIC, "10.0.0.7"],
    }
    item, world, site = run(fetched(url, Options(names)))
    assert item.error.startswith(f"{refusal}, {OTHERWISE}")
    assert (world.led.asked, site.seen) == ([], [])


def test_a_refusal_names_what_the_user_would_have_to_allow_where_that_can_be_allowed() -> None:
    opened, _, _ = run(fetched("http://localhost:8000/"))
    never, _, _ = run(fetched("http://169.254.169.254/"))
    assert opened.error == (
        "localhost is 127.0.0.1 (loopback), which is not fetched from; "
        "where you mean it, let the user allow localhost:8000"
    )
    assert never.error == "169.254.169.254 (cloud metadata), which is not fetched from"


def test_the_connection_goes_to_the_checked_address_and_the_name_is_resolved_once_for_it() -> None:
    item, world, site = run(fetched("http://docs.example/"))
    assert item.error == ""
    assert world.led.asked == [(PUBLIC, 80)]
    assert world.looked_up == ["docs.example"]
    assert [one.headers["host"] for one in site.seen] == ["docs.example", "docs.example"]


def test_a_name_that_answers_differently_the_second_time_is_checked_the_second_time() -> None:
    async def story() -> tuple[Item, Item, World]:
        closed = Reply(PAGE.body, headers=(("Connection", "close"),))
        async with living({"/": closed, "/robots.txt": Reply(status=404, headers=(("Connection", "close"),))}) as (
            _site,
            world,
        ):
            first = await world.one(Wanted("http://docs.example/", by_user=True))
            world.names["docs.example"] = ["127.0.0.1"]
            return first, await world.one(Wanted("http://docs.example/", by_user=True)), world

    first, second, world = run(story())
    assert first.error == ""
    assert second.error.startswith("docs.example is 127.0.0.1 (loopback)")
    assert world.led.asked == [(PUBLIC, 80)]


@pytest.mark.parametrize(
    ("location", "error"),
    [
        ("http://127.0.0.1/admin", f"127.0.0.1 (loopback), {OTHERWISE}"),
        ("http://localhost:9200/", f"localhost is 127.0.0.1 (loopback), {OTHERWISE}"),
        ("//169.254.169.254/latest/", f"169.254.169.254 (cloud metadata), {OTHERWISE}"),
        ("http://[::ffff:10.0.0.1]/", f"::ffff:10.0.0.1 (IPv4-mapped, private), {OTHERWISE}"),
        ("file:///etc/passwd", "redirects to what is not fetched: file: is not fetched"),
        ("http://user@other.example/", "redirects to what is not fetched: the URL has a user name"),
        ("gopher://127.0.0.1:25/x", "redirects to what is not fetched: gopher: is not fetched"),
    ],
)
def test_a_redirect_is_judged_like_the_first_url(location: str, error: str) -> None:
    item, world, _ = run(fetched("http://docs.example/go", None, {"/go": moved(location)}))
    assert item.error.startswith(error)
    assert world.led.asked == [(PUBLIC, 80)]


def test_a_redirect_of_robots_txt_is_judged_too() -> None:
    item, world, _ = run(fetched("http://docs.example/", None, {"/robots.txt": moved("http://127.0.0.1/")}))
    assert item.error.startswith("127.0.0.1 (loopback)")
    assert world.led.asked == [(PUBLIC, 80)]


def test_what_the_user_opened_is_reached_on_that_port_alone() -> None:
    opened, world, _ = run(fetched("http://localhost:8000/", Options(allowed=("localhost:8000",))))
    other, _, _ = run(fetched("http://localhost:8001/", Options(allowed=("localhost:8000",))))
    by_number, _, _ = run(fetched("http://127.0.0.1:8000/", Options(allowed=("localhost:8000",))))
    assert (opened.error, opened.content()) == ("", "the page")
    assert world.led.asked == [("127.0.0.1", 8000)]
    assert other.error.startswith("localhost is 127.0.0.1 (loopback)")
    assert by_number.error.startswith("127.0.0.1 (loopback)")


def test_what_hands_out_credentials_is_not_opened_by_any_setting() -> None:
    item, world, _ = run(fetched("http://169.254.169.254/", Options(allowed=("169.254.169.254:*",))))
    assert item.error == "169.254.169.254 (cloud metadata), which is not fetched from"
    assert world.led.asked == []


def test_the_next_address_is_tried_where_the_first_does_not_answer() -> None:
    async def story() -> tuple[Item, World]:
        names = {"two.example": ["93.184.216.36", PUBLIC]}
        async with living({"/": PAGE}, Options(names=names, refusing=("93.184.216.36",))) as (_, world):
            return await world.one(Wanted("http://two.example/", by_user=True)), world

    item, world = run(story())
    assert item.error == ""
    assert world.led.asked == [("93.184.216.36", 80), (PUBLIC, 80)]


@pytest.mark.parametrize(
    ("url", "names", "error"),
    [
        ("http://10.0.0.1/", {}, f"10.0.0.1 (private), {OTHERWISE}"),
        (
            "http://inside.example/",
            {"inside.example": ["10.0.0.2"]},
            f"inside.example is 10.0.0.2 (private), {OTHERWISE}",
        ),
        ("http://2130706433/", {}, f"2130706433 is 127.0.0.1 (loopback), {OTHERWISE}"),
    ],
)
def test_behind_a_proxy_what_is_known_here_is_checked_before_it_is_asked(
    url: str, names: dict[str, list[str]], error: str
) -> None:
    item, world, site = run(fetched(url, Options(names, environ={"http_proxy": "http://127.0.0.1:1"})))
    assert item.error.startswith(error)
    assert (world.led.asked, site.seen) == ([], [])


def test_behind_a_proxy_the_proxy_is_asked_for_names_that_only_it_knows() -> None:
    async def story() -> tuple[Item, list[tuple[str, str, str]]]:
        reply = Reply("inside", "text/plain")
        routes: dict[str, Route] = {
            "http://inside.example/": reply,
            "http://inside.example/robots.txt": Reply(status=404),
        }
        async with serving(routes) as site, closing(World(1, Options(environ={"ALL_PROXY": site.url}))) as world:
            item = await world.one("http://inside.example/")
            return item, [(one.method, one.path, one.headers["host"]) for one in site.seen]

    item, seen = run(story())
    assert (item.error, item.content()) == ("", "inside")
    assert seen == [
        ("GET", "http://inside.example/robots.txt", "inside.example"),
        ("GET", "http://inside.example/", "inside.example"),
    ]
