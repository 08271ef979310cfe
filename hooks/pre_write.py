"""PreToolUse of a tool that writes a file: an entry of its own, since the others stand only while a limit is set."""

from hooks.steps import leaks

STEPS = (leaks.step,)
