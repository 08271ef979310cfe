"""Width and height of an image from its first bytes."""

from __future__ import annotations

import struct
from typing import NamedTuple

_PNG, _GIFS, _JPEG = b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a"), b"\xff\xd8"
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_14_BITS = 0x3FFF


class Image(NamedTuple):
    """kind: `png`. width, height: in pixels, 0 where they are not told by the first bytes."""

    kind: str
    width: int = 0
    height: int = 0

    def __str__(self) -> str:
        size = f", {self.width} x {self.height} pixels" if self.width else ""
        return f"{self.kind} image{size}"


def told(start: bytes) -> Image | None:
    """What image a file is that starts so; None for no image."""
    try:
        return _told(start)
    except struct.error:  # it ends before its size
        return None


def _told(start: bytes) -> Image | None:
    if start.startswith(_PNG):
        return Image("png", *struct.unpack_from(">II", start, 16))
    if start.startswith(_GIFS):
        return Image("gif", *struct.unpack_from("<HH", start, 6))
    if start.startswith(_JPEG):
        return _jpeg(start)
    if start[:2] == b"BM" and start[6:10] == b"\0\0\0\0":
        width, height = struct.unpack_from("<ii", start, 18)
        return Image("bmp", width, abs(height))
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return _webp(start)
    return Image("ico") if start[:4] == b"\0\0\1\0" else None


def _jpeg(start: bytes) -> Image:
    at = 2
    while at + 9 < len(start) and start[at] == 0xFF:  # noqa: PLR2004 - every marker begins so
        marker = start[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", start, at + 5)
            return Image("jpeg", width, height)
        at += 2 if marker in _JPEG_ALONE else 2 + struct.unpack_from(">H", start, at + 2)[0]
    return Image("jpeg")


def _webp(start: bytes) -> Image:
    form = start[12:16]
    if form == b"VP8X":
        width, height = (int.from_bytes(start[at : at + 3], "little") + 1 for at in (24, 27))
        return Image("webp", width, height)
    if form == b"VP8L":
        bits = struct.unpack_from("<I", start, 21)[0]
        return Image("webp", (bits & _14_BITS) + 1, (bits >> 14 & _14_BITS) + 1)
    width, height = struct.unpack_from("<HH", start, 26)
    return Image("webp", width & _14_BITS, height & _14_BITS)
