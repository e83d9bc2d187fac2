"""What is asked of the organisation 组织架构, and what happened to it. Every change holds from a day on (``since``).

Days are days in Shanghai; ``until`` and ``last_day`` are included. ``since`` may lie in the past (it was told late) or
in the future (it is announced); what was decided meanwhile stays as it was decided.
"""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from domain.directory import Role
from domain.kernel import Command, Event, Personal

CLAUSE = "5.1"
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2199, 12, 31)

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$", description="Number 编号")]
Name = Annotated[str, Field(min_length=1, max_length=100, description="Name 名称")]
Level = Annotated[int, Field(ge=1, le=99, description="Level of the position, 1 the lowest 级别")]
Position = Annotated[str, Field(max_length=100, description="Position 岗位")]
Email = Annotated[str, Field(max_length=200, pattern=r"^$|^[^@\s]+@[^@\s]+$", description="E-mail 邮箱")]
Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY, description="Day in Shanghai 日期")]
Departments = Annotated[
    tuple[Id, ...], Field(max_length=500, description="For which departments; none: company 任职部门")
]


class FoundDepartment(Command):
    """Found a department 设立部门, under a parent or at the top."""

    zh: ClassVar[str] = "设立部门"
    department: Id
    name: Name
    name_en: str = Field("", max_length=100, description="Name in English 英文名称")
    parent: Id | None = Field(None, description="Number of the department above it 上级部门")
    since: Day


class RenameDepartment(Command):
    """Give a department another name 部门更名."""

    zh: ClassVar[str] = "部门更名"
    department: Id
    name: Name
    name_en: str = Field("", max_length=100, description="Name in English 英文名称")
    since: Day


class MoveDepartment(Command):
    """Put a department under another one 调整部门隶属, or at the top where no parent is given."""

    zh: ClassVar[str] = "调整部门隶属"
    department: Id
    parent: Id | None = Field(None, description="Number of the department above it; none: at the top 上级部门")
    since: Day


class CloseDepartment(Command):
    """Close a department 撤销部门 after its last day, once nobody works there and no department is left under it."""

    zh: ClassVar[str] = "撤销部门"
    department: Id
    last_day: Day


class HireEmployee(Command):
    """Take an employee on 员工入职."""

    zh: ClassVar[str] = "员工入职"
    employee: Id
    name: Annotated[Name, Personal(of="employee", purpose="employment")]
    email: Annotated[Email, Personal(of="employee", purpose="employment")] = ""
    department: Id
    position: Position = ""
    level: Level = 1
    superior: Id | None = Field(
        None, description="Employee number of the superior; none: the head of the department 直接上级"
    )
    since: Day


class MoveEmployee(Command):
    """Change where an employee works, as what and under whom 员工调动; the whole of it, as it is from that day on."""

    zh: ClassVar[str] = "员工调动"
    employee: Id
    department: Id
    position: Position = ""
    level: Level = 1
    superior: Id | None = Field(
        None, description="Employee number of the superior; none: the head of the department 直接上级"
    )
    since: Day


class CorrectEmployee(Command):
    """Correct an employee's name or address 更正员工信息."""

    zh: ClassVar[str] = "更正员工信息"
    employee: Id
    name: Annotated[Name, Personal(of="employee", purpose="employment")]
    email: Annotated[Email, Personal(of="employee", purpose="employment")] = ""


class LeaveEmployee(Command):
    """Record the day an employee works last 员工离职; his roles end with it."""

    zh: ClassVar[str] = "员工离职"
    employee: Id
    last_day: Day


class AssignRole(Command):
    """Have an employee hold a role 任职, for named departments or for the company."""

    zh: ClassVar[str] = "任职"
    employee: Id
    role: Role = Field(description="The role 角色")
    departments: Departments = ()
    since: Day
    until: Day | None = Field(None, description="Last day, included; none: until revoked 截止日")


class RevokeRole(Command):
    """End a role 免职 that an employee holds for exactly these departments."""

    zh: ClassVar[str] = "免职"
    employee: Id
    role: Role = Field(description="The role 角色")
    departments: Departments = ()
    last_day: Day


class ForgetEmployee(Command):
    """Keep no personal data of a former employee 删除离职员工信息; issued together with the erasure."""

    zh: ClassVar[str] = "删除离职员工信息"
    by_house: ClassVar[bool] = True
    employee: Id


