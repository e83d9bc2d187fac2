"""Savings by call 金点子成效 (clauses 2.2.3.1, 2.2.3.3): how many ideas came of each call, and what they returned."""

from typing import Any

from sqlalchemy import Select, func, select

from domain.money import ZERO
from projections.columns import column, table
from projections.finance.savings import IDEAS
from projections.view import View

RETURNS = table(
    "savings_by_call",
    column("text", "call", "征集期", "Call", key=True),
    column("number", "ideas", "金点子", "Ideas"),
    column("number", "accepted", "已认可", "Found worth piloting"),
    column("number", "piloted", "已试点", "Piloted"),
    column("number", "adopted", "已推广", "Adopted"),
    column("money", "benefit", "预计年效益", "Benefit a year expected"),
    column("money", "saving", "实际节约额", "Saved in pilots"),
    column("money", "investment", "投入金额", "Invested"),
    column("percent", "roi", "投资回报率(%)", "Return on investment, %", null=True),
    column("money", "rewards", "奖励金额", "Rewards"),
    partition="call",
)


def drawn() -> Select[Any]:
    """One row a call with ideas."""
    of = IDEAS.c
    saving, investment = (func.coalesce(func.sum(each), ZERO) for each in (of.saving, of.investment))
    return select(
        of.call,
        func.count().label("ideas"),
        func.count().filter(of.status.not_in(("proposed", "declined"))).label("accepted"),
        func.count().filter(of.pilots > 0).label("piloted"),
        func.count().filter(of.status == "standard").label("adopted"),
        func.sum(of.benefit).label("benefit"),
        saving.label("saving"),
        investment.label("investment"),
        func.round(100 * (saving - investment) / func.nullif(investment, 0), 2).label("roi"),
        func.coalesce(func.sum(of.reward), ZERO).label("rewards"),
    ).group_by(of.call)


VIEW = View(
    RETURNS,
    zh="金点子成效",
    en="Savings by call",
    clauses=("2.2.3.1", "2.2.3.3"),
    everyone=True,
    order=("-call",),
    drawn=drawn,
)
