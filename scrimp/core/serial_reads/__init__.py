"""Runs of single reads that did not need each other: what a call asks for, whether it could have been asked earlier."""
