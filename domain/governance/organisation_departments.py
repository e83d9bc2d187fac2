"""What may become of a department 部门: founded, renamed, put under another, closed."""

from datetime import date

from domain.governance import organisation_changes as ask
from domain.governance import organisation_rules as rules
from domain.governance.organisation_chart import (
    DepartmentRecord,
    Organisation,
    at,
    dated,
    goes_in_circles,
    reaches_past,
)
from domain.kernel import SYSTEM


def department(id: str, day: date, state: Organisation, field: str = "department") -> DepartmentRecord:
    """The department if it stands on ``day`` and no end of it is announced; raises UnknownDepartment."""
    record = state.departments.get(id)
    if record is None or record.last_day is not None or day < record.since:
        told = {"founded": record.since, "closed": record.last_day or "-"} if record else {}
        raise rules.UnknownDepartment(field=field, department=id, on=day, **told)
    return record


def found(command: ask.FoundDepartment, state: Organisation) -> ask.DepartmentFounded:
    """A new department under its parent."""
    if command.department in state.departments or command.department.upper() == SYSTEM:
        raise rules.NumberTaken(field="department", department=command.department)
    if command.parent is not None:
        department(command.parent, command.since, state, field="parent")
    return ask.DepartmentFounded(**dict(command))


def rename(command: ask.RenameDepartment, state: Organisation) -> ask.DepartmentRenamed:
    """The same department by another name."""
    record = department(command.department, command.since, state)
    if at(record.names, command.since) == (command.name, command.name_en):
        raise rules.NothingDifferent(department=command.department)
    return ask.DepartmentRenamed(**dict(command))


def reparent(command: ask.MoveDepartment, state: Organisation) -> ask.DepartmentMoved:
    """The department elsewhere in the tree."""
    id, since = command.department, command.since
    record = department(id, since, state)
    if command.parent is not None:
        department(command.parent, since, state, field="parent")
    if at(record.parents, since) == command.parent:
        raise rules.NothingDifferent(department=id)
    parents = dated(record.parents, since, command.parent)
    circle = goes_in_circles(id, since, lambda each: parents if each == id else state.departments[each].parents)
    if circle is not None:
        raise rules.CircularLine(field="parent", department=id, parent=command.parent, on=circle)
    return ask.DepartmentMoved(**dict(command))


def close(command: ask.CloseDepartment, state: Organisation) -> ask.DepartmentClosed:
    """The department ends, empty."""
    id, last_day = command.department, command.last_day
    record = state.departments.get(id)
    if record is None:
        raise rules.UnknownDepartment(field="department", department=id)
    if record.last_day is not None:
        raise rules.LeftAlready(department=id, last_day=record.last_day)
    if last_day < record.since:
        raise rules.DatesReversed(field="last_day", founded=record.since, last_day=last_day)
    left = [
        *(
            other
            for other, each in state.departments.items()
            if reaches_past(each.parents, last_day, each.last_day, lambda parent: parent == id)
        ),
        *(
            person
            for person, each in state.employees.items()
            if reaches_past(each.placements, last_day, each.last_day, lambda place: place.department == id)
        ),
    ]
    if left:
        shown = ", ".join(sorted(left)[:10]) + (" …" if len(left) > 10 else "")
        raise rules.PeopleLeftBehind(department=id, left=len(left), these=shown)
    return ask.DepartmentClosed(**dict(command))
