"""Bring in last year's actuals or a department's budget from a table 预算导入 (2.1.1.1, 2.1.1.2).

A file is one act: one wrong row, and nothing of it is applied. The same file again changes nothing. What is recorded
keeps the file's name, its sha256 and how many rows it had.
"""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID, uuid5

from application.acts import Act, Done
from application.handler import Handler
from application.import_budget_rows import LinesRead, read_actuals, read_lines
from application.tables import BadRows, RowError, Table
from domain.finance import department_budget_rules as rules
from domain.finance.budget_round import BudgetRound
from domain.finance.budget_round_messages import ImportActuals
from domain.finance.chart_of_accounts import CHART, Chart, standing
from domain.finance.department_budget import DepartmentBudget
from domain.finance.department_budget_lines import evenly
from domain.finance.department_budget_messages import FileBudget, GatherActuals, ReviseBudget
from domain.finance.department_budget_terms import (
    CategoryAmount,
    DepartmentActuals,
    FiledLine,
    PlannedLine,
    SourceFile,
    budget_of,
    round_of,
)
from domain.finance.periods import fiscal_start, months_of
from domain.kernel import Refusal
from domain.money import ZERO, total

_NAMES = UUID("5b0f8f0a-5b0e-5c57-9a51-6f6c1d0e7a44")


@dataclass(frozen=True, slots=True)
class ImportedBudget:
    """What came of an import: the departments, the total in CNY, and the act; None where nothing changes."""

    departments: tuple[str, ...]
    rows: int
    total: Decimal
    done: Done | None


async def import_actuals(
    handler: Handler, table: Table, *, file: str, sha256: str, year: int, actor: str, reason: str = ""
) -> ImportedBudget:
    """Last year's actuals for the round of ``year``: of one department by its head or finance, of several by finance.

    ``reason`` says why figures the house computed are replaced. Raises BadTable, BadRows, and what ``Handler.handle``
    raises.
    """
    state, version = await handler.state(round_of(year))
    assert isinstance(state, BudgetRound)
    if not state.year or state.published:
        raise rules.RoundClosed(year=year, published=state.published)
    await handler.standing.refresh(handler.journal, handler.codec)
    categories = handler.standing.policy(handler.clock()).value("2.1.1.1", "categories")
    read = read_actuals(table, state.departments, categories, standing(await _chart(handler)))
    if read.errors:
        raise BadRows(read.errors)
    told = tuple(
        DepartmentActuals(
            department=department,
            actuals=tuple(CategoryAmount(category=each, amount=of.get(each, ZERO)) for each in categories),
        )
        for department, of in sorted(read.amounts.items())
    )
    names = tuple(each.department for each in told)
    whole = total(of.amount for each in told for of in each.actuals)
    budgets = [(await handler.state(budget_of(year, each))) for each in names]
    as_before = [_same(budget, each) for (budget, _), each in zip(budgets, told, strict=True)]
    if all(as_before):
        return ImportedBudget(names, len(table.rows), whole, None)
    source = SourceFile(file=file, sha256=sha256, rows=len(table.rows))
    if len(told) == 1:
        subject, version = budget_of(year, names[0]), budgets[0][1]
        command: GatherActuals | ImportActuals = GatherActuals(
            year=year, department=names[0], actuals=told[0].actuals, source=source, reason=reason
        )
    else:
        subject, command = round_of(year), ImportActuals(source=source, departments=told)
    id = uuid5(_NAMES, f"actuals {subject} {version} {sha256} {actor}")
    act = Act(subject, command, actor, id, expected_version=version)
    return ImportedBudget(names, len(table.rows), whole, await handler.handle(act))


def _same(budget: DepartmentBudget, told: DepartmentActuals) -> bool:
    return budget.how == "imported" and budget.actuals == {each.category: each.amount for each in told.actuals}


async def import_budget(
    handler: Handler,
    table: Table,
    *,
    file: str,
    sha256: str,
    year: int,
    actor: str,
    department: str = "",
    reason: str = "",
) -> ImportedBudget:
    """A department's lines for ``year``: filed, or where they are filed already, revised with ``reason``.

    ``department`` may be left out where the file names it. Raises BadTable, BadRows, and what
    ``Handler.handle`` raises.
    """
    await handler.standing.refresh(handler.journal, handler.codec)
    start = fiscal_start(handler.standing.policy(handler.clock()))
    read = read_lines(table, months_of(year, start), standing(await _chart(handler)))
    named = department or read.department
    if read.department not in ("", named) or not named:
        _no_department(read, table, named)
    if read.errors:
        raise BadRows(read.errors)
    subject = budget_of(year, named)
    state, version = await handler.state(subject)
    assert isinstance(state, DepartmentBudget)
    whole = total(_amount(each) for each in read.lines)
    if state.versions and state.status in ("open", "approved") and _as_filed(read.lines, state.lines):
        return ImportedBudget((named,), len(table.rows), whole, None)
    source = SourceFile(file=file, sha256=sha256, rows=len(table.rows))
    lines = tuple(read.lines)
    command: FileBudget | ReviseBudget = FileBudget(year=year, department=named, lines=lines, source=source)
    if state.versions:
        command = ReviseBudget(lines=lines, reason=reason or f"导入 {file}", source=source)
    id = uuid5(_NAMES, f"lines {subject} {version} {sha256} {actor}")
    try:
        done = await handler.handle(Act(subject, command, actor, id, expected_version=version))
    except Refusal as refusal:
        raise _placed(refusal, read) or refusal from None
    return ImportedBudget((named,), len(table.rows), whole, done)


def _no_department(read: LinesRead, table: Table, named: str) -> None:
    line = table.rows[0].line
    if named:
        read.errors.append(
            RowError(
                line, "", f"The file is of {read.department}, not of {named}.", f"文件属于部门 {read.department}。"
            )
        )
    else:
        read.errors.append(
            RowError(line, "", "Name the department, in a column or when importing.", "请在列中或导入时注明部门。")
        )


def _placed(refusal: Refusal, read: LinesRead) -> BadRows | None:
    """A refusal of one line, told by its line in the file."""
    start, _, rest = (refusal.field or "").partition(".")
    number = rest.partition(".")[0]
    if start != "lines" or not number.isdigit():
        return None
    return BadRows([RowError(read.places[int(number)], "", refusal.sentence("en"), refusal.sentence("zh"))])


def _amount(line: PlannedLine) -> Decimal:
    return total(line.phasing or ()) if line.amount is None else line.amount


def _as_filed(lines: list[PlannedLine], filed: tuple[FiledLine, ...]) -> bool:
    """Whether the file says what stands already."""
    said = {
        each.account: (
            _amount(each),
            each.phasing or evenly(_amount(each)),
            each.basis_of_calculation,
            each.items,
            each.grounds,
        )
        for each in lines
    }
    stands = {
        each.account: (each.amount, each.phasing, each.basis_of_calculation, each.items, each.grounds) for each in filed
    }
    return said == stands


async def _chart(handler: Handler) -> Chart:
    state, _ = await handler.state(CHART)
    assert isinstance(state, Chart)
    return state
