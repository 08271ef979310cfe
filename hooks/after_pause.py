"""UserPromptSubmit, beside the budget's: a prompt that pays for an expired cache, or for a very long context."""

from hooks.steps import cache_watch

STEPS = (cache_watch.at_prompt,)
