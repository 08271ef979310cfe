"""The families of outputs, and by what each is thought of before its module is loaded.

A row: the name, which is also the module's in `compact` (and in `facts`, where it has facts of its own); signs, of
which one must stand in the output's head, middle or tail; a pattern of commands that will do instead. A row without
both is always thought of. The module's own `looks_like` decides. Asked in this order: the more special first.
"""

from __future__ import annotations

TABLE: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("pytest", (" passed", " failed", " error", " skipped", " deselected", "no tests ", "test session starts"), ""),
    ("log", (), ""),
    ("traceback", (), ""),
    ("plain", (), ""),
)

NAMES = tuple(name for name, _, _ in TABLE)
