"""How the sample company's finance gathers the costs of a month 成本归集: imports, allocation, corrections, closing."""

from __future__ import annotations

from decimal import Decimal

from application.simulator.agenda import Story
from application.simulator.costing import calculated
from application.simulator.deciding import at, by, finance, manager, working_day
from application.simulator.expenses import CostFile, other_costs, payroll, weights
from application.simulator.finance_plan import OWN_ACCOUNTS, SHARED, SHARED_BY
from application.simulator.planted import CLOSED_LATE, CORRECTED
from application.simulator.simulation import Simulation
from domain.finance.allocation_key import KEYS, AllocationKey, RecordKey, Weight
from domain.finance.chart_of_accounts import CHART, AddAccount
from domain.finance.cost_period import period_of
from domain.finance.cost_period_booking import batch_of
from domain.finance.cost_period_messages import AllocateShared, BookEntries, ClosePeriod, CorrectEntry, EntryValues
from domain.finance.periods import first_day, month_after
from domain.money import rounded

KEY = "HEADCOUNT"


async def prepare(simulation: Simulation, since: str) -> None:
    """Finance adds its own accounts, and records by what shared costs are divided from the month ``since`` on."""
    for account in OWN_ACCOUNTS:
        await by(simulation, CHART, AddAccount(account=account), manager(simulation))
    key = AllocationKey(
        code=KEY,
        zh="水电费按人数分摊",
        basis="人数 headcount",
        department=SHARED_BY,
        accounts=(SHARED,),
        weights=tuple(Weight(department=department, weight=Decimal(count)) for department, count in weights()),
        source="人力资源部在册人数 people on record",
        since=since,
    )
    await by(simulation, KEYS, RecordKey(key=key), manager(simulation))


async def book(simulation: Simulation, month: str, file: CostFile, by_whom: int) -> str:
    """Import a file; its sha256."""
    sha256 = simulation.attach(file.content)
    command = BookEntries(file=file.name, sha256=sha256, entries=file.entries)
    await by(simulation, period_of(month), command, finance(simulation)[by_whom:])
    return sha256


async def month_end(simulation: Simulation, month: str) -> Story:
    """Payroll before the month ends, the other costs on its last working day; what is shared is divided at once."""
    await book(simulation, month, payroll(month), 0)
    last = working_day(simulation, first_day(month_after(month)), -1)
    yield at(last, 10)
    file = other_costs(month)
    sha256 = await book(simulation, month, file, 1)
    yield at(last, 11)
    await by(simulation, period_of(month), AllocateShared(key=KEY), finance(simulation)[1:])
    begun = first_day(month_after(month))
    yield at(working_day(simulation, begun.replace(day=1), 5), 14)
    await _corrected(simulation, month, file, sha256)
    yield at(CLOSED_LATE.get(month) or working_day(simulation, begun, 10), 15)
    await by(simulation, period_of(month), ClosePeriod(), manager(simulation))
    yield simulation.working_hours(0.5, 1.5)
    await calculated(simulation, month)


async def _corrected(simulation: Simulation, month: str, file: CostFile, sha256: str) -> None:
    """Travel that was booked a little too high."""
    trips = [each for each in file.entries if each.account == "travel"]
    for each in trips[: CORRECTED.get(month, 0)]:
        right = EntryValues(
            account=each.account,
            department=each.department,
            amount=rounded(each.amount * 9 / 10),
            description=each.description,
        )
        entry = f"{batch_of(sha256)}:{each.line}.{each.part}"
        command = CorrectEntry(entry=entry, right=right, reason="重复报销，已核减 claimed twice")
        await by(simulation, period_of(month), command, finance(simulation)[2:])
