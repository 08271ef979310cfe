"""The recorded hook events, as objects and as the bytes that the client gives a hook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).with_name("events")


def event(name: str, **changes: Any) -> dict[str, Any]:
    """The recorded event `name`, with some of its values changed."""
    return json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8")) | changes


def raw(name: str, **changes: Any) -> bytes:
    """The same as bytes."""
    return json.dumps(event(name, **changes)).encode()
