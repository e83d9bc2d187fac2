"""The rows of an organisation file 组织架构文件: which columns there are, what a row says, or what is wrong with it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from application.tables import Row, RowError, Table, columns
from domain.directory import ROLE_ZH, Role
from domain.governance.organisation_changes import FIRST_DAY, LAST_DAY

COLUMNS: Mapping[str, Sequence[str]] = {
    "kind": ("类型", "kind"),
    "id": ("编号", "id"),
    "name": ("名称", "name", "姓名"),
    "name_en": ("英文名称", "name_en"),
    "superior": ("上级", "superior", "parent"),
    "department": ("部门", "department"),
    "position": ("岗位", "position"),
    "level": ("级别", "level"),
    "email": ("邮箱", "email"),
    "role": ("角色", "role"),
    "departments": ("任职部门", "departments"),
    "since": ("生效日期", "since"),
    "until": ("截止日期", "until"),
}
"""Every column by its headings, Chinese and English. ``superior`` is a person's superior or a department's parent."""

REQUIRED = ("kind", "id", "name")
_KINDS = {"部门": "department", "员工": "employee", "任职": "role"}
_ROLES = {**{str(role): role for role in Role}, **{zh: role for role, zh in ROLE_ZH.items()}}
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_LIST = re.compile(r"[\s;；,，、]+")


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """What the file says of a department; None where it has no such column or the cell is blank and may be."""

    line: int
    id: str
    name: str
    name_en: str | None
    parent: str | None
    has_parent: bool
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class EmployeeRow:
    """What the file says of an employee."""

    line: int
    id: str
    name: str
    email: str | None
    department: str
    position: str | None
    level: int | None
    superior: str | None
    has_superior: bool
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role somebody holds according to the file."""

    line: int
    id: str
    role: Role
    departments: frozenset[str]
    since: date | None
    until: date | None


AnyRow = DepartmentRow | EmployeeRow | RoleRow


@dataclass(slots=True)
class Read:
    """The rows as read, everything wrong with the others, and the ids that only wrong rows mention."""

    departments: list[DepartmentRow] = field(default_factory=list)
    employees: list[EmployeeRow] = field(default_factory=list)
    roles: list[RoleRow] = field(default_factory=list)
    errors: list[RowError] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)


def read_rows(table: Table) -> Read:
    """What the table says. Raises BadTable where its columns are not those of an organisation file."""
    headings = columns(table, COLUMNS, REQUIRED)
    read = Read(errors=list(table.errors))
    unreadable = {error.line for error in table.errors}
    first: dict[object, int] = {}
    for row in table.rows:
        cells = _Cells(row, headings)
        found = _row(cells)
        before = None if found is None else first.setdefault(_identity(found), row.line)
        if before is not None and before != row.line:
            cells.wrong("id", f"The same as line {before}.", f"与第{before}行重复。")
        read.errors.extend(cells.errors)
        if found is None or cells.errors or row.line in unreadable:
            if not cells.is_role():
                read.broken.add(cells.said("id"))
        elif isinstance(found, DepartmentRow):
            read.departments.append(found)
        elif isinstance(found, EmployeeRow):
            read.employees.append(found)
        else:
            read.roles.append(found)
    return read


def _identity(row: AnyRow) -> object:
    if isinstance(row, RoleRow):
        return (row.id, row.role, row.departments, row.since)
    return (type(row), row.id)


