"""Which rules can refuse a command 命令的适用规则: read from the code of its decider, whatever calls what.

From ``decide`` on, every function of the domain that is named is followed; of a ``match`` on commands only the cases
that fit the command, of ``if isinstance(command, …)`` only the branch taken. Every refusal named on the way counts.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from types import FunctionType, ModuleType
from typing import Any

from domain.kernel import Aggregate, Command, Refusal


def refusals_of(aggregate: Aggregate[Any, Any, Any], command: type[Command]) -> tuple[type[Refusal], ...]:
    """Every refusal that may stand against ``command``, by clause and name."""
    return _reached(aggregate.decide, command)


@cache
def _reached(decide: Callable[..., Any], command: type[Command]) -> tuple[type[Refusal], ...]:
    found: set[type[Refusal]] = set()
    waiting, seen = list(_functions(decide)), set[FunctionType]()
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        for value in _named(_parsed(function), command, function.__globals__):
            if isinstance(value, type) and issubclass(value, Refusal):
                found.add(value)
            else:
                waiting.extend(_functions(value))
    return tuple(sorted(found - {Refusal}, key=lambda each: (each.clause, each.__name__)))


def _functions(value: Any) -> Iterator[FunctionType]:
    if isinstance(value, partial):
        value = value.func
    value = inspect.unwrap(value) if callable(value) else value
    if isinstance(value, FunctionType) and value.__module__.startswith("domain."):
        yield value


@cache
def _parsed(function: FunctionType) -> ast.AST:
    return ast.parse(textwrap.dedent(inspect.getsource(function)))


def _named(node: ast.AST, command: type[Command], names: Mapping[str, Any]) -> Iterator[Any]:
    """What the code under ``node`` names, as far as ``command`` can come there."""
    if isinstance(node, ast.Match):
        yield from _named(node.subject, command, names)
        for case in _cases(node, command, names):
            yield from _named(case, command, names)
    elif isinstance(node, ast.If | ast.IfExp) and (taken := _is_instance(node.test, command, names)) is not None:
        branch = node.body if taken else node.orelse
        for each in branch if isinstance(branch, list) else [branch]:
            yield from _named(each, command, names)
    elif isinstance(node, ast.Name | ast.Attribute):
        yield _resolved(node, names)
    elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
        yield from _named(node.value, command, names) if isinstance(node, ast.AnnAssign) and node.value else ()
    else:
        for child in ast.iter_child_nodes(node):
            yield from _named(child, command, names)


def _cases(match: ast.Match, command: type[Command], names: Mapping[str, Any]) -> Iterator[ast.AST]:
    for case in match.cases:
        kinds = [_resolved(each.cls, names) for each in ast.walk(case.pattern) if isinstance(each, ast.MatchClass)]
        commands = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Command)]
        fits = any(issubclass(command, kind) for kind in commands)
        if commands and not fits:
            continue
        yield from ([case.guard] if case.guard else [])
        yield from case.body
        whole = isinstance(case.pattern, ast.MatchClass | ast.MatchOr)
        if fits and whole and case.guard is None and not _narrowed(case.pattern):
            return


def _narrowed(pattern: ast.pattern) -> bool:
    """Whether a pattern asks for more than the class."""
    return any(isinstance(each, ast.MatchValue | ast.MatchSingleton) for each in ast.walk(pattern))


def _is_instance(test: ast.expr, command: type[Command], names: Mapping[str, Any]) -> bool | None:
    """What ``isinstance(command, …)`` comes to; None where the test is another."""
    if not (isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id == "isinstance"):
        return None
    kinds = [_resolved(each, names) for each in ast.walk(test.args[1]) if isinstance(each, ast.Name | ast.Attribute)]
    flat = [part for kind in kinds for part in getattr(kind, "__args__", (kind,))]
    if not flat or not all(isinstance(kind, type) and issubclass(kind, Command) for kind in flat):
        return None
    return issubclass(command, tuple(flat))


def _resolved(node: ast.expr, names: Mapping[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        base = _resolved(node.value, names)
        return getattr(base, node.attr, None) if isinstance(base, ModuleType | type) else None
    return None
