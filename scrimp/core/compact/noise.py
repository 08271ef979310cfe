"""Lines of progress, tool by tool: nobody comes back for one of them.

Of a row of such lines of one group the ends stay; a single one stays. Adding a tool's noise is one row.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.lazy import pattern

RULES: tuple[tuple[str, str, str], ...] = (
    # group, how the line begins, why nobody comes back for it
    (
        "pip",
        r"\s*(?:Collecting|Downloading|Using cached|Obtaining|Stored in directory) ",
        "the end names what was installed",
    ),
    (
        "pip",
        r"\s*(?:Preparing metadata|Installing build|Getting requirements|Building wheel|Created wheel)",
        "a step of a build",
    ),
    ("pip", r"Requirement already satisfied: ", "nothing was done"),
    ("pip", r"\s+[━╸╺]{3}", "a progress bar"),
    ("npm", r"npm http (?:fetch|cache) ", "one per package; the totals line counts them"),
    ("npm", r"npm (?:sill|verb|timing) ", "npm's own tracing"),
    ("cargo", r"\s+(?:Compiling|Checking|Downloaded|Downloading|Fresh|Adding|Updating|Locking) ", "one per crate"),
    (
        "git",
        r"(?:remote: )?(?:Enumerating|Counting|Compressing|Receiving|Writing|Unpacking) objects",
        "transfer progress",
    ),
    ("git", r"(?:remote: )?(?:Resolving deltas|Updating files|Checking out files)", "transfer progress"),
    ("docker", r"[0-9a-f]{12}: |#\d+ (?:sha256:|extracting )", "a layer's progress"),
    (
        "docker",
        r"\s*(?:Pulling fs layer|Waiting|Verifying Checksum|Download complete|Pull complete)",
        "a layer's progress",
    ),
    ("apt", r"(?:Get|Hit|Ign):\d+ ", "one per index or package"),
    (
        "apt",
        r"(?:Selecting previously unselected|Preparing to unpack|Unpacking|Setting up|Processing triggers)",
        "one per package",
    ),
    ("gradle", r"(?:Download(?:ing|ed)?(?: from)? .*https?://)", "one per artefact"),
    ("gradle", r"> Task :\S+ (?:UP-TO-DATE|NO-SOURCE|FROM-CACHE|SKIPPED)$", "nothing was done"),
    ("maven", r"\[INFO\] Download(?:ing|ed) from ", "one per artefact"),
    ("go", r"go: (?:downloading|extracting|finding) ", "one per module"),
    ("curl", r"\s*\d+ +[\d.]+[kMG]? +\d+ +[\d.]+[kMG]? +\d+ +\d+ ", "a transfer meter"),
    ("make", r"make\[\d+\]: (?:Entering|Leaving) directory ", "where, not what"),
    ("make", r"\[ *\d+%\] (?:Building|Linking|Built) ", "one per file"),
)

_RULES = pattern("|".join(f"(?P<{name}{at}>{pattern})" for at, (name, pattern, _) in enumerate(RULES)))
_BAR = pattern(r"[\[|][#=>.\-█▏▎▍▌▋▊▉ ]{8,}[\]|]")
"""A progress bar."""
_PERCENT = pattern(r"^.{0,80}?\b\d{1,3}(?:\.\d+)?% *(?:$|\[|\||done|complete|eta)")
"""A state of progress that a later line replaces."""


def group(line: str) -> str:
    """The tool whose progress this line is, or an empty string."""
    line = line[: limits.LINE_CHARS]
    found = _RULES.match(line)
    if found:
        return (found.lastgroup or "").rstrip("0123456789")
    if ("%" in line and _PERCENT.search(line)) or (("[" in line or "|" in line) and _BAR.search(line)):
        return "progress"
    return ""
