"""What a hook must know to say what the prompt cache is about to cost: the last reply, prices, what was said."""
