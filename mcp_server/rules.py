"""The user's rules, held against every single item of a call where it is done.

Our hook has asked the person about what the rules leave open, or denied the call; a call that it has not seen is done
only as far as the rules themselves allow it.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scrimp.core.permissions import command_line, judging, layers, run_off
from scrimp.core.permissions.rule import ALLOW, ASK, BASH, DENY, FETCH, READ

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mcp_server.house import House
    from scrimp.core.callers import Caller
    from scrimp.core.permissions.judging import Judgement

_UNASKED = "your rules do not cover it, and nobody was asked: scrimp's hook has not seen this call"
_ELSEWHERE = "a redirect leads to {host}, which your rules do not cover; ask for that address itself"


class CallRules:
    """What may be done in one call. `roots`: the folders of the session."""

    def __init__(self, house: House, caller: Caller) -> None:
        self._environ = house.environ
        self._project = house.project
        self._is_judged = caller.is_judged
        self._layers = [*layers.read(house.environ, house.project), *command_line.layers(os.getppid())]
        self._rules = layers.rules(self._layers, house.environ, house.project)
        self.roots = self._rules.roots

    def running_is_off(self) -> str:
        """Why no command may run at all, '' where they may."""
        return run_off.why(self._layers, self._environ)

    def command(self, command: str, environ: Mapping[str, str], folder: str) -> str:
        """Why a command is not run, in one line; '' where it is."""
        typed = judging.as_typed(command, list(environ.items()))
        return self._refusal(judging.judge(BASH, typed, self._rules, self._place(folder)))

    def file(self, named: Iterable[str]) -> Callable[[str], str]:
        """Why a file (its absolute path) is not read; `named`: the paths that the call names itself."""
        home = self._home()
        paths = [home + path[1:] if path == "~" or path.startswith("~/") else path for path in named]
        absolute = [os.path.normpath(os.path.join(self._project, path)) for path in paths if "\0" not in path]
        known = {*absolute, *map(os.path.realpath, absolute)}
        place = self._place("")

        def refuse(path: str) -> str:
            judgement = judging.judge(READ, path, self._rules, place)
            if judgement.verdict == ASK and path not in known:
                return f"{judging.refusal(judgement)}; name the file itself"
            return self._refusal(judgement)

        return refuse

    def opened(self, path: str) -> bool:
        """Whether an allow rule for Read of the user's own, or of their organisation, opens a file outside the roots.

        A repo's do not: its files come with it, and it would open the user's whole machine.
        """
        own = {layer.path for layer in self._layers if layer.kind != layers.REPO}
        rules = self._rules._replace(allow=[one for one in self._rules.allow if one.file in own])
        return judging.judge(READ, path, rules, self._place("")).verdict == ALLOW

    def address(self, named: Iterable[str]) -> Callable[[str], str]:
        """Why an address is not asked for; `named`: the hosts that the call names itself."""
        hosts = frozenset(named)

        def refuse(url: str) -> str:
            from scrimp.core.permissions import domains

            judgement = judging.judge(FETCH, url, self._rules, self._place(""))
            host = domains.host_of(url)
            if judgement.verdict not in (ALLOW, DENY) and host not in hosts:
                return _ELSEWHERE.format(host=host)
            return self._refusal(judgement)

        return refuse

    def _refusal(self, judgement: Judgement) -> str:
        if judgement.verdict == ALLOW or (self._is_judged and judgement.verdict != DENY):
            return ""
        return judging.refusal(judgement) or _UNASKED

    def _place(self, folder: str) -> judging.Place:
        return judging.Place(os.path.realpath(os.path.join(self._project, folder)), self._rules.roots, self._home())

    def _home(self) -> str:
        return self._environ.get("HOME") or os.path.expanduser("~")
