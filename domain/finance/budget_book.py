"""Budget book 预算账簿: one for the company; which years have a published budget, and since when budgets bind.

Budgets bind from the first fiscal year that was published; from then on a year without a budget, a department without a
line is an error. Before it nothing is checked, unless the policy wants budgets from the first day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from domain.kernel import Aggregate, Command, Context, Decision, Event, Fact, Stream

CLAUSE = "2.1.1.6"
CONTROL = "2.1.2.2"
BOOK = Stream("budget_book", "company")


class EnterYear(Command):
    """A year's budget is published 登记年度预算; issued together with the publication."""

    zh: ClassVar[str] = "登记年度预算"
    by_house: ClassVar[bool] = True
    year: int


class BudgetYearEntered(Event):
    """A year's budget binds from here on 年度预算已生效."""

    zh: ClassVar[str] = "年度预算已生效"
    clause: ClassVar[str] = CLAUSE
    year: int
    entered_on: date


@dataclass(frozen=True, slots=True)
class BookStanding(Fact):
    """What the book tells of itself: the years published, with the day."""

    years: Mapping[int, date]


@dataclass(frozen=True, slots=True)
class Book:
    """The book as its history left it."""

    years: Mapping[int, date] = field(default_factory=dict)


def decide(command: EnterYear, state: Book, context: Context) -> Decision:
    """Once for every year."""
    if command.year in state.years:
        return []
    return [BudgetYearEntered(year=command.year, entered_on=context.now.astimezone(context.working_time.zone).date())]


def evolve(state: Book, event: BudgetYearEntered) -> Book:
    """The book after ``event``."""
    return Book({**state.years, event.year: event.entered_on})


def standing(state: Book) -> BookStanding:
    """What others may know of it."""
    return BookStanding(state.years)


def binds(year: int, context: Context) -> bool:
    """Whether budgets bind in a fiscal year, as a decision that consults ``BOOK`` sees it."""
    if context.policy.value(CONTROL, "control_starts") == "at_once":
        return True
    book = context.fact(BookStanding, *BOOK)
    return book is not None and bool(book.years) and min(book.years) <= year


BUDGET_BOOK = Aggregate(
    name="budget_book",
    zh="预算账簿",
    prefix="BK",
    initial=Book(),
    decide=decide,
    evolve=evolve,
    fact=standing,
)
