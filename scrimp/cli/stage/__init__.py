"""Claude Code's side of the hooks, without Claude Code: what doctor and demo try them on."""
