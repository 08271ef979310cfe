"""PreToolUse: a tool is about to run."""

from hooks.steps import budget_doors, guards, routing

STEPS = (guards.step, routing.foresee, budget_doors.at_tool)
