"""Questions answered from content: by a cheap model, or without one by the passages that matter most."""
