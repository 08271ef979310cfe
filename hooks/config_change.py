"""ConfigChange: a settings file of the client's is another than before; the session may keep what it had."""

from hooks.steps import budget_doors

STEPS = (budget_doors.at_change,)
