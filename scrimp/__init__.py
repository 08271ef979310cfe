"""scrimp: makes Claude Code runs cheaper without making them dumber.

`scrimp.core` is all that a hook may import; everything else serves the command line.
"""

__version__ = "0.1.0"
