"""The hooks that Claude Code starts: one process per event, standard library only."""
