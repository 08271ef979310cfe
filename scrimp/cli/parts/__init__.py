"""Parts of a verb, as in `scrimp cache advise`: imported only when asked for, so that the verb itself stays quick.

What a person writes before the part's name holds for the part, as if it stood behind it; what the part does not know is
refused. A part's module has `add_arguments(parser)` and `run(arguments, environ) -> int`, as a verb has them.
"""

from __future__ import annotations

import argparse
import importlib
from typing import TYPE_CHECKING, Any

from scrimp.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType


def add(parser: argparse.ArgumentParser, package: ModuleType, lines: Mapping[str, str], title: str) -> None:
    """Give the verb's parser, which has all its options by now, its parts: modules of `package`, each with its line."""
    usual = vars(parser.parse_args([]))
    parts = parser.add_subparsers(dest="part", metavar="[PART]", title=title, parser_class=_Part)
    for name, line in lines.items():
        module = f"{package.__name__}.{name}"
        parts.add_parser(name, module=module, usual=usual, help=line, description=line, allow_abbrev=False)


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out the part that was named; UsageError for an option of the verb alone that stood before it."""
    for name, usual in arguments.usual.items():
        if name not in arguments.known and getattr(arguments, name) != usual:
            raise UsageError(
                f"--{name} does not go with {arguments.part}: see scrimp {arguments.verb} {arguments.part} -h"
            )
    return importlib.import_module(arguments.module).run(arguments, environ)


class _Part(argparse.ArgumentParser):
    """A part's own parser. usual: the verb's options by name, each with what it is when it was not given."""

    def __init__(self, *, module: str = "", usual: Mapping[str, object] | None = None, **options: Any) -> None:  # noqa: ANN401 - as the base class
        super().__init__(**options)
        self._module, self._usual = module, usual or {}

    def parse_known_args(  # pyright: ignore[reportIncompatibleMethodOverride] - it has overloads
        self,
        args: Any = None,  # noqa: ANN401 - as the base class
        namespace: Any = None,  # noqa: ANN401
    ) -> Any:  # noqa: ANN401
        """Take the part's arguments and read them; what is not given here stays as it was given before."""
        importlib.import_module(self._module).add_arguments(self)
        for action in self._actions:
            if action.option_strings and action.dest in self._usual:
                action.default = argparse.SUPPRESS
        for name in self._usual:
            self._defaults.pop(name, None)
        known = {action.dest for action in self._actions}
        self.set_defaults(module=self._module, usual=self._usual, known=known)
        return super().parse_known_args(args, namespace)
