"""Quotes side by side 报价对比 (clauses 4.1.2.3, 4.1.2.4): what a quote says, which count, how far they lie apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from typing import Annotated, Literal

from pydantic import Field, PlainSerializer

from domain.kernel import Message
from domain.money import FEN, Money, Percent, Price

Difference = Annotated[
    Decimal,
    Field(ge=0, allow_inf_nan=False, description="Difference of the two lowest over the lowest, % 报价差异"),
    PlainSerializer(str, return_type=str),
]
"""How far apart the two lowest quotes lie, in percent of the lowest, rounded down to two places."""

Ground = Literal["better_service", "better_brand", "sample_test", "exception"]
"""Why a quote was chosen 定标依据: 服务更优, 品牌更优, 样品测试, 例外."""


class QuotedLine(Message):
    """What a supplier offers for one line 报价明细."""

    line: int = Field(ge=1, description="Line of the request 行号")
    price: Price
    detail: str = Field(min_length=1, max_length=500, description="What is offered 报价内容")
    brand: str = Field("", max_length=100, description="Brand 品牌")


class ComparedQuote(Message):
    """A line of the record of quotes 《询价记录表》."""

    supplier: str
    amount: Money
    delivery_days: int
    after_sales: str
    brands: tuple[str, ...]
    valid_until: date
    counted: bool
    """Whether it took part: in time and still valid."""
    sample: Literal["passed", "failed"] | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A supplier's last quote."""

    supplier: str
    lines: tuple[QuotedLine, ...]
    amount: Decimal
    delivery_days: int
    after_sales: str
    valid_until: date
    late: bool
    revision: int = 1

    @property
    def brands(self) -> tuple[str, ...]:
        """The brands it offers."""
        return tuple(dict.fromkeys(each.brand for each in self.lines if each.brand))


@dataclass(frozen=True, slots=True)
class Sample:
    """How a supplier's sample did in the test 样品测试."""

    passed: bool
    score: Percent


def counted(quotes: Iterable[Quote], today: date, late_quotes: str) -> tuple[Quote, ...]:
    """The quotes that take part, the lowest first: still valid, and in time unless the policy accepts late ones."""
    kept = (each for each in quotes if each.valid_until >= today and (not each.late or late_quotes == "accepted"))
    return tuple(sorted(kept, key=lambda quote: (quote.amount, quote.supplier)))


def difference(lowest: Decimal, other: Decimal) -> Decimal:
    """How far ``other`` lies above ``lowest``, in percent of it, rounded down: what lies below a bound stays below."""
    return ((other - lowest) * 100 / lowest).quantize(FEN, ROUND_FLOOR)


def is_similar(lowest: Decimal, other: Decimal, below_percent: Decimal) -> bool:
    """Whether ``other`` lies less than ``below_percent`` above ``lowest``; exactly that much is not similar."""
    return (other - lowest) * 100 < below_percent * lowest
