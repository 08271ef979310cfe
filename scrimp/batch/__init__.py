"""What the batch tools share: an item of a list, how a token budget is shared among items, and how they are shown."""