class ImportOrganisation(Command):
    """Many changes as one, all or none 组织架构导入; done in the order of the fields, each list from its beginning."""

    zh: ClassVar[str] = "组织架构导入"
    found: tuple[FoundDepartment, ...] = Field((), max_length=20_000, description="Departments founded 新设部门")
    rename: tuple[RenameDepartment, ...] = Field((), max_length=20_000, description="Departments renamed 部门更名")
    reparent: tuple[MoveDepartment, ...] = Field((), max_length=20_000, description="Departments moved 部门调整")
    hire: tuple[HireEmployee, ...] = Field((), max_length=20_000, description="Employees taken on 入职")
    move: tuple[MoveEmployee, ...] = Field((), max_length=20_000, description="Employees moved 调动")
    correct: tuple[CorrectEmployee, ...] = Field((), max_length=20_000, description="Employees corrected 更正")
    leave: tuple[LeaveEmployee, ...] = Field((), max_length=20_000, description="Employees who leave 离职")
    revoke: tuple[RevokeRole, ...] = Field((), max_length=20_000, description="Roles revoked 免去角色")
    assign: tuple[AssignRole, ...] = Field((), max_length=20_000, description="Roles assigned 任命角色")
    close: tuple[CloseDepartment, ...] = Field((), max_length=20_000, description="Departments closed 撤销部门")


Change = (
    FoundDepartment
    | RenameDepartment
    | MoveDepartment
    | CloseDepartment
    | HireEmployee
    | MoveEmployee
    | CorrectEmployee
    | LeaveEmployee
    | AssignRole
    | RevokeRole
)
OrganisationCommand = Change | ImportOrganisation | ForgetEmployee


class DepartmentFounded(Event):
    """A department was founded 部门已设立."""

    zh: ClassVar[str] = "部门已设立"
    clause: ClassVar[str] = CLAUSE
    department: str
    name: str
    name_en: str = ""
    parent: str | None = None
    since: date


class DepartmentRenamed(Event):
    """A department has another name 部门已更名."""

    zh: ClassVar[str] = "部门已更名"
    clause: ClassVar[str] = CLAUSE
    department: str
    name: str
    name_en: str = ""
    since: date


class DepartmentMoved(Event):
    """A department stands under another one 部门隶属已调整."""

    zh: ClassVar[str] = "部门隶属已调整"
    clause: ClassVar[str] = CLAUSE
    department: str
    parent: str | None = None
    since: date


class DepartmentClosed(Event):
    """A department was closed 部门已撤销."""

    zh: ClassVar[str] = "部门已撤销"
    clause: ClassVar[str] = CLAUSE
    department: str
    last_day: date


class EmployeeHired(Event):
    """An employee was taken on 员工已入职."""

    zh: ClassVar[str] = "员工已入职"
    clause: ClassVar[str] = CLAUSE
    employee: str
    name: Annotated[str, Personal(of="employee", purpose="employment")]
    email: Annotated[str, Personal(of="employee", purpose="employment")] = ""
    department: str
    position: str = ""
    level: int = 1
    superior: str | None = None
    since: date


class EmployeeMoved(Event):
    """An employee works elsewhere, as something else or under somebody else 员工已调动."""

    zh: ClassVar[str] = "员工已调动"
    clause: ClassVar[str] = CLAUSE
    employee: str
    department: str
    position: str = ""
    level: int = 1
    superior: str | None = None
    since: date


class EmployeeCorrected(Event):
    """An employee's name or address was corrected 员工信息已更正."""

    zh: ClassVar[str] = "员工信息已更正"
    clause: ClassVar[str] = CLAUSE
    employee: str
    name: Annotated[str, Personal(of="employee", purpose="employment")]
    email: Annotated[str, Personal(of="employee", purpose="employment")] = ""


class EmployeeLeft(Event):
    """An employee leaves after a last day 员工已离职."""

    zh: ClassVar[str] = "员工已离职"
    clause: ClassVar[str] = CLAUSE
    employee: str
    last_day: date


class RoleAssigned(Event):
    """An employee holds a role 已任职."""

    zh: ClassVar[str] = "已任职"
    clause: ClassVar[str] = CLAUSE
    employee: str
    role: Role
    departments: tuple[str, ...] = ()
    since: date
    until: date | None = None


class RoleRevoked(Event):
    """A role ended 已免职."""

    zh: ClassVar[str] = "已免职"
    clause: ClassVar[str] = CLAUSE
    employee: str
    role: Role
    departments: tuple[str, ...] = ()
    last_day: date


class EmployeeForgotten(Event):
    """A former employee's personal data are kept no longer 离职员工信息已删除; the number stays."""

    zh: ClassVar[str] = "离职员工信息已删除"
    clause: ClassVar[str] = CLAUSE
    employee: str


OrganisationEvent = (
    DepartmentFounded
    | DepartmentRenamed
    | DepartmentMoved
    | DepartmentClosed
    | EmployeeHired
    | EmployeeMoved
    | EmployeeCorrected
    | EmployeeLeft
    | RoleAssigned
    | RoleRevoked
    | EmployeeForgotten
)
