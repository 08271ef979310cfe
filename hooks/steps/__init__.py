"""One step a file: `step(event, state) -> answer | None`."""
