"""PreToolUse: a tool is about to run."""

from hooks.steps import budget_doors, guards

STEPS = (guards.step, budget_doors.at_tool)
