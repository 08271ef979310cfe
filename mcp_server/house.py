"""What every tool is given: the environment, where data lies, who calls."""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from contextvars import ContextVar
from typing import TYPE_CHECKING

from scrimp.core import callers, limits, outputs, settings
from scrimp.core.callers import Caller
from scrimp.fetching import hosts
from scrimp.reading.given import Given

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

    from mcp.server.mcpserver import Context

    from scrimp.batch.item import Item
    from scrimp.fetching.batch import Fetcher
    from scrimp.fetching.wanted import Wanted
    from scrimp.reading import places as reading_places
    from scrimp.reading.batch import Reader
    from scrimp.running.runner import Runner

    Progress = Callable[[int, int, str], Awaitable[None]]

_CALL_ID = "claudecode/toolUseId"
"""Where the client names the call that a request carries out; seen in 2.1.330."""


class House:
    """What the tools share.

    environ: the server's, for what depends on the machine. project: the folder that the client was started in. clock:
    seconds that never go back.
    """

    def __init__(self, environ: Mapping[str, str], project: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.environ = environ
        self.project = project
        self._callers: OrderedDict[str, Caller] = OrderedDict()
        self._opened: set[tuple[str, int]] = set()
        self._given = Given()
        self._clock = clock
        self._last_call_s = clock()
        self._pauses = 0
        self._calls: dict[str, int] = {}
        self._runner: Runner | None = None
        self._fetcher: Fetcher | None = None

    @property
    def data(self) -> str:
        """Scrimp's data folder."""
        return settings.data_dir(self.environ)

    def caller(self, context: Context) -> Caller:
        """Whose call this is, as our hook has noted it; without a hook the session's main thread is taken for it."""
        call_id = self.call_id(context)
        found = self._callers.get(call_id) or callers.take(self.data, call_id)
        if found is None:
            return Caller(
                self.environ.get("CLAUDE_CODE_SESSION_ID", ""), "", "", "", self.project, "", "", is_judged=False
            )
        self._callers[call_id] = found  # a call that asks the person comes a second time
        if len(self._callers) > limits.CALLERS_KEPT:
            self._callers.popitem(last=False)
        return found

    def call_id(self, context: Context) -> str:
        """The client's own id of the call, '' where it names none."""
        return str((context.request_context.meta or {}).get(_CALL_ID, ""))

    def conversation(self, caller: Caller) -> str:
        """A name for what the caller's context holds, for not giving it a file twice; '' where that is not known.

        A subagent's context may be compacted without a word. After a long pause the client itself drops old results;
        what subagents call meanwhile does not shorten it.
        """
        if not caller.is_judged or not caller.turn or caller.agent_id:
            return ""
        now_s = self._clock()
        self._pauses += now_s - self._last_call_s >= limits.CONTEXT_PAUSE_SECONDS
        self._last_call_s = now_s
        return f"{caller.session_id}/{caller.turn}/{self._pauses}"

    def next_call(self, tool: str, conversation: str) -> str:
        """How a call is named to the model that made it: `batch_read call 3` of this conversation."""
        self._calls = {conversation: self._calls.get(conversation, 0) + 1}
        return f"{tool} call {self._calls[conversation]}"

    def reader(self, place: reading_places.Place) -> Reader:
        """What reads files, in one place, knowing what was given before."""
        from scrimp.reading.batch import Reader

        return Reader(place, self.environ, self._given)

    def originals_folder(self, caller: Caller) -> str:
        """Where what is cut is kept whole: with the session's own results, which the native Read opens."""
        if caller.transcript_path:
            return outputs.results_folder(caller.transcript_path)
        return os.path.join(self.data, "outputs")

    def is_open(self, host: str, port: int) -> bool:
        """Whether the user has opened a host and port: in the settings, or when asked in this session."""
        from scrimp import tool_settings

        return (host, port) in self._opened or hosts.allowing(tool_settings.fetch(self.environ).allow)(host, port)

    def open(self, found: Iterable[tuple[str, int]]) -> None:
        """Remember for this session what the person has opened."""
        self._opened.update(found)

    def runner(self) -> Runner:
        """What runs commands, one for the server's life."""
        from scrimp.running.runner import Runner

        if self._runner is None:
            self._runner = Runner(os.path.join(self.data, "running"))
        return self._runner

    async def fetch(
        self,
        wanted: Sequence[Wanted],
        refusal: Callable[[str], str],
        progress: Callable[[int, int, str], Awaitable[None]],
    ) -> list[Item]:
        """Pages, by one fetcher for the server's life: it keeps connections, and pages for going on in them."""
        from scrimp.fetching.asking import Rules
        from scrimp.fetching.batch import Fetcher
        from scrimp.fetching.reaching import Reaching

        if self._fetcher is None:
            reaching = Reaching(self.environ, self.data, self.is_open)
            self._fetcher = Fetcher(Rules(_refused, self.is_open), reaching)
        _REFUSAL.set(refusal)  # what the call starts inherits it
        return await self._fetcher.fetch(wanted, progress)

    async def aclose(self) -> None:
        """End what runs, and close what is open."""
        if self._runner is not None:
            await self._runner.aclose()
        if self._fetcher is not None:
            await self._fetcher.aclose()


_REFUSAL: ContextVar[Callable[[str], str]] = ContextVar("refusal")
"""The rules of the call that is under way."""


def _refused(url: str) -> str:
    return _REFUSAL.get()(url)


def of(environ: Mapping[str, str]) -> House:
    """The house in which the server was started."""
    folder = environ.get("CLAUDE_PROJECT_DIR") or os.getcwd()
    return House(settings.trusted(environ, folder), os.path.realpath(folder))
