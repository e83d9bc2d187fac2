"""What consolidation finds of a budget is told to whoever filed it and to finance 预算冲突通知 (2.1.1.3, 2.1.1.4)."""

from collections.abc import Sequence

from application.notices import tell
from application.reactions import Asked, Known, after
from domain.finance.budget_round import BudgetRound
from domain.finance.budget_round_messages import TotalSet
from domain.finance.department_budget import DepartmentBudget
from domain.finance.department_budget_messages import DepartmentBudgetFiled, DepartmentBudgetRevised
from domain.finance.department_budget_terms import budget_of, round_of
from domain.history import Recorded


@after(DepartmentBudgetFiled, DepartmentBudgetRevised)
async def tell_budget_conflicts(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """Each with its category, its lines and the percent; nothing where there is none."""
    filed = recorded.event
    assert isinstance(filed, DepartmentBudgetFiled | DepartmentBudgetRevised)
    if not filed.conflicts:
        return []
    state = await known.state(round_of(filed.year), recorded.position)
    assert isinstance(state, BudgetRound)
    told = "; ".join(each.told() for each in filed.conflicts)
    return tell(
        recorded,
        (filed.requester, *state.owed_by),
        "budget_conflict",
        f"部门 {filed.department} {filed.year} 财年预算第 {filed.version} 版存在冲突："
        f"{told}。须记录业务依据、修改预算行或调整总量后方可批准",
        f"Version {filed.version} of the {filed.year} budget of {filed.department} has conflicts: {told}. "
        "Record grounds, or change lines or the total, before it is approved",
    )


@after(TotalSet)
async def tell_the_total_that_was_set(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """To whoever filed the department's budget, where it comes to more."""
    told = recorded.event
    assert isinstance(told, TotalSet)
    year = int(recorded.subject.id)
    budget = await known.state(budget_of(year, told.department), recorded.position)
    assert isinstance(budget, DepartmentBudget)
    if not budget.versions or budget.total <= told.total:
        return []
    return tell(
        recorded,
        (budget.versions[-1].by,),
        "budget_total",
        f"部门 {told.department} {year} 财年预算总量为 {told.total} 元，现申报 {budget.total} 元：{told.reason}",
        f"The total of {told.department} for {year} is {told.total} CNY, filed are {budget.total} CNY: {told.reason}",
    )
