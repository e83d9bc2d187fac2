"""The budget round of 2027 in the sample company 示例预算编制: sales files a budget, the meeting has it before it."""

from datetime import date, datetime
from decimal import Decimal

from domain.finance.budget_round_messages import BudgetRoundOpened, Filers
from domain.finance.budget_round_rules import filers_of
from domain.finance.department_budget import DEPARTMENT_BUDGET
from domain.finance.department_budget_messages import (
    ActualsGathered,
    ChangesForecast,
    FileBudget,
    ReviseBudget,
)
from domain.finance.department_budget_terms import CategoryAmount, PlannedLine, RoundStanding
from domain.working_time import SHANGHAI
from tests.company import COMPANY
from tests.spec import Spec, spec

YEAR = 2027
SALES = "D-SALES"
OCTOBER = datetime(2026, 10, 1, 9, 0, tzinfo=SHANGHAI)
NOVEMBER = datetime(2026, 11, 10, 10, 0, tzinfo=SHANGHAI)
DUE = datetime(2026, 11, 30, 18, 0, tzinfo=SHANGHAI)
CATEGORIES = ("labour", "materials", "depreciation", "marketing", "administration")
DEPARTMENTS = tuple(sorted(COMPANY.departments))

OPENED = BudgetRoundOpened(
    year=YEAR,
    of_year=2025,
    opened_on=date(2026, 10, 1),
    departments=DEPARTMENTS,
    filers=tuple(Filers(department=each, people=filers_of(each, COMPANY)) for each in DEPARTMENTS),
    publish_due_at=DUE,
    owed_by=("FAY",),
)


def amounts(**of: str) -> tuple[CategoryAmount, ...]:
    """Actuals of every category; those not named are zero."""
    return tuple(CategoryAmount(category=each, amount=Decimal(of.get(each, "0"))) for each in CATEGORIES)


def gathered(**of: str) -> ActualsGathered:
    """Last year's actuals of sales as its head entered them."""
    actuals = amounts(**of)
    return ActualsGathered(
        year=YEAR,
        department=SALES,
        of_year=2025,
        how="entered",
        actuals=actuals,
        total=sum((each.amount for each in actuals), Decimal("0.00")),
    )


FORECAST = ChangesForecast(year=YEAR, department=SALES, changes=())


def line(account: str = "advertising", amount: str | None = "60000", **more: object) -> PlannedLine:
    """A line of sales."""
    said = {"account": account, "amount": amount, "basis_of_calculation": "按上年合同单价测算", **more}
    return PlannedLine.model_validate(said)


def file(*lines: PlannedLine) -> FileBudget:
    """Sales files these lines."""
    return FileBudget(year=YEAR, department=SALES, lines=lines or (line(),))


def revise(*lines: PlannedLine) -> ReviseBudget:
    """A further version of these lines."""
    return ReviseBudget(lines=lines, reason="协商后调整")


def round_standing(**changes: object) -> RoundStanding:
    """The round is open, nothing is set, nothing deliberated on."""
    told = {
        "year": YEAR,
        "published": False,
        "departments": frozenset(DEPARTMENTS),
        "totals": {},
        "deliberated": {},
        **changes,
    }
    return RoundStanding(**told)  # type: ignore[arg-type]


def knowing(situation: Spec, **changes: object) -> Spec:
    """The round tells this of itself."""
    return situation.knowing("budget_round", str(YEAR), round_standing(**changes))


def sales(**actuals: str) -> Spec:
    """Sales has gathered and forecast; by default it spent 60,000 on marketing."""
    last_year = gathered(**(actuals or {"marketing": "60000"}))
    new = knowing(spec(DEPARTMENT_BUDGET).where(id=f"{YEAR}.{SALES}", now=OCTOBER))
    return new.given(last_year, FORECAST)
