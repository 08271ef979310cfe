"""The MCP server: five tools that take lists, and answer with parts instead of dumps."""
