"""Lines, pools and purchases the specs of transfers, explanations and carry-forwards start from 示例预算调整."""

from datetime import date, datetime
from decimal import Decimal

from domain.finance.budget_book import BudgetYearEntered
from domain.finance.budget_line import BUDGET_LINE, BudgetLine, BudgetLineStanding, line_of, standing
from domain.finance.budget_line_messages import BudgetLineMoved, BudgetLineOpened
from domain.finance.periods import months_of
from domain.finance.reserve_pool import PoolFunded
from domain.working_time import SHANGHAI
from tests.domain.finance.samples import opened
from tests.domain.procurement.world import World

JANUARY = datetime(2027, 1, 5, 10, 0, tzinfo=SHANGHAI)


def yuan(amount: str | int) -> Decimal:
    """An amount of CNY to the fen."""
    return Decimal(amount).quantize(Decimal("0.01"))


def reserved(amount: str, claim: str = "encumbrance-PR1", month: str = "2026-03") -> BudgetLineMoved:
    """So much of a line is reserved; what is left afterwards is of no concern here."""
    return BudgetLineMoved(claim=claim, cause="reserve", month=month, reserved=yuan(amount), available=yuan(0))


def spent(amount: str, month: str = "2026-03") -> BudgetLineMoved:
    """So much was spent on a line."""
    return BudgetLineMoved(claim="cost_period-x", cause="book", month=month, actual=yuan(amount), available=yuan(0))


def told(line: BudgetLineOpened, *moves: BudgetLineMoved) -> BudgetLineStanding:
    """What a line tells of itself after these events."""
    return standing(BUDGET_LINE.fold([line, *moves]))


def of_2027(amount: str, account: str = "office", category: str = "administration") -> BudgetLineOpened:
    """The line of the next year, all of it in its first month."""
    return BudgetLineOpened(
        year=2027,
        department="D-SALES",
        account=account,
        category=category,
        months=months_of(2027),
        phasing=(yuan(amount), *(yuan(0),) * 11),
        amount=yuan(amount),
    )


def budgeted_world(pool: str = "50000") -> World:
    """Sales has 1,200 a year for its office, 12,000 for advertising; IT 24,000 for services; and there is a pool."""
    world = World()
    world.given("budget_book-company", BudgetYearEntered(year=2026, entered_on=date(2025, 11, 28)))
    world.given("budget_line-2026.D-SALES.office", opened("1200", account="office", category="administration"))
    world.given("budget_line-2026.D-SALES.advertising", opened("12000", account="advertising", category="marketing"))
    world.given("budget_line-2026.D-IT.services", opened("24000", "D-IT", "services", "administration"))
    world.given("reserve_pool-2026", PoolFunded(year=2026, amount=yuan(pool), by="x", balance=yuan(pool)))
    return world


def line_in(world: World, department: str, account: str, year: int = 2026) -> BudgetLine:
    """A line as it stands."""
    found = world.state(str(line_of(year, department, account)))
    assert isinstance(found, BudgetLine)
    return found
