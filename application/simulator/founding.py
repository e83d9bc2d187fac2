"""How the sample company is founded: the organisation in one act, suppliers proposed by one, qualified by another."""

from __future__ import annotations

from datetime import date

from application.simulator.company import DEPARTMENTS, FOUNDED, people
from application.simulator.goods import SUPPLIERS
from application.simulator.simulation import Simulation
from application.standing import ORGANISATION
from domain.directory import Role
from domain.governance.organisation_changes import AssignRole, FoundDepartment, HireEmployee, ImportOrganisation
from domain.kernel import SYSTEM, Refusal, Stream
from domain.operations.procurement.supplier_messages import ProposeSupplier, QualifySupplier

_LETTERS = "ABCDEFGHJKLMNPQRTUWXY"


def organisation(since: date = FOUNDED) -> ImportOrganisation:
    """The whole company as one command."""
    everybody = people()
    return ImportOrganisation(
        found=tuple(
            FoundDepartment(department=each.id, name=each.name, name_en=each.name_en, since=since)
            for each in DEPARTMENTS
        ),
        hire=tuple(
            HireEmployee(
                employee=each.id,
                name=each.name,
                email=each.email,
                department=each.department,
                position=each.position,
                level=each.level,
                superior=each.superior,
                since=since,
            )
            for each in everybody
        ),
        assign=tuple(
            AssignRole(employee=each.id, role=role, departments=departments, since=since)
            for each in everybody
            for role, departments in each.roles
        ),
    )


async def found(simulation: Simulation) -> None:
    """Found the company and put its suppliers on the register. Raises the Refusal that stands against it."""
    _done(await simulation.ask(ORGANISATION, organisation(), SYSTEM))
    await simulation.handler.standing.refresh(simulation.handler.journal, simulation.handler.codec)
    buyers = simulation.directory.holders(Role.BUYER)
    for number, each in enumerate(SUPPLIERS):
        proposal = ProposeSupplier(
            name=each.name,
            credit_code=f"91310000EXAMP{_LETTERS[number]}{number:04}",
            categories=each.categories,
            reason="示例供应商,供演示使用 sample supplier",
            contact_name=f"示例联系人{number + 1:02}",
            contact_phone=f"000-0000-{number:04}",
            contact_email=f"contact{number + 1:02}@supplier.example",
        )
        subject = Stream("supplier", each.id)
        _done(await simulation.ask(subject, proposal, buyers[1]))
        _done(await simulation.ask(subject, QualifySupplier(findings="资质齐全 papers complete"), buyers[0]))


def _done(outcome: object) -> None:
    if isinstance(outcome, Refusal):
        raise outcome
