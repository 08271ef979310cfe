"""Which files a glob finds: in order, without what is ignored or hidden, unless the glob names it."""

from __future__ import annotations

import os

import pytest

from scrimp.core import limits
from tests.reading.world import World

FILES = (
    "a.py b.js src/c.py src/d.ts src/deep/e.py src/deep/f.PY "
    ".env .github/flow.yml src/.hidden/g.py node_modules/m/index.js build/out.py logs/x.log "
    "keep.log local.txt .git/config .git/hooks/h.py src/ignored.py src/sub/h.py "
    "docs/[id].md docs/i.md docs/{x}.md docs/-n.md "
)


@pytest.fixture
def repo(world: World) -> World:
    world.write(dict.fromkeys(FILES.split(), "x\n"))
    world.write(
        {
            ".gitignore": "node_modules/\nbuild\n*.log\n!keep.log\n",
            "src/.gitignore": "ignored.py\n",
            ".git/info/exclude": "local.txt\n",
        }
    )
    os.symlink("..", f"{world.folder}/src/loop")
    os.symlink("../a.py", f"{world.folder}/src/link.py")
    os.symlink("not-there", f"{world.folder}/src/dangling.py")
    os.mkfifo(f"{world.folder}/src/pipe.py")
    return world


@pytest.mark.parametrize(
    ("glob", "names"),
    [
        ("*.py", "a.py"),
        ("*", "a.py b.js keep.log"),
        ("**/*.py", "a.py src/c.py src/deep/e.py src/sub/h.py"),
        ("src/**/*.py", "src/c.py src/deep/e.py src/link.py src/sub/h.py"),
        ("src/*.py", "src/c.py src/link.py"),
        ("src/*/*.py", "src/deep/e.py src/sub/h.py"),
        ("src/**", "src/c.py src/d.ts src/deep/e.py src/deep/f.PY src/link.py src/sub/h.py"),
        ("src/**/**/e.py", "src/deep/e.py"),
        ("**/deep/**/e.py", "src/deep/e.py"),
        ("**/src/**/[d-s]*/**/*.py", "src/deep/e.py src/sub/h.py"),
        ("**/**/h.*", "src/sub/h.py"),
        ("docs/**/**", "docs/-n.md docs/[id].md docs/i.md docs/{x}.md"),
        ("**/e.py", "src/deep/e.py"),
        ("src/deep/?.py", "src/deep/e.py"),
        ("src/[cd].*", "src/c.py src/d.ts"),
        ("src/[!c].*", "src/d.ts"),
        ("src/[^c].*", "src/d.ts"),
        ("src/[a-c].py", "src/c.py"),
        ("**/*.{js,ts}", "b.js src/d.ts"),
        ("{a,src/c}.py", "a.py src/c.py"),
        ("{src,docs}/{c,{i,j}}.*", "docs/i.md src/c.py"),
        ("./*.py", "./a.py"),
        ("src/../*.py", "src/../a.py"),
        # ignored, unless the way there is named
        ("**/*.log", "keep.log"),
        ("node_modules/**", "node_modules/m/index.js"),
        ("build/*", "build/out.py"),
        # hidden, unless the dot is named
        (".*", ".env .gitignore"),
        (".env*", ".env"),
        (".github/**", ".github/flow.yml"),
        (".github/*.yml", ".github/flow.yml"),
        ("**/.hidden/*", "src/.hidden/g.py"),
        ("**/.*", ".env .gitignore src/.gitignore"),
        # signs that are only names
        ("docs/\\[id\\].*", "docs/[id].md"),
        ("docs/[[]id].*", "docs/[id].md"),
        ("docs/-*", "docs/-n.md"),
        (".git/*", ".git/config"),
    ],
)
def test_a_glob_finds_what_it_names(repo: World, glob: str, names: str) -> None:
    assert [item.heading.rpartition(":")[0] for item in repo.read(glob)] == [
        os.path.normpath(one) for one in names.split()
    ]


@pytest.mark.parametrize(
    "glob", ["*.rs", "**/.git/*", "**/config", "local*", "src/ignored*", "src/pipe*", "src/dangling*"]
)
def test_what_is_no_file_for_it_is_not_found(repo: World, glob: str) -> None:
    assert [item.error[:15] for item in repo.read(glob)] == ["no file matches"]


def test_a_glob_with_lines_or_a_name_takes_them_of_every_file(world: World) -> None:
    world.write({"a.py": "x = 1\ny = 2\n", "b.py": "y = 3\n"})
    assert world.answer("*.py#y", "*.py:1") == (
        "## a.py#y: line 2 of 2\n2\ty = 2\n\n## b.py#y: line 1 of 1\n1\ty = 3\n\n"
        "## a.py:1 of 2 lines\n1\tx = 1\n\n## b.py:1 of 1 line\n1\ty = 3"
    )


def test_files_beyond_the_limit_are_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READ_GLOB_FILES", 2)
    world.write({f"{name}.txt": "x\n" for name in "abcd"})
    assert [item.heading for item in world.read("*.txt")] == [
        "*.txt: 4 files, only the first 2 were looked at",
        "a.txt: 1 line",
        "b.txt: 1 line",
    ]


def test_a_walk_that_passes_too_much_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "READ_WALKED", 3)
    world.write({f"{name}.txt": "x\n" for name in "abcdef"})
    first = world.read("*.txt")[0]
    assert first.heading == "*.txt: at least 2 files, only the first 2 were looked at"


def test_no_glob_takes_long_on_a_name(world: World) -> None:
    world.write({"a" * 200: "x\n"})
    assert world.read("*a" * 60 + "*b")[0].error.startswith("no file matches")


def test_no_glob_takes_long_on_a_deep_folder(world: World) -> None:
    world.write({f"{'a/' * 60}a.txt": "x\n"})
    for glob in ("**/a/" * 25 + "b", "**/*a*/" * 25 + "b", "**/" * 60 + "b"):
        assert world.read(glob)[0].error.startswith("no file matches")
    assert world.read("**/a/" * 25 + "*.txt")[0].heading.endswith("a.txt: 1 line")
