"""npm, pnpm, pip, uv, apt and cargo as package managers: what was done, what went wrong, what depends on what.

Of an installation progress goes, however it ended; of a tree of packages beyond what the client shows the direct
dependencies stay and everything that a row says is wrong.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.compact import fit, package_trees, plain
from scrimp.core.compact.fit import CONTEXT, DETAIL, EXTRA, KEY, MUST, NEAR, NOISE, REST, SILENT
from scrimp.core.compact.rules import Rule, Table
from scrimp.core.lazy import pattern
from scrimp.core.package_rows import row_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrimp.core.compact.fit import Case

NAME = "packages"
GAPS = fit.COUNTED_GAPS
WHOLE = frozenset({EXTRA})
"""The second level of a tree, what each package was unpacked to: all of it or none."""
NEEDLES = (
    *plain.NEEDLES,
    "\nnpm error ",
    "\nnpm ERR! ",
    "UNMET ",
    " invalid",
    " extraneous",
    "✕ ",
    "ERR_PNPM",
    "\nE: ",
    " requires ",
    "\nSuccessfully ",
    " packages in ",
    " newly installed, ",
)
shorten = fit.as_it_was

_TOOL = pattern(r"\b(?:npm|pnpm|yarn|pip[\d.]*|pipx|uv|poetry|apt|apt-get|apt-cache|aptitude|dpkg|cargo)\b")
_ASKS = pattern(
    r"\b(?:npm|pnpm|yarn|pip[\d.]*|pipx|uv|poetry|apt|apt-get|aptitude|dpkg|cargo) (?:[^|;&\n]{0,80} )?"
    r"(?:install|i|ci|add|ls|list|outdated|audit|update|upgrade|sync|lock|freeze|tree|fetch|uninstall|remove|purge|why"
    r"|explain|check|download|full-upgrade|dist-upgrade|dedupe|prune|show|fund|import|rebuild)\b"
)
_RUNS = pattern(
    r"\bcargo (?:\+\S+ )?(?:b|c|r|t|build|check|clippy|test|run|nextest|bench|doc|rustc)\b"
    r"|\b(?:npm|pnpm|yarn) (?:run|test|t|start|exec)\b|\buv run\b|\bnpx\b"
)
_OWN = pattern(
    r"npm (?:error|ERR!|warn|WARN|notice|http|info|verbose|verb|sill|silly|timing)\b"
    r"|\s*(?:Collecting|Downloading|Downloaded|Using cached|Obtaining|Processing|Preparing metadata"
    r"|Getting requirements|Installing build"
    r"|Building wheel|Created wheel|Stored in directory|Attempting uninstall|Found existing"
    r"|Uninstalling|Successfully (?:un)?installed|Requirement already|Installing collected|Running command"
    r"|Would install|Building ) ?\S*"
    r"|\s*[━╸╺]{3}|\[notice\] |.{1,200} (?:requires|has requirement) .{1,300}, but you have "
    r"|(?:ERROR: (?:Cannot install|Could not|No matching|Failed|pip's|Resolution)|The conflict is caused by)"
    r"|(?:Resolved|Prepared|Installed|Uninstalled|Audited|Checked|Built) (?:\d+ )?\S+|Using (?:CPython|Python)"
    r"| [+~-] \S+==\S+|[+-] \S+ \d\S*|Progress: resolved|Packages: [+-]\d|[+-]{3,}$| (?:ERR_PNPM|WARN )|Done in "
    r"|(?:added|removed|changed|up to date|audited|found) \d+ |\d+ packages? (?:is|are) looking"
    r"|\d+ vulnerabilit|# npm audit"
    r"|(?:dev|optional|peer)?[dD]ependencies:$|Legend: production"
    r"|Reading (?:package lists|state)|Building dependency tree|The following |(?:Get|Hit|Ign|Err):\d+ |Fetched \d"
    r"|Selecting previously|Preparing to unpack|Unpacking |Setting up |Processing triggers|(?:Inst|Conf|Remv) \S+ [(\[]"
    r"|\d+ [^\d\n,]{2,60}, \d+ [^\d\n]{2,60}\d+ |Need to get |After this operation|\(Reading database|dpkg: |[EWN]: "
    r"|Listing\.\.\."
    r"|\s+(?:Updating|Locking|Adding|Downloaded|Downloading|Removing|Downgrading|Unchanged) "
    r"|error: (?:failed to (?:select|get|resolve)|no matching package|Failed to (?:add|build|fetch|resolve))"
    r"|Severity: \w+$|fix available via|(?:No fix|Will install|Depends on vulnerable)|\s*node_modules/"
    r"|warning: spurious"
)
_LISTED = pattern(
    r"\S+ +v?\d[\w.+!:~-]*(?: .*)?$|\S+==\S+$|[\w.+:-]+/[\w.,-]+ \S+ \w+(?: \[.*)?$|(?:ii|rc|hi) +\S+ +\S+ "
    r"|Package +\S.*|-{3,}[ -]*$|[┌├└│┬┴].*|(?:/|[A-Za-z]:\\)\S*node_modules\S*|\S+@\d\S*$|\s+\S+@\".*\" from "
)
_MOSTLY, _MOSTLY_UNASKED = 0.5, 0.7

_THERE = "Requirement already satisfied: "
_NPM = pattern(r"npm (?:error|ERR!) ?")

_RULES = Table(
    Rule(
        SILENT,
        r"npm notice\b|\[notice\] |\s+run `npm fund`|\d+ packages? (?:is|are) looking|Run `npm audit`",
        "an offer",
    ),
    Rule(SILENT, r"\s{2,}[╭│╰].*[╮│╯]$|[+-]{8,}$|[┌├└][─┬┼┴┐┤┘]+$", "a frame"),
    Rule(
        MUST, r"\s*note: This error originates|.{1,200}, but you have |.{1,200}, which is not installed", "a conflict"
    ),
    Rule(NOISE, r"npm (?:http|info|timing|verb(?:ose)?|sill(?:y)?)\b", "npm's own tracing"),
    Rule(KEY, r"npm (?:error|ERR!) (?:A complete log|For a full report)", "where more is"),
    Rule(SILENT, r"npm (?:error|ERR!)(?: \d{3})?$", "an empty line"),
    Rule(MUST, r"npm (?:error|ERR!|warn|WARN) ", "what npm complains of"),
    Rule(
        NOISE,
        r"\s*(?:Collecting|Downloading|Downloaded|Using cached|Obtaining|Stored in directory|Preparing metadata"
        r"|Installing build dep|Getting requirements|Building wheel\S* for \S+ \([^)]*\): (?:started|still)"
        r"|Created wheel"
        r"|Building \S+ @|Attempting uninstall|Found existing|Uninstalling |Running command|Installing backend) ?\S*",
        "the end says what was installed",
    ),
    Rule(NOISE, r"\s{2,}Successfully (?:un)?installed ", "an old version that went"),
    Rule(NOISE, r"Installing collected packages: ", "said again when it is done"),
    Rule(NOISE, r"\s*[━╸╺]{3}", "a bar"),
    Rule(NOISE, r"\s*copying \S+ -> |\s*creating (?:build|\S*/)\S*$|\s*adding '", "a build's own files"),
    Rule(EXTRA, r"Requirement already satisfied: (?!.* \(from (?!-r))", "what was asked for and is there"),
    Rule(NOISE, r"Requirement already satisfied: ", "what something else needs"),
    Rule(NOISE, r"Progress: resolved .*(?<!done)$", "where it stood"),
    Rule(
        NOISE,
        r"(?:Get|Hit|Ign):\d+ |\(Reading database|Selecting previously|Preparing to unpack|Unpacking ",
        "apt's steps",
    ),
    Rule(
        NOISE, r"Reading (?:package lists|state)|Building dependency tree|Processing triggers|Conf \S+ ", "apt's steps"
    ),
    Rule(NOISE, r"debconf: delaying|Need to get 0 ", "apt's steps"),
    Rule(EXTRA, r"Setting up |Inst \S+ |Remv \S+ ", "which version"),
    Rule(NOISE, r"(?:Suggested|Recommended) packages:|The following additional packages", "no part of it", NOISE),
    Rule(DETAIL, r"The following NEW packages", "what is new", CONTEXT),
    Rule(KEY, r"The following packages will be upgraded", "what is changed", NEAR),
    Rule(MUST, r"(?:WARNING: )?The following |Errors were encountered while", "removed, held back, in conflict", MUST),
    Rule(NOISE, r"\s+(?:Updating|Locking|Adding|Downloaded|Downloading|Removing|Unchanged) ", "cargo's steps"),
    Rule(
        MUST,
        r"\s*(?:ERROR|error|WARNING|warning|hint|INFO|[EWN]): |dpkg: error| (?:ERR_PNPM|WARN )|\u00d7 |╰─> ",
        "a message",
    ),
    Rule(KEY, r"\s+(?:cause: |\[std(?:out|err)\])|The conflict is caused by|Caused by:", "why", KEY),
    Rule(
        KEY, r"    (?:The user requested |\S+ \S+ depends on )|(?:candidate|location|required by|versions that)", "why"
    ),
    Rule(
        MUST,
        r"(?:added|removed|changed|audited|up to date|found) \d*|Successfully |Would install|Done in "
        r"|\d+ [^\d\n,]{2,60}, \d+ [^\d\n]{2,60}\d+ "  # apt's, in any language
        r"|\d+ (?:\w+ severity )?vulnerabilit|Packages: [+-]\d",
        "what it came to",
    ),
    Rule(
        KEY,
        r"(?:Resolved|Prepared|Installed|Uninstalled|Audited|Checked|Built) \d+ |Progress: .*done$",
        "what it came to",
    ),
    Rule(KEY, r"Severity: |(?:No )?fix available|Will install ", "of an advisory"),
    Rule(EXTRA, r"\s+Depends on vulnerable|\s*node_modules/", "who needs it"),
    Rule(DETAIL, r" [+~-] \S+==|[+-] \S+ \d", "a version"),
)


def looks_like(text: str, command: str) -> bool:
    """Whether most of `text` (the ends and the middle of the output) is what a package manager prints by itself."""
    asks = _ASKS.search(command) is not None
    if not asks and _RUNS.search(command):
        return False
    named = _TOOL.search(command) is not None
    own = count = 0
    above = False
    for line in text.split("\n"):
        row = line[: limits.LINE_CHARS]
        if not row.strip():
            continue
        is_own = _OWN.match(row) is not None or row_of(row) is not None or (asks and _LISTED.match(row) is not None)
        above = is_own or (above and row[0] == " ")  # what is indented belongs to what is above
        own += above
        count += 1
    return own > 0 and own >= (_MOSTLY if named else _MOSTLY_UNASKED) * count


def target(case: Case) -> int:
    """How many characters to cut to: all but progress where the client would show it."""
    return 2 * case.chars if case.fits else limits.PACKAGES_CHARS


def grade(lines: Sequence[str], case: Case) -> list[int]:
    """The worth of each line."""
    bare = [_NPM.sub("", line, count=1) if line.startswith("npm ") else line for line in lines]
    worths = plain.grade_ordinary(bare, strict=case.fits)
    for at, worth in enumerate(_ruled(lines, worths)):
        if worth is not None:
            worths[at] = worth
        if case.failed and lines[at].startswith(_THERE):
            worths[at] = NOISE
    last = max((at for at, line in enumerate(lines) if line.strip()), default=-1)
    if last >= 0 and worths[last] == NOISE:
        worths[last] = KEY  # it was ended there: how far it had come
    if case.fits:
        # One level for all that is no progress: then none of it pays for the gaps of another.
        return [worth if worth >= NOISE else REST for worth in worths]
    package_trees.grade(lines, worths)
    return worths


def _ruled(lines: Sequence[str], worths: Sequence[int]) -> list[int | None]:
    """What the rules say of each line; nothing of those that a package's own script printed."""
    found: list[int | None] = [None] * len(lines)
    script, below, depth = False, None, 0
    for at, line in enumerate(lines):
        if script and not line.startswith("npm error A complete log"):
            script = line.startswith("npm ")
            if worths[at] == NOISE or script:
                continue
        script = script or line.startswith(("npm error command sh -c", "npm ERR! command sh -c"))
        rule = _RULES.of(line) if line.strip() else None
        if rule is not None:
            found[at], below, depth = rule.worth, rule.below, _depth(line)
        elif below is not None and _depth(line) > depth:
            found[at] = below
        else:
            below = None
    return found


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
