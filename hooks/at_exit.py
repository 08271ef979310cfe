"""The program behind the shell's EXIT trap: compacts the command's output in place.

Started as `python -I -S at_exit.py STATUS FOLDER PROJECT COMMAND` with the shell's own fd 1. It acts only on the file
that the client gave this session's shell for its output, keeps the original first, and leaves everything as it
was when anything is not as expected. It prints nothing and always exits 0; the shell's exit code is the command's.
"""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.append(ROOT)
if not os.path.isdir(os.path.join(ROOT, "scrimp")):
    sys.path.append(os.path.dirname(os.path.dirname(ROOT)))  # in a wheel the bundle lies inside the package

from hooks import in_place  # noqa: E402 - the path comes first

in_place.main(sys.argv[1:])
os._exit(0)  # taking the interpreter down would cost 1 ms, and nothing is left to close
