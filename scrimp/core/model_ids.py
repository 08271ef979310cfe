"""Model ids as they occur in transcripts, reduced to the name that prices are filed under.

`claude-opus-5[1m]`, `us.anthropic.claude-opus-4-6-v1:0`, `claude-haiku-4-5@20251001` and
`openrouter/anthropic/claude-sonnet-4.6` name the same models as the plain ids do; provider and region decide the
premium. An id that is none of these comes back much as it is, and is found in no table: nothing is guessed.
"""

from __future__ import annotations

from scrimp.core import limits

ANTHROPIC = "anthropic"
"""Anthropic's own API, and whatever passes its ids on unchanged."""

GATEWAY = "gateway"
BEDROCK = "bedrock"
VERTEX = "vertex"

_VERTEX_PATHS = ("vertex", "vertex_ai", "google")
_CONTEXT_MARKERS = ("[1m]", "[2m]")
_WITHOUT_MINOR = ("claude-opus-4", "claude-sonnet-4")
_DATE_CHARS = 8
_FIRST_MAJOR_AFTER_ITS_FAMILY = 4
_NAME_PARTS = (3, 4)


class ModelId:
    """A model id taken apart: `name`, `provider`, and whether the id itself says regional, fast or batch."""

    __slots__ = ("batch", "fast", "name", "provider", "regional")

    def __init__(self, model: str) -> None:
        self.name: str = without_marker(model)
        self.provider: str = ANTHROPIC
        self.regional: bool = False
        self.fast: bool = False
        self.batch: bool = False
        if len(model) <= limits.MODEL_ID_CHARS:
            self._take_path()
            self._take_cloud()
            self._take_suffixes()
            self.name = _family_first(self.name)

    def _take_path(self) -> None:
        """`openrouter/anthropic/NAME`, `vertex_ai/NAME`, an inference profile's ARN, a Vertex resource."""
        *path, self.name = self.name.split("/")
        if not path:
            return
        self.provider = GATEWAY
        if path[0].startswith(("arn:", BEDROCK)):
            self.provider = BEDROCK
        elif path[0] in _VERTEX_PATHS:
            self.provider = VERTEX
        if "locations" in path[:-1]:
            self.provider = VERTEX
            self.regional = path[path.index("locations") + 1] != "global"

    def _take_cloud(self) -> None:
        """`us.anthropic.NAME` and `anthropic.NAME` of Bedrock, `NAME@20251001` of Vertex."""
        region, dot, name = self.name.rpartition("anthropic.")
        if dot and (not region or region.endswith(".")):
            self.name, self.provider = name, BEDROCK
            self.regional = region != "global."
        name, at, version = self.name.partition("@")
        if at and (version == "default" or _is_date(version)):
            self.name, self.provider = name, VERTEX

    def _take_suffixes(self) -> None:
        """`:0` and `:batch`; then `-v1`, `-20251001`, `-latest` and `-fast`, in whatever order they were added."""
        name, colon, tail = self.name.partition(":")
        if colon and (tail == "batch" or tail.partition(":")[0].isdecimal()):
            self.name, self.batch = name, tail == "batch"
        self.name = self.name.replace(".", "-")
        name, _, tail = self.name.rpartition("-")
        while tail in {"fast", "latest"} or _is_date(tail) or _is_revision(tail):
            self.name, self.fast = name, self.fast or tail == "fast"
            name, _, tail = name.rpartition("-")


def canonical(model: str) -> tuple[str, str]:
    """The name that prices are filed under, and the provider, `bedrock-regional` where the id says a region."""
    ident = ModelId(model)
    return ident.name, f"{ident.provider}-regional" if ident.regional else ident.provider


def without_marker(model: str) -> str:
    """The id in lower case, without blanks around it and without the client's own `[1m]`."""
    name = model.strip().lower()
    for marker in _CONTEXT_MARKERS:
        name = name.replace(marker, "")
    return name


def _is_date(text: str) -> bool:
    return len(text) == _DATE_CHARS and text.isdecimal() and text.startswith("20")


def _is_revision(text: str) -> bool:
    return text.startswith("v") and text[1:].isdecimal()


def _family_first(name: str) -> str:
    """`claude-4-5-sonnet`, as some gateways write it, is `claude-sonnet-4-5`; up to 3.7 that was the official order."""
    parts = name.split("-")
    if len(parts) in _NAME_PARTS and parts[1].isdecimal() and parts[-1].isalpha():
        maker, *version, family = parts
        if int(version[0]) >= _FIRST_MAJOR_AFTER_ITS_FAMILY:
            name = "-".join((maker, family, *version))
    return f"{name}-0" if name in _WITHOUT_MINOR else name
