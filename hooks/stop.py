"""Stop: the main thread has answered."""

from hooks.steps import budget_doors

STEPS = (budget_doors.at_end,)