class _Cells:
    """A row's cells by column; what is wrong with one is kept, and something harmless returned instead."""

    def __init__(self, row: Row, headings: Mapping[str, str]) -> None:
        self.row, self.headings = row, headings
        self.errors: list[RowError] = []

    def is_role(self) -> bool:
        """Whether the row says who holds a role; if it is wrong, the employee is not."""
        return _kind(self.said("kind")) == "role"

    def has(self, column: str) -> bool:
        """Whether the table has that column."""
        return column in self.headings

    def said(self, column: str) -> str:
        """The cell's text, empty without one."""
        return self.row.cells[self.headings[column]] if column in self.headings else ""

    def wrong(self, column: str, en: str, zh: str) -> None:
        """Keep what is wrong."""
        self.errors.append(RowError(self.row.line, self.headings.get(column, COLUMNS[column][0]), en, zh))

    def text(self, column: str, *, required: bool = False) -> str:
        """Up to 100 characters."""
        text = self.said(column)
        if required and not text:
            self.wrong(column, "Must not be blank.", "不能为空。")
        if len(text) > 100:
            self.wrong(column, "At most 100 characters.", "最多100个字符。")
        return text

    def optional(self, column: str) -> str | None:
        """Text, or None where the table has no such column."""
        return self.text(column) if self.has(column) else None

    def id(self, column: str, *, required: bool = False) -> str:
        """The number of something."""
        text = self.said(column)
        if (required or text) and not _ID.fullmatch(text):
            self.wrong(
                column,
                "A number is 1 to 64 letters, digits, dots, dashes or underscores.",
                "编号须为1至64位字母、数字、点、短横或下划线。",
            )
        return text

    def ids(self, column: str) -> frozenset[str]:
        """Numbers parted by semicolons, commas or spaces."""
        found = frozenset(part for part in _LIST.split(self.said(column)) if part)
        for each in sorted(found):
            if not _ID.fullmatch(each):
                self.wrong(column, f"{each[:64]!r} is no number of a department.", f"“{each[:64]}”不是部门编号。")
        return found

    def day(self, column: str) -> date | None:
        """A date, or None where it is blank."""
        text = self.said(column)
        if not text:
            return None
        match = _DATE.fullmatch(text)
        try:
            found = date(*map(int, match.groups())) if match is not None else date.min
        except ValueError:
            found = date.min
        if FIRST_DAY <= found <= LAST_DAY:
            return found
        self.wrong(column, f"{text[:40]!r} is no date; write 2026-03-01.", f"“{text[:40]}”不是日期，请写作2026-03-01。")
        return None

    def level(self) -> int | None:
        """A level from 1 to 99, or None where it is blank."""
        text = self.said("level")
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 99):
            self.wrong("level", "A level is a whole number from 1 to 99.", "级别须为1至99的整数。")
            return None
        return int(text)

    def email(self) -> str | None:
        """An address, or None where there is no such column or the cell is blank."""
        text = self.text("email")
        if text and not _EMAIL.fullmatch(text):
            self.wrong("email", f"{text[:60]!r} is no e-mail address.", f"“{text[:60]}”不是邮箱地址。")
        return text or None

    def role(self) -> Role | None:
        """A role by its code or its Chinese name."""
        text = self.said("role")
        found = _ROLES.get(text) or _ROLES.get(text.lower())
        if found is None:
            roles = ", ".join(f"{zh} {role}" for role, zh in ROLE_ZH.items())
            self.wrong(
                "role", f"There is no role {text[:40]!r}; the roles are: {roles}.", f"没有该角色；角色：{roles}。"
            )
        return found


def _kind(said: str) -> str:
    return _KINDS.get(said, said.lower())


def _row(cells: _Cells) -> AnyRow | None:
    said = cells.said("kind")
    read = _READERS.get(_kind(said))
    if read is None:
        kinds = ", ".join(f"{zh} {kind}" for zh, kind in _KINDS.items())
        cells.wrong("kind", f"There is no kind {said[:40]!r}; the kinds are: {kinds}.", f"没有该类型；类型：{kinds}。")
        return None
    for column, kinds_with_it in _ONLY_FOR.items():
        if cells.said(column) and read not in kinds_with_it:
            cells.wrong(column, "Must be blank for this kind of row.", "此类型的行不得填写该列。")
    since, until = cells.day("since"), cells.day("until")
    if since is not None and until is not None and until < since:
        cells.wrong("until", f"Earlier than {since}.", f"早于{since}。")
    return read(cells, since, until)


def _department(cells: _Cells, since: date | None, until: date | None) -> DepartmentRow:
    return DepartmentRow(
        line=cells.row.line,
        id=cells.id("id", required=True),
        name=cells.text("name", required=True),
        name_en=cells.optional("name_en"),
        parent=cells.id("superior") or None,
        has_parent=cells.has("superior"),
        since=since,
        until=until,
    )


def _employee(cells: _Cells, since: date | None, until: date | None) -> EmployeeRow:
    return EmployeeRow(
        line=cells.row.line,
        id=cells.id("id", required=True),
        name=cells.text("name", required=True),
        email=cells.email(),
        department=cells.id("department", required=True),
        position=cells.optional("position"),
        level=cells.level(),
        superior=cells.id("superior") or None,
        has_superior=cells.has("superior"),
        since=since,
        until=until,
    )


def _held(cells: _Cells, since: date | None, until: date | None) -> RoleRow | None:
    id, role, departments = cells.id("id", required=True), cells.role(), cells.ids("departments")
    return None if role is None else RoleRow(cells.row.line, id, role, departments, since, until)


_Reader = Callable[[_Cells, date | None, date | None], AnyRow | None]
_READERS: Mapping[str, _Reader] = {"department": _department, "employee": _employee, "role": _held}
_ONLY_FOR: Mapping[str, tuple[_Reader, ...]] = {
    "name_en": (_department,),
    "superior": (_department, _employee),
    "department": (_employee,),
    "position": (_employee,),
    "level": (_employee,),
    "email": (_employee,),
    "role": (_held,),
    "departments": (_held,),
}
