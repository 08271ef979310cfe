"""What the user's own Claude Code rules say about a command, a file or an address: asked before scrimp touches it.

`layers.load` reads the rules of all settings files that can be seen, `judging.judge` says what they come to for one
item. Never laxer than the client, 2.1.330, is with its native Bash, Read and WebFetch (tests/client/test_permissions
asks it); where the two cannot be told apart cheaply, stricter. `command_line.layers` reads what the client was started
with. Not seen: `--allowedTools`, what was allowed for one session, and the tools that an agent's own file leaves it.
"""
