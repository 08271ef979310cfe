"""For all tests: properties are tried on the same examples everywhere, so that a red build can be repeated."""

from hypothesis import settings

settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")
