"""What is wrong with rules as they stand: not rules at all, on a model that is not to be had, never reached."""

from __future__ import annotations

from scrimp.core.routes import rules as routes
from scrimp.core.routes import surroundings, weighing
from scrimp.core.routes.rules import Layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scrimp.core.routes.rules import Rule
    from scrimp.core.settings import Settings


def usable(settings: Settings, environ: Mapping[str, str], folder: str) -> tuple[list[Rule], list[str]]:
    """The rules that can be followed, in their order, and a sentence for each that cannot."""
    found, problems = routes.read(Layer(*layer) for layer in settings.routes)
    lists = surroundings.available(environ, folder) if any(rule.model for rule in found) else []
    kept: list[Rule] = []
    for rule in found:
        why = unfit(rule, environ, lists)
        if why:
            problems.append(f"{rule.place} {why}; the rule is ignored")
        else:
            kept.append(rule)
    return kept, problems


def unfit(rule: Rule, environ: Mapping[str, str], lists: Sequence[Sequence[str]]) -> str:
    """Why a rule's model is not to be had, '' where it is; `lists` are those of `availableModels`."""
    if not rule.model:
        return ""
    model = weighing.id_of(rule.model, environ)
    if not model and not rule.is_dearer:
        return f"names {rule.model}, and which model that is cannot be told here (see ANTHROPIC_DEFAULT_*_MODEL)"
    if model and not surroundings.is_allowed(rule.model, model, lists):
        return f"names {rule.model}, which availableModels in Claude Code's settings does not allow"
    return ""


def unreached(rules: Sequence[Rule]) -> list[str]:
    """A sentence for each rule that no call can reach, since an earlier one matches all that it does."""
    said: list[str] = []
    for number, rule in enumerate(rules):
        before = next((one for one in rules[:number] if routes.covers(one, rule)), None)
        if before is not None:
            is_same = routes.covers(rule, before)
            how = "matches the same calls" if is_same else "matches all that it would, and more"
            said.append(f"{rule.place} is never reached: {before.place} comes first and {how}")
    return said
