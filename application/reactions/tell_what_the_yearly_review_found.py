"""Who holds the yearly budget review hears that it opened, who answers for a serious overrun hears it (2.1.3.2)."""

from collections.abc import Sequence

from application.notices import shown, tell
from application.reactions import Asked, Known, after
from domain.directory import Role
from domain.finance.budget_review import BudgetReview
from domain.finance.budget_review_messages import BudgetReviewCompleted, BudgetReviewOpened
from domain.history import Recorded


@after(BudgetReviewOpened)
async def tell_that_the_yearly_review_is_open(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """The finance managers, who owe it."""
    opened = recorded.event
    assert isinstance(opened, BudgetReviewOpened)
    until = shown(opened.due_at)
    return tell(
        recorded,
        opened.owed_by,
        "budget_review_opened",
        f"{opened.year} 财年预算复盘已启动，请于 {until} 前完成",
        f"The budget review of fiscal year {opened.year} is open; please complete it by {until}",
    )


@after(BudgetReviewCompleted)
async def tell_who_answers_for_serious_overruns(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """Whoever is named, else the head of the department: what an evaluation reads, its subject knows."""
    completed = recorded.event
    assert isinstance(completed, BudgetReviewCompleted)
    review = await known.state(recorded.subject, recorded.position)
    assert isinstance(review, BudgetReview)
    asked: list[Asked] = []
    for finding in (review.findings[number - 1] for number in completed.serious):
        people = known.directory().holders(Role.DEPARTMENT_HEAD, finding.department)
        what = f"{completed.year}.{finding.department}" + (f".{finding.account}" if finding.account else "")
        asked += tell(
            recorded,
            (finding.responsible,) if finding.responsible else people,
            f"serious_overrun_{finding.number}",
            f"预算复盘认定 {what} 因自身原因严重超支 {finding.over} 元，将计入绩效评估：{finding.improvement}",
            f"The budget review found {what} seriously over by {finding.over} CNY of one's own making; "
            f"the performance evaluation will show it: {finding.improvement}",
        )
    return asked
