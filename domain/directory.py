"""The organisation on one day 组织架构: who works where, under whom, with which roles.

A ``Directory`` is a snapshot compiled from the organisation's dated history; decisions read it from their context.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """The roles the regulation names. Those of a department count only there; the others count company-wide."""

    DEPARTMENT_HEAD = "department_head"  # 部门主管
    FINANCE_MANAGER = "finance_manager"  # 财务经理
    VICE_PRESIDENT = "vice_president"  # 分管副总, in charge of named departments
    GENERAL_MANAGER = "general_manager"  # 总经理
    CEO = "ceo"  # 首席执行官
    HR = "hr"  # 人力资源
    HR_MANAGER = "hr_manager"  # 人力资源经理
    RECRUITER = "recruiter"  # 招聘专员
    BUYER = "buyer"  # 采购员
    WAREHOUSE_KEEPER = "warehouse_keeper"  # 仓库管理员
    FINANCE = "finance"  # 财务
    IT = "it"  # 信息技术
    LEGAL = "legal"  # 法务
    SALES = "sales"  # 销售
    AUDITOR = "auditor"  # 审计
    ADMINISTRATOR = "administrator"  # 系统管理员


ROLE_ZH: Mapping[Role, str] = {
    Role.DEPARTMENT_HEAD: "部门主管",
    Role.FINANCE_MANAGER: "财务经理",
    Role.VICE_PRESIDENT: "分管副总",
    Role.GENERAL_MANAGER: "总经理",
    Role.CEO: "首席执行官",
    Role.HR: "人力资源",
    Role.HR_MANAGER: "人力资源经理",
    Role.RECRUITER: "招聘专员",
    Role.BUYER: "采购员",
    Role.WAREHOUSE_KEEPER: "仓库管理员",
    Role.FINANCE: "财务",
    Role.IT: "信息技术",
    Role.LEGAL: "法务",
    Role.SALES: "销售",
    Role.AUDITOR: "审计",
    Role.ADMINISTRATOR: "系统管理员",
}

MANAGEMENT = (Role.GENERAL_MANAGER, Role.CEO, Role.VICE_PRESIDENT)
"""管理层: any of these speaks for management."""


@dataclass(frozen=True, slots=True)
class Department:
    """A department 部门."""

    id: str
    name: str
    name_en: str = ""
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Employee:
    """An employee 员工 as employed on the directory's day. ``level`` is the position's level, 1 the lowest."""

    id: str
    name: str
    department: str
    position: str = ""
    level: int = 1
    superior: str | None = None
    email: str = ""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role held 任职; ``departments`` limits it to those, empty means the whole company."""

    role: Role
    employee: str
    departments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Directory:
    """The organisation as it stands on ``day``."""

    day: date | None = None
    departments: Mapping[str, Department] = field(default_factory=dict)
    employees: Mapping[str, Employee] = field(default_factory=dict)
    assignments: tuple[Assignment, ...] = ()
    _by_role: Mapping[Role, tuple[Assignment, ...]] = field(init=False, repr=False, compare=False)
    _roles: Mapping[str, frozenset[Role]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the roles both ways: every decision asks for some."""
        by_role: dict[Role, list[Assignment]] = {}
        roles: dict[str, set[Role]] = {}
        for held in self.assignments:
            by_role.setdefault(held.role, []).append(held)
            roles.setdefault(held.employee, set()).add(held.role)
        object.__setattr__(self, "_by_role", {role: tuple(held) for role, held in by_role.items()})
        object.__setattr__(self, "_roles", {person: frozenset(held) for person, held in roles.items()})

    def holders(self, role: Role, department: str | None = None) -> tuple[str, ...]:
        """Employee ids that hold ``role`` for ``department`` (or for the company), in id order.

        A department without a holder of its own is covered by whoever holds the role for a parent department.
        """
        wanted: str | None = department
        while True:
            found = sorted(
                {
                    held.employee
                    for held in self._by_role.get(role, ())
                    if held.employee in self.employees and (not held.departments or wanted in held.departments)
                }
            )
            if found or wanted is None or wanted not in self.departments:
                return tuple(found)
            wanted = self.departments[wanted].parent

    def holds(self, employee: str, role: Role, department: str | None = None) -> bool:
        """Whether ``employee`` holds ``role`` for ``department`` (for any department if None)."""
        if department is None:
            return role in self.roles_of(employee)
        return employee in self.holders(role, department)

    def is_management(self, employee: str) -> bool:
        """Whether ``employee`` belongs to management 管理层."""
        return any(self.holds(employee, role) for role in MANAGEMENT)

    def roles_of(self, employee: str) -> frozenset[Role]:
        """Every role ``employee`` holds anywhere."""
        return self._roles.get(employee, frozenset())

    def superior_of(self, employee: str) -> str | None:
        """The employee's superior 直接上级: the reporting line, else the head of his department or of its parents.

        A head who reports to him is not his superior: nobody stands above a chief executive.
        """
        person = self.employees.get(employee)
        if person is None:
            return None
        if person.superior and person.superior in self.employees:
            return person.superior
        department: str | None = person.department
        while department is not None:
            for head in self.holders(Role.DEPARTMENT_HEAD, department):
                if not self._reports_to(head, employee):
                    return head
            department = self.departments[department].parent if department in self.departments else None
        return None

    def _reports_to(self, employee: str, other: str) -> bool:
        """Whether ``other`` is ``employee`` or stands anywhere up his reporting line."""
        passed: set[str] = set()
        current: str | None = employee
        while current is not None and current not in passed:
            if current == other:
                return True
            passed.add(current)
            person = self.employees.get(current)
            current = person.superior if person else None
        return False

    def department_of(self, employee: str) -> str | None:
        """Where ``employee`` works."""
        person = self.employees.get(employee)
        return person.department if person else None
