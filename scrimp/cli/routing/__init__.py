"""The parts of `scrimp routes` that try and write: one module each, with `add_arguments` and `run` as a verb."""

PARTS = {
    "eval": "Try models and efforts on a suite of briefs with checkable answers, within a budget.",
    "adopt": "Write the rule that sends an agent to another model, if the evidence supports it.",
}
"""Their names, and what each is for: here, so that none is imported before it is asked for."""
