"""Which model did which step how well, and at what price: evidence, measured trials, and rules that these support."""
