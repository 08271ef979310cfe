"""One file per tool: its arguments, its description, and the engine that it calls."""
