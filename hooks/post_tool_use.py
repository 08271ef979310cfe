"""PostToolUse: a tool has given its output, which may still be replaced."""

from hooks.steps import compaction, recalls

STEPS = (recalls.step, compaction.step)
