"""The budget round of a year in the sample company 年度预算编制: actuals, filing, meeting, approval, publication."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from application.simulator.agenda import Story
from application.simulator.company import CEO, DEPARTMENTS, GENERAL_MANAGER, VICE_BUSINESS, VICE_OPERATIONS
from application.simulator.deciding import approved, at, by, finance, head, manager
from application.simulator.finance_plan import CATEGORIES, FIRST_YEAR, heads, planned
from application.simulator.planted import ASKED_TOO_MUCH, GROWTH_UNGROUNDED, POOL, PUBLISHED_ON, Asking
from application.simulator.simulation import Simulation
from domain.finance.budget_round_messages import (
    ImportActuals,
    PublishBudget,
    RecordMeeting,
    RecordNegotiation,
    SetReservePool,
    SetTotal,
)
from domain.finance.department_budget_messages import (
    FileBudget,
    ForecastChanges,
    GatherActuals,
    RecordGrounds,
    ReviseBudget,
)
from domain.finance.department_budget_terms import (
    CategoryAmount,
    CategoryChange,
    DepartmentActuals,
    PlannedLine,
    SourceFile,
    budget_of,
    round_of,
)
from domain.governance.approvals import Approve, Return
from domain.money import rounded

GROWTH = Decimal("1.2")
"""How much a category grows over the last year on record, under the policy's limit."""
BASES: Mapping[str, str] = {
    "wages": "按编制 {heads} 人 × 平均月薪 × 12 headcount × average monthly wage",
    "social_insurance": "工资总额 × 27% of wages",
    "bonus": "一个月工资，按月计提 one month's wages, accrued monthly",
    "rent": "面积 × 合同单价 area × rent of the contract",
    "depreciation": "在册固定资产原值 ÷ 年限 cost of assets on record ÷ years",
}
BASIS = "上年执行数并按业务计划调整 last year's spending, adjusted by the business plan"


async def budget_round(simulation: Simulation, year: int) -> Story:
    """From the opening in October to the publication in November."""
    published_on = PUBLISHED_ON.get(year, date(year - 1, 11, 25))
    opened_in = date(year - 1, 10, 1)
    yield at(opened_in.replace(day=10), 10)
    if year > FIRST_YEAR:
        await _import_actuals(simulation, year)
    for number, department in enumerate(DEPARTMENTS):
        yield at(opened_in.replace(day=13 + number % 5), 9.5 + number / 3)
        await _prepare(simulation, year, department.id)
    yield at(opened_in.replace(day=20), 10)
    await _set_totals(simulation, year)
    for number, department in enumerate(DEPARTMENTS):
        yield at(opened_in.replace(day=22 + number % 3), 9.5 + number / 3)
        asked = _asked(year, department.id)
        command = FileBudget(year=year, department=department.id, lines=_lines(year, department.id, asked))
        await by(simulation, budget_of(year, department.id), command, head(simulation, department.id))
    yield at(date(year - 1, 11, 6), 14)
    await _negotiate(simulation, year)
    met_on = date(year - 1, 11, 13)
    yield at(met_on, 17)
    attendees = (CEO, GENERAL_MANAGER, VICE_OPERATIONS, VICE_BUSINESS, *manager(simulation))
    minutes = "逐部门审议预算，要求超常增长部门说明依据 budgets deliberated one by one; unusual growth needs grounds"
    await by(simulation, round_of(year), RecordMeeting(held_on=met_on, attendees=attendees, minutes=minutes), attendees)
    for department in DEPARTMENTS:
        simulation.agenda.start(_approved(simulation, year, department.id), at(date(year - 1, 11, 14), 9))
    yield at(published_on, 10.5)
    await by(simulation, round_of(year), PublishBudget(), manager(simulation))


