"""Which paths are read: the cases of the official filesystem server's public tests, told anew for a reader of files.

They come from its path-validation, path-utils, lib and roots tests, as far as they are about POSIX paths: each row is
one of their expectations, on files that are really there.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from scrimp.batch.item import Failed, Item
from tests.reading.world import World

FILES = (
    "project/f project/src/index.js project/deeply/nested/f project/..test project/test.. project/te..st "
    "project/... project/.... project/report_50%.pdf project/Q1_25%_growth project/%41 project/%2e%2e "
    "project/file%20name project/a&b project/a+b@c$d project/MYKIND~1 project/(p) project/[b] project/{c} "
    "project/#h project/back\\slash project/C: project/-n project/'q' project2/f project_backup/f "
    "project-old/f projectile/f project.bak/f project1/f project1_backup/f other/f safe/f top my/f "
    "PROJECT/f project%20files/test mnt/c/f c/NS/f h/name/f u/local/f"
)
SPACED = (
    "my-project (v2)/f",
    "my-project (v2)_backup/f",
    "my-project/f",
    "my project/f",
    "my proj/f",
    "project files/test",
)
UNICODE = ("café/f", "cafe\u0301/f", "日本/f", "emoji🙂/f", "\u202edlo/f")
LONG = "a/" * 200 + "f"

READ, OUTSIDE, FOLDER, MISSING, NUL, TOO_LONG = (
    "",
    "outside the folders",
    "it is a folder",
    "no such file",
    "NUL",
    "characters",
)
EMPTY = "the path is empty"

ROWS: list[tuple[str, str, str]] = [
    # roots (from the user's folder), path ({} is that folder), what comes of it
    ("project", "{}/project/f", READ),
    ("project", "{}/project/src/index.js", READ),
    ("project", "{}/project/deeply/nested/f", READ),
    ("project", "f", READ),
    ("project", "./f", READ),
    ("project", "src/index.js", READ),
    ("project", "src/../f", READ),
    ("project", "{}/project", FOLDER),
    ("project", "{}/project/src", FOLDER),
    ("project", ".", FOLDER),
    # names that begin like the root's
    ("project", "{}/project2", OUTSIDE),
    ("project", "{}/project2/f", OUTSIDE),
    ("project", "{}/project_backup/f", OUTSIDE),
    ("project", "{}/project-old/f", OUTSIDE),
    ("project", "{}/projectile/f", OUTSIDE),
    ("project", "{}/project.bak/f", OUTSIDE),
    ("project", "{}/project2/", OUTSIDE),
    ("project/", "{}/project2/f", OUTSIDE),
    ("project", "{}/PROJECT/f", OUTSIDE),
    ("project", "{}//project2/f", OUTSIDE),
    # elsewhere
    ("project", "{}/other/f", OUTSIDE),
    ("project", "{}/top", OUTSIDE),
    ("project", "/etc/passwd", OUTSIDE),
    ("project", "{}", OUTSIDE),
    ("project", "/", OUTSIDE),
    ("project", "///", OUTSIDE),
    ("project", "/nowhere/at/all", OUTSIDE),
    ("project", "/dev/null", OUTSIDE),
    ("project", "/proc/self/environ", OUTSIDE),
    # several roots
    ("project1 project2", "{}/project1/f", READ),
    ("project1 project2", "{}/project2/f", READ),
    ("project1 project2", "{}/project/f", OUTSIDE),
    ("project1 project2", "{}/project1_backup/f", OUTSIDE),
    ("project . ", "{}/other/f", READ),
    ("project project/src", "{}/project/f", READ),
    ("project/src", "{}/project/f", OUTSIDE),
    ("project/src", "{}/project/src/index.js", READ),
    # roots as they are written
    ("project/", "{}/project/f", READ),
    ("project//", "{}/project/f", READ),
    ("./project", "{}/project/f", READ),
    ("other/../project", "{}/project/f", READ),
    ("project/../safe", "{}/safe/f", READ),
    ("project/../safe", "{}/project/f", OUTSIDE),
    ("nowhere", "{}/project/f", OUTSIDE),
    ("nowhere project", "{}/project/f", READ),
    ("project\0", "{}/project/f", OUTSIDE),
    ("project%20files", "{}/project%20files/test", READ),
    ("project%20files", "{}/project files/test", OUTSIDE),
    # up and out
    ("project", "{}/project/../../../etc/passwd", OUTSIDE),
    ("project", "{}/project/../other/f", OUTSIDE),
    ("project", "{}/project/../project2/f", OUTSIDE),
    ("project", "{}/project/src/../../project2/f", OUTSIDE),
    ("project", "{}/project/./../other/f", OUTSIDE),
    ("project", "{}/project/../project/../../../etc", OUTSIDE),
    ("project", "{}/project/..", OUTSIDE),
    ("project", "{}/project/../project/f", READ),
    ("project", "{}/other/../project/f", READ),
    ("project", "..", OUTSIDE),
    ("project", "../top", OUTSIDE),
    ("project", "../../top", OUTSIDE),
    ("project", "../project2/f", OUTSIDE),
    ("project", "../project/f", READ),
    ("project", "src/../../top", OUTSIDE),
    ("project", "nowhere/../../top", OUTSIDE),
    ("project", "./../top", OUTSIDE),
    ("project", "....//top", MISSING),
    ("project", "..\\top", MISSING),
    ("project", "..%2ftop", MISSING),
    ("project", "%2e%2e/top", MISSING),
    ("project", "../" * 60 + "etc/passwd", OUTSIDE),
    # dots and other signs that are only names
    ("project", "..test", READ),
    ("project", "test..", READ),
    ("project", "te..st", READ),
    ("project", "...", READ),
    ("project", "....", READ),
    ("project", "report_50%.pdf", READ),
    ("project", "Q1_25%_growth", READ),
    ("project", "%41", READ),
    ("project", "%2e%2e", READ),
    ("project", "file%20name", READ),
    ("project", "a&b", READ),
    ("project", "a+b@c$d", READ),
    ("project", "MYKIND~1", READ),
    ("project", "(p)", READ),
    ("project", "[b]", READ),
    ("project", "{{c}}", READ),
    ("project", "#h", READ),
    ("project", "back\\slash", READ),
    ("project", "C:", READ),
    ("project", "-n", READ),
    ("project", "'q'", READ),
    ("project", "$HOME", MISSING),
    ("project", "`id`", MISSING),
    ("project", "file:///etc/passwd", MISSING),
    ("project", "C:\\Windows\\win.ini", MISSING),
    ("project", "\\\\server\\share\\f", MISSING),
    # slashes
    ("project", "{}/project//f", READ),
    ("project", "{}//project//src//index.js", READ),
    ("project", "{}/./project/./f", READ),
    ("project", "//{}/project/f", READ),
    ("project", "{}/project/", FOLDER),
    ("project", "{}/project///", FOLDER),
    ("project", "f/", "a file, not a folder"),
    ("project", "f/..", FOLDER),
    ("project", "f/x", MISSING),
    # roots that look like drives
    ("mnt/c", "{}/mnt/c/f", READ),
    ("c", "{}/c/NS/f", READ),
    ("h", "{}/h/name/f", READ),
    ("u", "{}/u/local/f", READ),
    # spaces and letters
    ("my-project (v2)", "{}/my-project (v2)/f", READ),
    ("my-project (v2)", "{}/my-project (v2)_backup/f", OUTSIDE),
    ("my-project (v2)", "{}/my-project/f", OUTSIDE),
    ("my project", "{}/my project/f", READ),
    ("my project", "{}/my/f", OUTSIDE),
    ("my project", "{}/my proj/f", OUTSIDE),
    ("café", "{}/café/f", READ),
    ("café", "{}/cafe\u0301/f", OUTSIDE),
    ("cafe\u0301", "{}/cafe\u0301/f", READ),
    ("日本", "{}/日本/f", READ),
    ("emoji🙂", "{}/emoji🙂/f", READ),
    ("\u202edlo", "{}/\u202edlo/f", READ),
    # NUL
    ("project", "{}/project\0/etc/passwd", NUL),
    ("project", "{}/project/test\0.txt", NUL),
    ("project", "\0{}/project/f", NUL),
    ("project", "{}/project/\0", NUL),
    # nothing, and far too much
    ("project", "", EMPTY),
    ("project", " ", EMPTY),
    ("project", LONG, READ),
    ("project", "a/" * 200 + "../" * 201 + "top", OUTSIDE),
    ("project", "x" * 300, "file name too long"),
    ("project", "x" * 5_000, TOO_LONG),
    ("project", "a/" * 3_000 + "f", TOO_LONG),
    # home
    ("project home", "~/mine", READ),
    ("project", "~/mine", OUTSIDE),
    ("project", "~", OUTSIDE),
    ("project home", "~", FOLDER),
    ("project home", "~/../top", OUTSIDE),
    ("project home", "~root/f", MISSING),
    ("project home", "~nobody", MISSING),
    # not there
    ("project", "nowhere", MISSING),
    ("project", "{}/project/nowhere", MISSING),
    ("project", "{}/project/nowhere/f", MISSING),
    ("project", "{}/other/nowhere", OUTSIDE),
    # links (see `_links`)
    ("project", "link-in", READ),
    ("project", "link-out", OUTSIDE),
    ("project", "link-out-relative", OUTSIDE),
    ("project", "link-to-link-out", OUTSIDE),
    ("project", "chain-5", READ),
    ("project", "chain-out-5", OUTSIDE),
    ("project", "folder-in/index.js", READ),
    ("project", "folder-out/f", OUTSIDE),
    ("project", "folder-out", OUTSIDE),
    ("project", "folder-out/../top", OUTSIDE),
    ("project", "folder-in/../f", READ),
    ("project", "folder-root/etc/passwd", OUTSIDE),
    ("project", "loop", "in a circle"),
    ("project", "loop-a", "in a circle"),
    ("project", "folder-loop/folder-loop/f", READ),
    ("project", "dangling-in", MISSING),
    ("project", "dangling-out", OUTSIDE),
    ("project", "device", OUTSIDE),
    ("project", "self-environ", OUTSIDE),
    ("project other", "link-out", READ),
    ("linked-root", "{}/linked-root/f", READ),
    ("linked-root", "{}/project/f", READ),
    ("project", "{}/linked-root/f", READ),
    ("linked-root", "{}/project2/f", OUTSIDE),
    ("linked-out-of", "{}/linked-out-of/f", READ),
    ("project", "{}/linked-out-of/f", OUTSIDE),
]


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> str:
    base = str(tmp_path_factory.mktemp("user"))
    for name in (*FILES.split(), *SPACED, *UNICODE, f"project/{LONG}", "home/mine"):
        path = os.path.join(base, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        Path(path).write_text("told\n")
    _links(base)
    return base


def _links(base: str) -> None:
    links = {
        "link-in": f"{base}/project/f",
        "link-out": f"{base}/other/f",
        "link-out-relative": "../other/f",
        "link-to-link-out": "link-out",
        "chain-0": "f",
        "chain-out-0": "../top",
        "folder-in": "src",
        "folder-out": f"{base}/other",
        "folder-root": "/",
        "folder-loop": ".",
        "loop": "loop",
        "loop-a": "loop-b",
        "loop-b": "loop-a",
        "dangling-in": "not-there",
        "dangling-out": "../not-there",
        "device": "/dev/null",
        "self-environ": "/proc/self/environ",
        "../linked-root": f"{base}/project",
        "../linked-out-of": f"{base}/other",
    }
    for number in range(1, 6):
        links[f"chain-{number}"] = f"chain-{number - 1}"
        links[f"chain-out-{number}"] = f"chain-out-{number - 1}"
    for name, target in links.items():
        os.symlink(target, os.path.join(base, "project", name))


def read(user: str, roots: str, path: str) -> list[Item]:
    split = [roots] if roots.startswith("my") else roots.split(" ")
    given = [os.path.join(user, root) if root else "" for root in split]
    return World(f"{user}/project", roots=given, home=f"{user}/home").read(path)


@pytest.mark.parametrize(("roots", "path", "outcome"), ROWS)
def test_a_path_is_read_only_inside_the_roots(user: str, roots: str, path: str, outcome: str) -> None:
    named = path.replace("{{c}}", "\x01").replace("{}", user).replace("\x01", "{c}")
    (item,) = read(user, roots, named)
    if outcome == READ:
        assert (item.error, item.content()) == ("", "told")
    else:
        assert isinstance(item, Failed)
        assert outcome in item.error


def test_the_table_has_what_was_counted() -> None:
    assert len(ROWS) == len(set(ROWS))
    assert len(ROWS) >= 130


@pytest.mark.parametrize(
    "glob", ["../*", "../**/f", "{}/other/*", "/etc/pass*", "~/*", "folder-out/*", "folder-root/etc/*"]
)
def test_a_glob_starts_only_inside_the_roots(user: str, glob: str) -> None:
    (item,) = read(user, "project", glob.replace("{}", user))
    assert OUTSIDE in item.error


@pytest.mark.parametrize("glob", ["link-*", "**/link-out", "src/../link-out*", "*-environ"])
def test_what_a_glob_finds_is_judged_like_any_path(user: str, glob: str) -> None:
    items = read(user, "project", glob)
    outside = {item.heading for item in items if OUTSIDE in item.error}
    assert outside
    assert all(item.content() == "told" for item in items if not item.error)


def test_every_file_is_read_where_all_is_a_root(user: str) -> None:
    world = World(f"{user}/project", roots=["/"])
    (item,) = world.read(f"{user}/other/f")
    assert item.content() == "told"


def test_what_only_looks_like_files_is_never_opened(user: str) -> None:
    world = World(f"{user}/project", roots=["/"])
    paths = ["/proc/self/environ", "/proc/kmsg", "/sys/kernel/notes", "/dev/zero", "device", "self-environ"]
    assert {item.error for item in world.read(*paths)} == {"it is no plain file"}
