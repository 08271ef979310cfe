"""PostToolUse: a tool has given its output, which may still be replaced."""

from hooks.steps import compaction, leaks, recalls

STEPS = (recalls.step, leaks.after_command, compaction.step)
