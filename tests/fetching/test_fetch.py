"""A list of URLs becomes a list of items in their order, whatever some of them do."""

from __future__ import annotations

import asyncio
import json
import os
import pathlib  # noqa: TC003 - a fixture is named by its type

import pytest

from scrimp.batch import shown
from scrimp.fetching.wanted import Wanted
from tests.fetching.site import Reply, Route, Seen
from tests.fetching.world import Options, living, run

NO_ROBOTS = {"/robots.txt": Reply(status=404)}
PAGE = "<html><head><title>A page</title></head><body><nav>Home</nav><main><h1>Head</h1><p>Words.</p></main></body>"
OPENED = ("api.example:80",)
NAMES = {"api.example": ["127.0.0.1"]}


async def answered(*wanted: Wanted | str, routes: dict[str, Route], budget_tokens: int = 5_000) -> str:
    async with living({**NO_ROBOTS, **routes}, Options(names=NAMES, allowed=OPENED)) as (_, world):
        return shown.answer(await world.fetch(*wanted), budget_tokens)


def test_each_item_has_its_text_or_its_one_error_in_the_order_of_the_list() -> None:
    routes: dict[str, Route] = {
        "/page": Reply(PAGE),
        "/data": Reply('{"b": 1, "a": [1.50, 2]}', "application/json"),
        "/notes": Reply("one\r\ntwo\r\n", "text/plain"),
        "/moved": Reply(status=301, headers=(("Location", "/page"),)),
        "/logo": Reply(b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
        "/gone": Reply("<html><body><p>It is gone for good.</p></body></html>", status=410),
    }
    urls = ["page", "gone", "data", "notes", "moved", "logo", "page"]
    given = answered(
        *(f"http://docs.example/{name}" for name in urls), "ftp://x", "http://nowhere.example/", routes=routes
    )
    assert run(given) == (
        '## http://docs.example/page: html, "A page", 3 lines\n# Head\n\nWords.\n\n'
        "## http://docs.example/gone\n[error: HTTP 410 Word: It is gone for good.]\n\n"
        '## http://docs.example/data: json, 1 line\n{"b": 1, "a": [1.50, 2]}\n\n'
        "## http://docs.example/notes: text/plain, 2 lines\none\ntwo\n\n"
        '## http://docs.example/moved -> http://docs.example/page: html, "A page", 3 lines\n# Head\n\nWords.\n\n'
        "## http://docs.example/logo: png, 10 bytes, not shown\n\n"
        "## http://docs.example/page: as above\n\n"
        "## ftp://x\n[error: ftp: is not fetched; only http:// and https:// are]\n\n"
        "## http://nowhere.example/\n"
        "[error: nowhere.example is not known (Name or service not known) (asked for its robots.txt first)]"
    )


def test_thirty_pages_are_under_way_together_and_no_host_gets_more_than_its_share() -> None:
    async def story() -> tuple[int, int]:
        waiting = asyncio.Event()

        async def slow(writer: asyncio.StreamWriter) -> None:
            if site.now == 30:
                waiting.set()
            await waiting.wait()
            writer.write(Reply("x", "text/plain").raw())

        async def crowded(writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0)
            writer.write(Reply("x", "text/plain").raw())

        names = {f"h{number}.example": ["93.184.216.40"] for number in range(30)}
        async with living({"/": slow}, Options(names=names)) as (site, world):
            await world.fetch(*(Wanted(f"http://{name}/", by_user=True) for name in names))
            together = site.widest
        async with living({f"/{number}": crowded for number in range(30)}) as (site, world):
            await world.fetch(*(Wanted(f"http://docs.example/{number}", by_user=True) for number in range(30)))
            return together, site.widest

    together, on_one_host = run(story())
    assert together == 30
    assert 1 < on_one_host <= 8


def test_progress_is_told_after_each_item() -> None:
    async def story() -> list[tuple[int, int, str]]:
        async with living({**NO_ROBOTS, "/": Reply(PAGE)}) as (_site, world):
            await world.fetch("http://docs.example/", "ftp://x", "http://docs.example/none")
            return world.done

    done = run(story())
    assert [(count, total) for count, total, _ in done] == [(1, 3), (2, 3), (3, 3)]
    assert {url for _, _, url in done} == {"http://docs.example/", "ftp://x", "http://docs.example/none"}


def test_two_parts_of_one_page_ask_its_server_once_and_a_later_part_not_at_all() -> None:
    async def story() -> tuple[str, str, list[str]]:
        lines = "\n".join(f"line {number}" for number in range(1, 101))
        reply = Reply(lines, "text/plain", headers=(("Cache-Control", "no-store"),))
        async with living({**NO_ROBOTS, "/t": reply}) as (site, world):
            url = "http://docs.example/t"
            first = shown.answer(await world.fetch(Wanted(url, lines="2-3"), Wanted(url, lines="99-")), 1_000)
            second = shown.answer(await world.fetch(Wanted(url, lines="50"), Wanted(url, lines="101-")), 1_000)
            return first, second, site.paths()

    first, second, paths = run(story())
    assert first == (
        "## http://docs.example/t: text/plain, 100 lines, from line 2\nline 2\nline 3\n\n"
        "## http://docs.example/t: text/plain, 100 lines, from line 99\nline 99\nline 100"
    )
    assert second == (
        "## http://docs.example/t: text/plain, 100 lines, from line 50\nline 50\n\n"
        "## http://docs.example/t\n[error: the page has 100 lines, none from 101 on]"
    )
    assert paths == ["/robots.txt", "/t"]


def test_a_query_has_the_passages_that_answer_it_and_says_where_nothing_does() -> None:
    sections = "".join(f"<h2>Part {number}</h2><p>{'Filler of the part. ' * 40}</p>" for number in range(20))
    page = f"<html><body><main><h1>Guide</h1>{sections}<h2>Limits</h2><p>At most 7 zebras.</p></main></body></html>"
    url = "http://docs.example/guide"
    asked = (Wanted(url, query="how many zebras are there?"), Wanted(url, query="giraffe"))
    text = run(answered(*asked, routes={"/guide": Reply(page)}, budget_tokens=180))
    heading = f'## {url}: html, "Guide", 85 lines'
    zebras, giraffe = text.split(f"\n\n## {url}")
    assert zebras == (
        f"{heading}\n[lines 83-85 > Guide]\n## Limits\n\nAt most 7 zebras.\n"
        f'[1 of 22 passages shown; all of it: batch_fetch {{"url": "{url}", "lines": "1-85"}}]'
    )
    assert giraffe.startswith(': html, "Guide", 85 lines; nothing in it has a word of the query\n')


def test_a_page_that_breaks_a_parser_takes_no_other_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_text: str) -> str:
        raise RecursionError("too deep")

    monkeypatch.setattr("scrimp.fetching.json_text.laid_out", broken)
    routes: dict[str, Route] = {"/json": Reply("[1]", "application/json"), "/text": Reply("fine", "text/plain")}
    assert run(answered("http://docs.example/json", "http://docs.example/text", routes=routes)) == (
        "## http://docs.example/json\n[error: RecursionError: too deep]\n\n"
        "## http://docs.example/text: text/plain, 1 line\nfine"
    )


