"""Bring the organisation in from a table 组织架构导入: every row is compared with what is known, and only what differs
becomes a change. All changes are one act; one wrong row, and nothing of the file is applied.

A row is a department 部门, an employee 员工 or a role held 任职, by its first column. Rows come in any order. A blank
``since`` means the day of the import. The file adds and changes; what it does not mention stays.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from application.acts import Act, Done
from application.handler import Handler
from application.import_rows import DepartmentRow, EmployeeRow, RoleRow, read_rows
from application.standing import ORGANISATION
from application.tables import BadRows, RowError, Table
from domain.governance import organisation_changes as ask
from domain.governance.organisation import Organisation, change, evolve
from domain.governance.organisation_chart import DepartmentRecord, EmployeeRecord, at
from domain.governance.organisation_rules import CircularLine, LeftAlready
from domain.kernel import ERASED, Refusal
from domain.working_time import SHANGHAI

R = TypeVar("R", DepartmentRow, EmployeeRow)


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import: how many changes of each kind (``hire``, ``assign``, …), and the act; None if none."""

    changes: Mapping[str, int]
    done: Done | None


async def import_organisation(
    handler: Handler, table: Table, *, actor: str, command_id: UUID, moment: datetime | None = None
) -> Imported:
    """Apply a table as one act. Raises BadTable, BadRows, and what ``Handler.handle`` raises."""
    state, version = await handler.state(ORGANISATION)
    today = (moment or handler.clock()).astimezone(SHANGHAI).date()
    command = plan(table, state, today, frozenset((actor,)))
    if command is None:
        return Imported({}, None)
    act = Act(ORGANISATION, command, actor, command_id, at=moment, expected_version=version)
    return Imported(counts(command), await handler.handle(act))


def counts(command: ask.ImportOrganisation) -> dict[str, int]:
    """How many changes of each kind an import asks for."""
    sizes = {name: len(getattr(command, name)) for name in ask.ImportOrganisation.model_fields}
    return {name: size for name, size in sizes.items() if size}


def plan(
    table: Table, known: Organisation, today: date, by: frozenset[str] = frozenset()
) -> ask.ImportOrganisation | None:
    """What makes ``known`` what the table says, or None. Raises BadTable, or BadRows naming every wrong row."""
    read = read_rows(table)
    planned = _Planned(known, today, list(read.errors), set(read.broken))
    for department in planned.from_the_top(read.departments, lambda row: row.parent):
        planned.department(department)
    for employee in planned.from_the_top(read.employees, lambda row: row.superior):
        planned.employee(employee)
    for role in read.roles:
        planned.role(role)
    planned.try_out(by)
    if planned.errors:
        raise BadRows(planned.errors)
    asked = {name: tuple(each for _, each in changes) for name, changes in planned.changes.items() if changes}
    return ask.ImportOrganisation.model_validate(asked) if asked else None


