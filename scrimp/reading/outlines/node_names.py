"""The name that a definition's node gives, whatever its grammar calls the place where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

_FIELDS = ("name", "property", "declarator", "left", "pattern", "type")
_INNER = ("declarator", "name")
_GENERICS = re.compile(r"[<\[(].*", re.DOTALL)
_RECEIVER = re.compile(r"(\w+)\s*(?:\[[^\]]*\])?\s*\)$")
_NAMES = frozenset({"identifier", "name", "const_element", "property_element", "variable_declaration", "variable_list"})
_KEYWORDS = {"init_declaration": "init", "deinit_declaration": "deinit", "subscript_declaration": "subscript"}
_NAMED_BY_TYPE = frozenset({"impl_item", "type_alias", "given_definition"})
_TESTS = frozenset({"describe", "context", "suite", "it", "test"})
_LONGEST = 200


def of(node: Node) -> str:
    """Its name without type parameters; '' for what has none."""
    if node.type in _KEYWORDS:
        return _KEYWORDS[node.type]
    if node.type == "secondary_constructor":
        return "constructor"
    if node.type == "operator_declaration":
        operator = node.child_by_field_name("operator")
        return f"operator {_text(operator)}" if operator is not None else ""
    name = _named(node)
    receiver = node.child_by_field_name("receiver")
    if receiver is not None:
        found = _RECEIVER.search(_text(receiver))
        return f"{found[1]}.{name}" if found else name
    return name


def _named(node: Node) -> str:
    for field in _FIELDS:
        if field == "type" and node.type not in _NAMED_BY_TYPE:
            continue
        found = node.child_by_field_name(field)
        if found is not None:
            return _plain(_innermost(found))
    found = next((child for child in node.named_children if child.type in _NAMES), None)
    return _plain(_innermost(found)) if found is not None else ""


def _innermost(node: Node) -> Node:
    """The name in a C declarator: `*name(int)` is a pointer to a function of that name."""
    while node.type not in ("qualified_identifier", "operator_name", "destructor_name", "dot_index_expression"):
        inner = next((found for field in _INNER if (found := node.child_by_field_name(field)) is not None), None)
        if (
            inner is None
            and node.named_children
            and (node.type in _NAMES or node.type.endswith(("_declarator", "variable_declarator")))
        ):
            declarators = [child for child in node.named_children if child.type == "variable_declarator"]
            inner = (declarators or node.named_children)[0]
        if inner is None:
            return node
        node = inner
    return node


def _plain(node: Node) -> str:
    text = _text(node)
    return text if node.type == "operator_name" else _GENERICS.sub("", text).strip()


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")[:_LONGEST]


def has_body(node: Node) -> bool:
    """Whether it defines, and does not only name, a type."""
    return node.child_by_field_name("body") is not None


def value_of(node: Node) -> Node | None:
    """What is assigned."""
    found = node.child_by_field_name("value") or node.child_by_field_name("right")
    if found is None:
        lists = [child for child in node.named_children if child.type == "expression_list"]
        found = lists[0].named_children[0] if lists and lists[0].named_children else None
    return found


def is_function(node: Node) -> bool:
    """Whether a C declaration is one of a function: `int sell(item_t *item);`."""
    found = node.child_by_field_name("declarator")
    while found is not None and found.type != "function_declarator":
        found = found.child_by_field_name("declarator")
    return found is not None


def test_of(node: Node) -> tuple[str, Node | None] | None:
    """Of `it("sells", () => {…})` the name and the function; None for any other call."""
    called, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if called is None or arguments is None or _text(called).partition(".")[0] not in _TESTS:
        return None
    given = arguments.named_children
    if not given or given[0].type not in ("string", "template_string"):
        return None
    last = given[-1] if given[-1].type in ("arrow_function", "function_expression") else None
    return _text(given[0]).strip("\"'`"), last
