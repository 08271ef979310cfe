"""Started inside an empty network namespace: brings up loopback, hands a listening socket out, becomes the client.

usage: enter.py FD PROGRAM ARGS…    FD is a connected Unix socket; `{port}` in the environment's values is filled in.

A socket belongs to the namespace it was made in, so the server can stay in the process of the test and still be the
only thing that the client can reach.
"""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import sys

SIOCSIFFLAGS = 0x8914
IFF_UP_RUNNING = 0x41


def main(channel: int, command: list[str]) -> None:
    """Does not return."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    request = struct.pack("16sH14s", b"lo", IFF_UP_RUNNING, b"")
    fcntl.ioctl(listener.fileno(), SIOCSIFFLAGS, request)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    port = str(listener.getsockname()[1])
    with socket.socket(fileno=channel) as test:
        socket.send_fds(test, [b"listening"], [listener.fileno()])
    environ = {key: value.replace("{port}", port) for key, value in os.environ.items()}
    os.execvpe(command[0], command, environ)  # noqa: S606  no shell, on purpose


main(int(sys.argv[1]), sys.argv[2:])
