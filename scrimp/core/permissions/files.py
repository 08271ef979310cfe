"""The files that Read and Edit rules name, in the manner of .gitignore.

As client 2.1.330 has it: `//abs` from the root, `~/x` from home, `/x` from the folder of the settings, everything else
(`./x` too) at any depth below the folders of the session; letters whatever their case. A pattern names what lies below
what it names.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrimp.core.permissions.rule import Rule


def matches(rule: Rule, path: str, roots: Iterable[str], home: str) -> bool:
    """Whether a rule names `path` (absolute). roots: the folders of the session; home: the user's."""
    content = rule.content
    if not content:
        return True
    if content.startswith("//"):
        return _is_named(content[1:], path, "/", is_anchored=True)
    if content.startswith("~/") or content == "~":
        return _is_named(content[1:] or "/**", path, home, is_anchored=True)
    if content.startswith("/"):
        return any(_is_named(content, path, base, is_anchored=True) for base in (rule.folder, *_wider(rule, home)))
    return any(_is_named(content, path, root, is_anchored=False) for root in roots)


def _wider(rule: Rule, home: str) -> list[str]:
    """Of the user's own file it is not told whether `/x` starts from its folder or from home: both count."""
    return [home] if os.path.dirname(rule.file) == rule.folder else []


def is_below(path: str, folder: str) -> bool:
    """Whether a path is a folder or lies in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _is_named(pattern: str, path: str, base: str, *, is_anchored: bool) -> bool:
    if not is_below(path, base):
        return False
    names = [name for name in path[len(base.rstrip("/")) :].lower().split("/") if name]
    parts = [part for part in pattern.lower().split("/") if part not in ("", ".")]
    places = {0} if is_anchored else set(range(len(names) + 1))
    for part in parts:
        if part == "**":
            places = set(range(min(places), len(names) + 1))
        else:
            signs = _signs(part)
            places = {place + 1 for place in places if place < len(names) and _fits(signs, names[place])}
        if not places:
            return False
    return bool(parts)


_ANY = ""


def _signs(part: str) -> list[str]:
    r"""What a pattern for one name is made of: a character, `?`, a class as `[…]`, _ANY for `*`; escapes as `\x`."""
    found: list[str] = []
    at = 0
    while at < len(part):
        end = part.find("]", at + 2) if part[at] == "[" else -1
        if part[at] == "\\" and at + 1 < len(part):
            found.append(part[at : at + 2])
            at += 1
        elif end > 0:
            found.append(part[at : end + 1])
            at = end
        elif part[at] != "*":
            found.append(part[at])
        elif found[-1:] != [_ANY]:
            found.append(_ANY)
        at += 1
    return found


def _fits(signs: list[str], name: str) -> bool:
    """Whether a name is of these signs; going back only to the latest `*`, so that no pattern takes long."""
    sign = at = 0
    star, star_at = -1, 0
    while at < len(name):
        if sign < len(signs) and signs[sign] == _ANY:
            star, star_at = sign, at
            sign += 1
        elif sign < len(signs) and _is(signs[sign], name[at]):
            sign, at = sign + 1, at + 1
        elif star >= 0:
            star_at += 1
            sign, at = star + 1, star_at
        else:
            return False
    return all(rest == _ANY for rest in signs[sign:])


def _is(sign: str, char: str) -> bool:
    if sign == "?":
        return True
    if len(sign) == 1:
        return sign == char
    if sign[0] == "\\":
        return sign[1] == char
    inner = sign[1:-1]
    is_not = inner[0] in "!^"
    return is_not != _is_in_class(inner[is_not:], char)


def _is_in_class(inner: str, char: str) -> bool:
    at = 0
    while at < len(inner):
        if inner[at + 1 : at + 2] == "-" and at + 2 < len(inner):
            if inner[at] <= char <= inner[at + 2]:
                return True
            at += 3
        elif inner[at] == char:
            return True
        else:
            at += 1
    return False
