"""What else falls due in a year of the sample company 年度事项: suppliers are evaluated, the regulation reviewed."""

from __future__ import annotations

from application.simulator.agenda import Story
from application.simulator.deciding import at, by, working_day
from application.simulator.goods import SUPPLIERS
from application.simulator.simulation import Simulation
from domain.directory import Role
from domain.governance.policy_review import PolicyReview, RecordPolicyReview
from domain.kernel import Stream
from domain.operations.procurement.supplier_evaluation import EvaluateSupplier
from domain.working_time import SHANGHAI


async def suppliers_evaluated(simulation: Simulation, year: int) -> Story:
    """Buyers evaluate every supplier for a year that is over; who falls short leaves the register (4.1.2.2)."""
    buyers = simulation.holders(Role.BUYER)
    for number, each in enumerate(SUPPLIERS):
        if (await simulation.state(Stream("supplier", each.id))).status == "qualified":
            command = EvaluateSupplier(year=year)
            await simulation.ask(Stream("supplier_evaluation", each.id), command, buyers[number % len(buyers)])
            yield simulation.working_hours(0.2, 1)


async def regulation_reviewed(simulation: Simulation, period: str) -> Story:
    """Whoever owes the yearly review of the regulation records it (5.3)."""
    subject = Stream("policy_review", period)
    yield at(working_day(simulation, simulation.now.astimezone(SHANGHAI).date(), 6), 16)
    review: PolicyReview = await simulation.state(subject)
    if review.owed_by and not review.recorded:
        conclusion = "制度运行平稳，本期无修改建议 the regulation works; nothing to change"
        await by(simulation, subject, RecordPolicyReview(conclusion=conclusion), review.owed_by)
