"""For all tests: properties are tried on the same examples everywhere, and never timed."""

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")
