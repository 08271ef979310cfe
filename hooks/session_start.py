"""SessionStart: what is set up once per session."""

from hooks.steps import exit_trap, unkept

STEPS = (exit_trap.step, unkept.step)
