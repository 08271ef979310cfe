"""Originals, which may be larger than memory: found, read by lines, by pattern or whole, and why they were cut so."""
