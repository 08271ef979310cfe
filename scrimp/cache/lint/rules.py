"""Deny rules that name a whole tool: they change the list of tools, which is the very beginning of the prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrimp.cache.lint.finding import Finding
from scrimp.core.untrusted import as_list, as_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

_HINT = (
    "it makes the prompt shorter, and its prefix another one: put it where it holds for all your sessions, and do not "
    "switch it on and off, each change writes the whole prompt anew"
)


def find(layers: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[Finding]:
    """One finding for each settings file (path, its values) with such rules."""
    for path, values in layers:
        denied = as_list(as_object(values.get("permissions")).get("deny"))
        whole = [rule for rule in denied if isinstance(rule, str) and rule and "(" not in rule]
        if whole:
            yield Finding("rule", path, 0, f"takes whole tools out of the list: {', '.join(whole)}", _HINT)
