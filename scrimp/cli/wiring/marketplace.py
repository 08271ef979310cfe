"""Where a team's machines get the plugin from: a source that means the same on each of them."""

from __future__ import annotations

import os
import re
import subprocess
from urllib.parse import urlsplit

from scrimp.core.errors import UsageError

_SHORT = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_GITHUB = re.compile(r"(?:https://|ssh://git@|git@)github\.com[/:]([\w.-]+/[\w.-]+?)(?:\.git)?/?")
_SCP_LIKE = re.compile(r"[\w.-]+@[\w.-]+:[^/].*")
_SCHEMES = ("https", "http", "ssh", "git")


def source(given: str | None, checkout: str) -> dict[str, str]:
    """The `source` of the marketplace: `given` (OWNER/REPO or a git URL), else the `origin` of `checkout`.

    UsageError when neither is one that another machine can reach.
    """
    if given is not None:
        found = _parse(given)
        if found is None:
            raise UsageError(f"--marketplace {given!r} is neither OWNER/REPO nor a git URL")
        return found
    found = _parse(_origin(checkout) or "", short=False)
    if found is None:
        raise UsageError(
            "--scope project needs --marketplace OWNER/REPO or a git URL: "
            "scrimp does not run from a checkout with an `origin` that others can reach"
        )
    return found


def _parse(text: str, *, short: bool = True) -> dict[str, str] | None:
    if short and _SHORT.fullmatch(text):
        return {"source": "github", "repo": text}
    on_github = _GITHUB.fullmatch(_without_secret(text))
    if on_github:
        return {"source": "github", "repo": on_github[1]}
    if _SCP_LIKE.fullmatch(text) or (urlsplit(text).scheme in _SCHEMES and urlsplit(text).hostname):
        return {"source": "git", "url": _without_secret(text)}
    return None


def _without_secret(url: str) -> str:
    """The URL without the name and token that a clone may carry: a checked-in file is no place for them."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or "@" not in parts.netloc:
        return url
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _origin(checkout: str) -> str | None:
    if not os.path.lexists(os.path.join(checkout, ".git")):  # a wheel in a venv inside somebody's own repo
        return None
    try:
        words = ["git", "-C", checkout, "remote", "get-url", "origin"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