def last_year(year: int, department: str) -> tuple[CategoryAmount, ...]:
    """What was spent two years before, as the heads know it: by category of cost."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for account, months in planned(year)[department].items():
        found[CATEGORIES[account]] += sum(months)
    asked = _asked(year, department)
    growth = {asked.category: GROWTH_UNGROUNDED} if asked and asked.kind == "growth" else {}
    categories = dict.fromkeys(("labour", "materials", "depreciation", "marketing", "administration"), Decimal(0))
    return tuple(
        CategoryAmount(category=each, amount=rounded(amount / growth.get(each, GROWTH)))
        for each, amount in (categories | found).items()
    )


async def _import_actuals(simulation: Simulation, year: int) -> None:
    """Finance brings the actuals of all departments in from one file."""
    told = [DepartmentActuals(department=each.id, actuals=last_year(year, each.id)) for each in DEPARTMENTS]
    rows = [f"{each.department},{of.category},{of.amount}" for each in told for of in each.actuals]
    sha256 = simulation.attach("\n".join(("department,category,amount", *rows)).encode())
    source = SourceFile(file=f"actuals-{year - 2}.csv", sha256=sha256, rows=len(rows))
    await by(simulation, round_of(year), ImportActuals(source=source, departments=tuple(told)), manager(simulation))


async def _prepare(simulation: Simulation, year: int, department: str) -> None:
    """The head enters last year's actuals, where they are not on record, and says what will change."""
    subject, who = budget_of(year, department), head(simulation, department)
    if not (await simulation.state(subject)).how:
        gather = GatherActuals(year=year, department=department, actuals=last_year(year, department))
        await by(simulation, subject, gather, who)
    rise = next(each.amount for each in last_year(year, department) if each.category == "labour")
    change = CategoryChange(category="labour", change=rounded(rise / 10), reason="人员增加与调薪 more people, a rise")
    await by(simulation, subject, ForecastChanges(changes=(change,)), who)


async def _set_totals(simulation: Simulation, year: int) -> None:
    """From the top: a little above the plan, and a reserve pool."""
    for department in DEPARTMENTS:
        asked = _asked(year, department.id)
        total = sum(sum(months) for months in planned(year)[department.id].values())
        room = Decimal(1) if asked and asked.kind == "above_total" else Decimal("1.15")
        reason = "按战略与近年执行情况 by strategy and the last years"
        command = SetTotal(department=department.id, total=rounded(total * room), reason=reason)
        await by(simulation, round_of(year), command, manager(simulation))
    pool = SetReservePool(amount=POOL.get(year, Decimal(800_000)), reason="约为总额的千分之五 about 0.5 % of the total")
    await by(simulation, round_of(year), pool, manager(simulation))


async def _negotiate(simulation: Simulation, year: int) -> None:
    """Who asked above the total comes down to it."""
    asked = ASKED_TOO_MUCH.get(year)
    if asked is None or asked.kind != "above_total":
        return
    department = asked.department
    participants = (*head(simulation, department), *manager(simulation), finance(simulation)[0])
    agreed = f"{department} 缩减{asked.category}类支出至下达总量 comes down to its total"
    command = RecordNegotiation(departments=(department,), participants=participants, agreed=agreed)
    await by(simulation, round_of(year), command, manager(simulation))
    revise = ReviseBudget(lines=_lines(year, department, None), reason="按协商结果缩减 as negotiated")
    await by(simulation, budget_of(year, department), revise, head(simulation, department))


async def _approved(simulation: Simulation, year: int, department: str) -> Story:
    """By amount; who grows too fast is sent back for grounds first."""
    subject, asked = budget_of(year, department), _asked(year, department)
    if asked is not None and asked.kind == "growth":
        yield simulation.working_hours(2, 5)
        signers = (await simulation.state(subject)).approval.waits_for
        await by(simulation, subject, Approve(), signers)
        reason = "市场类支出增幅过大，请说明依据并核减 marketing grows too fast: give grounds, ask for less"
        await by(simulation, subject, Return(reason=reason), signers)
        yield simulation.working_hours(8, 12)
        grounds = "新产品两季上市，投放计划见附件 two launches of new products, with their plan of placements"
        who = head(simulation, department)
        await by(simulation, subject, RecordGrounds(category=asked.category, grounds=grounds), who)
        revise = ReviseBudget(lines=_lines(year, department, None), reason="核减投放 fewer placements")
        await by(simulation, subject, revise, who)
    async for moment in approved(simulation, subject):
        yield moment


def _asked(year: int, department: str) -> Asking | None:
    asked = ASKED_TOO_MUCH.get(year)
    return asked if asked and asked.department == department else None


def _lines(year: int, department: str, asked: Asking | None) -> tuple[PlannedLine, ...]:
    """The department's plan line by line; ``asked``: the lines of that category come to more."""
    found = []
    for account, months in planned(year)[department].items():
        factor = asked.factor if asked and CATEGORIES[account] == asked.category else Decimal(1)
        basis = BASES.get(account, BASIS).format(heads=heads()[department])
        phasing = tuple(rounded(each * factor) for each in months)
        found.append(PlannedLine(account=account, phasing=phasing, basis_of_calculation=basis))
    return tuple(found)
