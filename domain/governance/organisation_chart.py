"""The organisation as its history left it 组织架构, past and announced, and the ``Directory`` of one day made from it.

A ``Dated`` line holds values with the day each holds from, ascending; days in Shanghai.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple, TypeVar

from domain.directory import Assignment, Department, Directory, Employee, Role

V = TypeVar("V")
Dated = tuple[tuple[date, V], ...]


def at(line: Dated[V], day: date) -> V | None:
    """The value of a line on ``day``; None before its first."""
    found: V | None = None
    for since, value in line:
        if since > day:
            break
        found = value
    return found


def dated(line: Dated[V], since: date, value: V) -> Dated[V]:
    """The line with ``value`` from ``since`` on, until the next that is known already."""
    before = tuple(entry for entry in line if entry[0] < since)
    return (*before, (since, value), *(entry for entry in line if entry[0] > since))


def reaches_past(line: Dated[V], day: date, end: date | None, wanted: Callable[[V], bool]) -> bool:
    """Whether a line that ends on ``end`` (None: never) holds a wanted value on any day after ``day``."""
    for index, (since, value) in enumerate(line):
        next_since = line[index + 1][0] if index + 1 < len(line) else date.max
        last = next_since if end is None else min(next_since, end + timedelta(days=1))
        if wanted(value) and since < last and last > day + timedelta(days=1):
            return True
    return False


def goes_in_circles(start: str, since: date, line_of: Callable[[str], Dated[str | None]]) -> date | None:
    """The first day from ``since`` on that going up from ``start`` leads back to it; None if there is none."""
    days, seen = [since], {since}
    while days:
        day = min(days)
        days.remove(day)
        passed: set[str] = set()
        current: str | None = start
        while current is not None and current not in passed:
            passed.add(current)
            line = line_of(current)
            later = {changes for changes, _ in line if changes > day} - seen
            seen |= later
            days.extend(later)
            current = at(line, day)
        if current == start:
            return day
    return None


class Placement(NamedTuple):
    """Where an employee works, as what and under whom."""

    department: str
    position: str
    level: int
    superior: str | None


@dataclass(frozen=True, slots=True)
class DepartmentRecord:
    """A department over time; ``names`` in Chinese and English."""

    since: date
    names: Dated[tuple[str, str]]
    parents: Dated[str | None]
    last_day: date | None = None

    def stands_on(self, day: date) -> bool:
        """Whether it exists on ``day``."""
        return self.since <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class EmployeeRecord:
    """An employee over time."""

    since: date
    name: str
    email: str
    placements: Dated[Placement]
    last_day: date | None = None

    def employed_on(self, day: date) -> bool:
        """Whether he is employed on ``day``."""
        return self.since <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class RoleRecord:
    """A role held over time; no departments: the whole company."""

    role: Role
    departments: frozenset[str]
    since: date
    until: date | None = None

    def held_on(self, day: date) -> bool:
        """Whether it is held on ``day``."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Organisation:
    """Every department, employee and role there is, was or is announced; roles by employee."""

    departments: Mapping[str, DepartmentRecord] = field(default_factory=dict)
    employees: Mapping[str, EmployeeRecord] = field(default_factory=dict)
    roles: Mapping[str, tuple[RoleRecord, ...]] = field(default_factory=dict)


def directory_on(state: Organisation, day: date) -> Directory:
    """The organisation of ``day``. 2,000 people take some milliseconds, so whoever asks often keeps it."""
    employed = {id: record for id, record in state.employees.items() if record.employed_on(day)}
    return Directory(
        day=day,
        departments={
            id: _department(id, record, day) for id, record in state.departments.items() if record.stands_on(day)
        },
        employees={id: _employee(id, record, day) for id, record in employed.items()},
        assignments=tuple(
            Assignment(held.role, id, held.departments)
            for id, roles in state.roles.items()
            if id in employed
            for held in roles
            if held.held_on(day)
        ),
    )


def _department(id: str, record: DepartmentRecord, day: date) -> Department:
    name, name_en = at(record.names, day) or ("", "")
    return Department(id=id, name=name, name_en=name_en, parent=at(record.parents, day))


def _employee(id: str, record: EmployeeRecord, day: date) -> Employee:
    place = at(record.placements, day)
    assert place is not None, f"{id} is employed from his first placement on"
    return Employee(
        id=id,
        name=record.name,
        department=place.department,
        position=place.position,
        level=place.level,
        superior=place.superior,
        email=record.email,
    )
