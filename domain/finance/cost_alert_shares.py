"""Labour shares 人工占比 (clause 2.2.2.1): compared as exact fractions, rounded only to be shown."""

from decimal import Decimal
from fractions import Fraction

from domain.finance.cost_alert_messages import MonthFigures, MonthShare
from domain.money import FEN


def is_over(figures: MonthFigures | None, percent: Decimal, means: str) -> bool:
    """Whether a month's labour share is over that of the budget by ``percent``, exactly.

    Never where the figures are missing or nothing was spent or budgeted: there is no share then.
    """
    if figures is None or figures.total <= 0 or figures.budget_total <= 0:
        return False
    share, budgeted = _shares(figures)
    limit = Fraction(percent) / 100
    return share > budgeted and share >= (budgeted + limit if means == "percentage_points" else budgeted * (1 + limit))


def _shares(figures: MonthFigures) -> tuple[Fraction, Fraction]:
    spent = Fraction(figures.labour) / Fraction(figures.total)
    return spent, Fraction(figures.budget_labour) / Fraction(figures.budget_total)


def with_shares(figures: MonthFigures, means: str) -> MonthShare:
    """A month's figures with the shares they make, rounded to be shown; something was spent and budgeted."""
    share, budgeted = _shares(figures)
    over = share - budgeted
    if means == "percent_of_share" and budgeted > 0:
        over = over / budgeted
    return MonthShare(
        **dict(figures), share=in_percent(share), budget_share=in_percent(budgeted), over=in_percent(over)
    )


def in_percent(ratio: Fraction) -> Decimal:
    """A ratio in percent, rounded half to even to two places."""
    return Decimal(round(ratio * 10000)).scaleb(-2).quantize(FEN)
