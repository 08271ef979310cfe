"""Whatever a server does, its item has one clear error, and the others their text."""

from __future__ import annotations

import asyncio
import gzip
import importlib
import ssl
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from backports import zstd
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from scrimp.fetching.sending import Caps
from scrimp.fetching.wanted import Wanted
from tests.fetching.site import Reply, Route, Seen, serving
from tests.fetching.world import Options, World, closing, living, run

PAGE = b"<html><body><main><p>" + "Käse und Brot. ".encode() * 40 + b"</p></main></body></html>"
TEXT = ("Käse und Brot. " * 40).strip()
SMALL = Caps(connect_s=20, quiet_s=20, page_s=60, wire_bytes=20_000, body_bytes=100_000)
IMPATIENT = SMALL._replace(quiet_s=1)


def brotli(body: bytes) -> bytes:
    """Packed; the library has no types."""
    module: Any = importlib.import_module("brotli")
    return bytes(module.compress(body))


def head(*rows: str, status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *rows, "", ""]).encode()


def packed(how: str, body: bytes) -> Reply:
    return Reply(body, headers=(("Content-Encoding", how), ("Content-Type", "text/html; charset=utf-8")))


async def hanging(writer: asyncio.StreamWriter) -> None:
    writer.write(head("Content-Type: text/plain", "Content-Length: 10"))
    await asyncio.Event().wait()


async def silent(writer: asyncio.StreamWriter) -> None:
    del writer
    await asyncio.Event().wait()


async def dripping(writer: asyncio.StreamWriter) -> None:
    writer.write(head("Content-Type: text/plain", "Content-Length: 1000000"))
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.02)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(head("Content-Type: text/plain", "Transfer-Encoding: chunked"))
    while True:
        writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        await writer.drain()


async def endless_headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"x" * 1000 + b"\r\n")
        await writer.drain()


BOMB = b"\0" * 10_000_000
FINE = Reply("fine", "text/plain")
CASES: dict[str, tuple[Route, str]] = {
    "half": (head("Content-Length: 1000") + b"<p>half", "the answer is not whole or no HTTP"),
    "half-chunked": (head("Transfer-Encoding: chunked") + b"5\r\nhel", "the answer is not whole or no HTTP"),
    "bad-chunk": (head("Transfer-Encoding: chunked") + b"zz\r\nhel\r\n", "the answer is not whole or no HTTP"),
    "nothing": (b"", "the answer is not whole or no HTTP"),
    "no-http": (b"220 mail.example ESMTP\r\n\r\n", "the answer is not whole or no HTTP"),
    "two-lengths": (head("Content-Length: 4", "Content-Length: 5") + b"text", "the answer is not whole or no HTTP"),
    "minus": (head("Content-Length: -4") + b"text", "the answer is not whole or no HTTP"),
    "huge-header": (head("X-Big: " + "x" * 200_000) + b"x", "the answer is not whole or no HTTP"),
    "endless-headers": (endless_headers, "the answer is not whole or no HTTP"),
    "empty": (Reply(b""), "HTTP 200 Word: the answer is empty"),
    "204": (Reply(b"", status=204), "HTTP 204 Word: the answer is empty"),
    "304": (head(status="304 Not Modified"), "HTTP 304 Not Modified: the answer is empty"),
    "scripts-only": (Reply("<html><body><script>1</script></body></html>"), "the page has no text without scripts"),
    "hangs": (hanging, "nothing came for 1 s"),
    "silent": (silent, "nothing came for 1 s"),
    "endless": (endless, "more than 0.0190735 MB; download it to a file instead"),
    "gzip-bomb": (packed("gzip", gzip.compress(BOMB)), "more than 0.0953674 MB unpacked"),
    "deflate-bomb": (packed("deflate", zlib.compress(BOMB)), "more than 0.0953674 MB unpacked"),
    "brotli-bomb": (packed("br", brotli(BOMB)), "more than 0.0953674 MB unpacked"),
    "zstd-bomb": (packed("zstd", zstd.compress(BOMB)), "more than 0.0953674 MB unpacked"),
    "twice-bomb": (packed("gzip, gzip", gzip.compress(gzip.compress(BOMB))), "more than 0.0953674 MB unpacked"),
    "no-gzip": (packed("gzip", b"<html>not packed</html>"), "the answer cannot be unpacked"),
    "broken-br": (packed("br", b"\xff\xff\xff\xff"), "the answer cannot be unpacked"),
    "broken-zstd": (packed("zstd", zstd.compress(PAGE)[:-3]), "the answer cannot be unpacked"),
    "unknown-packing": (packed("lzma", b"x"), "the answer is packed as 'lzma', which nobody asked for"),
    "many-packings": (packed(", ".join(["gzip"] * 9), b"x"), "the answer cannot be unpacked"),
    "circle": (Reply(status=302, headers=(("Location", "/circle"),)), "redirects in a circle, back to"),
    "broken-pdf": (Reply(b"%PDF-1.7 broken", "application/pdf"), "the PDF cannot be opened"),
    "nowhere": (Reply(status=302, headers=(("Location", "http://h:port/x"),)), "redirects to what is not fetched"),
    "no-location": (Reply("moved", "text/plain", status=302), ""),
}


