"""What a transcript's file and the lines before a line tell about it: prompt, time, whose request it is."""

from __future__ import annotations

from operator import itemgetter

from scrimp.core.transcript_files import MAIN
from scrimp.core.untrusted import as_object, as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NamedTuple

    from scrimp.core.transcript_files import TranscriptFile

    Line = dict[str, Any]

    class About(NamedTuple):
        """What a line says beside its message: whose request it is, by which client, and how it was asked for.

        claim: how good this record's claim to its request is, one of those below. is_old: see `Context.is_old`.
        """

        session_id: str
        agent_id: str
        agent_type: str
        claim: str
        cwd: str
        git_branch: str
        version: str
        is_old: bool
        requested_model: str
        effort: str
        cache_asked: str
else:
    from collections import namedtuple

    About = namedtuple(
        "About",
        "session_id agent_id agent_type claim cwd git_branch version is_old requested_model effort cache_asked",
    )

OWN_FILE, PARENTS, COPIED, REPLAYED = "0123"
"""How good a record's claim to its request is; see `transcript_merge`."""

_SIDECHAIN = "sidechain"
_FINAL_USAGE_SINCE = (2, 1, 60)
"""Before about this version (claude-code #22671 to #27361) the main file too may hold only a reply's first counts."""

_usual = itemgetter("sessionId", "cwd", "gitBranch", "version", "requestedModel", "effort", "promptCacheRequested")
"""What every line of a newer client says about itself."""


class Context:
    """What a line means depends on its file and on the lines before it.

    `prompt_id` and `at` are those seen last; `span` is when the file began and ended, to tell which is the elder.
    """

    __slots__ = ("_known", "_said", "agent_type", "at", "file", "prompt_id", "span")

    def __init__(self, file: TranscriptFile, agent_type: str) -> None:
        self.file = file
        self.agent_type = agent_type
        self.prompt_id = ""
        self.at = ""
        self.span = ""
        self._said: tuple[Any, ...] = ()
        self._known = About("", "", "", OWN_FILE, "", "", "", False, "", "", "")

    def about(self, line: Line) -> About:
        """What `line` says beside its message: nearly always what a line before it said, in which case that is it."""
        get = line.get
        try:
            said = (_usual(line), get("agentId"), get("requestSessionId"), get("forkedFrom"), get("attributionAgent"))
            said = (get("isSidechain") is True, *said)
            is_same = said == self._said
        except (KeyError, RecursionError):  # an older client; a value that is nested too deep to compare
            return self._about(line)
        if not is_same:
            self._said = said
            self._known = self._about(line)
        return self._known

    def session_of(self, line: Line) -> str:
        """The session that a line belongs to: a copy in a fork names the session that it is from."""
        origin = as_text(as_object(line.get("forkedFrom")).get("sessionId"))
        own = as_text(line.get("sessionId")) or self.file.session_id
        return as_text(line.get("requestSessionId")) or origin or own

    def is_old(self, version: str) -> bool:
        """Whether a client of this version may have left a reply's counts unfinished."""
        if not version.startswith(("0.", "1.", "2.0.", "2.1.")):
            return False
        try:
            return tuple(map(int, version.partition("-")[0].split("."))) < _FINAL_USAGE_SINCE
        except ValueError:
            return False

    def _about(self, line: Line) -> About:
        version = as_text(line.get("version"))
        return About(
            *self._owner(line),
            as_text(line.get("cwd")),
            as_text(line.get("gitBranch")),
            version,
            self.is_old(version),
            as_text(line.get("requestedModel")),
            as_text(line.get("effort")),
            as_text(line.get("promptCacheRequested")),
        )

    def _owner(self, line: Line) -> tuple[str, str, str, str]:
        """Session, agent, its type, and the claim of a record: a copy in a fork names the session that it is from."""
        file = self.file
        own = as_text(line.get("sessionId")) or file.session_id
        paid = self.session_of(line)
        claim = PARENTS if file.kind == MAIN else OWN_FILE
        claim = claim if paid == own else COPIED
        if file.kind == MAIN and line.get("isSidechain") is not True:
            return paid, "", "", claim
        agent_id = as_text(line.get("agentId")) or file.agent_id
        return paid, agent_id, self.agent_type or as_text(line.get("attributionAgent")) or _SIDECHAIN, claim
