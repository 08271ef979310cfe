"""What an agent is shown of package managers."""

from __future__ import annotations

import pytest

from scrimp.core import facts, limits, terminal
from scrimp.core.compact import choose, compact
from tests.compact import cases


def text_of(name: str) -> str:
    return cases.load(f"packages/{name}").compacted().text


def test_440_packages_with_problems_take_4_kb_with_every_direct_dependency_and_every_problem() -> None:
    text = text_of("npm_ls_broken_all")
    assert len(text.encode()) + limits.MARKER_USUAL_CHARS <= 4_000
    case = cases.load("packages/npm_ls_broken_all")
    assert facts.missing(facts.extract("packages", terminal.as_shown(case.text)), text) == []
    assert "npm error missing: lodash@^4.7.0, required by whatwg-url@8.7.0\n" in text
    assert "├── left-behind@0.0.1 extraneous\n" in text
    assert "├─┬ react@9.0.0 invalid: " in text
    assert "UNMET OPTIONAL" not in text


def test_a_tree_without_problems_is_its_direct_dependencies() -> None:
    rows = [line for line in text_of("npm_ls_all").split("\n") if line.startswith(("├", "└"))]
    assert len(rows) == 19
    assert [line[4:].partition("@")[0] for line in rows[:3]] == ["axios", "body-parser", "chalk"]
    assert "eslint 7.32.0\n… 163 lines\njest 27.5.1\n" in text_of("pnpm_list_deep")


def test_of_an_installation_only_what_was_installed_and_what_was_warned_of_is_left() -> None:
    assert text_of("npm_ci_verbose").strip() == "added 582 packages in 24s"
    text = text_of("npm_install_deprecated")
    assert text.count("npm warn deprecated ") == 12
    assert "npm http" not in text
    assert "Collecting" not in text_of("pip_install_large")


def test_versions_that_pip_and_uv_installed_are_all_there() -> None:
    text = text_of("pip_install_large")
    assert " uvicorn-0.54.0 " in text
    assert " jupyterlab-4.6.6 " in text
    assert text_of("uv_colour").count("==") == 160


def test_a_failed_build_keeps_the_compilers_error_and_who_was_built() -> None:
    text = text_of("pip_build_failed")
    assert "fatal error: libtax.h: No such file or directory\n" in text
    assert "ERROR: Failed building wheel for shopfast\n" in text
    assert "copying" not in text


@pytest.mark.parametrize("name", ["npm_explain", "uv_tree", "pip_list", "apt_upgradable", "npm_audit_report"])
def test_what_was_asked_for_and_the_client_shows_is_not_cut(name: str) -> None:
    assert not cases.load(f"packages/{name}").compacted().cut


def test_a_tree_drawn_in_ascii_is_read_alike() -> None:
    rows = "".join(f"+-- part-{n}@1.{n}.0\n" + f"| `-- deep-{n}@2.0.0\n" * 60 for n in range(20))
    text = f"shop@1.0.0 /tmp/shop\n{rows}`-- UNMET DEPENDENCY tax@^2.0.0\n"
    result = compact(text, command="npm ls --all --unicode=false", exit_code=1, raw_limit=9_900, cap=9_000)
    assert (result.family, result.facts_kept) == ("packages", 22)
    assert "deep-" not in result.text


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("diagnostics/cargo_build_failed", "cargo build"),
        ("jest/failed", "npm test"),
        ("node_tests/spec_failed", "npm test"),
        ("diagnostics/vite_passed", "npm run build"),
        ("listing/ls_recursive", "ls -R node_modules"),
    ],
)
def test_what_a_package_manager_only_started_is_not_taken_for_its_own(name: str, command: str) -> None:
    assert choose(terminal.as_shown(cases.load(name).text), command).NAME != "packages"
