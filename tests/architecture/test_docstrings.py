"""What the files that hold the decisions say about themselves."""

import ast

from tests.architecture.source import modules, public_functions

DECIDING = ("rules", "queries", "policy", "effects", "operations", "documents", "exports")


def test_every_public_function_says_what_changes_or_what_is_answered():
    wrong = [
        f"{module.where}:{node.lineno} {node.name}"
        for module in modules()
        if module.role in DECIDING
        for node in public_functions(module)
        if not ast.get_docstring(node)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_table_says_what_a_row_is():
    wrong = [
        f"{module.where}:{node.lineno} {node.name}"
        for module in modules()
        if module.role in ("models", "states")
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and not ast.get_docstring(node)
    ]
    assert not wrong, "\n".join(wrong)


def test_every_file_says_what_it_is_for():
    wrong = [module.where for module in modules() if not ast.get_docstring(module.tree)]
    assert not wrong, "\n".join(wrong)
