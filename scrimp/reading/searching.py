"""Searches the files of all entries of a call that have the same pattern, in as few processes as may be."""

from __future__ import annotations

import os
import tempfile
from contextlib import ExitStack
from typing import TYPE_CHECKING, BinaryIO, cast

from scrimp.batch.item import Failed
from scrimp.core import limits
from scrimp.reading import decoding, documents, images, matching, opening
from scrimp.reading.documents import Document
from scrimp.reading.other_items import Matches, Named
from scrimp.reading.places import Unread

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scrimp.batch.item import Item
    from scrimp.reading.opening import Opened
    from scrimp.reading.places import Roots
    from scrimp.reading.targets import Target


def pattern_of(target: Target) -> matching.Pattern:
    """What a target is searched for: those with the same are searched together."""
    wanted = target.wanted
    return matching.Pattern(wanted.pattern, wanted.context, wanted.ignore_case)


def searched(targets: Sequence[Target], roots: Roots, environ: Mapping[str, str]) -> list[Item | None]:
    """For each target of one pattern its item; None for a file that a glob found and that has nothing to show.

    Raises:
        Unread: the pattern cannot be used.
    """
    found: list[Item | None] = []
    for start in range(0, len(targets), limits.READ_SEARCHED_AT_ONCE):
        found += _searched(targets[start : start + limits.READ_SEARCHED_AT_ONCE], roots, environ)
    return found


def _searched(targets: Sequence[Target], roots: Roots, environ: Mapping[str, str]) -> list[Item | None]:
    with ExitStack() as stack:
        files = [_file(target, roots, stack) for target in targets]
        pattern = pattern_of(targets[0])
        small = [file for file in files if not isinstance(file, Failed | Named) and not _is_large(file)]
        hits = dict(zip(small, matching.found(pattern, small, environ) if small else [], strict=True))
        found: list[Item | None] = []
        for target, file in zip(targets, files, strict=True):
            if isinstance(file, Failed | Named):
                found.append(_unsearched(target, file))
            elif file in hits:
                found.append(_item(target, roots, hits[file]))
            else:
                found.append(_of_large(target, roots, file, environ))
        return found


def _is_large(file: BinaryIO) -> bool:
    return os.fstat(file.fileno()).st_size > limits.READ_WHOLE_BYTES


def _of_large(target: Target, roots: Roots, file: BinaryIO, environ: Mapping[str, str]) -> Item | None:
    """A search of its own, so that the time a large file takes costs the others nothing."""
    try:
        return _item(target, roots, matching.found(pattern_of(target), [file], environ)[0])
    except Unread as error:
        return Failed(roots.shown(target.path), str(error))


def _file(target: Target, roots: Roots, stack: ExitStack) -> BinaryIO | Failed | Named:
    """What is searched for a target: the file itself, or its text where that is not what is in it."""
    try:
        opened = opening.opened(roots.locate(target.path), roots)
        stack.callback(opened.file.close)
        return _searchable(opened, stack)
    except opening.IsFolder:
        return Failed(target.path, "it is a folder")
    except Unread as error:
        return Failed(target.path, str(error))


def _searchable(opened: Opened, stack: ExitStack) -> BinaryIO | Named:
    start = opened.file.read(limits.READ_LOOK_BYTES)
    opened.file.seek(0)
    is_plain = decoding.is_utf8(start) and not opened.located.real.endswith((".ipynb", ".pdf"))
    if is_plain and not images.told(start):
        return opened.file
    loaded = documents.loaded(opened)
    if not isinstance(loaded, Document):
        return Named(f"{loaded.shown}: {loaded.what}, {loaded.size_bytes:,} bytes, not searched")
    file = cast("BinaryIO", stack.enter_context(tempfile.TemporaryFile()))  # noqa: SIM115 - the stack closes it
    file.write("\n".join(loaded.lines).encode("utf-8", "replace"))
    file.flush()
    file.seek(0)
    return file


def _unsearched(target: Target, item: Failed | Named) -> Item | None:
    return None if target.is_found and isinstance(item, Named) else item


def _item(target: Target, roots: Roots, hits: list[matching.Hit]) -> Item | None:
    shown = roots.shown(target.path)
    first, last = target.spec.lines or (1, None)
    hits = [hit for hit in hits if first <= hit.number and (last is None or hit.number <= last)]
    if hits:
        return Matches(shown, target.wanted, hits)
    return None if target.is_found else Named(f"{shown}: no line matches")
