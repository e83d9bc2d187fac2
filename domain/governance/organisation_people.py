"""What may become of an employee 员工: taken on, moved, corrected, gone; and of the roles he holds."""

from datetime import date

from domain.directory import Role
from domain.governance import organisation_changes as ask
from domain.governance import organisation_rules as rules
from domain.governance.organisation_chart import (
    EmployeeRecord,
    Organisation,
    Placement,
    RoleRecord,
    at,
    dated,
    goes_in_circles,
)
from domain.governance.organisation_departments import department
from domain.kernel import ERASED, SYSTEM

_BOUND_TO_DEPARTMENTS = (Role.DEPARTMENT_HEAD, Role.VICE_PRESIDENT)


def employee(id: str, day: date, state: Organisation, field: str = "employee") -> EmployeeRecord:
    """The employee if he is employed on ``day``; raises NotEmployedThen."""
    record = state.employees.get(id)
    if record is None or not record.employed_on(day):
        told = {"joined": record.since, "last_day": record.last_day or "-"} if record else {}
        raise rules.NotEmployedThen(field=field, employee=id, on=day, **told)
    return record


def placement(of: ask.HireEmployee | ask.MoveEmployee | ask.EmployeeHired | ask.EmployeeMoved) -> Placement:
    """Where that puts the employee."""
    return Placement(of.department, of.position, of.level, of.superior)


def hire(command: ask.HireEmployee, state: Organisation) -> ask.EmployeeHired:
    """A new employee under a number of his own."""
    if command.employee in state.employees or command.employee.upper() == SYSTEM:
        raise rules.NumberTaken(field="employee", employee=command.employee)
    _check_place(command, state)
    return ask.EmployeeHired(**dict(command))


def move(command: ask.MoveEmployee, state: Organisation) -> ask.EmployeeMoved:
    """The employee at another place, with nobody reporting to himself on any day to come."""
    id, since = command.employee, command.since
    record = employee(id, since, state)
    _check_place(command, state)
    place = placement(command)
    if at(record.placements, since) == place:
        raise rules.NothingDifferent(employee=id)
    placements = dated(record.placements, since, place)

    def superiors(of: str) -> tuple[tuple[date, str | None], ...]:
        line = placements if of == id else state.employees[of].placements
        return tuple((day, each.superior) for day, each in line)

    circle = goes_in_circles(id, since, superiors)
    if circle is not None:
        raise rules.CircularLine(field="superior", employee=id, superior=command.superior, on=circle)
    return ask.EmployeeMoved(**dict(command))


def correct(command: ask.CorrectEmployee, state: Organisation) -> ask.EmployeeCorrected:
    """The employee's name and address as they are."""
    record = state.employees.get(command.employee)
    if record is None:
        raise rules.NotEmployedThen(field="employee", employee=command.employee)
    if record.name == ERASED:
        raise rules.Forgotten(employee=command.employee)
    if (record.name, record.email) == (command.name, command.email):
        raise rules.NothingDifferent(employee=command.employee)
    return ask.EmployeeCorrected(**dict(command))


def forget(command: ask.ForgetEmployee, state: Organisation, today: date) -> ask.EmployeeForgotten:
    """A former employee's name and address are kept no longer."""
    person = state.employees.get(command.employee)
    if person is None or person.last_day is None or person.last_day >= today:
        raise rules.StillEmployed(employee=command.employee, last_day=(person and person.last_day) or "-")
    return ask.EmployeeForgotten(employee=command.employee)


def leave(command: ask.LeaveEmployee, state: Organisation) -> ask.EmployeeLeft:
    """The employee's last day."""
    record = state.employees.get(command.employee)
    if record is None:
        raise rules.NotEmployedThen(field="employee", employee=command.employee)
    if record.last_day is not None:
        raise rules.LeftAlready(employee=command.employee, last_day=record.last_day)
    if command.last_day < record.since:
        raise rules.DatesReversed(field="last_day", joined=record.since, last_day=command.last_day)
    return ask.EmployeeLeft(**dict(command))


def assign(command: ask.AssignRole, state: Organisation, by: frozenset[str]) -> ask.RoleAssigned:
    """A role for somebody else than whoever assigns it."""
    if command.employee in by:
        raise rules.OwnRole(employee=command.employee, role=command.role)
    if command.until is not None and command.until < command.since:
        raise rules.DatesReversed(field="until", since=command.since, until=command.until)
    employee(command.employee, command.since, state)
    for id in command.departments:
        department(id, command.since, state, field="departments")
    if command.role in _BOUND_TO_DEPARTMENTS and not command.departments:
        raise rules.RoleNeedsDepartments(field="departments", role=command.role)
    wanted = RoleRecord(command.role, frozenset(command.departments), command.since, command.until)
    for held in state.roles.get(command.employee, ()):
        if (held.role, held.departments) == (wanted.role, wanted.departments) and _overlap(held, wanted):
            raise rules.RoleHeldAlready(employee=command.employee, role=command.role, since=held.since)
    return ask.RoleAssigned(**{**dict(command), "departments": tuple(sorted(wanted.departments))})


def revoke(command: ask.RevokeRole, state: Organisation) -> ask.RoleRevoked:
    """The role ends where it would have gone on; one announced for later never begins."""
    event = ask.RoleRevoked(**{**dict(command), "departments": tuple(sorted(set(command.departments)))})
    if not any(is_revoked(held, event) for held in state.roles.get(command.employee, ())):
        raise rules.RoleNotHeld(employee=command.employee, role=command.role, last_day=command.last_day)
    return event


def is_revoked(held: RoleRecord, event: ask.RoleRevoked) -> bool:
    """Whether ``event`` ends that role."""
    same = (held.role, held.departments) == (event.role, frozenset(event.departments))
    return same and (held.until is None or held.until > event.last_day)


def _check_place(command: ask.HireEmployee | ask.MoveEmployee, state: Organisation) -> None:
    department(command.department, command.since, state)
    if command.superior == command.employee:
        raise rules.CircularLine(field="superior", employee=command.employee, superior=command.superior)
    if command.superior is not None:
        employee(command.superior, command.since, state, field="superior")


def _overlap(one: RoleRecord, other: RoleRecord) -> bool:
    begins = max(one.since, other.since)
    return all(each.until is None or begins <= each.until for each in (one, other))
