"""How many reads in a row, one a request, could have been asked for in one turn: judged by their arguments alone.

A read belongs to the run of those before it unless it could come from what they brought: a word of its input stands in
an earlier result of the run and was not known before, it goes on in the same file or page, it names a place within a
file that was just found, or the read before it failed. Then a new run begins with it. Where in doubt, it ends a run:
a notice at the wrong time is worse than none. What was known by other ways (the agent wanted to see A before it decided
on B) shows in no argument. Pure.
"""

from __future__ import annotations

from scrimp.core.serial_reads import calls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.serial_reads.calls import Call


def latest(batches: Sequence[Sequence[Call]], known: str) -> list[Call]:
    """The run that the last of these batches belongs to; empty where it is no single read.

    batches: a thread's, oldest first, each the calls of one request. known: all that the model had before them.
    """
    run: list[Call] = []
    for batch in batches:
        if len(batch) != 1 or not calls.kind_of(batch[0]):
            known = "\n".join((known, *map(_said, run), *map(_said, batch)))
            run = []
        elif run and _comes_from(batch[0], run, known):
            known = "\n".join((known, *map(_said, run)))
            run = [batch[0]]
        else:
            run.append(batch[0])
    return run


def _comes_from(call: Call, run: Sequence[Call], known: str) -> bool:
    """Whether a call could owe itself to what the run has brought."""
    target = calls.target_of(call)
    if run[-1].is_error or (target and any(calls.target_of(one) == target for one in run)):
        return True
    words = calls.words_of(call)
    if calls.is_placed(call):
        return any(calls.holds(one.result, word) for word in words for one in run)
    asked = "\n".join([known, *(_input(one) for one in run)])
    new = [word for word in words if not calls.holds(asked, word)]
    return any(calls.holds(one.result, word) for word in new for one in run)


def _said(call: Call) -> str:
    return f"{_input(call)}\n{call.result}"


def _input(call: Call) -> str:
    return "\n".join(calls.texts_of(call))
