"""Lines of progress, tool by tool: nobody comes back for one of them.

Of a row of such lines of one group the ends stay; a single one stays. Adding a tool's noise is one row.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.lazy import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

RULES: tuple[tuple[str, str, tuple[str, ...], str, str], ...] = (
    # group, how the line begins, the words of which one follows, how it goes on, why nobody comes back for it
    (
        "pip",
        r"\s*",
        ("Collecting", "Downloading", "Using cached", "Obtaining", "Stored in directory"),
        " ",
        "the end names what was installed",
    ),
    (
        "pip",
        r"\s*",
        ("Preparing metadata", "Installing build", "Getting requirements", "Building wheel", "Created wheel"),
        "",
        "a step of a build",
    ),
    ("pip", "", ("Requirement already satisfied: ",), "", "nothing was done"),
    ("pip", r"\s+", ("━", "╸", "╺"), "{3}", "a progress bar"),
    ("npm", "npm http ", ("fetch", "cache"), " ", "one per package; the totals line counts them"),
    ("npm", "npm ", ("sill", "verb", "timing"), " ", "npm's own tracing"),
    (
        "cargo",
        r"\s+",
        ("Compiling", "Checking", "Downloaded", "Downloading", "Fresh", "Adding", "Updating", "Locking"),
        " ",
        "one per crate",
    ),
    (
        "git",
        "(?:remote: )?",
        ("Enumerating", "Counting", "Compressing", "Receiving", "Writing", "Unpacking"),
        " objects",
        "transfer progress",
    ),
    ("git", "(?:remote: )?", ("Resolving deltas", "Updating files", "Checking out files"), "", "transfer progress"),
    ("docker", r"[0-9a-f]{12}: |#\d+ (?:sha256:|extracting )", (), "", "a layer's progress"),
    (
        "docker",
        r"\s*",
        ("Pulling fs layer", "Waiting", "Verifying Checksum", "Download complete", "Pull complete"),
        "",
        "a layer's progress",
    ),
    ("apt", "", ("Get", "Hit", "Ign"), r":\d+ ", "one per index or package"),
    (
        "apt",
        "",
        ("Selecting previously unselected", "Preparing to unpack", "Unpacking", "Setting up", "Processing triggers"),
        "",
        "one per package",
    ),
    ("gradle", "", ("Download",), r"(?:ing|ed)?(?: from)? .*https?://", "one per artefact"),
    ("gradle", r"> Task :\S+ ", ("UP-TO-DATE", "NO-SOURCE", "FROM-CACHE", "SKIPPED"), "$", "nothing was done"),
    ("maven", r"\[INFO\] ", ("Download",), "(?:ing|ed) from ", "one per artefact"),
    ("go", "go: ", ("downloading", "extracting", "finding"), " ", "one per module"),
    ("curl", r"\s*\d+ +[\d.]+[kMG]? +\d+ +[\d.]+[kMG]? +\d+ +\d+ ", (), "", "a transfer meter"),
    ("make", r"make\[\d+\]: ", ("Entering", "Leaving"), " directory ", "where, not what"),
    ("make", r"\[ *\d+%\] ", ("Building", "Linking", "Built"), " ", "one per file"),
)

_BAR = pattern(r"[\[|][#=>.\-█▏▎▍▌▋▊▉ ]{8,}[\]|]")
"""A progress bar."""
_PERCENT = pattern(r"^.{0,80}?\b\d{1,3}(?:\.\d+)?% *(?:$|\[|\||done|complete|eta)")
"""A state of progress that a later line replaces."""


def groups(lines: Sequence[str]) -> list[str]:
    """For each line the tool whose progress it is, or an empty string.

    Only the rules that any of the lines may match are compiled and tried: of most texts hardly one.
    """
    clipped = [line[: limits.LINE_CHARS] for line in lines]
    whole = "\n".join(clipped)
    match = pattern(_rules(whole)).match
    found = [(hit.lastgroup or "").rstrip("0123456789") if hit else "" for hit in map(match, clipped)]
    if "%" in whole or "[" in whole or "|" in whole:
        return [tool or _progress(line) for tool, line in zip(found, clipped)]
    return found


def _rules(whole: str) -> str:
    chosen = [
        f"(?P<{name}{at}>{begins}(?:{'|'.join(words)}){goes_on})"
        for at, (name, begins, words, goes_on, _) in enumerate(RULES)
        if not words or any(word in whole for word in words)
    ]
    return "|".join(chosen)


def _progress(line: str) -> str:
    if ("%" in line and _PERCENT.search(line)) or (("[" in line or "|" in line) and _BAR.search(line)):
        return "progress"
    return ""
