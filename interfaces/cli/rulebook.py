"""``guicheng rulebook``: the regulation, its parameters, and what enforces each clause 制度."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

import typer

from domain.governance.parameters import raw
from domain.governance.regulation import Clause, clauses
from interfaces.cli.output import AsJson, fail, out, say_fields, say_json, say_table
from interfaces.coverage import report

app = typer.Typer(help="The regulation: clauses, parameters, what enforces them 制度与条款", no_args_is_help=True)

Prefix = Annotated[str, typer.Argument(help="Only clauses whose number starts so, e.g. 4.1 条款前缀")]


@app.command("list")
def list_clauses(prefix: Prefix = "", as_json: AsJson = False) -> None:
    """List the clauses 条款一览."""
    found = _selected(prefix)
    if as_json:
        say_json([_as_json(clause) for clause in found])
        return
    rows = [(each.id, each.control, ", ".join(each.kind), each.zh, each.en) for each in found]
    say_table(f"{len(found)} clauses 条款", ("id", "control", "kind", "条款", "clause"), rows)


@app.command("show")
def show(
    id: Annotated[str, typer.Argument(help="Number of the clause, e.g. 4.1.1.2 条款编号")], as_json: AsJson = False
) -> None:
    """Show one clause with its parameters 条款详情."""
    clause = clauses().get(id)
    if clause is None:
        raise fail(
            f"There is no clause {id}; `guicheng rulebook list` shows all.", f"没有条款 {id}；请用 rulebook list 查看。"
        )
    if as_json:
        say_json(_as_json(clause))
        return
    say_fields(
        f"{clause.id}  {clause.zh}",
        {
            "clause": clause.en,
            "kind": ", ".join(clause.kind),
            "control": clause.control,
            "读法": clause.reading_zh or "—",
            "reading": clause.reading_en or "—",
        },
    )
    rows = [
        (name, raw(each.value), each.unit or "", each.tighter, each.zh, each.en)
        for name, each in clause.parameters.items()
    ]
    say_table("Parameters 参数", ("name", "value", "unit", "departments may", "参数", "meaning"), rows)


@app.command("coverage")
def show_coverage(prefix: Prefix = "", as_json: AsJson = False) -> None:
    """Which clause is enforced by what, and proved by how many specs 条款覆盖."""
    selected = {clause.id for clause in _selected(prefix)}
    try:
        found = report()
    except ImportError as error:
        raise fail(
            f"The specs cannot be counted without {error.name}: `make test` installs what tests need.",
            f"缺少 {error.name}，无法统计测试；请先运行 make test 安装测试依赖。",
        ) from error
    if as_json:
        say_json(found)
        return
    wanted = [each for each in found["clauses"] if each["id"] in selected]
    rows = [
        (each["id"], each["control"], "✓" if each["enforced"] else "—", each["specs"], _shortened(each["enforced_by"]))
        for each in wanted
    ]
    say_table("Coverage 条款覆盖", ("id", "control", "enforced", "specs", "enforced by"), rows, numeric=(3,))
    areas = Counter(each["id"].split(".")[0] for each in found["clauses"] if each["enforced"])
    told = ", ".join(f"{area}.*: {count}" for area, count in sorted(areas.items()))
    out.print(f"{found['enforced']} of {found['total']} clauses enforced 已落实 ({told})")


def _selected(prefix: str) -> list[Clause]:
    found = [clause for id, clause in clauses().items() if _within(id, prefix)]
    if not found:
        raise fail(
            f"No clause starts with {prefix}; `guicheng rulebook list` shows all.",
            f"没有以 {prefix} 开头的条款；请用 rulebook list 查看。",
        )
    return found


def _within(id: str, prefix: str) -> bool:
    return not prefix or id == prefix or id.startswith(prefix.rstrip(".*") + ".")


def _shortened(names: list[str]) -> str:
    return ", ".join(names[:6]) + (f" … +{len(names) - 6}" if len(names) > 6 else "")


def _as_json(clause: Clause) -> dict[str, Any]:
    return {
        "id": clause.id,
        "zh": clause.zh,
        "en": clause.en,
        "kind": list(clause.kind),
        "control": clause.control,
        "reading_zh": clause.reading_zh,
        "reading_en": clause.reading_en,
        "parameters": {
            name: {"value": raw(each.value), "unit": each.unit, "tighter": each.tighter, "zh": each.zh, "en": each.en}
            for name, each in clause.parameters.items()
        },
    }