async def in_a_world(routes: dict[str, Route], *wanted: Wanted, caps: Caps = SMALL) -> list[tuple[str, str]]:
    async with living(routes, Options(caps=caps)) as (_site, world):
        return [(item.error, item.content()) for item in await world.fetch(*wanted)]


@pytest.mark.parametrize("name", CASES)
def test_a_bad_answer_is_one_clear_error_and_the_others_are_intact(name: str) -> None:
    route, error = CASES[name]
    wanted = [Wanted(f"http://docs.example/{path}", by_user=True) for path in ("fine", name, "fine")]
    caps = IMPATIENT if "nothing came" in error else SMALL
    first, bad, _ = run(in_a_world({"/fine": FINE, f"/{name}": route}, *wanted, caps=caps))
    assert first == ("", "fine")
    assert bad[0].startswith(error)
    assert bool(bad[0]) is bool(error)
    assert "\n" not in bad[0]


def test_a_server_that_sends_a_byte_now_and_then_is_given_up_when_its_time_is_over() -> None:
    caps = SMALL._replace(page_s=1)
    wanted = [Wanted(f"http://docs.example{path}", by_user=True) for path in ("/drip", "/fine")]
    found = run(in_a_world({"/drip": dripping, "/fine": FINE}, *wanted, caps=caps))
    assert found == [("not there within 1 s, retries included", ""), ("", "fine")]


def test_what_a_server_says_in_headers_makes_no_long_error() -> None:
    long = "9" * 50_000
    routes: dict[str, Route] = {
        "/after": Reply("busy", status=503, headers=(("Retry-After", long),)),
        "/reason": head("Content-Length: 0", status=f"404 {long}"),
        "/header": head(f"X: \0{long}"),
    }
    found = run(in_a_world(routes, *(Wanted(f"http://docs.example{path}", by_user=True) for path in routes)))
    assert [(error[:20], len(error)) for error, _ in found] == [
        ("HTTP 503 Word, Retry", 1_001),
        ("HTTP 404 99999999999", 1_001),
        ("the answer is not wh", 1_001),
    ]


def test_a_chain_of_redirects_ends() -> None:
    routes: dict[str, Route] = {
        f"/{number}": Reply(status=302, headers=(("Location", f"/{number + 1}"),)) for number in range(20)
    }
    found = run(in_a_world(routes, Wanted("http://docs.example/0", by_user=True)))
    assert found == [("more than 8 redirects, the last to http://docs.example/9", "")]


@pytest.mark.parametrize(
    ("how", "body"),
    [
        ("identity", PAGE),
        ("gzip", gzip.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
        ("br", brotli(PAGE)),
        ("zstd", zstd.compress(PAGE)),
        ("gzip, br", brotli(gzip.compress(PAGE))),
    ],
    ids=["identity", "gzip", "zlib", "deflate", "br", "zstd", "two"],
)
def test_every_usual_packing_is_unpacked(how: str, body: bytes) -> None:
    def route(seen: Seen) -> Reply:
        assert seen.headers["accept-encoding"] == "gzip, deflate, br, zstd"
        return packed(how, body)

    assert run(in_a_world({"/": route}, Wanted("http://docs.example/", by_user=True))) == [("", TEXT)]


def certificate(name: str) -> tuple[bytes, bytes]:
    """A key and a certificate for a name that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    named = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(named)
        .issuer_name(named)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    return (
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain),
        made.public_bytes(serialization.Encoding.PEM),
    )


def test_tls_is_checked_against_the_name_and_not_the_address(tmp_path: object) -> None:
    async def story() -> list[str]:
        key, made = certificate("docs.example")
        path = f"{tmp_path}/both.pem"
        with open(path, "wb") as file:  # noqa: ASYNC230 - before anything runs
            file.write(key + made)
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(path)
        trusting = ssl.create_default_context(cadata=made.decode())
        async with serving({"/": FINE}, server) as site:
            errors: list[str] = []
            for verify, url in (
                (trusting, "https://docs.example/"),
                (trusting, "https://other.example/"),
                (None, "https://docs.example/"),
            ):
                async with closing(World(site.port, Options(verify=verify))) as world:
                    errors.append((await world.one(Wanted(url, by_user=True))).error)
            return errors

    not_accepted = "no safe connection: certificate not accepted:"
    assert run(story()) == [
        "",
        f"{not_accepted} Hostname mismatch, certificate is not valid for 'other.example'.",
        f"{not_accepted} self-signed certificate",
    ]


def test_tls_with_a_server_that_speaks_none_is_an_error() -> None:
    found = run(in_a_world({}, Wanted("https://docs.example/", by_user=True)))
    assert found == [("no safe connection: TLS: WRONG_VERSION_NUMBER", "")]
