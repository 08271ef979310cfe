"""PreModelSwitch: another model is about to take over, and its cache is empty."""

from hooks.steps import cache_watch

STEPS = (cache_watch.at_switch,)