def test_what_the_user_denies_is_denied_with_the_reason_at_every_hop_and_nothing_else_is() -> None:
    async def story() -> tuple[str, list[str]]:
        def refusal(url: str) -> str:
            return "denied by WebFetch(domain:other.example) in .claude/settings.json" if "other.example" in url else ""

        moved = Reply(status=302, headers=(("Location", "http://other.example/x"),))
        async with living({**NO_ROBOTS, "/": Reply(PAGE), "/moved": moved}, Options(refusal=refusal)) as (site, world):
            urls = ("http://OTHER.example/", "http://docs.example/moved", "http://docs.example/")
            return shown.answer(await world.fetch(*urls), 1_000), site.paths()

    text, paths = run(story())
    denied = "[error: denied by WebFetch(domain:other.example) in .claude/settings.json]"
    assert text == (
        f"## http://OTHER.example/\n{denied}\n\n## http://docs.example/moved\n{denied}\n\n"
        '## http://docs.example/: html, "A page", 3 lines\n# Head\n\nWords.'
    )
    assert sorted(paths) == ["/", "/moved", "/robots.txt"]


def test_a_part_of_a_kept_page_is_denied_too_once_a_rule_says_so() -> None:
    async def story() -> str:
        denied: list[str] = []

        def refusal(_url: str) -> str:
            return "".join(denied)

        async with living({**NO_ROBOTS, "/": Reply(PAGE)}, Options(refusal=refusal)) as (
            _site,
            world,
        ):
            await world.one("http://docs.example/")
            denied.append("denied now")
            return (await world.one(Wanted("http://docs.example/", lines="1-2"))).error

    assert run(story()) == "denied now"


