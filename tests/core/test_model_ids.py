"""Every id that a model goes by, and ids that only resemble one."""

from __future__ import annotations

import pytest

from scrimp.core import limits, prices
from tests.core.priced import FAST, dollars, per_million, used

NAMES = {
    "claude-opus-5[1m]": ("claude-opus-5", "anthropic"),
    " Claude-Opus-5 ": ("claude-opus-5", "anthropic"),
    "claude-haiku-4-5-20251001": ("claude-haiku-4-5", "anthropic"),
    "claude-sonnet-4-5-20250929[1m]": ("claude-sonnet-4-5", "anthropic"),
    "claude-sonnet-4-20250514": ("claude-sonnet-4-0", "anthropic"),
    "claude-opus-4-1-20250805": ("claude-opus-4-1", "anthropic"),
    "claude-opus-5-latest": ("claude-opus-5", "anthropic"),
    "claude-4-5-sonnet": ("claude-sonnet-4-5", "anthropic"),
    "claude-4-opus-20250522": ("claude-opus-4-0", "anthropic"),
    "claude-3-7-sonnet-20250219": ("claude-3-7-sonnet", "anthropic"),
    "anthropic.claude-haiku-4-5": ("claude-haiku-4-5", "bedrock-regional"),
    "us.anthropic.claude-opus-4-6-v1": ("claude-opus-4-6", "bedrock-regional"),
    "us.anthropic.claude-opus-5-5": ("claude-opus-5-5", "bedrock-regional"),
    "eu.anthropic.claude-sonnet-4-5-20250929-v1:0[1m]": ("claude-sonnet-4-5", "bedrock-regional"),
    "apac.anthropic.claude-sonnet-4-20250514-v1:0": ("claude-sonnet-4-0", "bedrock-regional"),
    "us-gov.anthropic.claude-haiku-4-5-20251001-v1:0": ("claude-haiku-4-5", "bedrock-regional"),
    "global.anthropic.claude-opus-4-5-20251101-v1:0": ("claude-opus-4-5", "bedrock"),
    "us.anthropic.claude-3-5-sonnet-20241022-v2:0": ("claude-3-5-sonnet", "bedrock-regional"),
    "bedrock/us-east-1/anthropic.claude-opus-4-8": ("claude-opus-4-8", "bedrock-regional"),
    "arn:aws:bedrock:us-east-1:123456789012:inference-profile/global.anthropic.claude-opus-5": (
        "claude-opus-5",
        "bedrock",
    ),
    "claude-haiku-4-5@20251001": ("claude-haiku-4-5", "vertex"),
    "claude-3-5-sonnet-v2@20241022": ("claude-3-5-sonnet", "vertex"),
    "claude-opus-4-6@default": ("claude-opus-4-6", "vertex"),
    "vertex_ai/claude-opus-5": ("claude-opus-5", "vertex"),
    "projects/p/locations/global/publishers/anthropic/models/claude-opus-5": ("claude-opus-5", "vertex"),
    "projects/p/locations/europe-west1/publishers/anthropic/models/claude-opus-5": (
        "claude-opus-5",
        "vertex-regional",
    ),
    "anthropic/claude-opus-4.6": ("claude-opus-4-6", "gateway"),
    "openrouter/anthropic/claude-haiku-5.5-20261007": ("claude-haiku-5-5", "gateway"),
    "anthropic/claude-3.7-sonnet": ("claude-3-7-sonnet", "gateway"),
    "anthropic/claude-sonnet-4": ("claude-sonnet-4-0", "gateway"),
}


@pytest.mark.parametrize("model", NAMES)
def test_a_model_is_known_by_every_id_it_goes_by(model: str) -> None:
    assert prices.canonical(model) == NAMES[model]
    assert NAMES[model][0] in prices.models()


def test_ids_that_say_fast_or_batch_are_priced_so() -> None:
    assert per_million("anthropic/claude-opus-4.6-fast") == FAST["claude-opus-4-6"].split()
    assert per_million("anthropic/claude-opus-4.6:batch")[0] == "2.5"


@pytest.mark.parametrize(
    "model",
    [
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abcdef",
        "~anthropic/claude-sonnet-latest",
        "anthropic/claude-opus-4.6:free",
        "claude-opus-5-5-mini",
        "claude-opus-5-5@nightly",
        "notanthropic.claude-opus-5",
        "claude-opus-5" + "-v1" * limits.MODEL_ID_CHARS,
    ],
)
def test_an_id_that_only_resembles_one_is_unpriced(model: str) -> None:
    assert dollars(model, used(input=1)) == "unpriced"
