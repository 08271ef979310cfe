"""What stands in every prompt of a folder's sessions, or makes its prefix change: files, servers, hooks, rules."""
