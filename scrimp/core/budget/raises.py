"""Raising limits: `scrimp budget raise` adds, the gate reads what is active. The ledger's table `raises` keeps it.

add(db, name, span_key, pico, until_ms, at_ms), with the name and span of a `State`; active(db, now_ms); clear(db).
"""

from __future__ import annotations

from scrimp.core.ledger.raises import active, add, clear

__all__ = ["active", "add", "clear"]
