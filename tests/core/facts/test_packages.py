"""Facts of npm, pnpm, pip, uv, apt and cargo."""

from __future__ import annotations

import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from scrimp.core.facts import extract
from scrimp.core.terminal import as_shown
from tests.compact import cases

if TYPE_CHECKING:
    from types import FrameType

    from scrimp.core.facts import Fact


def facts_of(name: str) -> list[Fact]:
    return extract("packages", as_shown(cases.load(f"packages/{name}").text))


def parts_of(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(fact.kind, fact.parts) for fact in extract("packages", text)]


def test_every_top_level_package_and_every_problem_of_npm_ls_is_a_fact() -> None:
    facts = facts_of("npm_ls_broken_all")
    assert Counter(fact.kind for fact in facts) == {"error": 26, "problem": 9, "package": 17}
    assert [fact.parts[0] for fact in facts if fact.kind == "problem"] == [
        "@babel/helper-string-parser@7.29.14",
        "@shop/old-theme@2.0.0",
        "debug@9.0.0",
        "semver@9.0.0",
        "left-behind@0.0.1",
        "UNMET DEPENDENCY lodash@4.17.15",
        "react@9.0.0",
        "uuid@3.4.0",
        "UNMET DEPENDENCY shop-shared@^1.0.0",
    ]


def test_an_npm_conflict_is_each_line_of_its_report_but_not_the_advice() -> None:
    assert [fact.parts for fact in facts_of("npm_conflict")] == [
        ("npm error code ERESOLVE",),
        ("npm error ERESOLVE unable to resolve dependency tree",),
        ("npm error While resolving: shop-web@1.4.0",),
        ("npm error Found: react@17.0.2",),
        ("npm error node_modules/react",),
        ('npm error   react@"17.0.2" from the root project',),
        ("npm error Could not resolve dependency:",),
        ('npm error peer react@"^18.0" from react-redux@9.1.0',),
        ("npm error node_modules/react-redux",),
        ('npm error   react-redux@"9.1.0" from the root project',),
    ]


def test_of_a_packages_own_script_its_errors_are_facts_and_its_progress_is_not() -> None:
    assert [fact.parts for fact in facts_of("npm_script_failed")] == [
        ("npm error code 1",),
        ("npm error path /tmp/shop_packages/script/native",),
        ("npm error command failed",),
        ("npm error command sh -c node install.js",),
        ("src/part_77.cc:14:3: error: use of undeclared identifier 'napi_price'",),
        (
            "Error: cannot build shop-native: compiler exited with 1",
            "/tmp/shop_packages/script/native/install.js:4:7",
        ),
    ]


def test_an_advisory_is_its_range_its_severity_and_its_title() -> None:
    facts = facts_of("npm_audit_report")
    assert facts[1].parts == (
        "js-yaml  <4.1.1",
        "Severity: moderate",
        "Merging of untrusted keys - https://example.com/advisories/SHOP-1005",
    )
    assert [fact.kind for fact in facts] == ["advisory"] * 6 + ["total"]
    assert facts[-1].parts == ("27 vulnerabilities (4 low, 20 moderate, 1 high, 2 critical)",)


def test_what_is_deprecated_and_what_was_added_are_facts() -> None:
    facts = facts_of("npm_install_deprecated")
    assert Counter(fact.kind for fact in facts) == {"warning": 12, "total": 2}
    assert facts[-2].parts == ("added 583 packages, and audited 584 packages in 26s",)


def test_every_row_of_what_is_outdated_is_a_fact() -> None:
    assert [len(facts_of(name)) for name in ("npm_outdated", "pnpm_outdated")] == [15, 15]
    assert facts_of("npm_outdated")[1].parts == (
        "axios         0.21.4   0.21.4   1.21.1  node_modules/axios        web",
    )


def test_each_version_that_pip_installed_is_in_a_fact() -> None:
    (done,) = (fact for fact in facts_of("pip_install_large") if fact.kind == "total")
    assert len(done.parts) == 3
    assert len(" ".join(done.parts).split()) == 2 + 161


