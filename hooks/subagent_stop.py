"""SubagentStop: an agent has ended by itself; one that the gate stopped brings no such event."""

from hooks.steps import budget_doors

STEPS = (budget_doors.at_end,)
