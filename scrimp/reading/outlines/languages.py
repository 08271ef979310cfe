"""Which grammar reads a file, and which of its nodes an outline shows: a table, one row a language."""

from __future__ import annotations

import re
from typing import NamedTuple

_SHELL = re.compile(r"#!.*\b(ba|z|k|da)?sh\b")
_SCRIPT = re.compile(r"#!.*\b(python|node|ruby|php|lua)")
_CPP = re.compile(r"\s*(class|namespace|template)\b|\s*(public|private|protected):")


class Language(NamedTuple):
    """A language by the node types of its grammar.

    module, function: where the grammar is. functions: shown, not looked into. types: shown, and what is in them too.
    values: constants and fields, shown where there is room. inside: not shown, but looked into. wrappers: the same,
    and what they wrap begins where they do.
    """

    module: str
    functions: frozenset[str]
    types: frozenset[str]
    values: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    wrappers: frozenset[str] = frozenset()
    function: str = "language"


def _of(types: str) -> frozenset[str]:
    return frozenset(types.split())


_JS = Language(
    "tree_sitter_javascript",
    _of("function_declaration generator_function_declaration method_definition"),
    _of("class_declaration"),
    _of("variable_declarator assignment_expression field_definition call_expression"),
    _of("class_body lexical_declaration variable_declaration expression_statement statement_block"),
    _of("export_statement"),
)
_TS = _JS._replace(
    module="tree_sitter_typescript",
    function="language_typescript",
    functions=_JS.functions | _of("function_signature method_signature abstract_method_signature"),
    types=_JS.types | _of("abstract_class_declaration interface_declaration internal_module module enum_declaration"),
    values=_JS.values | _of("type_alias_declaration public_field_definition property_signature"),
    inside=_JS.inside | _of("interface_body"),
    wrappers=_JS.wrappers | _of("ambient_declaration"),
)
_C = Language(
    "tree_sitter_c",
    _of("function_definition preproc_function_def"),
    _of("struct_specifier union_specifier enum_specifier"),
    _of("type_definition declaration preproc_def"),
    _of("preproc_ifdef preproc_if preproc_else preproc_elif linkage_specification declaration_list"),
)
_ROWS = {
    "python": Language(
        "tree_sitter_python",
        _of("function_definition"),
        _of("class_definition"),
        _of("assignment type_alias_statement"),
        _of(
            "expression_statement if_statement else_clause elif_clause try_statement except_clause finally_clause"
            " with_statement block"
        ),
        _of("decorated_definition"),
    ),
    "javascript": _JS,
    "typescript": _TS,
    "tsx": _TS._replace(function="language_tsx"),
    "go": Language(
        "tree_sitter_go",
        _of("function_declaration method_declaration method_elem"),
        _of("type_spec"),
        _of("const_spec var_spec type_alias"),
        _of("interface_type var_spec_list"),
        _of("type_declaration const_declaration var_declaration"),
    ),
    "rust": Language(
        "tree_sitter_rust",
        _of("function_item function_signature_item macro_definition"),
        _of("struct_item enum_item union_item trait_item impl_item mod_item"),
        _of("const_item static_item type_item associated_type"),
        _of("declaration_list foreign_mod_item"),
    ),
    "java": Language(
        "tree_sitter_java",
        _of(
            "method_declaration constructor_declaration compact_constructor_declaration"
            " annotation_type_element_declaration"
        ),
        _of("class_declaration interface_declaration enum_declaration record_declaration annotation_type_declaration"),
        _of("field_declaration constant_declaration"),
        _of("class_body interface_body enum_body enum_body_declarations annotation_type_body"),
    ),
    "c": _C,
    "cpp": _C._replace(
        module="tree_sitter_cpp",
        types=_C.types | _of("class_specifier namespace_definition concept_definition"),
        values=_C.values | _of("alias_declaration field_declaration namespace_alias_definition"),
        inside=_C.inside | _of("field_declaration_list"),
        wrappers=_of("template_declaration"),
    ),
    "c_sharp": Language(
        "tree_sitter_c_sharp",
        _of(
            "method_declaration constructor_declaration destructor_declaration operator_declaration"
            " conversion_operator_declaration indexer_declaration delegate_declaration local_function_statement"
        ),
        _of(
            "class_declaration interface_declaration struct_declaration record_declaration enum_declaration"
            " namespace_declaration file_scoped_namespace_declaration"
        ),
        _of("property_declaration field_declaration event_field_declaration event_declaration"),
        _of("declaration_list global_statement preproc_if preproc_else"),
    ),
    "ruby": Language(
        "tree_sitter_ruby",
        _of("method singleton_method"),
        _of("class module"),
        _of("assignment"),
        _of("body_statement singleton_class"),
    ),
    "php": Language(
        "tree_sitter_php",
        _of("function_definition method_declaration"),
        _of("class_declaration interface_declaration trait_declaration enum_declaration namespace_definition"),
        _of("const_declaration property_declaration"),
        _of("declaration_list enum_declaration_list compound_statement if_statement"),
        function="language_php",
    ),
    "bash": Language(
        "tree_sitter_bash",
        _of("function_definition"),
        _of(""),
        _of("variable_assignment"),
        _of("if_statement else_clause declaration_command"),
    ),
    "kotlin": Language(
        "tree_sitter_kotlin",
        _of("function_declaration secondary_constructor"),
        _of("class_declaration object_declaration"),
        _of("property_declaration type_alias"),
        _of("class_body enum_class_body companion_object"),
    ),
    "swift": Language(
        "tree_sitter_swift",
        _of(
            "function_declaration init_declaration deinit_declaration subscript_declaration"
            " protocol_function_declaration"
        ),
        _of("class_declaration protocol_declaration"),
        _of("property_declaration typealias_declaration protocol_property_declaration"),
        _of("class_body protocol_body enum_class_body"),
    ),
    "scala": Language(
        "tree_sitter_scala",
        _of("function_definition function_declaration"),
        _of("class_definition object_definition trait_definition enum_definition package_object extension_definition"),
        _of("val_definition var_definition val_declaration var_declaration type_definition given_definition"),
        _of("template_body enum_body"),
    ),
    "lua": Language(
        "tree_sitter_lua",
        _of("function_declaration"),
        _of(""),
        _of("assignment_statement"),
        _of("variable_declaration"),
    ),
}
_ENDINGS = {
    "python": ".py .pyi .pyw",
    "javascript": ".js .jsx .mjs .cjs",
    "typescript": ".ts .mts .cts",
    "tsx": ".tsx",
    "go": ".go",
    "rust": ".rs",
    "java": ".java",
    "c": ".c .h",
    "cpp": ".cpp .cc .cxx .hpp .hh .hxx .ipp",
    "c_sharp": ".cs",
    "ruby": ".rb .rake .gemspec",
    "php": ".php",
    "bash": ".sh .bash .zsh",
    "kotlin": ".kt .kts",
    "swift": ".swift",
    "scala": ".scala .sc",
    "lua": ".lua",
}
_BY_ENDING = {ending: name for name, endings in _ENDINGS.items() for ending in endings.split()}
_BY_SCRIPT = {"python": "python", "node": "javascript", "ruby": "ruby", "php": "php", "lua": "lua"}


def told(ending: str, lines: list[str]) -> Language | None:
    """The language of a file by its name's ending (`.py`), or its first line; None for one that is not known."""
    name = _BY_ENDING.get(ending)
    if ending == ".h" and any(_CPP.match(line) for line in lines):
        name = "cpp"
    if not ending and lines:
        script = _SCRIPT.match(lines[0])
        name = "bash" if _SHELL.match(lines[0]) else _BY_SCRIPT[script[1]] if script else None
    return _ROWS[name] if name else None
