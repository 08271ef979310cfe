"""What install, uninstall and doctor share: Claude Code's settings files and our entries in them."""
