"""scrimp as `scrimp install` wires it for one repo."""

from __future__ import annotations

import sys
from typing import Any

from scrimp.cli.wiring import entries
from scrimp.core import bundle_root


def scrimp_settings() -> dict[str, Any]:
    """The settings that install writes, with this interpreter and this checkout."""
    return {"hooks": entries.from_bundle(bundle_root(), sys.executable)}


def scrimp_env(data_home: str) -> dict[str, str]:
    """What keeps scrimp's own data inside the test's folder."""
    return {"SCRIMP_HOME": data_home}
