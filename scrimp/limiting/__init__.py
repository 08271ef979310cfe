"""Limits as a person and an agent meet them: how they stand, in words; a raise; who may loosen them."""
