"""The one way in: a list of entries becomes a list of items, each with its lines or one clear error.

Files are read one after the other: threads make small reads slower (measured). A `Reader` may be used from several
threads; `read` may take seconds where much is searched, and belongs in a thread of its own.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrimp.batch.item import Failed
from scrimp.core import limits
from scrimp.reading import documents, opening, searching, spans, targets
from scrimp.reading.given import Given
from scrimp.reading.other_items import Known, Matches, Named
from scrimp.reading.places import Roots, Unread
from scrimp.reading.targets import Target
from scrimp.reading.text_item import TextItem
from scrimp.reading.wanted import HEAD, MATCH, TAIL, call

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scrimp.batch.item import Item
    from scrimp.reading.places import Place
    from scrimp.reading.wanted import Wanted

_LOG = logging.getLogger("scrimp.reading")


class Reader:
    """Reads lists of entries in one place. environ: for the programs that search."""

    def __init__(self, place: Place, environ: Mapping[str, str], given: Given | None = None) -> None:
        self._roots = Roots(place)
        self._environ = environ
        self._given = given or Given()

    def read(self, wanted: Sequence[Wanted], conversation: str = "") -> list[Item]:
        """The items of all entries, in their order; a glob has one for each file.

        conversation: what it was given already is only named (see `remember`); '' gives everything.
        """
        return _Call(self._roots, self._environ, self._given, conversation).read(wanted)

    def remember(self, items: Sequence[Item], text: str, conversation: str, by: str) -> None:
        """That an answer with this text gave the items that stand in it whole. by: how headings name the call."""
        at = 0
        for item in items:
            if not isinstance(item, TextItem) or not item.is_whole or not item.spans:
                continue
            whole = f"## {item.heading}\n{item.text}".rstrip("\n")
            found = text.find(whole, at)
            if found >= 0:
                at = found + len(whole)
                document = item.document
                self._given.note(conversation, document.real, document.stamp, item.spans, by)


class _Call:
    """One call: what was seen in it, and what is to be searched when all of it is known."""

    def __init__(self, roots: Roots, environ: Mapping[str, str], given: Given, conversation: str) -> None:
        self._roots = roots
        self._environ = environ
        self._given = given
        self._conversation = conversation
        self._seen: set[tuple[object, ...]] = set()

    def read(self, wanted: Sequence[Wanted]) -> list[Item]:
        slots = [self._slot(one) for one in wanted]
        found = self._searched([part for slot in slots for part in slot if isinstance(part, Target)])
        return [item for one, slot in zip(wanted, slots, strict=True) for item in _filled(one, slot, found)]

    def _slot(self, wanted: Wanted) -> list[Item | Target]:
        """The items of an entry; in their place the targets that are searched later."""
        try:
            meant = targets.of(wanted, self._roots)
        except Unread as error:
            return [Failed(wanted.spec.replace("\0", "\\0")[: limits.READ_SIGNATURE_CHARS], str(error))]
        note: list[Item | Target] = [Named(meant.note)] if meant.note else []
        if wanted.mode == MATCH:
            return [*note, *meant.files]
        return [*note, *(item for target in meant.files if (item := self._item(target)))]

    def _item(self, target: Target) -> Item | None:
        """The item of a file; None where a glob has found what was read already."""
        heading = target.wanted.spec if not target.is_found else self._roots.shown(target.path)
        try:
            located = self._roots.locate(target.path)
            if (key := target.key(located)) in self._seen:
                return None if target.is_found else Named(f"{heading}: as above")
            self._seen.add(key)
            with opening.opened(located, self._roots) as opened:
                if target.path.endswith("/"):
                    raise Unread("it is a file, not a folder")  # noqa: TRY301 - like every other reason
                return self._read(opened, target)
        except opening.IsFolder:
            base = self._roots.shown(target.path)
            listed = opening.listed(self._roots.locate(target.path).real)
            return Failed(heading, f"it is {listed}; {call(f'{base}/*')} or {call(f'{base}/**')} reads what is in it")
        except Unread as error:
            return Failed(heading, str(error))
        except Exception as error:  # noqa: BLE001 - a file that breaks a parser must not take the others with it
            _LOG.exception("reading %s", target.path)
            return Failed(heading, f"{type(error).__name__}: {error}")

    def _read(self, opened: opening.Opened, target: Target) -> Item:
        mode, count = target.wanted.mode, target.wanted.line_count
        lines = (1, count) if mode == HEAD else target.spec.lines
        loaded = documents.loaded(opened, lines, tail=count if mode == TAIL and not lines else 0)
        if isinstance(loaded, documents.Named):
            return Named(f"{loaded.shown}: {loaded.what}, {loaded.size_bytes:,} bytes, not shown")
        chosen = spans.chosen(loaded, target)
        item = TextItem(loaded, target.wanted, chosen.label, chosen.spans)
        if target.wanted.again or not item.is_whole:
            return item
        by = self._given.call_of(self._conversation, loaded.real, loaded.stamp, chosen.spans)
        return Known(item, by) if by else item

    def _searched(self, wanted: Sequence[Target]) -> dict[Target, Item | None]:
        found: dict[Target, Item | None] = {}
        groups: dict[object, list[Target]] = {}
        for target in wanted:
            groups.setdefault(searching.pattern_of(target), []).append(target)
        for group in groups.values():
            try:
                found.update(zip(group, searching.searched(group, self._roots, self._environ), strict=True))
            except Unread as error:
                found.update((target, Failed(target.wanted.spec, str(error))) for target in group)
        return found


def _filled(wanted: Wanted, slot: Sequence[Item | Target], found: Mapping[Target, Item | None]) -> list[Item]:
    """The items of an entry, with what its search has found."""
    searched = [part for part in slot if isinstance(part, Target)]
    if not searched:
        return [part for part in slot if not isinstance(part, Target)]
    results = [found[target] for target in searched]
    if any(isinstance(item, Failed) and item.heading == wanted.spec for item in results):
        return [item for item in results if item][:1]  # the pattern is wrong, for all files alike
    items = [part for part in slot if not isinstance(part, Target)]
    if searched[0].is_found:
        matching = sum(isinstance(item, Matches) for item in results)
        items.append(Named(f"{wanted.spec}: {matching:,} of {len(searched):,} files match"))
    return [*items, *(item for item in results if item)]
