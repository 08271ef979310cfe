"""The rules of the setting `routes`, from all layers: the user's own first, then the person's in the repo, the repo's.

A rule that is not as the schema has it is none: it is left out, and said in a sentence. Nothing here reads a file.
"""

from __future__ import annotations

from scrimp.core import limits
from scrimp.core.routes import patterns
from scrimp.core.untrusted import as_list, as_object, as_text, is_list, is_object

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, NamedTuple

    class Layer(NamedTuple):
        """What one settings file says under `routes`; is_own: it is the user's own file."""

        path: str
        is_own: bool
        said: object

    class Rule(NamedTuple):
        """Patterns for a call, and what it then runs on; '' and None leave a thing as it is.

        place: where it stands, `FILE: routes[0]`. is_dearer: it may cost more, of the user's own file alone.
        """

        place: str
        is_own: bool
        agent: str
        description: str
        prompt: str
        model: str
        effort: str
        background: bool | None
        is_dearer: bool

    class Call(NamedTuple):
        """A call of the Agent tool as the rules see it."""

        agent: str
        description: str
        prompt: str
else:
    from collections import namedtuple

    Layer = namedtuple("Layer", "path is_own said")
    Rule = namedtuple("Rule", "place is_own agent description prompt model effort background is_dearer")
    Call = namedtuple("Call", "agent description prompt")

KEYS = ("agent", "description", "prompt", "model", "effort", "background", "dearer")
PATTERNS = KEYS[:3]
MODELS = ("haiku", "sonnet", "opus", "fable")
"""What the Agent tool of client 2.1.330 takes as `model`; a full name would fail its schema."""

EFFORTS = ("low", "medium", "high", "xhigh", "max")
"""The lowest first."""

_OURS = "scrimp:"
"""Before the name of a shipped agent that comes with the plugin."""

_LOCAL = "local.json"
_NAMES = {"model": MODELS, "effort": EFFORTS}
_SWITCHES = ("background", "dearer")
_A_PATTERN = f"a pattern of up to {limits.ROUTE_PATTERN_CHARS} characters"


def read(layers: Iterable[Layer]) -> tuple[list[Rule], list[str]]:
    """The rules in the order in which they are asked, and a sentence for each that is none."""
    rules: list[Rule] = []
    problems: list[str] = []
    for layer in sorted(layers, key=lambda one: (not one.is_own, not one.path.endswith(_LOCAL))):
        if not is_list(layer.said):
            problems.append(f"{layer.path}: routes is {_quoted(layer.said)}, expected a list of rules; it is ignored")
        if len(as_list(layer.said)) > limits.ROUTE_RULES:
            problems.append(f"{layer.path}: routes has more than {limits.ROUTE_RULES} rules; the rest is ignored")
        for number, said in enumerate(as_list(layer.said)[: limits.ROUTE_RULES]):
            place = f"{layer.path}: routes[{number}]"
            expected = _expected(said, is_own=layer.is_own)
            if expected:
                problems.append(f"{place} {expected}; the rule is ignored")
            else:
                rules.append(_rule(place, as_object(said), is_own=layer.is_own))
    return rules, problems


def first(rules: Iterable[Rule], call: Call) -> Rule | None:
    """The first rule that matches this call."""
    return next((rule for rule in rules if _is_of(rule, call)), None)


def covers(rule: Rule, other: Rule) -> bool:
    """Whether every call that `other` matches is one that `rule` matches."""
    pairs = ((getattr(rule, key), getattr(other, key)) for key in PATTERNS)
    return all(patterns.covers(one or patterns.ANY, another or patterns.ANY) for one, another in pairs)


def plain_name(agent: str) -> str:
    """The type of agent without the plugin's name, if it is ours."""
    return agent.removeprefix(_OURS)


def _is_of(rule: Rule, call: Call) -> bool:
    names = {call.agent, plain_name(call.agent)}
    return (
        (not rule.agent or any(patterns.matches(rule.agent, name) for name in names))
        and (not rule.description or patterns.matches(rule.description, call.description))
        and (not rule.prompt or patterns.matches(rule.prompt, call.prompt))
    )


def _expected(said: object, *, is_own: bool) -> str:
    """Why this is no rule, '' for one."""
    if not is_object(said):
        return f"is {_quoted(said)}, expected an object"
    given = {key: value for key, value in as_object(said).items() if value is not None}
    for key, value in given.items():
        if key not in KEYS:
            return f"has the unknown key {key}"
        expected = _expected_of(key, value)
        if expected:
            return f"has {key} {_quoted(value)}, expected {expected}"
    if given.get("dearer") and not is_own:
        return "says dearer, which only your own file may"
    return "" if any(key in given for key in KEYS[3:6]) else "names neither model nor effort nor background"


def _quoted(value: object) -> str:
    """The value as it is written, or its beginning: a repo's file may say a megabyte."""
    text = repr(value)
    return text if len(text) <= limits.ROUTE_PATTERN_CHARS else f"{text[: limits.ROUTE_PATTERN_CHARS]}…"


def _expected_of(key: str, value: object) -> str:
    """What the value of a key should have been, '' for one that is right."""
    if key in _NAMES:
        return "" if value in _NAMES[key] else f"one of {', '.join(_NAMES[key])}"
    if key in _SWITCHES:
        return "" if isinstance(value, bool) else "true or false"
    is_pattern = isinstance(value, str) and 0 < len(value) <= limits.ROUTE_PATTERN_CHARS
    return "" if is_pattern else _A_PATTERN


def _rule(place: str, said: dict[str, Any], *, is_own: bool) -> Rule:
    agent, description, prompt, model, effort = (as_text(said.get(key)) for key in KEYS[:5])
    is_dearer = bool(said.get("dearer"))
    return Rule(place, is_own, agent, description, prompt, model, effort, said.get("background"), is_dearer)
