"""The sample company of the specs 示例公司: small enough to know by heart.

Sales (D-SALES): ANN, BOB under their head SAM. Finance (D-FIN): FAY the manager and head, FRED. IT (D-IT): head IAN,
IRIS. Purchasing (D-PUR): head PAT, buyers BUD and BEA. Warehouse (D-WH): head WES, keeper KIM. VICE is in charge of all
of them, GINA is general manager, CLEO chief executive. Chain of command: staff → head → VICE → GINA → CLEO.
"""

from datetime import date, datetime

from domain.directory import Assignment, Department, Directory, Employee, Role
from domain.governance.regulation import default_policy
from domain.working_time import SHANGHAI, WorkingTime, Year

_DEPARTMENTS = {
    "D-SALES": "销售部",
    "D-FIN": "财务部",
    "D-IT": "信息部",
    "D-PUR": "采购部",
    "D-WH": "仓储部",
    "D-HR": "人力资源部",
    "D-GM": "总经办",
}
_PEOPLE = (
    ("CLEO", "D-GM", None, 9),
    ("GINA", "D-GM", "CLEO", 8),
    ("VICE", "D-GM", "GINA", 7),
    ("SAM", "D-SALES", "VICE", 5),
    ("ANN", "D-SALES", "SAM", 2),
    ("BOB", "D-SALES", "SAM", 2),
    ("FAY", "D-FIN", "VICE", 5),
    ("FRED", "D-FIN", "FAY", 2),
    ("IAN", "D-IT", "VICE", 5),
    ("IRIS", "D-IT", "IAN", 2),
    ("PAT", "D-PUR", "VICE", 5),
    ("BUD", "D-PUR", "PAT", 2),
    ("BEA", "D-PUR", "PAT", 2),
    ("WES", "D-WH", "VICE", 5),
    ("KIM", "D-WH", "WES", 2),
    ("HAL", "D-HR", "VICE", 5),
    ("ADA", "D-GM", "GINA", 3),
    ("AUDREY", "D-GM", "CLEO", 4),
)
_ROLES = (
    *((Role.DEPARTMENT_HEAD, head, department) for head, department in (
        ("SAM", "D-SALES"), ("FAY", "D-FIN"), ("IAN", "D-IT"), ("PAT", "D-PUR"), ("WES", "D-WH"), ("HAL", "D-HR"),
        ("GINA", "D-GM"),
    )),
    (Role.FINANCE_MANAGER, "FAY", None),
    (Role.FINANCE, "FRED", None),
    (Role.FINANCE, "FAY", None),
    (Role.GENERAL_MANAGER, "GINA", None),
    (Role.CEO, "CLEO", None),
    (Role.BUYER, "BUD", None),
    (Role.BUYER, "BEA", None),
    (Role.WAREHOUSE_KEEPER, "KIM", None),
    (Role.IT, "IRIS", None),
    (Role.HR_MANAGER, "HAL", None),
    (Role.HR, "HAL", None),
    (Role.AUDITOR, "AUDREY", None),
    (Role.ADMINISTRATOR, "ADA", None),
)  # fmt: skip

COMPANY = Directory(
    day=date(2026, 3, 3),
    departments={id: Department(id=id, name=name) for id, name in _DEPARTMENTS.items()},
    employees={
        id: Employee(id=id, name=f"示例{id}", department=department, superior=superior, level=level)
        for id, department, superior, level in _PEOPLE
    },
    assignments=(
        Assignment(Role.VICE_PRESIDENT, "VICE", frozenset(_DEPARTMENTS)),
        *(
            Assignment(role, person, frozenset((department,)) if department else frozenset())
            for role, person, department in _ROLES
        ),
    ),
)

POLICY = default_policy("2026.1", datetime(2026, 1, 1, tzinfo=SHANGHAI))


def _days(*texts: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(f"2026-{text}") for text in texts)


WORKING_TIME = WorkingTime(
    years={
        2026: Year(
            2026,
            holidays=_days("01-01", "01-02", "02-16", "02-17", "02-18", "02-19", "02-20", "02-23", "04-06"),
            workdays=_days("01-04", "02-14", "02-28"),
        )
    }
)
"""The first months of 2026 as the specs need them: New Year, Spring Festival, Qingming, and their make-up days."""
