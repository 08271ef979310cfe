"""By what requests can be summed up: for each grouping its keys, as SQL over `requests`, and how a table shows them."""

from __future__ import annotations

from typing import NamedTuple

from scrimp.reports.shown import ID, MODEL, PATH, TEXT, TIME, Column

NO_PROMPT = "(no prompt id)"
NO_TIME = "(no time)"
NO_TYPE = "(no type)"
MAIN = "main"


class Grouping(NamedTuple):
    """One way of summing up.

    keys: by column name, the SQL whose equal values make a row. columns: what a row has besides its sums. also:
    columns of `requests` of which a row has the least. by_time: rows stand in order of their key; otherwise the
    dearest is first. by_leg: a request is split by the models of its legs. of_turn: what besides the keys tells apart
    the stretches of work that a row's time is made of, as SQL; '' where a time would say nothing.
    """

    keys: dict[str, str]
    columns: tuple[Column, ...]
    also: tuple[str, ...] = ()
    by_time: bool = False
    by_leg: bool = False
    of_turn: str = "requests.prompt_id"

    @property
    def columns_of_rows(self) -> set[str]:
        """What the rows are told apart by, and what they have besides."""
        return {*self.keys, *self.also}


def _local(form: str, *modifiers: str) -> str:
    steps = "".join(f", '{modifier}'" for modifier in ("localtime", *modifiers))
    return f"COALESCE(strftime('{form}', requests.at{steps}), '{NO_TIME}')"


_DAY = "%Y-%m-%d"
_ITSELF = "''"
"""Of rows that are turns."""
_LAST = Column("last_at", "Last", TIME, 1)
_CWD = Column("cwd", "Project", PATH, 2)
_FOLDER = Column("project", "", TEXT)

GROUPINGS = {
    "turn": Grouping(
        {
            "prompt_id": f"CASE requests.prompt_id WHEN '' THEN '{NO_PROMPT}' ELSE requests.prompt_id END",
            "without": "CASE requests.prompt_id WHEN '' THEN requests.session_id ELSE '' END",
        },
        (
            Column("prompt_id", "Turn", ID),
            Column("first_at", "Begun", TIME, 1),
            Column("session_id", "Session", ID, 9),
            _FOLDER,
            _CWD,
        ),
        also=("session_id", "project"),
        of_turn=_ITSELF,
    ),
    "session": Grouping(
        {"session_id": "requests.session_id"},
        (Column("session_id", "Session", ID), _FOLDER, _CWD, Column("first_at", "", TIME), _LAST),
        also=("project",),
    ),
    "day": Grouping({"day": _local(_DAY)}, (Column("day", "Day", TEXT),), by_time=True),
    "week": Grouping(
        {"week": _local(_DAY, "weekday 0", "-6 days")}, (Column("week", "Week from", TEXT),), by_time=True
    ),
    "month": Grouping({"month": _local("%Y-%m")}, (Column("month", "Month", TEXT),), by_time=True),
    "model": Grouping({"model": "requests.model"}, (Column("model", "Model", MODEL),), by_leg=True, of_turn=""),
    "agent": Grouping(
        {
            "agent": f"CASE WHEN requests.agent_type <> '' THEN requests.agent_type "
            f"WHEN requests.agent_id = '' THEN '{MAIN}' ELSE '{NO_TYPE}' END"
        },
        (Column("agent", "Agent", TEXT),),
        of_turn="requests.prompt_id || ' ' || requests.agent_id",
    ),
    "project": Grouping({"project": "requests.project"}, (_FOLDER, _CWD._replace(drop=0), _LAST)),
    "branch": Grouping(
        {"project": "requests.project", "branch": "requests.git_branch"},
        (_FOLDER, Column("branch", "Branch", TEXT), _CWD, _LAST),
    ),
}
