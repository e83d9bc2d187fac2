"""What the sample company's costs of a month are 月度成本: the files finance imports, as bytes and as entries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from application.simulator import costing
from application.simulator.company import DEPARTMENTS, SampleDepartment, people
from application.simulator.finance_plan import INSURANCE, SHARED, SHARED_BY, heads, planned
from application.simulator.planted import SPENT
from domain.finance.accounts import STANDARD_GOODS
from domain.finance.cost_period_messages import FileEntry
from domain.finance.shares import divided
from domain.money import rounded

PAID = ("wages", "bonus", "social_insurance")
FIXED = ("rent", "depreciation", "amortisation")
"""Spent exactly as planned."""
WAGES = Decimal("0.985")
"""Somebody is always being looked for."""
BOUGHT = frozenset(STANDARD_GOODS.values())
TRIPS = (Decimal(4), Decimal(3), Decimal(2))
"""Rows a department's travel comes in, and how it is divided among them."""


@dataclass(frozen=True, slots=True)
class CostFile:
    """A file to import: its name, its bytes, and the entries its rows make."""

    name: str
    content: bytes
    entries: tuple[FileEntry, ...]


class Row(NamedTuple):
    """A row of a file."""

    account: str
    department: str
    amount: Decimal
    description: str
    object: str = ""


def payroll(month: str) -> CostFile:
    """Wages person by person, bonus and social insurance department by department."""
    return _file(f"payroll-{month}.csv", _payroll(month))


def other_costs(month: str) -> CostFile:
    """Rent, depreciation, travel and the like."""
    return _file(f"costs-{month}.csv", _other(month))


def spent(department: str, account: str, month: str) -> Decimal:
    """What a department spends on an account in a month, CNY: a little less than planned, but for what is planted."""
    if (department, account, month) in SPENT:
        return SPENT[department, account, month]
    if account == SHARED:
        return ZERO if department != SHARED_BY else sum((_usual(each.id, SHARED, month) for each in _bearing()), ZERO)
    return _usual(department, account, month)


ZERO = Decimal("0.00")


def _usual(department: str, account: str, month: str) -> Decimal:
    amount = planned(int(month[:4]))[department].get(account, (ZERO,) * 12)[int(month[5:]) - 1]
    if account in FIXED:
        return amount
    if account == "social_insurance":
        return rounded(_usual(department, "wages", month) * INSURANCE)
    if account in PAID:
        return rounded(amount * WAGES)
    ordinal = int(month[:4]) * 12 + int(month[5:])
    # From 95 to 98 percent of the plan; the same for all who share a bill.
    number = 0 if account == SHARED else int(department[1:])
    return rounded(amount * (95 + (ordinal * 7 + number * 3) % 4) / 100)


def _bearing() -> list[SampleDepartment]:
    return [each for each in DEPARTMENTS if each.id != SHARED_BY]


def _payroll(month: str) -> Iterator[Row]:
    everybody = sorted(people(), key=lambda each: (each.department, each.id))
    for department in DEPARTMENTS:
        staff = [each for each in everybody if each.department == department.id]
        parts = divided(spent(department.id, "wages", month), [Decimal(each.level + 1) for each in staff])
        for number, (person, part) in enumerate(zip(staff, parts, strict=True)):
            products = _products(department.id, month)
            yield Row("wages", department.id, part, f"{person.position} {month}", products[number % len(products)][0])
    for account in PAID[1:]:
        for department in DEPARTMENTS:
            products = _products(department.id, month)
            parts = divided(spent(department.id, account, month), [share for _, share in products])
            for (product, _), part in zip(products, parts, strict=True):
                yield Row(account, department.id, part, f"{account} {month}", product)


def _products(department: str, month: str) -> tuple[tuple[str, Decimal], ...]:
    """What labour is charged to: the products of a department that costs them, else nothing in particular."""
    if department == costing.DEPARTMENT and month >= costing.SINCE:
        return costing.PRODUCTS
    return (("", Decimal(1)),)


def _other(month: str) -> Iterator[Row]:
    for department in DEPARTMENTS:
        for account in planned(int(month[:4]))[department.id]:
            amount = spent(department.id, account, month)
            if account in PAID or account in BOUGHT or not amount:
                continue
            parts = divided(amount, TRIPS) if account == "travel" else (amount,)
            for number, part in enumerate(parts, 1):
                yield Row(account, department.id, part, f"{account} {month} {number}")


def _file(name: str, rows: Iterator[Row]) -> CostFile:
    found = list(rows)
    written = [",".join(map(str, each)) for each in found]
    content = ("\n".join((",".join(Row._fields), *written)) + "\n").encode()
    # The first row of the file is its heading.
    entries = tuple(FileEntry(**each._asdict(), line=line) for line, each in enumerate(found, 2))
    return CostFile(name, content, entries)


def weights() -> tuple[tuple[str, int], ...]:
    """By what shared costs are divided: how many people the departments that bear them have."""
    return tuple((each.id, heads()[each.id]) for each in DEPARTMENTS if each.id != SHARED_BY)
