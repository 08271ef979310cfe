"""SessionStart: what is set up once per session."""

from hooks.steps import exit_trap

STEPS = (exit_trap.step,)
