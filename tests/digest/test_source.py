"""Content is cut into pieces of whole lines that together are all of it."""

from __future__ import annotations

from scrimp.core import tokens
from scrimp.digest import source
from scrimp.digest.source import Source

LONG = Source("long.txt", "".join(f"line {number} of the long text\n" for number in range(1, 401)), first=5)


def test_what_fits_is_one_chunk_in_the_order_given() -> None:
    chunks = source.chunks([Source("a", "one\n"), Source("b", "two\n")], 1000)
    assert [[(piece.source, piece.first, piece.text) for piece in chunk] for chunk in chunks] == [
        [(0, 1, "one\n"), (1, 1, "two\n")]
    ]


def test_a_long_source_is_split_at_lines_which_keep_their_numbers() -> None:
    chunks = source.chunks([LONG], 500)
    pieces = [piece for chunk in chunks for piece in chunk]
    assert "".join(piece.text for piece in pieces) == LONG.text
    for piece in pieces:
        assert piece.text.startswith(f"line {piece.first - 4} of")
    assert all(sum(tokens.estimate(piece.text) for piece in chunk) <= 500 for chunk in chunks)


def test_one_line_without_an_end_is_split_too() -> None:
    text = "x1y2" * 5000
    pieces = [piece for chunk in source.chunks([Source("min.js", text)], 500) for piece in chunk]
    assert len(pieces) > 1
    assert "".join(piece.text for piece in pieces) == text
    assert {piece.first for piece in pieces} == {1}
