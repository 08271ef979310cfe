"""PostToolUse: a tool has given its output, which may still be replaced."""

from hooks.steps import compaction

STEPS = (compaction.step,)
