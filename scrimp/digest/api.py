"""Asks a model through the Messages API, with the user's own key.

The instructions and the content are one stable prefix with a cache mark at its end: a second question about the same
content within five minutes reads it from the cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio

from scrimp.core import limits, prices
from scrimp.core.errors import DigestError
from scrimp.core.usage import Usage
from scrimp.digest import brief
from scrimp.digest.models import Said, Used

if TYPE_CHECKING:
    from collections.abc import Mapping

    from anthropic.types import Message

KEY = "ANTHROPIC_API_KEY"
_CACHED = {"type": "ephemeral"}


class MessagesApi:
    """`name`: a short name or a model's id."""

    overhead_tokens = limits.ASK_OVERHEAD_TOKENS

    def __init__(self, name: str, environ: Mapping[str, str]) -> None:
        self.name = prices.full_name(name)  # the API knows no short names
        self._key = environ[KEY]
        self._base_url = environ.get("ANTHROPIC_BASE_URL") or None

    async def ask(self, content: str, question: str, max_usd: float) -> Said:
        """Its answer and what it used; the request was weighed before, `max_usd` is not the API's to keep."""
        import anthropic  # noqa: PLC0415 - 1.5 s, and only where there is a key

        del max_usd

        blocks: list[Any] = [
            {"type": "text", "text": content, "cache_control": _CACHED},
            {"type": "text", "text": brief.question(question)},
        ]
        output: Any = {"effort": "low", "format": {"type": "json_schema", "schema": brief.SCHEMA}}
        try:
            with anyio.fail_after(limits.ASK_SECONDS):
                async with anthropic.AsyncAnthropic(api_key=self._key, base_url=self._base_url) as client:
                    message = await client.messages.create(
                        model=self.name,
                        max_tokens=limits.ASK_REPLY_TOKENS,
                        system=brief.SYSTEM,
                        messages=[{"role": "user", "content": blocks}],
                        output_config=output,
                    )
        except TimeoutError:
            raise DigestError(f"{self.name} gave no answer within {limits.ASK_SECONDS} seconds") from None
        except anthropic.AnthropicError as error:
            raise DigestError(f"{self.name} could not be asked: {error}") from error
        return _said(message)


def _said(message: Message) -> Said:
    text = "".join(block.text for block in message.content if block.type == "text")
    is_broken = message.stop_reason in {"max_tokens", "refusal"}
    problem = f"{message.model} gave no whole answer ({message.stop_reason})" if is_broken else ""
    return Said(text, (Used(message.id, message.model, _usage(message)),), problem)


def _usage(message: Message) -> Usage:
    usage, split = message.usage, message.usage.cache_creation
    short, long = (split.ephemeral_5m_input_tokens, split.ephemeral_1h_input_tokens) if split else (0, 0)
    return Usage(
        input=usage.input_tokens,
        output=usage.output_tokens,
        cache_read=usage.cache_read_input_tokens or 0,
        write_5m=short,
        write_1h=long,
        write_unsplit=max(0, (usage.cache_creation_input_tokens or 0) - short - long),
        searches=0,
    )
