"""The organisation 组织架构 of the company: departments, positions, reporting lines and roles, each from a day on.

One stream, ``organisation-company``, on which every decision stands. The administrator or HR change it; whatever
depends on a day is judged on that day, so that a change can be announced, or told late.
"""

from collections.abc import Iterable
from dataclasses import replace

from domain.directory import Role
from domain.governance import organisation_changes as ask
from domain.governance import organisation_departments as departments
from domain.governance import organisation_people as people
from domain.governance import organisation_rules as rules
from domain.governance.organisation_changes import CLAUSE, Change, OrganisationCommand, OrganisationEvent
from domain.governance.organisation_chart import (
    DepartmentRecord,
    EmployeeRecord,
    Organisation,
    RoleRecord,
    dated,
    directory_on,
)
from domain.kernel import ERASED, SYSTEM, Aggregate, Context, Decision
from domain.working_time import SHANGHAI

__all__ = ["COMPANY", "ORGANISATION", "Organisation", "decide", "directory_on", "evolve"]

COMPANY = "company"


def decide(command: OrganisationCommand, state: Organisation, context: Context) -> Decision:
    """What changes, if whoever asks may and nothing of it contradicts the rest."""
    if isinstance(command, ask.ForgetEmployee):
        return [people.forget(command, state, context.now.astimezone(SHANGHAI).date())]
    keepers = context.policy.value(CLAUSE, "organisation_changed_by")
    held = context.directory.roles_of(context.principal)
    if context.actor != SYSTEM and held.isdisjoint(Role(role) for role in keepers):
        raise rules.NotTheOrganisationsKeeper(keepers=", ".join(keepers))
    by = frozenset((context.actor, context.principal))
    if not isinstance(command, ask.ImportOrganisation):
        return [change(command, state, by)]
    events: list[OrganisationEvent] = []
    for asked in changes_of(command):
        event = change(asked, state, by)
        state = evolve(state, event)
        events.append(event)
    if not events:
        raise rules.NothingDifferent()
    return events


def changes_of(command: ask.ImportOrganisation) -> Iterable[Change]:
    """What an import asks for, in the order it is done: what others name comes before what names it."""
    for field in ask.ImportOrganisation.model_fields:
        yield from getattr(command, field)


def evolve(state: Organisation, event: OrganisationEvent) -> Organisation:
    """The organisation after ``event``."""
    match event:
        case ask.DepartmentFounded(department=id, since=since):
            names, parents = ((since, (event.name, event.name_en)),), ((since, event.parent),)
            return _with_department(state, id, DepartmentRecord(since, names, parents))
        case ask.DepartmentRenamed(department=id, since=since):
            old = state.departments[id]
            renamed = replace(old, names=dated(old.names, since, (event.name, event.name_en)))
            return _with_department(state, id, renamed)
        case ask.DepartmentMoved(department=id, since=since):
            old = state.departments[id]
            return _with_department(state, id, replace(old, parents=dated(old.parents, since, event.parent)))
        case ask.DepartmentClosed(department=id, last_day=last_day):
            return _with_department(state, id, replace(state.departments[id], last_day=last_day))
        case ask.EmployeeHired(employee=id, since=since):
            first = ((since, people.placement(event)),)
            return _with_employee(state, id, EmployeeRecord(since, event.name, event.email, first))
        case ask.EmployeeMoved(employee=id, since=since):
            person = state.employees[id]
            moved = replace(person, placements=dated(person.placements, since, people.placement(event)))
            return _with_employee(state, id, moved)
        case ask.EmployeeCorrected(employee=id):
            return _with_employee(state, id, replace(state.employees[id], name=event.name, email=event.email))
        case ask.EmployeeForgotten(employee=id):
            return _with_employee(state, id, replace(state.employees[id], name=ERASED, email=""))
        case ask.EmployeeLeft(employee=id, last_day=last_day):
            return _with_employee(state, id, replace(state.employees[id], last_day=last_day))
        case ask.RoleAssigned(employee=id):
            held = RoleRecord(event.role, frozenset(event.departments), event.since, event.until)
            return replace(state, roles={**state.roles, id: (*state.roles.get(id, ()), held)})
        case ask.RoleRevoked(employee=id):
            ended = tuple(
                replace(each, until=event.last_day) if people.is_revoked(each, event) else each
                for each in state.roles[id]
            )
            return replace(state, roles={**state.roles, id: ended})


def change(command: Change, state: Organisation, by: frozenset[str]) -> OrganisationEvent:
    """What one change comes to, asked by those in ``by`` (themselves or by a delegate); raises what refuses it."""
    match command:
        case ask.FoundDepartment():
            return departments.found(command, state)
        case ask.RenameDepartment():
            return departments.rename(command, state)
        case ask.MoveDepartment():
            return departments.reparent(command, state)
        case ask.CloseDepartment():
            return departments.close(command, state)
        case ask.HireEmployee():
            return people.hire(command, state)
        case ask.MoveEmployee():
            return people.move(command, state)
        case ask.CorrectEmployee():
            return people.correct(command, state)
        case ask.LeaveEmployee():
            return people.leave(command, state)
        case ask.AssignRole():
            return people.assign(command, state, by)
        case ask.RevokeRole():
            return people.revoke(command, state)


def _with_department(state: Organisation, id: str, record: DepartmentRecord) -> Organisation:
    return replace(state, departments={**state.departments, id: record})


def _with_employee(state: Organisation, id: str, record: EmployeeRecord) -> Organisation:
    return replace(state, employees={**state.employees, id: record})


ORGANISATION = Aggregate(
    name="organisation",
    zh="组织架构",
    prefix="ORG",
    initial=Organisation(),
    decide=decide,
    evolve=evolve,
)
