"""The prompt cache: what broke it and what that cost, and which settings, habits and additions make it dearer."""
