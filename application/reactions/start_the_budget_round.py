"""When the budget round opens, heads are told and last year's figures are looked up for them 启动预算编制 (2.1.1.1)."""

from collections.abc import Sequence
from decimal import Decimal

from application.notices import shown, tell
from application.reactions import Asked, Known, after
from domain.finance.budget_round_messages import BudgetRoundOpened, DepartmentIncluded
from domain.finance.department_budget_messages import NoteActuals
from domain.finance.department_budget_terms import CategoryAmount, budget_of
from domain.history import Recorded


@after(BudgetRoundOpened, DepartmentIncluded)
async def tell_who_files_a_budget(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """What to do by when."""
    event = recorded.event
    if isinstance(event, DepartmentIncluded):
        return tell(
            recorded,
            event.filers,
            "budget_round_included",
            f"部门 {event.department} 已纳入年度预算编制：请填报上年实际支出、预测变动并提交部门预算",
            f"{event.department} takes part in the budget round: gather last year's actuals, forecast changes, file",
        )
    assert isinstance(event, BudgetRoundOpened)
    due = shown(event.publish_due_at)
    to = [person for each in event.filers for person in each.people]
    return tell(
        recorded,
        [*to, *event.owed_by],
        "budget_round_opened",
        f"{event.year} 财年预算编制已启动，须于 {due} 前发布：请按成本类别核对 {event.of_year} 财年实际支出、"
        f"预测变动，并提交部门预算",
        f"The budget round of {event.year} is open, to be published by {due}: check the actuals of {event.of_year} by "
        f"cost category, forecast their changes, and file your department's budget",
    )


@after(BudgetRoundOpened)
async def look_up_last_years_actuals(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """For every department of the round that the journal has figures of; the others state theirs themselves."""
    opened = recorded.event
    assert isinstance(opened, BudgetRoundOpened)
    figures = await known.figures.yearly_actuals(opened.of_year, recorded.position)
    found: dict[str, list[tuple[str, Decimal]]] = {}
    for (department, category), amount in sorted(figures.items()):
        found.setdefault(department, []).append((category, amount))
    return [
        Asked(
            budget_of(opened.year, department),
            NoteActuals(
                year=opened.year,
                department=department,
                how="computed",
                # A category that took back more than it spent counts as nothing spent.
                actuals=tuple(
                    CategoryAmount(category=category, amount=max(amount, Decimal(0)))
                    for category, amount in found[department]
                ),
                position=recorded.position,
            ),
        )
        for department in opened.departments
        if department in found
    ]
