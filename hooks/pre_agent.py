"""PreToolUse of the Agent tool, with or without a limit: what a subagent runs on. It alone changes a call's input."""

from hooks.steps import routing

STEPS = (routing.step,)
