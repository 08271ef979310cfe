"""A request is sent again where that may help, after growing pauses, and never when it changes something."""

from __future__ import annotations

import pytest

from scrimp.fetching.wanted import Wanted
from tests.fetching.site import Reply, Route, Seen
from tests.fetching.world import Options, living, run

URL = "http://docs.example/"
OPENED = "http://api.example/"
FINE = Reply("fine", "text/plain")


def in_turn(*replies: Reply | bytes) -> Route:
    left = list(replies)

    def next_one(_seen: Seen) -> Reply | bytes:
        return left.pop(0) if len(left) > 1 else left[0]

    return next_one


def busy(status: int = 503, after: str = "") -> Reply:
    return Reply("busy now", "text/plain", status, (("Retry-After", after),) if after else ())


async def tried(route: Route, wanted: Wanted) -> tuple[str, str, list[float], int]:
    names = {"api.example": ["127.0.0.1"]}
    async with living({"/": route}, Options(names=names, allowed=("api.example:80",))) as (site, world):
        item = await world.one(wanted)
        return item.error, item.content(), world.pauses, len(site.seen)


CASES: list[tuple[tuple[Reply | bytes, ...], tuple[str, str, list[float], int]]] = [
    ((busy(), FINE), ("", "fine", [0.5], 2)),
    ((busy(429), busy(503), FINE), ("", "fine", [0.5, 1.0], 3)),
    ((busy(),), ("HTTP 503 Word: busy now", "", [0.5, 1.0], 3)),
    ((b"", FINE), ("", "fine", [0.5], 2)),
    ((busy(429, "3"), FINE), ("", "fine", [3.0], 2)),
    ((busy(429, "0"), FINE), ("", "fine", [0.5], 2)),
    ((busy(429, "Fri, 15 Jan 2027 08:00:04 GMT"), FINE), ("", "fine", [4.0], 2)),
    ((busy(429, "soon"), FINE), ("", "fine", [0.5], 2)),
    ((busy(429, "120"), FINE), ("HTTP 429 Word, Retry-After: 120: busy now", "", [], 1)),
    ((Reply("no", "text/plain", 500), FINE), ("HTTP 500 Word: no", "", [], 1)),
    ((Reply("no", "text/plain", 404), FINE), ("HTTP 404 Word: no", "", [], 1)),
]


@pytest.mark.parametrize(("route", "expected"), CASES)
def test_passing_failures_are_tried_again(
    route: tuple[Reply | bytes, ...], expected: tuple[str, str, list[float], int]
) -> None:
    assert run(tried(in_turn(*route), Wanted(URL, by_user=True))) == expected


def test_what_changes_something_is_sent_once() -> None:
    error, content, pauses, count = run(tried(in_turn(busy(), FINE), Wanted(OPENED, "POST")))
    assert (error, content, pauses, count) == ("", "busy now", [], 1)


def test_a_refused_connection_is_tried_again_and_then_said() -> None:
    async def story() -> tuple[str, list[float]]:
        async with living({}, Options(refusing=("93.184.216.34",))) as (_site, world):
            return (await world.one(Wanted(URL, by_user=True))).error, world.pauses

    assert run(story()) == ("no connection: Connection refused", [0.5, 1.0])