@dataclass(slots=True)
class _Planned:
    known: Organisation
    today: date
    errors: list[RowError]
    broken: set[str]
    """Ids whose rows are wrong: rows that only name them are not wrong themselves."""
    changes: dict[str, list[tuple[int, ask.Change]]] = field(
        default_factory=lambda: {name: [] for name in ask.ImportOrganisation.model_fields}
    )

    def from_the_top(self, rows: Sequence[R], above: Callable[[R], str | None]) -> list[R]:
        """The rows with every one after the one above it, so that no line is circular in between."""
        waiting = {row.id: row for row in rows}
        ordered: list[R] = []
        while waiting:
            ready = [row for row in waiting.values() if above(row) not in waiting]
            if not ready:
                self._circle(waiting, above)
                break
            ordered.extend(ready)
            for row in ready:
                del waiting[row.id]
        return ordered

    def _circle(self, waiting: Mapping[str, R], above: Callable[[R], str | None]) -> None:
        self.broken.update(waiting)
        for id, row in waiting.items():
            current, passed = above(row), set[str]()
            while current is not None and current != id and current in waiting and current not in passed:
                passed.add(current)
                current = above(waiting[current])
            if current == id:
                self._wrong(row.line, CircularLine(field="superior", number=id, superior=above(row)))

    def department(self, row: DepartmentRow) -> None:
        """What differs from the department as it is known."""
        record = self.known.departments.get(row.id)
        if record is None:
            founded = ask.FoundDepartment(
                department=row.id,
                name=row.name,
                name_en=row.name_en or "",
                parent=row.parent,
                since=row.since or self.today,
            )
            self._add("found", row.line, founded)
        else:
            day = self._day(row, record)
            name, name_en = at(record.names, day) or ("", "")
            if (row.name, name_en if row.name_en is None else row.name_en) != (name, name_en):
                renamed = ask.RenameDepartment(department=row.id, name=row.name, name_en=row.name_en or "", since=day)
                self._add("rename", row.line, renamed)
            if row.has_parent and row.parent != at(record.parents, day):
                self._add("reparent", row.line, ask.MoveDepartment(department=row.id, parent=row.parent, since=day))
        if row.until is not None and (record is None or record.last_day != row.until):
            self._add("close", row.line, ask.CloseDepartment(department=row.id, last_day=row.until))

    def employee(self, row: EmployeeRow) -> None:
        """What differs from the employee as he is known."""
        record = self.known.employees.get(row.id)
        if record is None:
            hired = ask.HireEmployee(
                employee=row.id,
                name=row.name,
                email=row.email or "",
                department=row.department,
                position=row.position or "",
                level=row.level or 1,
                superior=row.superior,
                since=row.since or self.today,
            )
            self._add("hire", row.line, hired)
        elif record.name == ERASED:
            self._row_wrong(row, "His personal data was erased; take the row out.", "其个人信息已删除，请移除该行。")
        else:
            self._moved(row, record, self._day(row, record))
            email = record.email if row.email is None else row.email
            if (row.name, email) != (record.name, record.email):
                self._add("correct", row.line, ask.CorrectEmployee(employee=row.id, name=row.name, email=email))
        if row.until is not None and (record is None or record.last_day != row.until):
            self._add("leave", row.line, ask.LeaveEmployee(employee=row.id, last_day=row.until))

    def _moved(self, row: EmployeeRow, record: EmployeeRecord, day: date) -> None:
        place = at(record.placements, day) or record.placements[0][1]
        move = ask.MoveEmployee(
            employee=row.id,
            department=row.department,
            position=place.position if row.position is None else row.position,
            level=place.level if row.level is None else row.level,
            superior=row.superior if row.has_superior else place.superior,
            since=day,
        )
        if (move.department, move.position, move.level, move.superior) != place:
            self._add("move", row.line, move)

    def role(self, row: RoleRow) -> None:
        """A role that is not held yet, or not until that day."""
        day = row.since or self.today
        for held in self.known.roles.get(row.id, ()):
            ended = held.until is not None and held.until < max(day, held.since)
            other_start = row.since is not None and row.since != held.since
            if (held.role, held.departments) != (row.role, row.departments) or ended or other_start:
                continue
            if row.until == held.until:
                return
            if row.until is not None and (held.until is None or row.until < held.until):
                ending = ask.RevokeRole(
                    employee=row.id, role=row.role, departments=tuple(sorted(row.departments)), last_day=row.until
                )
                self._add("revoke", row.line, ending)
                return
        assigned = ask.AssignRole(
            employee=row.id,
            role=row.role,
            departments=tuple(sorted(row.departments)),
            since=day,
            until=row.until,
        )
        self._add("assign", row.line, assigned)

    def try_out(self, by: frozenset[str]) -> None:
        """Do all of it on a copy, so that every row the rules refuse is named."""
        state = self.known
        for changes in self.changes.values():
            for line, asked in changes:
                about, named = _names(asked)
                if about in self.broken or named & self.broken:
                    if not isinstance(asked, ask.AssignRole | ask.RevokeRole):
                        self.broken.add(about)
                    continue
                try:
                    state = evolve(state, change(asked, state, by))
                except Refusal as refusal:
                    self._wrong(line, refusal)
                    if not isinstance(asked, ask.AssignRole | ask.RevokeRole):
                        self.broken.add(about)

    def _day(self, row: DepartmentRow | EmployeeRow, record: DepartmentRecord | EmployeeRecord) -> date:
        """The day a difference holds from: the row's if it is later than the first, else the day of the import."""
        if record.last_day is not None and row.until is None:
            gone = LeftAlready(number=row.id, last_day=record.last_day)
            self._row_wrong(row, gone.sentence("en"), gone.sentence("zh"))
        if row.since is not None and row.since < record.since:
            en = f"On record since {record.since}; the file cannot put it earlier."
            self._row_wrong(row, en, f"已登记自{record.since}起，文件不得提前。")
        later = row.since if row.since is not None and row.since > record.since else max(self.today, record.since)
        return later if record.last_day is None else min(later, record.last_day)

    def _add(self, name: str, line: int, asked: ask.Change) -> None:
        self.changes[name].append((line, asked))

    def _row_wrong(self, row: DepartmentRow | EmployeeRow, en: str, zh: str) -> None:
        self.broken.add(row.id)
        self.errors.append(RowError(row.line, "", en, zh))

    def _wrong(self, line: int, refusal: Refusal) -> None:
        self.errors.append(RowError(line, "", refusal.sentence("en"), refusal.sentence("zh")))


def _names(asked: ask.Change) -> tuple[str, set[str]]:
    """Whom or what a change is about, and whatever else it names."""
    values = dict(asked)
    about = values.get("employee") or values["department"]
    named = {values.get("department"), values.get("parent"), values.get("superior"), *values.get("departments", ())}
    return about, {each for each in named if each is not None and each != about}
