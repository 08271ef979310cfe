"""What becomes of one call of the Agent tool: the input it runs with, or why it stays as it is. Pure."""

from __future__ import annotations

from scrimp.core.routes import rules as routes
from scrimp.core.routes import weighing
from scrimp.core.routes.weighing import Choice
from scrimp.core.untrusted import as_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, NamedTuple

    from scrimp.core.managed_prices import ManagedPrices
    from scrimp.core.routes.rules import Rule

    class Around(NamedTuple):
        """What the call meets: what it would run on (model as an id), and whether the user chose that.

        at: the ISO time, for prices. environ: for the client's short names of models.
        """

        old: Choice
        names_model: bool
        names_effort: bool
        at: str
        environ: Mapping[str, str]
        managed: ManagedPrices | None

    class Routed(NamedTuple):
        """changes: keys of the call's input with their new values. said: for the person; why_not: for the log."""

        changes: dict[str, Any]
        said: str
        why_not: str
else:
    from collections import namedtuple

    Around = namedtuple("Around", "old names_model names_effort at environ managed")
    Routed = namedtuple("Routed", "changes said why_not")

EFFORTS = routes.EFFORTS

LEFT = Routed({}, "", "")
"""The call stays as it is, and nobody needs to be told."""

_BACKGROUND = "run_in_background"


def decide(rule: Rule, given: Mapping[str, Any], around: Around) -> Routed:
    """What `rule` makes of a call with the input `given`; what the call or the user says stays."""
    if given.get("model") or around.names_model:
        return LEFT
    effort = "" if given.get("effort") or around.names_effort else rule.effort
    changes: dict[str, Any] = {key: value for key, value in (("model", rule.model), ("effort", effort)) if value}
    if rule.background is not None and _BACKGROUND not in given:
        changes[_BACKGROUND] = rule.background
    new = Choice(weighing.id_of(rule.model, around.environ) if rule.model else around.old.model, effort)
    old = around.old._replace(effort=as_text(given.get("effort")) or around.old.effort)
    if not rule.model and not effort:
        return Routed(changes, "", "")
    dearer = weighing.is_dearer(new, old, around.at, around.managed)
    if dearer is False:
        return Routed(changes, "", "")
    costs = "costs more than" if dearer else "has a price that cannot be compared with"
    words = f"{_words(new, rule.effort)} {costs} {_words(old, '')}"
    if not rule.is_dearer:
        return Routed({}, "", f"{rule.place}: {words}; the call is left as it is")
    return Routed(changes, f"{words}, by your rule {rule.place}", "")


def _words(choice: Choice, effort: str) -> str:
    named = choice.effort or effort
    return f"{choice.model or 'a model that is not known'}{f' at effort {named}' if named else ''}"


def base(agent_model: str, agent_effort: str, thread: Choice, environ: Mapping[str, str]) -> Choice:
    """What an agent runs on whose file says so much, called by this thread."""
    model = thread.model
    if agent_model and agent_model != "inherit":
        model = weighing.id_of(agent_model, environ) if agent_model in routes.MODELS else agent_model
    return Choice(model, agent_effort if agent_effort in routes.EFFORTS else thread.effort)
