"""What the client starts: `python BUNDLE/mcp_server/__main__.py`, speaking MCP on standard input and output."""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[0] = ROOT  # instead of this folder, whose `tools` nobody means
if not os.path.isdir(os.path.join(ROOT, "scrimp")):
    sys.path.append(os.path.dirname(os.path.dirname(ROOT)))  # in a wheel the bundle lies inside the package

from mcp_server import server  # noqa: E402 - the path comes first

server.main(os.environ)
