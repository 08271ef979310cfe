"""PreToolUse of scrimp's own tools: an entry of its own, since most others stand only while a limit is set."""

from hooks.steps import batch_guards, batch_rules, callers

STEPS = (batch_guards.step, batch_rules.step, callers.step)
