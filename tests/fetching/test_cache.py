"""Pages are kept on disk by HTTP's own rules, for their user alone, and nothing that must not be kept."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from scrimp.core import limits
from scrimp.fetching.wanted import Wanted
from tests.fetching.site import Reply, Route, Seen, serving
from tests.fetching.world import Options, World, closing, run

if TYPE_CHECKING:
    import pathlib

    import pytest

URL = "http://docs.example/page"


def page(*headers: tuple[str, str], body: str = "the page") -> Reply:
    return Reply(body, "text/plain", headers=headers)


async def twice(route: Route, folder: str, wanted: Wanted, allowed: tuple[str, ...] = ()) -> tuple[list[str], int]:
    """The headings of two fetches by two servers that share a data folder, and how often the site was asked."""
    headings: list[str] = []
    async with serving({"/page": route}) as site:
        for _ in range(2):
            async with closing(World(site.port, Options(folder=folder, allowed=allowed))) as world:
                item = await world.one(wanted)
                assert (item.error, item.content()) == ("", "the page")
                headings.append(item.heading.removeprefix(f"{URL}: "))
        return headings, len(site.seen)


WANTED = Wanted(URL, by_user=True)
PLAIN = "text/plain, 1 line"


def test_a_fresh_page_is_not_asked_for_again_and_says_so(tmp_path: pathlib.Path) -> None:
    route = page(("Cache-Control", "max-age=600"))
    assert run(twice(route, str(tmp_path), WANTED)) == ([PLAIN, f"{PLAIN}, cached"], 1)


def test_a_private_page_may_be_kept_for_its_user(tmp_path: pathlib.Path) -> None:
    route = page(("Cache-Control", "private, max-age=600"))
    assert run(twice(route, str(tmp_path), WANTED)) == ([PLAIN, f"{PLAIN}, cached"], 1)


def test_what_must_not_be_stored_is_not(tmp_path: pathlib.Path) -> None:
    assert run(twice(page(("Cache-Control", "no-store")), str(tmp_path), WANTED)) == ([PLAIN, PLAIN], 2)
    assert b"the page" not in (tmp_path / "pages" / "pages-2.db").read_bytes()


def test_a_stale_page_is_asked_whether_it_is_still_good(tmp_path: pathlib.Path) -> None:
    conditions: list[str | None] = []

    def route(seen: Seen) -> Reply:
        conditions.append(seen.headers.get("if-none-match"))
        if seen.headers.get("if-none-match") == '"v1"':
            return Reply(status=304, headers=(("ETag", '"v1"'),))
        return page(("Cache-Control", "no-cache"), ("ETag", '"v1"'))

    assert run(twice(route, str(tmp_path), WANTED))[1] == 2
    assert conditions == [None, '"v1"']


def test_nothing_of_a_host_that_the_user_opened_is_kept(tmp_path: pathlib.Path) -> None:
    route = page(("Cache-Control", "max-age=600"))
    assert run(twice(route, str(tmp_path), WANTED, ("docs.example:80",))) == ([PLAIN, PLAIN], 2)
    assert not (tmp_path / "pages").exists()


def test_without_a_data_folder_nothing_is_kept(tmp_path: pathlib.Path) -> None:
    assert run(twice(page(("Cache-Control", "max-age=600")), "", WANTED)) == ([PLAIN, PLAIN], 2)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_costs_the_cache_and_nothing_else(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("in the way")
    route = page(("Cache-Control", "max-age=600"))
    assert run(twice(route, str(tmp_path / "file"), WANTED)) == ([PLAIN, PLAIN], 2)


def test_a_broken_cache_is_made_anew(tmp_path: pathlib.Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "pages-2.db").write_bytes(b"no database " * 1_000)
    assert run(twice(page(("Cache-Control", "max-age=600")), str(tmp_path), WANTED)) == ([PLAIN, f"{PLAIN}, cached"], 1)


def test_a_page_that_is_too_large_for_the_cache_is_not_kept(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FETCH_CACHED_BODY_BYTES", 5)
    assert run(twice(page(("Cache-Control", "max-age=600")), str(tmp_path), WANTED)) == ([PLAIN, PLAIN], 2)


def test_a_full_cache_still_lets_pages_through(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "FETCH_CACHE_BYTES", 1)
    assert run(twice(page(("Cache-Control", "max-age=600")), str(tmp_path), WANTED)) == ([PLAIN, PLAIN], 2)


def test_folder_and_files_are_for_their_user_alone_whatever_the_umask(tmp_path: pathlib.Path) -> None:
    before = os.umask(0)
    try:
        run(twice(page(("Cache-Control", "max-age=600")), str(tmp_path), WANTED))
    finally:
        os.umask(before)
    folder = tmp_path / "pages"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {name: stat.S_IMODE((folder / name).stat().st_mode) for name in os.listdir(folder)} == {
        "pages-2.db": 0o600,
        ".gitignore": 0o600,
    }
