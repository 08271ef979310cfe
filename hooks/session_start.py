"""SessionStart: what is set up once per session."""

from hooks.steps import cache_watch, callers, exit_trap, unkept

STEPS = (exit_trap.step, unkept.step, callers.at_start, cache_watch.at_start)
