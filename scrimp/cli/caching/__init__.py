"""The parts of `scrimp cache` that look ahead: one module each, with `add_arguments` and `run` as a verb has them."""

PARTS = {
    "advise": "Say which lifetime of the cache would have cost least, from your own requests.",
    "history": "Say when compacting would have paid in past sessions, and what other windows would have cost.",
    "lint": "Say what stands in every prompt, what it costs, and what will break the cache.",
}
"""Their names, and what each is for: here, so that none is imported before it is asked for."""
