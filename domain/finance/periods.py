"""Months and fiscal years 期间与财年. A month is written ``2026-03``; a fiscal year by the year it starts in."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from domain.policy import Policy

MONTHS = 12
CLAUSE = "2.1.1.1"

Month = Annotated[
    str,
    Field(pattern=r"^(19|20|21)\d\d-(0[1-9]|1[0-2])$", description="A month, e.g. 2026-03 月份", examples=["2026-03"]),
]
"""A calendar month 月份, ``YYYY-MM``; months sort as text."""

Year = Annotated[int, Field(ge=1990, le=2190, description="Fiscal year, by the year it starts in 财年")]
"""A fiscal year 财年: 2026 starts in 2026, in the month the policy says."""


def month_of(day: date) -> str:
    """The month ``day`` lies in."""
    return f"{day:%Y-%m}"


def first_day(month: str) -> date:
    """The first day of a month."""
    return date(int(month[:4]), int(month[5:]), 1)


def month_after(month: str, months: int = 1) -> str:
    """The month so many months later; earlier for a negative number."""
    count = int(month[:4]) * MONTHS + int(month[5:]) - 1 + months
    return f"{count // MONTHS:04}-{count % MONTHS + 1:02}"


def fiscal_start(policy: Policy) -> int:
    """The month (1-12) in which a fiscal year starts, by the policy 财年起始月."""
    return int(policy.value(CLAUSE, "fiscal_year_start"))


def fiscal_year(month: str, start: int = 1) -> int:
    """The fiscal year a month lies in: with ``start`` 4, March 2026 lies in 2025."""
    return int(month[:4]) - (int(month[5:]) < start)


def months_of(year: int, start: int = 1) -> tuple[str, ...]:
    """The twelve months of a fiscal year, in order."""
    return tuple(month_after(f"{year:04}-{start:02}", each) for each in range(MONTHS))


def last_month_ended(day: date) -> str:
    """The last month that is over at the end of ``day``."""
    return month_after(month_of(day + timedelta(days=1)), -1)


def quarter_of(day: date) -> str:
    """The calendar quarter, e.g. ``2026-Q2`` 季度."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"
