"""List what stands in every prompt of this folder's sessions or makes its prefix change, and what that costs you."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from scrimp.cache import rates, threads
from scrimp.cache.lint import asking, hook_context, instructions, rules, servers
from scrimp.cli import OK
from scrimp.cli.wiring import survey
from scrimp.core import limits, managed_settings, settings, transcript_files
from scrimp.core.errors import UsageError
from scrimp.reports import shown, source, summary, wording
from scrimp.reports.shown import PATH, TEXT, TOKENS, USD, Column

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from scrimp.cache.lint.finding import Finding
    from scrimp.cache.rates import Rates
    from scrimp.reports.shown import Row
    from scrimp.reports.source import Source

_COLUMNS = (
    Column("kind", "Kind", TEXT),
    Column("where", "Where", PATH),
    Column("tokens", "Tokens", TOKENS),
    Column("usd_100_turns", "100 turns", USD),
    Column("what", "What", TEXT, 1),
    Column("hint", "", TEXT),
    Column("flags", "", shown.FLAGS),
)
_NOTHING = "nothing of yours stands in the prompt here"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `scrimp cache lint`."""
    parser.add_argument("folder", metavar="DIR", nargs="?", default="", help="where sessions start; else here")
    parser.add_argument(
        "--start-servers",
        action="store_true",
        help="start each MCP server that you have configured, list its tools and stop it: this runs their programs",
    )
    source.add_filters(parser)
    source.add_places(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("-j", "--json", action="store_true", help="a list of objects; dollars are exact decimal strings")
    form.add_argument("--csv", action="store_true", help="comma-separated values, with a header")


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Carry out `scrimp cache lint`."""
    folder = os.path.abspath(arguments.folder or os.getcwd())
    if not os.path.isdir(folder):
        raise UsageError(f"DIR {arguments.folder!r}: there is no such folder")
    with source.opened(arguments, environ) as opened:
        found = threads.read(opened)
        known = rates.of(found, _turns(opened), managed_settings.prices(environ))
        findings = _findings(arguments, environ, folder)
        rows = [_row(finding, known) for finding in findings]
        notes = [
            *_hints(findings),
            *_of_rates(known),
            *(summary.billing(opened) if summary.is_table(arguments) else ()),
        ]
        report = shown.Report("", _COLUMNS, environ, notes=notes, problems=opened.problems, nothing=_NOTHING)
        shown.show(report, rows, arguments)
    return OK


def _findings(arguments: argparse.Namespace, environ: Mapping[str, str], folder: str) -> list[Finding]:
    layers = survey.layers(environ, folder)
    found = [*instructions.find(environ, folder), *_servers(arguments, environ, folder, layers)]
    found += [
        *hook_context.find(_sessions(arguments, environ, folder)),
        *rules.find((layer.path, layer.settings) for layer in layers),
    ]
    return sorted(found, key=lambda one: -(one.tokens or 0))


def _servers(
    arguments: argparse.Namespace,
    environ: Mapping[str, str],
    folder: str,
    layers: list[survey.Layer],
) -> Iterator[Finding]:
    """What a repo's own settings say approves nothing: a cloned repo must not start programs."""
    own = [layer.settings for layer in layers if layer.scope != "project"]
    for server in servers.configured(environ, folder, own):
        problem = servers.why_not_asked(server, may_start=arguments.start_servers)
        if not problem:
            shown.write(f"scrimp: starting {wording.printable(server.name)} of {server.where}\n", sys.stderr)
        asked = problem or asking.ask(server, environ, folder)
        yield servers.finding(server, None, asked) if isinstance(asked, str) else servers.finding(server, asked)


def _sessions(arguments: argparse.Namespace, environ: Mapping[str, str], folder: str) -> Iterator[Iterator[bytes]]:
    """The latest sessions of this folder, each as the lines of its transcript, up to so much of all together."""
    projects = arguments.projects or settings.projects_dirs(environ)
    name = "".join(char if char.isascii() and char.isalnum() else "-" for char in os.path.realpath(folder))
    files = [one for one in transcript_files.find(projects) if one.kind == transcript_files.MAIN]
    latest = [one for one in reversed(files) if os.path.basename(one.project_dir) == name]
    left = limits.CACHE_LINT_BYTES
    for one in latest[: limits.CACHE_LINT_SESSIONS]:
        left -= one.size
        if left < 0:
            return
        yield _lines(one.path)


def _lines(path: str) -> Iterator[bytes]:
    try:
        with open(path, "rb") as file:
            yield from file
    except OSError:
        return


def _turns(opened: Source) -> int:
    query = (
        "SELECT COUNT(DISTINCT requests.session_id || ' ' || requests.prompt_id) FROM requests "  # noqa: S608 - ours
        f"WHERE requests.agent_id = '' AND ({opened.where})"
    )
    (number,) = opened.db.execute(query, opened.parameters).fetchone()
    return number


def _row(finding: Finding, known: Rates) -> Row:
    priced = known.per_100_turns_pico(finding.tokens or 0) if known.cached_tokens and known.turns else None
    is_known = finding.tokens is not None
    return {
        "kind": finding.kind,
        "where": finding.where,
        "tokens": finding.tokens,
        "usd_100_turns": priced if is_known else None,
        "what": finding.what,
        "hint": finding.hint,
        "flags": ("estimated",),
    }


def _hints(findings: list[Finding]) -> list[str]:
    return [f"{one.where}: {one.what}; {one.hint}" for one in findings if one.hint]


def _of_rates(known: Rates) -> list[str]:
    if not known.cached_tokens or not known.turns:
        return ["no dollars: the ledger has no priced request with a cache yet"]
    million = known.per_request_pico(10**6) / 10**12
    drawn_from = f"{known.requests:,} requests in {known.turns:,} turns of {known.sessions:,} sessions"
    rate = f"a million tokens that stand in the prompt cost ${million:.3f} with each request"
    tokens = "Tokens: in every request, an estimate; of hooks what a session comes to hold on average"
    return [f"100 turns: at your own rates of {drawn_from}; {rate}", tokens]
