"""What the client starts: `python BUNDLE/mcp_server/__main__.py`, speaking MCP on standard input and output."""

import os
import signal
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[0] = ROOT  # instead of this folder, whose `tools` nobody means
if not os.path.isdir(os.path.join(ROOT, "scrimp")):
    sys.path.append(os.path.dirname(os.path.dirname(ROOT)))  # in a wheel the bundle lies inside the package

from mcp_server import handshake  # noqa: E402 - the path comes first
from scrimp.core import limits  # noqa: E402 - the path comes first

# An interrupt ends it at once, as the other signals do: the library would wait for standard input, which a client that
# interrupts its servers need not close.
signal.signal(signal.SIGINT, signal.SIG_DFL)
if handshake.client_stays(limits.HANDSHAKE_REST_S):
    from mcp_server import server

    server.main(os.environ)
