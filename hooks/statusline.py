"""The status line's program: `python -I -S statusline.py [--after COMMAND]`. It never grows: it has no bytecode."""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(ROOT)
if not os.path.isdir(os.path.join(ROOT, "scrimp")):
    sys.path.append(os.path.dirname(os.path.dirname(ROOT)))  # in a wheel the bundle lies inside the package

from scrimp.core.statusline import program  # noqa: E402 - the path comes first

program.main(sys.argv[1:])
os._exit(0)  # taking the interpreter down would cost 1 ms, and nothing is left to close
