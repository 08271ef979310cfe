"""robots.txt holds for what the agent fetches by itself, and is asked for once a call."""

from __future__ import annotations

import pytest

from scrimp.fetching.wanted import Wanted
from tests.fetching.site import Reply, Route
from tests.fetching.world import Options, living, run

PAGE = Reply("the page", "text/plain")
NO = "robots.txt of docs.example does not let agents have this page; the person can have it by the slash command"


async def fetched(robots: Route, *wanted: Wanted, allowed: tuple[str, ...] = ()) -> tuple[list[str], list[str]]:
    async with living({"/page": PAGE, "/more": PAGE, "/robots.txt": robots}, Options(allowed=allowed)) as (site, world):
        return [item.error for item in await world.fetch(*wanted)], sorted(site.paths())


@pytest.mark.parametrize(
    ("robots", "error"),
    [
        (Reply(status=404), ""),
        (Reply(status=410), ""),
        (Reply("User-agent: *\nAllow: /", "text/plain"), ""),
        (Reply("User-agent: *\nDisallow:", "text/plain"), ""),
        (Reply("", "text/plain"), ""),
        (Reply("<html>no robots here</html>"), ""),
        (Reply("User-agent: *\nDisallow: /", "text/plain"), NO),
        (Reply("# all of you\nUser-agent: *\n# no\nDisallow: /page", "text/plain"), NO),
        (Reply("User-agent: scrimp\nDisallow: /\n\nUser-agent: *\nAllow: /", "text/plain"), NO),
        (Reply("User-agent: *\nDisallow: /\n\nUser-agent: scrimp\nAllow: /", "text/plain"), ""),
        (Reply("User-agent: *\nDisallow: /p*e$", "text/plain"), NO),
        (Reply("User-agent: *\nDisallow: /other", "text/plain"), ""),
        (
            Reply(status=401),
            "robots.txt of docs.example answers 401: it wants no agents; the person can have it by the slash command",
        ),
        (
            Reply(status=403),
            "robots.txt of docs.example answers 403: it wants no agents; the person can have it by the slash command",
        ),
        (Reply(status=500), "robots.txt of docs.example answers 500, so its rules are not known"),
    ],
)
def test_a_page_is_fetched_as_robots_txt_says(robots: Reply, error: str) -> None:
    assert run(fetched(robots, Wanted("http://docs.example/page")))[0] == [error]


def test_the_rules_are_asked_for_once_for_all_pages_of_a_call() -> None:
    errors, paths = run(
        fetched(Reply(status=404), Wanted("http://docs.example/page"), Wanted("http://docs.example/more"))
    )
    assert (errors, paths) == (["", ""], ["/more", "/page", "/robots.txt"])


def test_what_the_person_named_is_fetched_without_asking() -> None:
    no = Reply("User-agent: *\nDisallow: /", "text/plain")
    assert run(fetched(no, Wanted("http://docs.example/page", by_user=True))) == ([""], ["/page"])


def test_a_host_that_the_user_opened_is_not_asked() -> None:
    no = Reply("User-agent: *\nDisallow: /", "text/plain")
    found = run(fetched(no, Wanted("http://docs.example/page"), allowed=("docs.example:80",)))
    assert found == ([""], ["/page"])