def test_each_conflict_that_pip_names_is_a_fact() -> None:
    facts = facts_of("pip_check_broken")
    assert sum(" requires " in fact.parts[0] for fact in facts) == 9
    assert sum(" has requirement " in fact.parts[0] for fact in facts) == 9
    assert [fact.parts[0] for fact in facts_of("pip_conflict")] == [
        (
            "ERROR: Cannot install botocore==1.20.0 and urllib3>=2 because these package versions have conflicting"
            " dependencies."
        ),
        "The user requested urllib3>=2",
        "botocore 1.20.0 depends on urllib3<1.27 and >=1.25.4",
        (
            "ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/"
            "#dealing-with-dependency-conflicts"
        ),
    ]


def test_uv_says_why_there_is_no_solution() -> None:
    facts = facts_of("uv_conflict")
    assert facts[0].parts == ("error: Failed to add dependencies",)
    assert facts[11].parts[0].startswith("And because your project depends on botocore>=1.40 and urllib3<1.20, we")


def test_what_a_build_below_uv_or_pip_complained_of_is_a_fact() -> None:
    missing = ("src/shopfast.c:2:10: fatal error: libtax.h: No such file or directory",)
    for name in ("uv_build_failed", "pip_build_failed", "pip_verbose_failed"):
        assert [fact.parts for fact in facts_of(name)].count(missing) == 1


def test_apt_names_the_package_that_failed_and_what_it_depends_on() -> None:
    assert [fact.parts for fact in facts_of("apt_postinst_failed")] == [
        ("0 upgraded, 6 newly installed, 0 to remove and 134 not upgraded.",),
        ("shop-agent: cannot read /etc/shop/agent.conf: No such file or directory",),
        ("dpkg: error processing package shop-agent (--configure):",),
        ("installed shop-agent package post-installation script subprocess returned error exit status 7",),
        ("Errors were encountered while processing:", "shop-agent"),
        ("E: Sub-process /usr/bin/dpkg returned an error code (1)",),
    ]
    assert [fact.parts[0] for fact in facts_of("apt_unmet_deb")] == [
        "shop-agent : Depends: shop-core (>= 3) but it is not installable",
        "Depends: libc6 (>= 9.9) but 2.36-9+deb12u14 is to be installed",
        "E: Unable to correct problems, you have held broken packages.",
    ]


def test_cargo_says_which_versions_there_were() -> None:
    assert [fact.parts[0] for fact in facts_of("cargo_no_version")] == [
        'error: failed to select a version for the requirement `shop-money = "^9"`',
        "candidate versions found which didn't match: 0.2.8",
        "location searched: /tmp/shop_packages/ws/money",
        "required by package `shop-app v0.4.0 (/tmp/shop_packages/ws/app)`",
    ]


@pytest.mark.parametrize("name", ["npm_ls_all", "npm_ls_colour"])
def test_colours_change_no_fact(name: str) -> None:
    assert Counter(fact.kind for fact in facts_of(name)) == {"package": 20}


def test_what_a_script_prints_as_if_it_were_npm_hides_nothing_of_npm() -> None:
    text = (
        "npm error code 1\nnpm error command sh -c node install.js\nnpm error added 900 packages in 1s\n"
        "npm error found 0 vulnerabilities\nnpm error A complete log of this run can be found in: /tmp/x.log\n"
        "npm error code ELIFECYCLE\n"
    )
    assert parts_of(text) == [
        ("error", ("npm error code 1",)),
        ("error", ("npm error command sh -c node install.js",)),
        ("total", ("added 900 packages in 1s",)),
        ("total", ("found 0 vulnerabilities",)),
        ("error", ("npm error code ELIFECYCLE",)),
    ]


def test_a_build_that_prints_an_installation_does_not_pass_for_one() -> None:
    text = "      Successfully installed everything-9.9\nERROR: Failed building wheel for shopfast\n"
    assert parts_of(text) == [("error", ("ERROR: Failed building wheel for shopfast",))]


@pytest.mark.parametrize(
    "row",
    [
        "├─┬ debug@9.0.0 deduped invalid: ",
        "a requires b ",
        "Requirement already satisfied: x (from ",
        "  cause: x\n",
        "The following packages will be REMOVED:\n  x\n",
        "error: x\n",
    ],
)
def test_twice_the_text_takes_twice_the_calls(row: str) -> None:
    once, twice = (_calls(row * times) for times in (400, 800))
    assert twice <= 2.1 * once + 200


def _calls(text: str) -> int:
    count = 0

    def counted(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        extract("packages", text)
    finally:
        sys.setprofile(None)
    return count