class TestTheApiUnderDevelopment:
    """Methods, headers, bodies and failures of a host and port that the user opened."""

    def test_gets_the_method_the_headers_and_the_body_and_nothing_of_it_is_cached(self) -> None:
        def echo(seen: Seen) -> Reply:
            told = {"method": seen.method, "body": seen.body.decode(), "token": seen.headers["x-token"]}
            return Reply(json.dumps(told), "application/json", 201, (("Cache-Control", "max-age=600"),))

        wanted = Wanted("http://api.example/v1/things", "put", (("X-Token", "t"),), '{"a": 1}')
        given = answered(wanted, routes={"/v1/things": echo})
        assert run(given) == (
            "## PUT http://api.example/v1/things: HTTP 201 Word, json, 1 line\n"
            '{"method": "PUT", "body": "{\\"a\\": 1}", "token": "t"}'
        )

    def test_its_errors_are_answers_with_their_bodies(self) -> None:
        body = '{"detail": [{"loc": ["body", "a"], "msg": "field required"}]}'
        given = answered("http://api.example/x", "http://api.example/empty", routes={
            "/x": Reply(body, "application/json", 422),
            "/empty": Reply(b"", "text/plain", 204),
        })  # fmt: skip
        assert run(given) == (
            f"## http://api.example/x: HTTP 422 Word, json, 1 line\n{body}\n\n"
            "## http://api.example/empty: HTTP 204 Word, empty"
        )

    def test_head_shows_the_headers(self) -> None:
        given = answered(Wanted("http://api.example/x", "HEAD"), routes={"/x": Reply("body", "text/plain")})
        assert run(given) == ("## HEAD http://api.example/x: 2 lines\ncontent-length: 4\ncontent-type: text/plain")

    def test_is_sent_a_post_once_and_its_answer_is_gone_on_in_from_memory(self) -> None:
        async def story() -> tuple[str, str, str, int]:
            lines = "\n".join(f"row {number}" for number in range(1, 2_001))
            async with living({"/q": Reply(lines, "text/plain")}, Options(names=NAMES, allowed=OPENED)) as (
                site,
                world,
            ):
                post = Wanted("http://api.example/q", "POST", body="select")
                first = shown.answer([await world.one(post)], 60)
                second = shown.answer([await world.one(post._replace(lines="5-6"))], 100)
                other = await world.one(Wanted("http://api.example/q", "POST", body="other", lines="5-6"))
                return first, second, other.error, len(site.seen)

        first, second, other, count = run(story())
        assert first.startswith("## POST http://api.example/q: text/plain, 2,000 lines\nrow 1\n")
        assert first.endswith(
            '\nrow 12\n[1,988 of 2,000 lines left out; batch_fetch the same item with "lines": "13-2000"]'
        )
        assert second == "## POST http://api.example/q: text/plain, 2,000 lines, from line 5\nrow 5\nrow 6"
        assert other == "its answer is not kept any more; ask without lines, which sends POST again"
        assert count == 1

    def test_redirects_take_headers_and_bodies_to_no_other_host(self) -> None:
        async def story() -> tuple[list[Seen], list[str]]:
            def moved(status: int, where: str) -> Reply:
                return Reply(status=status, headers=(("Location", where),))

            routes: dict[str, Route] = {
                **NO_ROBOTS,
                "/303": moved(303, "/x"),
                "/302": moved(302, "/x"),
                "/307": moved(307, "/x"),
                "/away": moved(302, "http://docs.example/x"),
                "/away-307": moved(307, "http://docs.example/x"),
                "/x": Reply("x", "text/plain"),
            }
            async with living(routes, Options(names=NAMES, allowed=OPENED)) as (site, world):
                errors: list[str] = []
                for path in ("/303", "/302", "/307", "/away", "/away-307"):
                    headers = (("Authorization", "secret"), ("Content-Type", "text/plain"))
                    errors.append((await world.one(Wanted(f"http://api.example{path}", "POST", headers, "b"))).error)
                return [one for one in site.seen if one.path == "/x"], errors

        seen, errors = run(story())
        assert [(one.method, one.body, one.headers.get("authorization")) for one in seen] == [
            ("GET", b"", "secret"),
            ("GET", b"", "secret"),
            ("POST", b"b", "secret"),
            ("GET", b"", None),
        ]
        assert errors == ["", "", "", "", "POST is only sent where the user allows docs.example:80"]

    @pytest.mark.parametrize(
        ("wanted", "error"),
        [
            (Wanted("http://docs.example/", "POST"), "POST is only sent where the user allows docs.example:80"),
            (Wanted("http://docs.example/", "DELETE"), "DELETE is only sent where the user allows docs.example:80"),
            (Wanted("http://docs.example/", body="b"), "a body is only sent where the user allows docs.example:80"),
            (
                Wanted("http://docs.example/", headers=(("Cookie", "a=b"),)),
                "the header Cookie is only sent where the user allows docs.example:80",
            ),
            (Wanted("http://api.example/", "CONNECT"), "'CONNECT' is no method that is sent"),
            (Wanted("http://api.example/", "GET /x HTTP/1.1"), "'GET /x HTTP/1.1' is no method that is sent"),
            (
                Wanted("http://api.example/", headers=(("Host", "x"),)),
                "the header Host is set by the connection itself; leave it out",
            ),
            (
                Wanted("http://api.example/", headers=(("Proxy-Authorization", "x"),)),
                "the header Proxy-Authorization is set by the connection itself; leave it out",
            ),
            (
                Wanted("http://api.example/", headers=(("X", "a\r\nEvil: b"),)),
                "'X' is no header that can be sent",
            ),
            (Wanted("http://api.example/", headers=(("X y", "a"),)), "'X y' is no header that can be sent"),
            (Wanted("http://api.example/", "POST", body="x" * 1_048_577), "the body has more than 1024 KB"),
            (Wanted("http://docs.example/", lines="9-3"), "lines is '9-3'; expected '301-600', '301-' or '301'"),
            (Wanted("http://docs.example/", lines="0-3"), "lines is '0-3'; expected '301-600', '301-' or '301'"),
        ],
    )
    def test_what_is_not_opened_or_cannot_be_sent_is_said_and_not_sent(self, wanted: Wanted, error: str) -> None:
        async def story() -> tuple[str, list[Seen]]:
            async with living({}, Options(names=NAMES, allowed=OPENED)) as (site, world):
                return (await world.one(wanted)).error, site.seen

        assert run(story()) == (error, [])


