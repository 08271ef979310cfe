"""What a call of the Agent tool would run on by itself: the agent's own file, the thread's model, what is allowed.

Reads files and nothing else. What cannot be told is said so, and such a call is left as it is.
"""

from __future__ import annotations

import os

from scrimp.core import bundle_root, limits, project, quick_json, small_file
from scrimp.core.model_ids import canonical
from scrimp.core.permissions import layers
from scrimp.core.routes.rules import MODELS, plain_name
from scrimp.core.settings import config_dir
from scrimp.core.untrusted import as_list, as_object, as_text, is_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import NamedTuple

    class Own(NamedTuple):
        """What an agent's own file says; is_known: False where no such file was found, and it is not built in.

        names_model, names_effort: whether that is a choice of the user's. model, effort: what the file says.
        """

        is_known: bool
        names_model: bool
        names_effort: bool
        model: str
        effort: str
else:
    from collections import namedtuple

    Own = namedtuple("Own", "is_known names_model names_effort model effort")

BUILT_IN = ("general-purpose", "Explore", "Plan", "claude")
"""Agents of client 2.1.330 that run on the model of the thread that calls them, as it was seen to send."""

DEFAULT_AGENT = "general-purpose"
"""What a call that names no type starts."""

_MODEL_VARIABLES = ("CLAUDE_CODE_SUBAGENT_MODEL",)
_EFFORT_VARIABLES = ("CLAUDE_CODE_SUBAGENT_EFFORT", "CLAUDE_CODE_EFFORT_LEVEL")
_NO_CHOICE = ("", "default", "inherit")
_NOTHING = Own(True, False, False, "", "")
_REQUEST_SIGN, _REPLY_SIGN = b'"api-request"', b'"type":"assistant"'
_FENCE = "---"


def names_model(environ: Mapping[str, str]) -> bool:
    """Whether the user's environment says what subagents run on."""
    return any(environ.get(name, "").strip().lower() not in _NO_CHOICE for name in _MODEL_VARIABLES)


def names_effort(environ: Mapping[str, str]) -> bool:
    """Whether it says at which effort."""
    return any(environ.get(name) for name in _EFFORT_VARIABLES)


def own_choice(agent: str, environ: Mapping[str, str], folder: str) -> Own:
    """What the file of this type of agent says, of the repo, the user or a plugin; of several, the first that does.

    What a shipped agent's file says, as long as nobody has edited it, is no choice of the user's.
    """
    shipped = _said_of(_shipped_file(agent))
    found = [said for path in _files(agent, environ, folder) if (said := _said_of(path)) and _is_named(said, agent)]
    theirs = [said for said in found if said != shipped]
    if theirs:
        model = next((said["model"] for said in theirs if "model" in said), "")
        effort = next((said["effort"] for said in theirs if "effort" in said), "")
        return Own(True, bool(model), bool(effort), model, effort)
    if shipped and (found or agent != plain_name(agent)):
        return _NOTHING._replace(model=shipped.get("model", ""), effort=shipped.get("effort", ""))
    return _NOTHING._replace(is_known=agent in BUILT_IN)


def model_of(transcript: str, agent_id: str) -> str:
    """The model of the latest request of the thread that calls, by its transcript; '' where that cannot be told."""
    path = (
        os.path.join(transcript[: -len(".jsonl")], "subagents", f"agent-{agent_id}.jsonl") if agent_id else transcript
    )
    for line in reversed(_tail(path).split(b"\n")):
        if _REQUEST_SIGN in line or _REPLY_SIGN in line:
            model = _model_in(line)
            if model:
                return model
    return ""


def is_allowed(name: str, model: str, said: Iterable[Sequence[str]]) -> bool:
    """Whether every list of `availableModels` has this model, by its short name, its id or the beginning of it."""
    ident = canonical(model)[0]
    for names in said:
        wanted = [one if one in MODELS else canonical(one)[0] for one in names]
        if not any(one in {name, ident} or ident.startswith(f"{one}-") for one in wanted):
            return False
    return True


def available(environ: Mapping[str, str], folder: str) -> list[list[str]]:
    """Every list of `availableModels` that the client's settings have; each must have the model."""
    said = (as_object(layer.said).get("availableModels") for layer in layers.read(environ, folder))
    return [[as_text(name).strip().lower() for name in as_list(names)] for names in said if is_list(names)]


def shipped_agents() -> list[str]:
    """The names of the agents that the bundle brings."""
    return sorted(name[: -len(".md")] for name in _names(_shipped_folder()))


def _shipped_folder() -> str:
    return os.path.join(bundle_root(), ".claude", "agents")


def _shipped_file(agent: str) -> str:
    name = plain_name(agent)
    return os.path.join(_shipped_folder(), f"{name}.md") if name in shipped_agents() else ""


def _files(agent: str, environ: Mapping[str, str], folder: str) -> list[str]:
    """The files in which this agent may be described."""
    plugin, colon, _ = agent.partition(":")
    if colon:
        folders = [os.path.join(root, "agents") for root in _plugin_folders(plugin, environ)]
    else:
        folders = [os.path.join(one, ".claude", "agents") for one in reversed(project.folders(folder))]
        folders.append(os.path.join(config_dir(environ), "agents"))
    found = [os.path.join(where, name) for where in folders for name in _names(where)]
    return found[: limits.ROUTE_AGENT_FILES]


def _names(folder: str) -> list[str]:
    """The Markdown files in a folder and in those below it, by their paths from it."""
    found: list[str] = []
    for where, below, names in os.walk(folder):
        below.sort()
        found += [os.path.relpath(os.path.join(where, name), folder) for name in sorted(names) if name.endswith(".md")]
        if len(found) > limits.ROUTE_AGENT_FILES:
            break
    return found


def _plugin_folders(plugin: str, environ: Mapping[str, str]) -> list[str]:
    path = os.path.join(config_dir(environ), "plugins", "installed_plugins.json")
    try:
        listed = as_object(as_object(quick_json.loads(small_file.read(path))).get("plugins"))
    except (OSError, ValueError, RecursionError):
        return []
    rows = [row for name in listed if name.partition("@")[0] == plugin for row in as_list(listed[name])]
    return [as_text(as_object(row).get("installPath")) for row in rows]


def _said_of(path: str) -> dict[str, str]:
    """The plain keys at the top of an agent's file and its text, `''`; empty where there is no such file."""
    try:
        text = small_file.read(path) if path else ""
    except OSError:
        return {}
    lines = text.splitlines()
    if not lines or lines[0].strip() != _FENCE:
        return {}
    said: dict[str, str] = {"": text}
    for line in lines[1:]:
        if line.strip() == _FENCE:
            break
        key, colon, value = line.partition(":")
        if colon and key == key.strip():
            said[key] = value.partition(" #")[0].strip().strip("'\"")
    return said


def _is_named(said: dict[str, str], agent: str) -> bool:
    return said.get("name") in {agent, agent.partition(":")[2]}


def _tail(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - limits.ROUTE_TAIL_BYTES))
            return file.read()
    except OSError:
        return b""


def _model_in(line: bytes) -> str:
    """The model of a record of a request or of a reply; a record that only quotes one has none."""
    record = quick_json.object_in(line)
    key = {"api-request": "params", "assistant": "message"}.get(as_text(record.get("type")), "")
    model = as_text(as_object(record.get(key)).get("model"))
    return "" if model.startswith("<") else model
