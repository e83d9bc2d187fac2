"""A published budget opens its lines, binds its year and funds its pool, or nothing is published 发布预算 (2.1.1.6)."""

from collections.abc import Iterable

from application.together import Asked, together
from domain.finance.budget_book import BOOK, EnterYear
from domain.finance.budget_line import line_of
from domain.finance.budget_line_messages import OpenLine
from domain.finance.budget_round_messages import ActualsImported, BudgetPublished
from domain.finance.department_budget_messages import DepartmentBudgetPublished, NoteActuals, PublishDepartmentBudget
from domain.finance.department_budget_terms import budget_of
from domain.finance.reserve_pool import FundPool, pool_of
from domain.kernel import Context


@together(BudgetPublished)
def publish_every_department(published: BudgetPublished, context: Context) -> Iterable[Asked]:
    """The year binds, every department's budget is published, the pool is funded."""
    yield Asked(BOOK, EnterYear(year=published.year))
    for each in published.departments:
        yield Asked(budget_of(published.year, each.department), PublishDepartmentBudget(version=each.version))
    if published.pool:
        funding = FundPool(year=published.year, amount=published.pool, by=str(context.subject))
        yield Asked(pool_of(published.year), funding)


@together(DepartmentBudgetPublished)
def open_every_line(published: DepartmentBudgetPublished, context: Context) -> Iterable[Asked]:
    """With its months."""
    for each in published.lines:
        command = OpenLine(
            year=published.year,
            department=published.department,
            account=each.account,
            category=each.category,
            phasing=each.phasing,
        )
        yield Asked(line_of(published.year, published.department, each.account), command)


@together(ActualsImported)
def note_the_actuals_of_every_department(imported: ActualsImported, context: Context) -> Iterable[Asked]:
    """All departments of a file at once, or none."""
    for each in imported.departments:
        command = NoteActuals(
            year=imported.year,
            department=each.department,
            how="imported",
            actuals=each.actuals,
            source=imported.source,
        )
        yield Asked(budget_of(imported.year, each.department), command)