def test_a_language_may_be_asked_of_any_host() -> None:
    async def story() -> list[str]:
        async with living({**NO_ROBOTS, "/": Reply(PAGE)}) as (site, world):
            item = await world.one(Wanted("http://docs.example/", headers=(("Accept-Language", "de"),)))
            return [item.error, *(one.headers.get("accept-language", "") for one in site.seen)]

    assert run(story()) == ["", "", "de"]


def test_no_cookie_that_a_server_sets_is_sent_back() -> None:
    async def story() -> list[bool]:
        reply = Reply(PAGE, headers=(("Set-Cookie", "id=1; Path=/"),))
        async with living({**NO_ROBOTS, "/a": reply, "/b": reply}) as (site, world):
            await world.one("http://docs.example/a")
            await world.one("http://docs.example/b")
            return ["cookie" in one.headers for one in site.seen]

    assert not any(run(story()))


def test_a_cancelled_call_leaves_no_task_behind() -> None:
    async def story() -> set[str]:
        arrived = asyncio.Event()

        async def hanging(writer: asyncio.StreamWriter) -> None:
            arrived.set()
            await writer.wait_closed()

        async with living({**NO_ROBOTS, "/": hanging}) as (_, world):
            call = asyncio.create_task(world.fetch("http://docs.example/"))
            await arrived.wait()
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)
            coroutines = [str(task.get_coro()) for task in asyncio.all_tasks()]
            return {text for text in coroutines if "Fetcher" in text or "Asking" in text or "Robots" in text}

    assert run(story()) == set()


def test_forty_calls_leave_no_task_no_descriptor_and_no_host_behind(tmp_path: pathlib.Path) -> None:
    async def story() -> list[tuple[int, int]]:
        counts: list[tuple[int, int]] = []
        names = {f"h{number}.example": ["93.184.216.40"] for number in range(5)}
        async with living({**NO_ROBOTS, "/": Reply(PAGE)}, Options(names, folder=str(tmp_path))) as (_, world):
            for number in range(40):
                items = await world.fetch(*(f"http://{name}/" for name in names))
                assert [item.error for item in items] == [""] * 5
                if number in (9, 39):
                    counts.append((len(os.listdir("/proc/self/fd")), len(asyncio.all_tasks())))
        return counts

    early, late = run(story())
    assert late <= early
