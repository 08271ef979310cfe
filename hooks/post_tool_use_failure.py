"""PostToolUseFailure: a tool has failed; its output stands, what the trap kept of it is brought home."""

from hooks.steps import compaction, leaks

STEPS = (leaks.after_command, compaction.after_failure)
