"""What stands where in a file, for outlines and `path#name`: definitions in sixteen languages, headings, keys."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scrimp.core import limits
from scrimp.reading.outlines import languages

if TYPE_CHECKING:
    from scrimp.reading.outlines.symbols import Symbol


def symbols_of(name: str, lines: list[str]) -> list[Symbol]:
    """The symbols of a file in the order of their lines; empty for kinds that are not known and for large files."""
    if sum(map(len, lines)) > limits.READ_OUTLINE_BYTES:
        return []
    ending = os.path.splitext(name)[1].lower()
    if ending in (".md", ".markdown", ".mdx"):
        from scrimp.reading.outlines import headings  # noqa: PLC0415 - each kind loads what it alone needs

        return headings.symbols(lines)
    if ending in (".json", ".jsonc", ".toml", ".yaml", ".yml"):
        from scrimp.reading.outlines import keys  # noqa: PLC0415

        return keys.symbols(ending, lines)
    language = languages.told(ending, lines)
    if language is None:
        return []
    from scrimp.reading.outlines import code  # noqa: PLC0415

    return code.symbols(language, "\n".join(lines))
