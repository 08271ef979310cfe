"""A Jupyter notebook as text: its cells with their numbers and ids, their outputs short."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from scrimp.core import limits

if TYPE_CHECKING:
    from collections.abc import Iterable

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def as_text(source: str) -> str:
    """Each cell under a heading `# %% [code] cell 3 (id a1b2)`, with what it printed below it.

    ValueError for what is no notebook.
    """
    try:
        notebook: object = json.loads(source)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    cells = _objects(cast("dict[str, Any]", notebook).get("cells")) if isinstance(notebook, dict) else None
    if cells is None:
        raise ValueError("it has no cells")
    text = "\n\n".join(_cell(number, cell) for number, cell in enumerate(cells, 1))
    return text.encode("utf-8", "replace").decode()  # its JSON may have escaped half a surrogate pair


def _cell(number: int, cell: dict[str, Any]) -> str:
    name = f" (id {cell['id']})" if isinstance(cell.get("id"), str) else ""
    parts = [f"# %% [{cell.get('cell_type', 'unknown')}] cell {number}{name}", _joined(cell.get("source"))]
    parts += [_short(_output(output)) for output in _objects(cell.get("outputs")) or ()]
    return "\n".join(part.rstrip("\n") for part in parts if part)


def _output(output: dict[str, Any]) -> str:
    kind = output.get("output_type")
    if kind == "stream":
        return f"# output:\n{_joined(output.get('text'))}"
    if kind == "error":
        trace = "\n".join(str(line) for line in _list(output.get("traceback")))
        return "# error:\n" + (_COLOURS.sub("", trace) or f"{output.get('ename')}: {output.get('evalue')}")
    data = cast("dict[str, Any]", output.get("data")) if isinstance(output.get("data"), dict) else {}
    if "text/plain" in data:
        others = [name for name in data if name not in ("text/plain", "text/html")]
        return f"# output{_named(others)}:\n{_joined(data['text/plain'])}"
    return f"# output{_named(data)}" if data else ""


def _named(kinds: Iterable[str]) -> str:
    names = ", ".join(kinds)
    return f" (also {names}, not shown)" if names else ""


def _short(text: str) -> str:
    """The beginning, and of an error the end, where what went wrong stands."""
    most = limits.READ_NOTEBOOK_OUTPUT_CHARS
    if len(text) <= most:
        return text
    left_out = f"[{len(text) - most:,} characters of this output left out]"
    if text.startswith("# error:"):
        return f"# error:\n{left_out}\n{text[-most:]}"
    return f"{text[:most]}\n{left_out}"


def _joined(source: object) -> str:
    return source if isinstance(source, str) else "".join(str(line) for line in _list(source))


def _list(value: object) -> list[object]:
    return cast("list[object]", value) if isinstance(value, list) else []


def _objects(value: object) -> list[dict[str, Any]] | None:
    if not isinstance(value, list):
        return None
    return [cast("dict[str, Any]", one) for one in cast("list[object]", value) if isinstance(one, dict)]
