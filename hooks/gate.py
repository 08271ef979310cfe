"""The budget gate, a program of its own: `python -I -S gate.py [--plugin]` before each paid request. It never grows."""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(ROOT)
if not os.path.isdir(os.path.join(ROOT, "scrimp")):
    sys.path.append(os.path.dirname(os.path.dirname(ROOT)))  # in a wheel the bundle lies inside the package

from hooks import before_request  # noqa: E402 - the path comes first

before_request.main(sys.argv[1:])
os._exit(0)  # taking the interpreter down would cost 1 ms, and nothing is left to close
