"""When the yearly budget review opens, lines over their budget are put before it 登记超支预算行 (clause 2.1.3.2)."""

from collections.abc import Sequence

from application.reactions import Asked, Known, after
from domain.finance.budget_review_messages import LINES_MAX, BudgetReviewOpened, NoteOverruns, YearLine
from domain.finance.figures import LineFigures
from domain.history import Recorded
from domain.money import total


@after(BudgetReviewOpened)
async def put_overruns_before_the_yearly_review(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """By the figures as of its opening, in parts; one part without lines where nothing was over."""
    opened = recorded.event
    assert isinstance(opened, BudgetReviewOpened)
    figures = await known.figures.budget_lines(opened.year, recorded.position)
    over = [_line(each) for each in figures if total(each.actual) > total(each.budget)]
    parts = [tuple(over[start : start + LINES_MAX]) for start in range(0, len(over), LINES_MAX)] or [()]
    return [
        Asked(recorded.subject, NoteOverruns(part=number, parts=len(parts), lines=lines))
        for number, lines in enumerate(parts, 1)
    ]


def _line(figures: LineFigures) -> YearLine:
    return YearLine(
        department=figures.department,
        account=figures.account,
        category=figures.category,
        budget=total(figures.budget),
        actual=total(figures.actual),
    )
