"""A stand-in for the client that has sent one request, says so, and then waits to be ended.

It writes its process's number into the file `started` of the folder in WAITING, and leaves a child waiting too.
"""

from __future__ import annotations

import json
import os
import signal
import sys

USAGE = {"input_tokens": 1000, "output_tokens": 1, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0}
EVENTS = (
    {"type": "message_start", "message": {"id": "msg_waiting", "model": "claude-sonnet-5-5", "usage": USAGE}},
    {"type": "message_delta", "usage": {"output_tokens": 100}},
)

for event in EVENTS:
    print(json.dumps({"type": "stream_event", "event": event}), flush=True)  # noqa: T201 - a program
child = os.fork()
if child:
    path = os.path.join(os.environ["WAITING"], "started")
    with open(f"{path}.part", "w", encoding="utf-8") as file:
        file.write(f"{os.getpid()} {child} {' '.join(sys.argv[1:])}")
    os.rename(f"{path}.part", path)
while True:
    signal.pause()
