"""The properties of test_properties.py on many more mutations than the suite tries: a report of what does not hold.

    python -m tests.compact.fuzz [--examples 2000] [--seed 1] [FAMILY …]

Ends with 1 when a property did not hold; hypothesis prints the smallest mutation that it found.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from scrimp.core.families import NAMES
from tests.compact import test_properties

if TYPE_CHECKING:
    from collections.abc import Callable


def properties() -> list[Callable[..., Any]]:
    """The tests of test_properties.py that are told a family and draw their data."""
    found = [getattr(test, "hypothesis", None) for test in vars(test_properties).values()]
    return [test.inner_test for test in found if test and "family" in test.inner_test.__annotations__]


def holds(check: Callable[..., Any], family: str, examples: int, number: int) -> bool:
    """Whether the property held for so many mutations of the family's cases."""
    unchecked = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
    tried = settings(max_examples=examples, deadline=None, database=None, suppress_health_check=unchecked)
    try:
        tried(seed(number)(given(data=st.data())(check)))(family=family)
    except Exception:  # noqa: BLE001 what is reported is any failure
        traceback.print_exc()
        return False
    return True


def main() -> int:
    """Every property for every family that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("families", nargs="*", default=NAMES, metavar="FAMILY")
    asked = parser.parse_args()
    failed = 0
    for family in asked.families:
        start = time.perf_counter()
        held = [holds(check, family, asked.examples, asked.seed) for check in properties()]
        failed += held.count(False)
        seconds = time.perf_counter() - start
        sys.stdout.write(f"{family:12} {sum(held)} of {len(held)} hold, {seconds:.0f} s\n")
        sys.stdout.flush()
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
