"""The sample company 示例公司: about 200 people in twelve departments, recognisably made up, the same for every run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.directory import Role

FOUNDED = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class SampleDepartment:
    """A department of the sample company: its staff beside the head, and what it buys."""

    id: str
    name: str
    name_en: str
    staff: int
    buys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SamplePerson:
    """An employee of the sample company."""

    id: str
    name: str
    department: str
    position: str
    level: int
    superior: str | None
    roles: tuple[tuple[Role, tuple[str, ...]], ...] = ()
    """Roles with the departments they hold for; none means the whole company."""

    @property
    def email(self) -> str:
        """An address of the reserved test domain (RFC 2606)."""
        return f"{self.id.lower()}@company.example"


DEPARTMENTS = (
    SampleDepartment("D01", "总经办", "General Management", 4, ("office_supplies", "services")),
    SampleDepartment("D02", "财务部", "Finance", 14, ("office_supplies", "services")),
    SampleDepartment("D03", "人力资源部", "Human Resources", 11, ("office_supplies", "services")),
    SampleDepartment("D04", "采购部", "Purchasing", 9, ("office_supplies",)),
    SampleDepartment("D05", "仓储部", "Warehouse", 15, ("office_supplies", "services")),
    SampleDepartment("D06", "信息技术部", "Information Technology", 17, ("it_equipment", "services")),
    SampleDepartment("D07", "销售一部", "Sales I", 24, ("office_supplies", "it_equipment", "services")),
    SampleDepartment("D08", "销售二部", "Sales II", 21, ("office_supplies", "it_equipment")),
    SampleDepartment("D09", "市场部", "Marketing", 14, ("office_supplies", "services")),
    SampleDepartment("D10", "研发部", "Research and Development", 31, ("it_equipment", "services", "office_supplies")),
    SampleDepartment("D11", "法务部", "Legal", 6, ("office_supplies", "services")),
    SampleDepartment("D12", "行政部", "Administration", 19, ("office_supplies", "it_equipment", "services")),
)

GENERAL_MANAGER, CEO, VICE_OPERATIONS, VICE_BUSINESS = "E0002", "E0001", "E0003", "E0004"
_OPERATIONS = ("D02", "D03", "D04", "D05", "D06", "D11", "D12")
_BUSINESS = ("D07", "D08", "D09", "D10")

_EXTRA_ROLES: dict[str, tuple[tuple[Role, int], ...]] = {
    # What the first so many of a department's staff are for.
    "D02": ((Role.FINANCE, 6),),
    "D03": ((Role.HR, 2), (Role.RECRUITER, 3)),
    "D04": ((Role.BUYER, 6),),
    "D05": ((Role.WAREHOUSE_KEEPER, 8),),
    "D06": ((Role.IT, 6),),
    "D07": ((Role.SALES, 24),),
    "D08": ((Role.SALES, 21),),
    "D11": ((Role.LEGAL, 4),),
}
_HEAD_ROLES: dict[str, tuple[Role, ...]] = {
    "D02": (Role.FINANCE_MANAGER, Role.FINANCE),
    "D03": (Role.HR_MANAGER, Role.HR),
    "D04": (Role.BUYER,),
    "D06": (Role.IT,),
    "D11": (Role.LEGAL,),
}


def people() -> tuple[SamplePerson, ...]:
    """Everybody, the superiors before those under them."""
    found = [
        _person(1, "D01", "首席执行官", 9, None, ((Role.CEO, ()),)),
        _person(2, "D01", "总经理", 8, CEO, ((Role.GENERAL_MANAGER, ()), (Role.DEPARTMENT_HEAD, ("D01",)))),
        _person(3, "D01", "分管副总(运营)", 7, GENERAL_MANAGER, ((Role.VICE_PRESIDENT, ("D01", *_OPERATIONS)),)),
        _person(4, "D01", "分管副总(业务)", 7, GENERAL_MANAGER, ((Role.VICE_PRESIDENT, _BUSINESS),)),
    ]
    for department in DEPARTMENTS:
        if department.id != "D01":
            found.append(_head(len(found) + 1, department))
    heads = {each.department: each.id for each in found[4:]} | {"D01": GENERAL_MANAGER}
    for department in DEPARTMENTS:
        extra = dict.fromkeys(range(department.staff), ())  # type: dict[int, tuple[Role, ...]]
        for role, count in _EXTRA_ROLES.get(department.id, ()):
            for number in range(count):
                extra[number] = (*extra[number], role)
        if department.id == "D01":
            extra |= {0: (Role.AUDITOR,), 1: (Role.ADMINISTRATOR,)}
        for number in range(department.staff):
            roles = tuple((role, ()) for role in extra[number])
            found.append(_person(len(found) + 1, department.id, "职员", 2, heads[department.id], roles))
    return tuple(found)


def _head(number: int, department: SampleDepartment) -> SamplePerson:
    vice = VICE_BUSINESS if department.id in _BUSINESS else VICE_OPERATIONS
    roles = ((Role.DEPARTMENT_HEAD, (department.id,)), *((role, ()) for role in _HEAD_ROLES.get(department.id, ())))
    return _person(number, department.id, "部门主管", 5, vice, roles)


def _person(
    number: int,
    department: str,
    position: str,
    level: int,
    superior: str | None,
    roles: tuple[tuple[Role, tuple[str, ...]], ...] = (),
) -> SamplePerson:
    return SamplePerson(f"E{number:04}", f"示例员工{number:04}", department, position, level, superior, roles)
