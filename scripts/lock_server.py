"""Build time, `make lock`: writes `mcp_server/requirements.lock`, the exact libraries of the plugin's server.

From pyproject.toml's dependencies, for every platform and Python that it allows, each file with its hash. Asks the
package index that uv is set up for; uv itself comes into an environment that is thrown away.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import venv

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCK = os.path.join("mcp_server", "requirements.lock")
UV = "uv==0.13.9"
OLDEST_PYTHON = "3.11"
HEADER = "# The libraries of the plugin's server. Written by `make lock`; not to be edited.\n"


def main() -> None:
    """Write the lock; CalledProcessError where pip or uv fail."""
    with tempfile.TemporaryDirectory(prefix="scrimp-lock-") as folder:
        venv.create(folder, with_pip=True)
        binaries = os.path.join(folder, "bin")
        subprocess.run([os.path.join(binaries, "python"), "-m", "pip", "install", "--quiet", UV], check=True)
        options = ["--universal", "--generate-hashes", "--no-annotate", "--no-header", "--upgrade", "--quiet"]
        words = [os.path.join(binaries, "uv"), "pip", "compile", "pyproject.toml", *options]
        words += ["--python-version", OLDEST_PYTHON]
        done = subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    with open(os.path.join(ROOT, LOCK), "w", encoding="utf-8") as file:
        file.write(HEADER + done.stdout)
    print(f"{LOCK}: {done.stdout.count('==')} packages")


if __name__ == "__main__":
    main()
