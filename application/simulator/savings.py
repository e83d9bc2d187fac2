"""Savings ideas of the sample company 成本优化金点子: proposed, piloted, adopted or ended (2.2.3.1 - 2.2.3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from application.simulator.agenda import Story
from application.simulator.deciding import at, by, finance, manager, working_day
from application.simulator.simulation import Simulation
from domain.finance.periods import first_day, month_after, month_of, quarter_of
from domain.finance.savings_idea_messages import (
    AcceptSavingsIdea,
    AdoptMeasure,
    DeclineSavingsIdea,
    EndPilot,
    EndWithLessons,
    NotePilotProgress,
    PlanPilot,
    ProposeSavingsIdea,
    RewardSavingsIdea,
)
from domain.working_time import SHANGHAI


@dataclass(frozen=True, slots=True)
class Pilot:
    """A pilot of three months: what is measured before and after, the target, the investment; CNY."""

    starts_on: date
    measured: str
    before: Decimal
    target: Decimal
    after: Decimal
    investment: Decimal


@dataclass(frozen=True, slots=True)
class Idea:
    """An idea, and what becomes of it; declined where there is no pilot, ``benefit`` a year in CNY."""

    department: str
    problem: str
    measure: str
    benefit: Decimal
    calculation: str
    pilot: Pilot | None
    reward: Decimal = Decimal(0)


PRINTING = Pilot(
    date(2025, 1, 6),
    "三个月打印费 printing in three months",
    Decimal(42_000),
    Decimal(10_000),
    Decimal(29_500),
    Decimal(5_000),
)
TICKETS = Pilot(
    date(2025, 6, 3),
    "三个月机票支出 air tickets in three months",
    Decimal(310_000),
    Decimal(40_000),
    Decimal(302_000),
    Decimal(20_000),
)
CLOUD = Pilot(
    date(2026, 1, 5),
    "三个月云主机费用 virtual machines in three months",
    Decimal(420_000),
    Decimal(60_000),
    Decimal(345_000),
    Decimal(15_000),
)
IDEAS: Mapping[date, Idea] = {
    date(2024, 11, 12): Idea(
        "D12",
        "打印成本高 printing costs too much",
        "默认双面黑白打印 both sides, black and white by default",
        Decimal(50_000),
        "每季42,000元 × 30% of 42,000 a quarter",
        PRINTING,
        Decimal(2_000),
    ),
    date(2025, 4, 22): Idea(
        "D07",
        "机票临时预订价高 tickets bought late are dear",
        "由订票平台集中预订 one booking platform",
        Decimal(160_000),
        "每季机票的13% of the tickets of a quarter",
        TICKETS,
    ),
    date(2025, 8, 19): Idea(
        "D10",
        "测试机闲置 test machines stand idle",
        "改为按次租用 rent them by use",
        Decimal(30_000),
        "折旧减租金 depreciation less rent",
        None,
    ),
    date(2025, 11, 18): Idea(
        "D06",
        "云主机夜间空转 virtual machines run idle at night",
        "夜间自动停机 switch them off at night",
        Decimal(280_000),
        "三分之一时段停机 off a third of the time",
        CLOUD,
        Decimal(3_000),
    ),
}
"""By the day on which they are proposed: two adopted, one ended with its lessons, one declined."""


async def saved(simulation: Simulation, idea: Idea) -> Story:
    """One idea from its proposal to its end."""
    subject = simulation.number("savings_idea")
    staff = sorted(each.id for each in simulation.directory.employees.values() if each.department == idea.department)
    today = simulation.now.astimezone(SHANGHAI).date()
    proposal = ProposeSavingsIdea(
        call=quarter_of(today),
        problem=idea.problem,
        measure=idea.measure,
        benefit=idea.benefit,
        calculation=idea.calculation,
    )
    await simulation.ask(subject, proposal, staff[-2])
    yield at(working_day(simulation, today, 5), 14)
    pilot = idea.pilot
    if pilot is None:
        reason = "租用不能满足保密要求 rented machines do not keep secrets"
        await by(simulation, subject, DeclineSavingsIdea(reason=reason), finance(simulation))
        return
    await by(simulation, subject, AcceptSavingsIdea(remark="值得试点 worth a pilot"), finance(simulation))
    if idea.reward:
        reward = RewardSavingsIdea(amount=idea.reward, grounds="测算充分 well calculated")
        await by(simulation, subject, reward, manager(simulation))
    yield at(working_day(simulation, pilot.starts_on, -2), 11)
    leader = finance(simulation)[0]
    plan = PlanPilot(
        leader=leader,
        group=(leader, staff[-2], staff[0]),
        plan=f"{idea.measure}，先在 {idea.department} 试行三个月 three months in one department",
        starts_on=pilot.starts_on,
        measured=pilot.measured,
        baseline=pilot.before,
        target=pilot.target,
    )
    await simulation.ask(subject, plan, leader)
    yield at(working_day(simulation, pilot.starts_on, 30), 15)
    note = NotePilotProgress(note="执行正常，数据按周记录 as planned, measured weekly", measured=rounded_part(pilot))
    await simulation.ask(subject, note, leader)
    ended = first_day(month_after(month_of(pilot.starts_on), 3)).replace(day=pilot.starts_on.day)
    yield at(working_day(simulation, ended, 2), 10)
    await simulation.ask(subject, EndPilot(after=pilot.after, investment=pilot.investment), leader)
    yield simulation.working_hours(8, 14)
    if pilot.before - pilot.after > pilot.investment:
        adopted = AdoptMeasure(standard=f"全公司：{idea.measure} in the whole company")
        await by(simulation, subject, adopted, manager(simulation))
    else:
        ends = EndWithLessons(
            lessons="平台服务费抵消节约 the platform's fees ate up what was saved",
            adjustment="仅提前两周预订 book two weeks ahead instead",
        )
        await by(simulation, subject, ends, manager(simulation))


def rounded_part(pilot: Pilot) -> Decimal:
    """What was measured half-way."""
    return (pilot.after / 2).quantize(Decimal("0.01"))
