"""Definitions of a source file, from its tree-sitter tree.

Only what may hold definitions is looked into, never a function's body, so that this takes far less than the parsing.
A file with errors in it gives what could be told.
"""

from __future__ import annotations

import importlib
import time
from functools import cache
from typing import TYPE_CHECKING

from scrimp.core import limits
from scrimp.reading.outlines import node_names
from scrimp.reading.outlines.symbols import Symbol

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar
    from tree_sitter import Node

    from scrimp.reading.outlines.languages import Language

_PIECE_BYTES = 64 * 1024
_BODIES = frozenset({"function_body", "class_body", "enum_class_body", "template_body", "block", "enum_body"})
_ABOVE = frozenset({"comment", "line_comment", "block_comment", "attribute_item", "multiline_comment"})
"""What stands right above a definition and belongs to it."""

_DECORATIONS = _ABOVE | {"decorator", "attribute_list", "attributes", "annotation", "marker_annotation", "attribute"}
_STATEMENTS = frozenset({"expression_statement", "lexical_declaration", "variable_declaration", "declaration_command"})
"""What is all of a definition that stands in it."""

_FUNCTION_VALUES = frozenset(
    {"arrow_function", "function_expression", "generator_function", "class", "function_definition"}
)


def symbols(language: Language, text: str) -> list[Symbol]:
    """The definitions in the order of the file; empty where parsing takes too long."""
    from tree_sitter import Parser  # noqa: PLC0415 - for outlines alone

    source = text.encode("utf-8", "replace")
    end_s = time.perf_counter() + limits.READ_OUTLINE_S
    try:
        tree = Parser(_grammar(language.module, language.function)).parse(
            lambda offset, _point: source[offset : offset + _PIECE_BYTES],
            progress_callback=lambda _offset, _error: time.perf_counter() > end_s,
        )
    except ValueError:  # the callback ended it
        return []
    found: list[Symbol] = []
    _Finder(language, found).look(tree.root_node, ())
    return found


@cache
def _grammar(module: str, function: str) -> Grammar:
    from tree_sitter import Language as Grammar  # noqa: PLC0415

    capsule: object = getattr(importlib.import_module(module), function)()
    return Grammar(capsule)


class _Finder:
    def __init__(self, language: Language, found: list[Symbol]) -> None:
        self._language = language
        self._found = found
        self._inside = language.inside | language.wrappers | {"ERROR"}

    def look(self, node: Node, names: tuple[str, ...], depth: int = 0) -> None:
        """All definitions among a node's children."""
        for child in node.named_children:
            self._take(child, child, names, depth)

    def _take(self, node: Node, outer: Node, names: tuple[str, ...], depth: int) -> None:
        """outer: what wraps the node, and where its definition begins."""
        if depth > limits.READ_OUTLINE_DEPTH:
            return
        kind = node.type
        if kind in self._language.wrappers:
            for child in node.named_children:
                is_one = sum(one.type not in _DECORATIONS for one in node.named_children) == 1
                self._take(child, node if is_one or kind == "template_declaration" else child, names, depth + 1)
        elif kind in self._language.types:
            name = node_names.of(node)
            if name and (node_names.has_body(node) or kind != "struct_specifier"):
                self._add(node, outer, (*names, name))
                names = (*names, name)
            self._look_into_body(node, names, depth)
        elif kind in self._language.functions:
            self._add(node, outer, (*names, node_names.of(node) or kind))
        elif kind in self._language.values:
            self._take_value(node, outer, names, depth)
        elif kind in self._inside:
            for child in node.named_children:
                self._take(child, outer if kind in _STATEMENTS else child, names, depth + 1)

    def _look_into_body(self, node: Node, names: tuple[str, ...], depth: int) -> None:
        for child in node.named_children:
            if child == node.child_by_field_name("body") or child.type in self._inside | _BODIES:
                self.look(child, names, depth + 1)

    def _take_value(self, node: Node, outer: Node, names: tuple[str, ...], depth: int) -> None:
        if node.type == "call_expression":
            self._take_test(node, outer, names, depth)
            return
        name = node_names.of(node)
        if not name:
            return
        value = node_names.value_of(node)
        is_function = node_names.is_function(node) or (value is not None and value.type in _FUNCTION_VALUES)
        self._add(node, outer, (*names, name), value if is_function else None, is_minor=not is_function)

    def _take_test(self, node: Node, outer: Node, names: tuple[str, ...], depth: int) -> None:
        """`describe("x", () => {…})` and the like: what a test file consists of."""
        named = node_names.test_of(node)
        if named:
            name, body = named
            self._add(node, outer, (*names, name), body)
            if body:
                block = body.child_by_field_name("body")
                if block is not None:
                    self.look(block, (*names, name), depth + 1)

    def _add(
        self, node: Node, outer: Node, names: tuple[str, ...], holder: Node | None = None, *, is_minor: bool = False
    ) -> None:
        shown_first = _starts(outer) + 1
        first, last = _first(outer) + 1, _last(outer if outer.end_byte > node.end_byte else node) + 1
        body = _body(holder or node)
        if body is not None and body.prev_sibling is not None:
            shown_last = body.prev_sibling.end_point.row + 1
        else:
            shown_last = shown_first if is_minor or node.child_by_field_name("parameters") is None else last
        shown_last = max(shown_first, min(shown_last, last, shown_first + limits.READ_SIGNATURE_LINES - 1))
        self._found.append(Symbol(names, first, last, shown_first, shown_last, is_minor))


def _body(node: Node) -> Node | None:
    body = node.child_by_field_name("body")
    if body is None:
        body = next((child for child in node.named_children if child.type in _BODIES), None)
    return body


def _first(node: Node) -> int:
    """The row where it begins, with what stands right above it."""
    row = node.start_point.row
    above = node.prev_named_sibling
    while above is not None and above.type in _ABOVE and _last(above) == row - 1:
        row = above.start_point.row
        above = above.prev_named_sibling
    return row


def _last(node: Node) -> int:
    """The row where it ends; some nodes end before the first letter of the next line."""
    end = node.end_point
    return end.row - 1 if not end.column and end.row > node.start_point.row else end.row


def _starts(node: Node) -> int:
    """The row of the first word that is no decoration."""
    for child in node.children:
        if child.type in _DECORATIONS:
            continue
        if child.type == "modifiers":
            words = [one for one in child.children if one.type not in _DECORATIONS]
            if not words:
                continue
            return words[0].start_point.row
        return child.start_point.row
    return node.start_point.row
