"""A reader in a folder of its own."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scrimp.batch import shown
from scrimp.batch.item import Item
from scrimp.reading.batch import Reader
from scrimp.reading.given import Given
from scrimp.reading.places import Place
from scrimp.reading.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

PLENTY = 1_000_000


def no_rules(path: str) -> str:
    del path
    return ""


class World:
    """folder: where paths start, with the files that a test writes; roots: itself unless others are given."""

    def __init__(
        self,
        folder: str,
        *,
        roots: Iterable[str] = (),
        refusal: Callable[[str], str] = no_rules,
        home: str = "/nowhere",
        path: str = os.environ.get("PATH", ""),
    ) -> None:
        self.folder = folder
        place = Place(folder, list(roots) or [folder], home, refusal)
        self.reader = Reader(place, {"PATH": path}, Given())

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            place = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "wb") as file:
                file.write(content if isinstance(content, bytes) else content.encode())

    def read(self, *wanted: Wanted | str, conversation: str = "") -> list[Item]:
        return self.reader.read([Wanted(one) if isinstance(one, str) else one for one in wanted], conversation)

    def answer(self, *wanted: Wanted | str, budget_tokens: int = PLENTY, conversation: str = "") -> str:
        return shown.answer(self.read(*wanted, conversation=conversation), budget_tokens)
