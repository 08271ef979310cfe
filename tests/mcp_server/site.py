"""A web site on loopback, in a thread of its own: a page, an API that answers what it was sent, redirects."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

PAGE = (
    "<html><head><title>Shop</title></head><body><h1>Shop</h1><p>The port is 8471.</p>"
    "<h2>Other</h2><p>Nothing here.</p></body></html>"
)
FOUND = {
    "/": ("text/html", PAGE),
    "/links": ("text/html", '<p>The <a href="/data">data</a>.</p>'),
    "/data": ("application/json", '{"port": 8471}'),
}
HALF = "/half"
"""Its answer ends before it is whole."""

MOVED = {"/away": "http://other.example/", "/home": "/"}


class Site(ThreadingHTTPServer):
    """seen: what was asked for, method and path. together: answers what begins with /together."""

    daemon_threads = True

    def __init__(self, together: Callable[[str], str]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.together = together
        self.seen: list[str] = []

    @property
    def port(self) -> int:
        return self.server_port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Site  # pyright: ignore[reportIncompatibleVariableOverride]

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        pass

    def do_GET(self) -> None:
        self.server.seen.append(f"{self.command} {self.path}")
        if self.path in MOVED:
            self._send(302, "text/plain", "", MOVED[self.path])
            return
        if self.path == HALF:
            self._send(200, "text/plain", "the first", promised_bytes=100)
            self.close_connection = True
            return
        if self.path.startswith("/together"):
            self._send(200, "text/plain", self.server.together(self.path))
            return
        body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
        echo = json.dumps({"method": self.command, "word": self.headers.get("x-word"), "body": body})
        is_found = self.path in FOUND or self.path == "/echo"
        self._send(200 if is_found else 404, *FOUND.get(self.path, ("application/json", echo)))

    def do_POST(self) -> None:
        self.do_GET()

    def do_DELETE(self) -> None:
        self.do_GET()

    def _send(self, status: int, kind: str, text: str, location: str = "", promised_bytes: int = 0) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(promised_bytes or len(text.encode())))
        if location:
            self.send_header("location", location)
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # whoever asked is gone
            self.wfile.write(text.encode())


@contextlib.contextmanager
def serving(together: Callable[[str], str] = str) -> Generator[Site]:
    """The site, until the test is over."""
    site = Site(together)
    thread = threading.Thread(target=site.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.shutdown()
        thread.join()
        site.server_close()
