"""What a department's budget and the budget round share 部门预算用语: lines, conflicts, what each tells the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer

from domain.finance.accounts import AccountCode, Category, DepartmentId
from domain.finance.budget_line_messages import Phasing
from domain.finance.periods import MONTHS
from domain.kernel import Fact, Message, Stream
from domain.money import Change, Money, Price, Quantity, rounded, total

LINES_MAX = 300
ITEMS_MAX = 100


def _no_floats(value: object) -> object:
    if isinstance(value, float | bool):
        raise ValueError('write the number as a string, e.g. "12.50" 请以字符串填写数字')
    return value


Growth = Annotated[
    Decimal,
    BeforeValidator(_no_floats, json_schema_input_type=str),
    Field(allow_inf_nan=False, description="Growth in percent, two places 增长率(%)"),
    PlainSerializer(str, return_type=str),
]
"""How much more than before, in percent: 30.00 is 1.3 times as much."""


class SourceFile(Message):
    """The file something was imported from 来源文件: name, sha256 of its bytes, how many rows."""

    file: str = Field(min_length=1, max_length=255, description="File name 文件名")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="sha256 of the file 文件校验值")
    rows: int = Field(ge=1, le=100_000, description="Rows 行数")


class CategoryAmount(Message):
    """What was spent on a category of cost 成本类别金额."""

    category: Category
    amount: Money


class CategoryChange(Message):
    """How a category of cost is expected to change 变动预测, and why."""

    category: Category
    change: Change
    reason: str = Field(min_length=1, max_length=1000, description="Why 变动原因")


class DepartmentActuals(Message):
    """A department's actuals of a year 部门实际支出."""

    department: DepartmentId
    actuals: tuple[CategoryAmount, ...] = Field(min_length=1, max_length=30, description="By cost category 按成本类别")


class BudgetItem(Message):
    """One thing a line is made of 预算明细: so many at that price."""

    item: str = Field(min_length=1, max_length=200, description="What 项目")
    quantity: Quantity
    unit_price: Price

    @property
    def amount(self) -> Decimal:
        """CNY, to the fen."""
        return rounded(self.quantity * self.unit_price)


class PlannedLine(Message):
    """A line as its department asks for it 预算行申请.

    ``amount`` may be left out where ``phasing`` says it; without ``phasing`` it is spread evenly.
    ``grounds`` are the business grounds where it grows beyond the policy's limit.
    """

    account: AccountCode
    category: Category | None = Field(None, description="Category of cost; none: that of the account 成本类别")
    amount: Money | None = Field(None, description="The year's amount 年度金额")
    phasing: Phasing | None = Field(
        None, min_length=MONTHS, max_length=MONTHS, description="Amounts of the twelve months 月度分解"
    )
    basis_of_calculation: str = Field("", max_length=2000, description="Basis of calculation 测算依据")
    items: tuple[BudgetItem, ...] = Field((), max_length=ITEMS_MAX, description="What it is made of 明细")
    grounds: str = Field("", max_length=1000, description="Business grounds of its growth 业务依据")


class FiledLine(Message):
    """A line as filed 预算行: its category and its months are settled."""

    account: str
    category: str
    amount: Money
    phasing: Phasing
    basis_of_calculation: str = ""
    items: tuple[BudgetItem, ...] = ()
    grounds: str = ""


class PublishedLine(Message):
    """A line as published 已发布预算行."""

    account: str
    category: str
    amount: Money
    phasing: Phasing


ConflictKind = Literal["growth", "new_spending", "above_total"]
"""增长超限, 新增支出, 超出总量."""


class Conflict(Message):
    """What the consolidation found of a department's budget 预算冲突.

    ``compared`` is last year's amount of the category, or the total finance set; ``accounts`` are the lines of the
    category that carry no grounds of their own; ``growth`` is None where there was nothing last year.
    """

    kind: ConflictKind
    category: str = ""
    accounts: tuple[str, ...] = ()
    amount: Money
    compared: Money
    growth: Growth | None = None

    def told(self) -> str:
        """In a refusal: the category, its lines, the percent."""
        if self.kind == "above_total":
            return f"total {self.amount} > {self.compared}"
        percent = "new 新增" if self.growth is None else f"+{self.growth}%"
        return f"{self.category} {percent} ({', '.join(self.accounts)})"


class LineChange(Message):
    """How a line differs between two versions 版本差异: ``fields`` names what else differs beside the amount."""

    account: str
    kind: Literal["added", "removed", "changed"]
    before: Money | None = None
    after: Money | None = None
    fields: tuple[str, ...] = ()


_COMPARED = ("category", "amount", "phasing", "basis_of_calculation", "items", "grounds")


def differences(before: tuple[FiledLine, ...], after: tuple[FiledLine, ...]) -> tuple[LineChange, ...]:
    """What changed between two versions, by account."""
    old, new = ({each.account: each for each in lines} for lines in (before, after))
    found: list[LineChange] = []
    for account in sorted(old.keys() | new.keys()):
        one, other = old.get(account), new.get(account)
        if one is None and other is not None:
            found.append(LineChange(account=account, kind="added", after=other.amount))
        elif other is None and one is not None:
            found.append(LineChange(account=account, kind="removed", before=one.amount))
        elif one is not None and other is not None and one != other:
            fields = tuple(name for name in _COMPARED if getattr(one, name) != getattr(other, name))
            found.append(
                LineChange(account=account, kind="changed", before=one.amount, after=other.amount, fields=fields)
            )
    return tuple(found)


def amount_of(lines: tuple[FiledLine, ...]) -> Decimal:
    """What the lines come to, CNY."""
    return total(each.amount for each in lines)


def round_of(year: int) -> Stream:
    """The stream of a year's budget round, e.g. ``budget_round-2027``."""
    return Stream("budget_round", str(year))


def budget_of(year: int, department: str) -> Stream:
    """The stream of a department's budget, e.g. ``department_budget-2027.D06``."""
    return Stream("department_budget", f"{year}.{department}")


@dataclass(frozen=True, slots=True)
class RoundStanding(Fact):
    """What a budget round tells of itself 年度预算编制概况."""

    year: int
    published: bool
    departments: frozenset[str]
    totals: Mapping[str, Decimal]
    """What finance set, by department, CNY."""
    deliberated: Mapping[str, Decimal]
    """What the budgets came to that a management meeting deliberated on, by department, CNY."""


@dataclass(frozen=True, slots=True)
class DepartmentBudgetStanding(Fact):
    """What a department's budget tells of itself 部门预算概况; ``version`` 0 before it is filed."""

    year: int
    department: str
    status: str
    version: int
    total: Decimal
