"""What a model is behind: a way to ask it, and what that used."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from scrimp.core.usage import Usage


class Used(NamedTuple):
    """One answered request. message_id: unique for good, so that it is in the ledger once."""

    message_id: str
    model: str
    usage: Usage


class Said(NamedTuple):
    """A model's words, and the requests that they took. problem: why it was paid for nothing, '' where it was not."""

    text: str
    used: tuple[Used, ...]
    problem: str = ""


class Model(Protocol):
    """A model that can be asked."""

    @property
    def name(self) -> str:
        """Its id, or the client's short name for it."""
        ...

    @property
    def overhead_tokens(self) -> int:
        """What a request takes beside the content."""
        ...

    async def ask(self, content: str, question: str, max_usd: float) -> Said:
        """Its answer; DigestError says why there is none. `max_usd`: where it can, it stops there by itself."""
        ...
