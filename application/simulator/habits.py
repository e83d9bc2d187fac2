"""What happens on a working day of the sample company 日常: needs, absences, and what auditors should find.

Planted, with known answers: a department that asks for the same item every month, and somebody who splits a purchase
to stay under the department head's limit.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from application.simulator.agenda import Story
from application.simulator.buying import Need, purchase
from application.simulator.company import DEPARTMENTS, SampleDepartment
from application.simulator.goods import ITEMS, SampleItem, items_of
from application.simulator.means import affordable
from application.simulator.simulation import Simulation
from domain.directory import Role
from domain.governance.delegation import GrantDelegation
from domain.kernel import Stream
from domain.working_time import SHANGHAI

PURPOSES = ("日常办公", "新员工入职配置", "设备更新", "客户拜访", "项目需要", "补充库存")
REPEATER, REPEATED = "D09", "硒鼓 Toner"
SPLITTER_DEPARTMENT, SPLIT, SPLIT_TIMES = "D07", "人体工学椅 Office chair", 3


async def working_day(simulation: Simulation, day: date, needs: int) -> None:
    """Put the day's happenings on the agenda."""
    morning = datetime.combine(day, time(9, 5), SHANGHAI)
    departments = [each for each in DEPARTMENTS for _ in range(each.staff)]
    for _ in range(needs):
        department = simulation.pick(departments)
        moment = morning + timedelta(minutes=simulation.dice.randint(0, 500))
        simulation.agenda.start(somebody_needs(simulation, department), moment)
    if simulation.chance(12):
        simulation.agenda.start(_absence(simulation, day), morning)
    if _is_first_working_day_from(27, day, simulation):
        simulation.agenda.start(_the_same_again(simulation), morning + timedelta(hours=1))
    if day.day <= 7 and day.weekday() == 2:
        simulation.agenda.start(_split(simulation), morning + timedelta(hours=2))


def _is_first_working_day_from(number: int, day: date, simulation: Simulation) -> bool:
    working_time = simulation.handler.standing.working_time()
    before = (day.replace(day=each) for each in range(number, day.day))
    return day.day >= number and not any(working_time.is_working_day(each) for each in before)


async def somebody_needs(simulation: Simulation, department: SampleDepartment) -> Story:
    """Somebody of a department needs one thing or a few of a category it buys."""
    category = simulation.pick(department.buys)
    kinds = simulation.dice.sample(items_of(category), k=min(simulation.pick((1, 1, 2, 3)), len(items_of(category))))
    items = tuple((item, simulation.dice.randint(*item.usual)) for item in kinds)
    wish = Need(_somebody(simulation, department.id), department.id, items, simulation.pick(PURPOSES))
    need = await affordable(simulation, wish)
    if need is None:
        return
    async for moment in purchase(simulation, need):
        yield moment


async def _the_same_again(simulation: Simulation) -> Story:
    wish = Need(_somebody(simulation, REPEATER), REPEATER, ((_item(REPEATED), 2),), "每月补充 monthly")
    need = await affordable(simulation, wish)
    if need is None:
        return
    async for moment in purchase(simulation, need):
        yield moment


async def _split(simulation: Simulation) -> Story:
    requester = _somebody(simulation, SPLITTER_DEPARTMENT)
    for _ in range(SPLIT_TIMES):
        need = await affordable(
            simulation, Need(requester, SPLITTER_DEPARTMENT, ((_item(SPLIT), 1),), "分批购置 in parts")
        )
        if need is not None:
            simulation.agenda.start(purchase(simulation, need))
        yield simulation.working_hours(7, 10)


async def _absence(simulation: Simulation, day: date) -> Story:
    """A head or manager is away for some days and lets a colleague decide."""
    deciders = [*simulation.directory.holders(Role.FINANCE_MANAGER), *_heads(simulation)]
    away = simulation.pick([person for person in deciders if person not in simulation.away] or deciders)
    colleagues = [
        person.id
        for person in simulation.directory.employees.values()
        if person.department == simulation.directory.department_of(away) and person.id != away
    ]
    delegate = simulation.pick(sorted(colleagues))
    last = day + timedelta(days=simulation.dice.randint(1, 3))
    grant = GrantDelegation(to=delegate, since=day, until=last, reason="出差 travel")
    await simulation.ask(Stream("delegation", away), grant, away)
    simulation.away[away] = delegate
    yield datetime.combine(last, time(18), SHANGHAI)
    simulation.away.pop(away, None)


def _heads(simulation: Simulation) -> list[str]:
    return [head for each in DEPARTMENTS for head in simulation.directory.holders(Role.DEPARTMENT_HEAD, each.id)]


def _somebody(simulation: Simulation, department: str) -> str:
    staff = sorted(each.id for each in simulation.directory.employees.values() if each.department == department)
    return simulation.pick(staff)


def _item(name: str) -> SampleItem:
    return next(item for item in ITEMS if item.item == name)
