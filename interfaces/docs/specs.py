"""Which specs prove a clause 条款测试: read from the marks in the tests' own code, without running anything."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import domain

HOUSE = Path(domain.__file__).parents[1]


class Spec(NamedTuple):
    """A test that names a clause: its file, and its sentence."""

    file: str
    name: str


@cache
def specs_by_clause() -> dict[str, tuple[Spec, ...]]:
    """Every spec by the clause it names, in order of file and place."""
    found: dict[str, list[Spec]] = {}
    for path in sorted((HOUSE / "tests").rglob("test_*.py")):
        file = path.relative_to(HOUSE).as_posix()
        for name, clauses in _specs(ast.parse(path.read_text("utf-8"))):
            for clause in dict.fromkeys(clauses):
                found.setdefault(clause, []).append(Spec(file, name))
    return {clause: tuple(specs) for clause, specs in sorted(found.items())}


def _specs(module: ast.Module) -> Iterator[tuple[str, list[str]]]:
    everywhere = [
        clause
        for node in module.body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets)
        for clause in _named(node.value)
    ]
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name, [*everywhere, *(clause for mark in node.decorator_list for clause in _named(mark))]


def _named(mark: ast.expr) -> Iterator[str]:
    """The clauses in ``clauses("4.1.1.2", …)`` or ``pytest.mark.clauses(…)``, wherever in the expression."""
    for node in ast.walk(mark):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "clauses":
            yield from (
                each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)
            )
