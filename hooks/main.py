"""What every hook entry starts: `python -I -S main.py <event> [--plugin]`. It never grows: it alone has no bytecode."""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(ROOT)
if not os.path.isdir(os.path.join(ROOT, "scrimp")):
    sys.path.append(os.path.dirname(os.path.dirname(ROOT)))  # in a wheel the bundle lies inside the package

from hooks import dispatch  # noqa: E402 - the path comes first

dispatch.main(sys.argv[1:])
os._exit(0)  # taking the interpreter down would cost 1 ms, and nothing is left to close
