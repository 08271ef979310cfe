r"""One permission rule of Claude Code's settings, and how the text of one is matched.

The form is `Tool` or `Tool(content)`. As client 2.1.330 has it: a content that ends in `:*` stands for whatever begins
with it as words; else each `*` stands for anything, a ` *` at the end for nothing too; `\(`, `\)` and `\*` stand for
themselves; letters count with their case.
"""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

BASH, READ, EDIT, FETCH = "Bash", "Read", "Edit", "WebFetch"

DENY, ASK, ALLOW, UNSETTLED = "deny", "ask", "allow", "unsettled"
"""What rules come to; UNSETTLED where none says anything."""

if TYPE_CHECKING:

    class Rule(NamedTuple):
        """A rule: its tool, what stands in its parentheses ('' for all), its own text, the file that holds it.

        folder: what a path that begins with `/` starts from, for a file of the user's own the client's folder.
        """

        tool: str
        content: str
        text: str
        file: str
        folder: str

else:
    Rule = namedtuple("Rule", ("tool", "content", "text", "file", "folder"))


def parse(text: str, file: str, folder: str, *, is_grant: bool) -> Rule | None:
    """The rule in a line of settings; None where it is none, or where the client gives nothing for it.

    is_grant: of an allow rule only the exact form counts; of others also what may have been meant.
    """
    tool, found, content = text.partition("(")
    if found and not content.endswith(")"):
        return None
    content = content[:-1] if found else ""
    is_exact = tool == tool.strip() and content == content.strip() and "*" not in tool and bool(content or not found)
    if is_grant and not is_exact:
        return None
    content = content.strip()
    return Rule(tool.strip(), "" if content in ("*", "**") else content, text, file, folder)


def is_for(rule: Rule, tool: str) -> bool:
    """Whether a rule is about `tool`; a `*` in the name of one stands for anything."""
    return rule.tool == tool or ("*" in rule.tool and fits(pieces(rule.tool), tool))


def matches(content: str, text: str) -> bool:
    """Whether the content of a Bash rule stands for `text`."""
    if not content:
        return True
    if content.endswith(":*"):
        prefix = _plain(content[:-2])
        return text == prefix or text.startswith((prefix + " ", prefix + "\t"))
    parts = pieces(content)
    if len(parts) > 1 and parts[-1] == "" and parts[-2].endswith(" ") and fits([*parts[:-2], parts[-2][:-1]], text):
        return True
    return fits(parts, text)


def first_word(content: str) -> str:
    """The word that a rule's commands begin with; '' where that is open."""
    word = _plain(content.removesuffix(":*")).split(" ")[0]
    return "" if "*" in word else word


def pieces(pattern: str) -> list[str]:
    """What stands between the `*` of a pattern; one piece alone where there is none."""
    found = [""]
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and pattern[at + 1 : at + 2] in ("*", "(", ")", "\\"):
            at += 1
            found[-1] += pattern[at]
        elif char == "*":
            found.append("")
        else:
            found[-1] += char
        at += 1
    return found


def fits(parts: list[str], text: str) -> bool:
    """Whether the text is these pieces with anything between them; linear, whatever they are."""
    if len(parts) == 1:
        return text == parts[0]
    if not text.startswith(parts[0]):
        return False
    at = len(parts[0])
    for part in parts[1:-1]:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return len(text) - at >= len(parts[-1]) and text.endswith(parts[-1])


def _plain(text: str) -> str:
    for char in ("(", ")"):
        text = text.replace("\\" + char, char)
    return text
