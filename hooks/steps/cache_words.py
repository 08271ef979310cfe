"""How a person is told what the prompt cache is about to cost; sums in dollars, one line each."""

from __future__ import annotations

from scrimp.core import times

TYPE_CHECKING = False
if TYPE_CHECKING:
    from scrimp.core.cache_watch.compacting import Compaction

_PICO = 10**12
NOT_BILLED = " (API value: a subscription is not billed for it, its windows fill)"
_THOUSAND = 1_000


def after_pause(pause_ms: int, tokens: int, write_usd: float, read_usd: float | None) -> str:
    """A context whose cache has expired is about to be written anew."""
    warm = "" if read_usd is None else f" (warm: {usd(read_usd)})"
    return (
        f"scrimp: the prompt cache has expired, the last reply came {times.age(pause_ms)} ago: going on writes "
        f"{thousands(tokens)} tokens anew, {usd(write_usd)}{warm}. /compact pays that once too and makes every later "
        "request shorter; /clear starts afresh without it"
    )


def long(tokens: int, compaction: Compaction, usual_requests: int, sessions: int) -> str:
    """A context that is clearly due to be compacted."""
    return (
        f"scrimp: {thousands(tokens)} tokens of context: /compact costs {usd(compaction.once_pico / _PICO)} once and "
        f"saves {usd(compaction.saved_pico / _PICO)} with every request, so it pays after {compaction.requests}; "
        f"half of your {sessions} sessions that became so long went on for {usual_requests} requests or more. "
        "What a summary forgets is not in this"
    )


def switch(tokens: int, write_usd: float, stay: tuple[str, float], later_usd: tuple[float, float]) -> str:
    """A switch of the model, which gives up the cache. stay: `reads` or `writes`, and its dollars.

    later_usd: what each later request reads the same context for, before and after. The sums come first: the client's
    question has one line of the terminal and cuts the rest (2.1.330).
    """
    does, stay_usd = stay
    before, after = map(usd, later_usd)
    return (
        f"scrimp: this switch writes {thousands(tokens)} tokens anew: {usd(write_usd)}; staying {does} them: "
        f"{usd(stay_usd)}. Later requests read them for {after} instead of {before}; /compact or /clear first makes it "
        "cheaper"
    )


def usd(amount: float) -> str:
    """`$1.23`; below a cent four places, so that it is not nothing."""
    return f"${amount:.2f}" if amount >= 0.01 or not amount else f"${amount:.4f}"  # noqa: PLR2004 - a cent


def thousands(tokens: int) -> str:
    """`152k`; below a thousand as it is."""
    return f"{round(tokens / _THOUSAND):,}k" if tokens >= _THOUSAND else str(tokens)
