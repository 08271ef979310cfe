"""PreCompact: the context is about to be summarised, by requests of its own."""

from hooks.steps import budget_doors

STEPS = (budget_doors.at_compaction,)
