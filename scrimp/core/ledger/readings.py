"""What is new in one transcript, as rows for the ledger: read and priced, but not yet written.

A reading is plain tuples, texts and numbers throughout, so that a helping process can hand it over.
"""

from __future__ import annotations

import os

from scrimp.core import bulk_json, quick_json, transcript
from scrimp.core.ledger import compactions, cost_states, files, forks, requests, tool_calls
from scrimp.core.transcript import CostState, Fork, Request, ToolResult

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple

    from scrimp.core.bulk_json import Loads
    from scrimp.core.ledger.files import Known
    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.transcript import Record, TranscriptFile

    Row = tuple[Any, ...]

    class Reading(NamedTuple):
        """`file` is the file's row as it will be; `offset` and `fingerprint` are where this reading began."""

        file: Row
        offset: int
        fingerprint: str
        requests: list[requests.Entry]
        tool_calls: list[Row]
        cost_states: list[Row]
        compactions: list[Row]
        forks: list[Row]
else:
    from collections import namedtuple

    Reading = namedtuple("Reading", "file offset fingerprint requests tool_calls cost_states compactions forks")


def read(
    file: TranscriptFile, known: Known, *, managed: ManagedPrices | None = None, loads: Loads = bulk_json.plain
) -> Reading:
    """What `file` holds that was not there when it was `known`; never raises on what is in it."""
    chunk = transcript.read(file, known.offset, known.fingerprint, loads=loads)
    problems = {} if transcript.REPLACED in chunk.problems else files.counts(known.problems)
    problems.pop(transcript.UNREADABLE, None)
    files.add(problems, chunk.problems)
    size = _ASK_AGAIN if transcript.UNREADABLE in chunk.problems else file.size
    text = quick_json.dumps_flat(dict(sorted(problems.items()))) if problems else ""
    row = (files.key_of(file.path), file.kind, size, file.mtime_ns, chunk.new_offset, chunk.new_fingerprint, text)
    reading = Reading(row, known.offset, known.fingerprint, [], [], [], [], [])
    _sort(chunk.records, file, reading, managed)
    return reading


_ASK_AGAIN = -1
"""A size that no file has: one that could not be read is tried again next time, however it looks then."""


def _sort(records: list[Record], file: TranscriptFile, reading: Reading, managed: ManagedPrices | None) -> None:
    """Put the records in, as rows; a call and its result in this file become one row."""
    project = files.key_of(os.path.basename(file.project_dir))
    conversation = f"{file.session_id}/{file.agent_id}"
    calls: dict[str, Row] = {}
    for record in records:
        if isinstance(record, Request):
            reading.requests.append(requests.entry_of(record, project, managed))
            for place, use in enumerate(record.tool_uses):
                key = tool_calls.key_of(use.id or f"{record.message_id}#{place}", conversation)
                calls[key] = tool_calls.row_of_call(key, use, record.message_id)
        elif isinstance(record, ToolResult):
            key = tool_calls.key_of(record.tool_use_id, conversation)
            calls[key] = tool_calls.with_result(calls.get(key), key, record)
        elif isinstance(record, CostState):
            reading.cost_states.append(cost_states.row_of(record))
        elif isinstance(record, Fork):
            reading.forks.append(forks.row_of(record))
        else:
            reading.compactions.append(compactions.row_of(record))
    reading.tool_calls.extend(calls.values())
