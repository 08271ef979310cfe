"""The rest of a large answer waits for one of a few places, and gives it back however the answer ends."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import httpx2
import pytest

from scrimp.core import limits
from scrimp.fetching import urls
from scrimp.fetching.sending import Asked, Caps, Unfetched, sent
from tests.fetching.world import run

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

PIECE = b"x" * 1024 * 1024
SMALL, LARGE = limits.FETCH_LARGE_BYTES // len(PIECE), limits.FETCH_LARGE_BYTES // len(PIECE) + 2


class Sending(httpx2.AsyncBaseTransport):
    """Answers with so many pieces; `steps` has each of them, and when the place was taken and given back."""

    def __init__(self, pieces: int) -> None:
        self.pieces = pieces
        self.steps = ""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=self._body(), request=request)

    async def _body(self) -> AsyncGenerator[bytes]:
        for _ in range(self.pieces):
            self.steps += "."
            yield PIECE

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncGenerator[None]:
        self.steps += "("
        try:
            yield
        finally:
            self.steps += ")"


@pytest.mark.parametrize(
    ("pieces", "most", "steps", "error"),
    [
        (SMALL, LARGE, "....", ""),
        (LARGE, LARGE, ".....(.)", ""),
        (LARGE + 9, LARGE, ".....(..)", "more than 6 MB unpacked; fetch a part of it, or download it"),
    ],
    ids=["small", "large", "too large"],
)
def test_a_place_is_taken_once_an_answer_is_large_and_given_back(
    pieces: int, most: int, steps: str, error: str
) -> None:
    sending = Sending(pieces)
    caps = Caps(body_bytes=most * len(PIECE))

    async def story() -> str:
        try:
            answer = await sent(Asked(urls.parsed("http://docs.example/")), sending, "", caps, sending.place())
        except Unfetched as unfetched:
            return str(unfetched)
        assert answer.body == PIECE * pieces
        return ""

    assert (run(story()), sending.steps) == (error, steps)
