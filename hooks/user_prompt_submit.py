"""UserPromptSubmit: a prompt is about to be sent, a person's or the one that a background agent's end brings."""

from hooks.steps import budget_doors

STEPS = (budget_doors.at_prompt,)
