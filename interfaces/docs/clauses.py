"""The page of clauses 条款: each in both languages with its control, parameters, what enforces it, and its specs."""

from __future__ import annotations

import json
from collections import Counter
from itertools import groupby
from typing import Any

from domain import catalogue
from domain.governance.parameters import Parameter, raw
from domain.governance.regulation import Clause, clauses
from interfaces.coverage import Coverage, coverage
from interfaces.docs.markdown import heading, link, page, table
from interfaces.docs.specs import specs_by_clause
from projections.catalogue import views

AREAS = {
    "1": "人力资源 Human resources",
    "2": "财务 Finance",
    "3": "项目 Projects",
    "4": "日常运营 Daily operations",
    "5": "总则 General provisions",
}

INTRODUCTION = """The regulation 企业管理流程规定 as the software runs it. *Preventive* 预防 clauses refuse what
breaks them; *detective* 检查 ones allow it, measure it and show it. A clause counts as enforced where code enforces
it and at least one spec proves it. "Departments may" says which way a department may move a parameter for itself
(5.2); `fixed` is the same for all. Parameters of origin *product* are this software's reading where the regulation
names none."""


def clauses_page() -> str:
    """The whole page."""
    counted = Counter({clause: len(specs) for clause, specs in specs_by_clause().items()})
    found = {each.id: each for each in coverage(counted)}
    enforced = sum(each.enforced for each in found.values())
    parts = [f"**{enforced} of {len(found)} clauses are enforced 已落实.**"]
    for area, within in groupby(clauses().values(), key=lambda clause: clause.id.partition(".")[0]):
        parts.append(heading(2, f"area-{area}", f"{area} {AREAS[area]}"))
        parts.extend(_clause(clause, found[clause.id]) for clause in within)
    return page("Clauses 条款", INTRODUCTION, *parts)


def clause_link(clause: str) -> str:
    """A link to a clause from another page of the reference; plain text where there is no such clause."""
    return link(clause, "clauses.md", f"c-{clause}") if clause in clauses() else clause


def _clause(clause: Clause, covered: Coverage) -> str:
    state = "enforced 已落实" if covered.enforced else "not yet enforced 未落实"
    told = [
        heading(3, f"c-{clause.id}", f"{clause.id} {clause.zh}"),
        clause.en + ("" if clause.en.endswith(".") else "."),
        f"{clause.control} · {', '.join(clause.kind)} · {state}",
    ]
    if clause.reading_en:
        told.append(f"*Reading 读法:* {clause.reading_en} {clause.reading_zh}")
    told.append(
        table(
            ("parameter 参数", "default", "unit", "departments may", "origin", "meaning"),
            [_parameter(name, each) for name, each in clause.parameters.items()],
        )
    )
    by = [_linked(each) for each in covered.enforced_by]
    by += [f"view {link(name, 'views.md', f'v-{name}')}" for name, view in views().items() if clause.id in view.clauses]
    if by:
        told.append(f"Enforced by: {', '.join(by)}")
    told.append(_proved(clause.id))
    return "\n\n".join(each for each in told if each)


def _parameter(name: str, declared: Parameter) -> tuple[Any, ...]:
    value = json.dumps(raw(declared.value), ensure_ascii=False)
    may = "—" if declared.tighter == "fixed" else declared.tighter
    return f"`{name}`", f"`{value}`", declared.unit, may, declared.origin, f"{declared.zh} {declared.en}"


def _linked(enforcement: str) -> str:
    what, _, name = enforcement.partition(" ")
    if what == "refusal":
        return f"refusal {link(name, 'refusals.md', f'r-{name}')}"
    if name in catalogue.events():
        return f"{what} {link(name, 'events.md', f'e-{name}')}"
    return enforcement


def _proved(clause: str) -> str:
    specs = specs_by_clause().get(clause, ())
    if not specs:
        return ""
    lines = []
    for file, within in groupby(specs, key=lambda spec: spec.file):
        names = [spec.name.removeprefix("test_").replace("_", " ") for spec in within]
        lines += [f"[{file}](../../{file})", *(f"- {name}" for name in names), ""]
    return "\n".join((f"<details><summary>{len(specs)} specs 测试</summary>", "", *lines, "</details>"))
