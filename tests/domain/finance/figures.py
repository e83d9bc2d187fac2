"""Figures for specs 示例预算数据: what the views would answer, said by the test."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from domain.finance.figures import CostFigures, LabourShare, LineFigures, PurchasedGoods
from domain.finance.periods import months_of


def twelve(amounts: Sequence[str] | str) -> tuple[Decimal, ...]:
    """Twelve months: one amount for each, or the first few given and nothing in the others."""
    given = [amounts] * 12 if isinstance(amounts, str) else [*amounts, *["0.00"] * (12 - len(amounts))]
    return tuple(Decimal(each).quantize(Decimal("0.01")) for each in given)


def line(
    line: str = "2026.D-SALES.office",
    *,
    budget: Sequence[str] | str = "1000.00",
    actual: Sequence[str] | str = (),
    category: str = "administration",
    reserved: str = "0.00",
    committed: str = "0.00",
    last_year: Sequence[str] | str | None = None,
) -> LineFigures:
    """A line of 2026."""
    year, department, account = line.split(".")
    return LineFigures(
        line=line,
        year=int(year),
        department=department,
        account=account,
        category=category,
        months=months_of(int(year)),
        original=twelve(budget),
        budget=twelve(budget),
        actual=twelve(actual),
        reserved=Decimal(reserved),
        committed=Decimal(committed),
        last_year=None if last_year is None else twelve(last_year),
    )


def goods(
    line: str = "2026.D-SALES.office",
    *,
    planned: str = "100.00",
    price: str = "100.00",
    ordered: str = "10",
    promised: str = "2026-02",
    accepted: Sequence[tuple[str, str]] = (),
) -> PurchasedGoods:
    """A line of an order."""
    return PurchasedGoods(
        line=line,
        order="PO1",
        number=1,
        planned_price=Decimal(planned),
        price=Decimal(price),
        ordered=Decimal(ordered),
        promised=promised,
        accepted=tuple((month, Decimal(quantity)) for month, quantity in accepted),
    )


@dataclass
class Told:
    """What the views answer, whatever the position; implements ``application.figures.Figures``."""

    lines: Sequence[LineFigures] = ()
    goods: Sequence[PurchasedGoods] = ()
    shares: Sequence[LabourShare] = ()
    spent: Sequence[CostFigures] = ()
    actuals: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    """The positions asked for."""

    async def budget_lines(self, year: int, up_to: int) -> Sequence[LineFigures]:
        self.asked.append(up_to)
        return [each for each in self.lines if each.year == year]

    async def purchased(self, year: int, up_to: int) -> Sequence[PurchasedGoods]:
        return [each for each in self.goods if each.line.startswith(f"{year}.")]

    async def labour_shares(self, months: Sequence[str], up_to: int) -> Sequence[LabourShare]:
        return [each for each in self.shares if each.month in months]

    async def costs(self, month: str, up_to: int) -> Sequence[CostFigures]:
        return [each for each in self.spent if each.month == month]

    async def yearly_actuals(self, year: int, up_to: int) -> Mapping[tuple[str, str], Decimal]:
        return self.actuals
