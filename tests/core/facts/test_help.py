"""Facts of manual pages and of `--help`, in the forms of several tools."""

from __future__ import annotations

from scrimp.core.facts import help as help_facts
from scrimp.core.terminal import as_shown
from tests.compact import cases


def facts_of(case: str) -> list[tuple[str, str]]:
    shown = as_shown(cases.load(f"help/{case}").text)
    return [(fact.kind, part) for fact in help_facts.extract(shown) for part in fact.parts]


def test_what_was_wrong_with_a_call_comes_first_or_last_and_is_a_fact() -> None:
    assert facts_of("mvn_failed")[:4] == [
        ("error", "Unable to parse command line options: Unrecognized option: --bogus"),
        ("usage", "usage: mvn [options] [<goal(s)>] [<phase(s)>]"),
        ("heading", "Options:"),
        ("option", "-am,--also-make"),
    ]
    assert facts_of("yargs_failed")[-1] == ("error", "Unknown arguments: cart-retires, cartRetires")
    assert facts_of("go_flags_failed")[:4] == [
        ("error", "flag provided but not defined: -cart.retires"),
        ("usage", GO_USAGE),
        ("option", "-address.cache"),
        ("option", "-address.pool int"),
    ]


GO_USAGE = next(line for line in cases.load("help/go_flags_failed").text.split("\n") if line.startswith("Usage of "))
"""`go run` names the program by where it was built: another folder at each run."""


def test_a_manual_page_has_its_name_how_it_is_called_its_sections_and_options() -> None:
    facts = facts_of("man_overstruck")
    assert [(kind, " ".join(part.split())) for kind, part in facts[:8]] == [
        ("name", "GIT-REBASE(1) Git Manual GIT-REBASE(1)"),
        ("heading", "NAME"),
        ("name", "git-rebase - Reapply commits on top of another base tip"),
        ("usage", "SYNOPSIS"),
        ("usage", "git rebase [-i | --interactive] [<options>] [--exec <cmd>]"),
        ("usage", "[--onto <newbase> | --keep-base] [<upstream> [<branch>]]"),
        ("usage", "git rebase [-i | --interactive] [<options>] [--exec <cmd>] [--onto <newbase>]"),
        ("usage", "--root [<branch>]"),
    ]
    assert [part for kind, part in facts if kind == "heading"][1:6] == [
        "DESCRIPTION",
        "OPTIONS",
        "INCOMPATIBLE OPTIONS",
        "BEHAVIORAL DIFFERENCES",
        "Empty commits",
    ]
    assert ("option", "--onto <newbase>") in facts


def test_a_german_page_is_read_by_its_form() -> None:
    facts = facts_of("man_german")
    assert [part for kind, part in facts if kind == "heading"] == [
        "NAME",
        "BESCHREIBUNG",
        "OPTIONEN",
        "DATEIEN",
        "SIEHE AUCH",
        "DIAGNOSE",
        "FEHLER",
        "ÜBERSETZUNG",
        "AUTOREN",
        "FUßNOTEN",
    ]
    assert [part for kind, part in facts if kind == "usage"][:2] == [
        "ÜBERSICHT",
        "apt-get [-asqdyfmubV] [-o=Konfigurationszeichenkette]",
    ]
    assert ("option", "--no-install-recommends") in facts


def test_sub_commands_are_those_of_a_column() -> None:
    commands = [part for kind, part in facts_of("git_all") if kind == "command"]
    assert commands[:4] == ["add", "am", "archive", "bisect"]
    assert len(commands) == 164


def test_every_option_of_clang_is_one_and_no_line_of_what_explains_it() -> None:
    text = cases.load("help/clang").text
    margins = [line for line in text.split("\n") if line.startswith("  -")]
    options = [part for kind, part in facts_of("clang") if kind == "option"]
    assert len(options) == len(margins) == 880
    assert options[:3] == ["-###", "--amdgpu-arch-tool=<value>", "--analyzer-output <value>"]


def test_a_sentence_that_goes_on_with_a_dash_is_no_option() -> None:
    text = (
        "usage: shop\n\nOptions:\n  --dry-run    Do nothing, use together with\n"
        "               --verbose to see what would be\n               done.\n  --quiet      Say less\n"
    )
    assert [fact.parts for fact in help_facts.extract(text) if fact.kind == "option"] == [("--dry-run",), ("--quiet",)]


def test_a_message_in_the_middle_of_a_page_is_no_fact() -> None:
    page = (
        "usage: shop\n\n"
        + "  --a    First\n" * 20
        + "\nerror: unknown option: it means what it says.\n\n"
        + "  --b    Next\n" * 20
    )
    assert "error" not in {fact.kind for fact in help_facts.extract(page)}
