"""What access refuses 访问规则 (clause 4.3.2.1: graded rights keep out who is not authorised).

Each docstring is the rule; whoever is refused is journalled. ``Sight`` says how far somebody sees.
"""

from collections.abc import Collection
from dataclasses import dataclass
from types import MappingProxyType

from domain.directory import Directory, Role
from domain.kernel import Refusal

CLAUSE = "4.3.2.1"

SEES_ALL = (Role.AUDITOR, Role.FINANCE_MANAGER, Role.GENERAL_MANAGER, Role.CEO, Role.ADMINISTRATOR)
"""Roles that see every subject of the company."""

SEES_DEPARTMENTS = (Role.DEPARTMENT_HEAD, Role.VICE_PRESIDENT)
"""Roles that see the subjects of the departments they answer for."""

SEES_PERSONAL_DATA = (Role.HR, Role.HR_MANAGER, Role.AUDITOR)
"""Roles that read personal data 个人信息 of others; to everybody else it is left out."""

WORKS_IN = MappingProxyType(
    {
        Role.BUYER: ("operations.procurement", "operations.inventory"),
        Role.WAREHOUSE_KEEPER: ("operations.procurement", "operations.inventory"),
        Role.FINANCE: ("operations", "finance"),
        Role.SALES: ("operations.sales",),
        Role.LEGAL: ("operations.sales",),
        Role.HR: ("hr",),
        Role.HR_MANAGER: ("hr",),
        Role.RECRUITER: ("hr",),
        Role.IT: ("security",),
    }
)
"""Areas whose subjects a role needs for its daily work, by package below ``domain``."""


class NotYoursToSee(Refusal):
    """One sees what one made or signs; heads and vice presidents see their departments; some roles see everything.

    员工可查看本人提交或审批的单据；部门主管及分管副总可查看所辖部门；部分岗位可查看全部。

    → Ask whoever made it, or your department head, for what you need of it.
    → 请向提交人或部门主管了解所需内容。
    """

    clause = CLAUSE
    attempt = True


class BeyondTheKey(Refusal):
    """An API key does only what its scopes name.

    访问密钥只能用于其授权范围内的操作。

    → Use a key with the scope named, or sign in.
    → 请使用具有所需授权范围的密钥，或登录后操作。
    """

    clause = CLAUSE
    attempt = True


class NeedsTheRole(Refusal):
    """This is open to the roles named, and to nobody else.

    此项仅对所列岗位开放。

    → Ask somebody who holds one of these roles.
    → 请联系任职于所列岗位的人员。
    """

    clause = CLAUSE
    attempt = True


@dataclass(frozen=True, slots=True)
class Sight:
    """How far an employee sees: everything, departments (by id), areas (packages below ``domain``), and his own."""

    employee: str
    everything: bool = False
    departments: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    personal_data: bool = False

    def covers(self, *, area: str, department: str | None, people: Collection[str]) -> bool:
        """Whether a subject of ``area`` and ``department`` that concerns ``people`` is within sight."""
        return (
            self.everything
            or self.employee in people
            or (department is not None and department in self.departments)
            or any(area == own or area.startswith(f"{own}.") for own in self.areas)
        )


def sight_of(employee: str, directory: Directory) -> Sight:
    """How far ``employee`` sees on the directory's day; nobody who is not employed sees anything."""
    if employee not in directory.employees:
        return Sight(employee)
    roles = directory.roles_of(employee)
    return Sight(
        employee,
        everything=not roles.isdisjoint(SEES_ALL),
        departments=_departments_of(employee, directory),
        areas=frozenset(area for role in roles for area in WORKS_IN.get(role, ())),
        personal_data=not roles.isdisjoint(SEES_PERSONAL_DATA),
    )


def _departments_of(employee: str, directory: Directory) -> frozenset[str]:
    """The departments answered for, with all below them."""
    own: set[str] = set()
    for held in directory.assignments:
        if held.employee == employee and held.role in SEES_DEPARTMENTS:
            own |= held.departments or set(directory.departments)
    below = {id: department.parent for id, department in directory.departments.items() if department.parent is not None}
    grown = True
    while grown:
        more = {id for id, parent in below.items() if parent in own} - own
        own |= more
        grown = bool(more)
    return frozenset(own)
