"""What may be asked of a budget line, and what happens to it 预算行命令与事件; all of it follows from something."""

from typing import ClassVar, Literal

from pydantic import Field

from domain.finance.accounts import AccountCode, Category, DepartmentId
from domain.finance.periods import MONTHS, Month, Year
from domain.kernel import Command, Event
from domain.money import ZERO, Change, Money

CLAUSE_CONTROL, CLAUSE_TRANSFER, CLAUSE_PUBLISHED = "2.1.2.2", "2.1.3.1", "2.1.1.6"

Phasing = tuple[Money, ...]
"""A year's amount by fiscal month 月度分解: twelve amounts, the first month of the fiscal year first."""

Cause = Literal["reserve", "commit", "incur", "release", "carry", "book"]
"""Why a line moved 变动原因: 预留, 承诺, 实际发生, 释放, 结转, 成本入账. The first two ask whether there is enough."""

Adjustment = Literal["transfer_in", "transfer_out", "from_pool", "to_pool", "carry_in", "carry_out", "revision"]
"""Why a line's budget changed 调整原因: 调入, 调出, 动用调剂池, 退回调剂池, 结转转入, 结转转出, 预算调整."""


class OpenLine(Command):
    """Open a line with its budget 开立预算行; issued together with the publication of the year's budget."""

    zh: ClassVar[str] = "开立预算行"
    by_house: ClassVar[bool] = True
    year: Year
    department: DepartmentId
    account: AccountCode
    category: Category
    phasing: Phasing = Field(min_length=MONTHS, max_length=MONTHS)


class MoveLine(Command):
    """Move what is reserved, committed or spent on it 变动预算占用; issued together with what it follows from.

    ``claim`` is the stream it is for (an encumbrance 预算占用 or a cost period 成本期间), ``month`` when it counts.
    """

    zh: ClassVar[str] = "变动预算占用"
    by_house: ClassVar[bool] = True
    year: Year
    department: DepartmentId
    account: AccountCode
    claim: str
    cause: Cause
    month: Month
    reserved: Change = ZERO
    committed: Change = ZERO
    actual: Change = ZERO


class AdjustLine(Command):
    """Raise or lower its budget 调整预算行; issued together with the transfer, draw or carry-forward it follows from.

    ``by`` is that stream; ``month`` the month from which the amount is spread.
    """

    zh: ClassVar[str] = "调整预算行"
    by_house: ClassVar[bool] = True
    cause: Adjustment
    amount: Change
    by: str
    month: Month


class AllowOverrun(Command):
    """Let it be exceeded by so much 准许超支; issued together with the explanation that was accepted (2.1.2.2)."""

    zh: ClassVar[str] = "准许超支"
    by_house: ClassVar[bool] = True
    explanation: str
    amount: Money


LineCommand = OpenLine | MoveLine | AdjustLine | AllowOverrun


class BudgetLineOpened(Event):
    """A line has a budget 预算行已开立."""

    zh: ClassVar[str] = "预算行已开立"
    clause: ClassVar[str] = CLAUSE_PUBLISHED
    year: int
    department: str
    account: str
    category: str
    months: tuple[str, ...]
    """The twelve months, in the order of ``phasing``."""
    phasing: Phasing
    amount: Money


class BudgetLineMoved(Event):
    """What is reserved, committed or spent on a line moved 预算占用已变动: by so much, of either sign.

    ``available`` is what is left afterwards of the whole year, below zero where the line is exceeded.
    """

    zh: ClassVar[str] = "预算占用已变动"
    clause: ClassVar[str] = CLAUSE_CONTROL
    claim: str
    cause: Cause
    month: str
    reserved: Change = ZERO
    committed: Change = ZERO
    actual: Change = ZERO
    available: Change


class BudgetLineAdjusted(Event):
    """A line's budget was raised or lowered 预算行已调整; ``phasing`` and ``budget`` are those afterwards."""

    zh: ClassVar[str] = "预算行已调整"
    clause: ClassVar[str] = CLAUSE_TRANSFER
    cause: Adjustment
    amount: Change
    by: str
    month: str
    phasing: Phasing
    budget: Money
    available: Change


class OverrunAllowed(Event):
    """A line may be exceeded by so much 超支已获准许; ``allowed`` is the whole of what was allowed."""

    zh: ClassVar[str] = "超支已获准许"
    clause: ClassVar[str] = CLAUSE_CONTROL
    explanation: str
    amount: Money
    allowed: Money


LineEvent = BudgetLineOpened | BudgetLineMoved | BudgetLineAdjusted | OverrunAllowed
