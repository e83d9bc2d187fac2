"""What may be asked of an encumbrance, and what happens to it 预算占用命令与事件. All of it follows from a purchase."""

from datetime import date
from typing import ClassVar, Literal

from domain.finance.accounts import DepartmentId
from domain.finance.budget_line_messages import CLAUSE_CONTROL
from domain.finance.periods import Year
from domain.kernel import Command, Event
from domain.money import ZERO, Change, Money

Reason = Literal["rejected", "returned", "withdrawn", "cancelled", "changed", "given_up"]
"""Why something is given back 释放原因: 驳回, 退回, 撤回, 取消, 修改, 不再交付."""


class ReserveFunds(Command):
    """Reserve what a requisition asks for 预留预算; again after a change, for the new amount.

    ``goods`` is the category of goods, ``account`` the account named, None for that of the goods.
    """

    zh: ClassVar[str] = "预留预算"
    by_house: ClassVar[bool] = True
    department: DepartmentId
    goods: str
    account: str | None = None
    amount: Money
    on: date


class ReleaseFunds(Command):
    """Give back what is reserved 释放预留."""

    zh: ClassVar[str] = "释放预留"
    by_house: ClassVar[bool] = True
    reason: Reason
    on: date


class CommitFunds(Command):
    """Commit what was ordered 承诺预算: the reservation goes, the order's amount comes in its place."""

    zh: ClassVar[str] = "承诺预算"
    by_house: ClassVar[bool] = True
    order: str
    department: DepartmentId
    goods: str
    account: str | None = None
    amount: Money
    on: date


class FollowOrder(Command):
    """What the order comes to now 跟进订单: ``incurred`` for what was accepted, ``outstanding`` for what is to come."""

    zh: ClassVar[str] = "跟进订单金额"
    by_house: ClassVar[bool] = True
    order: str
    incurred: Money
    outstanding: Money
    on: date


class FreeOrder(Command):
    """Its order was cancelled before anything came 订单取消: what was approved is reserved again."""

    zh: ClassVar[str] = "订单取消恢复预留"
    by_house: ClassVar[bool] = True
    order: str
    on: date


class CarryEncumbrance(Command):
    """Take it to the same account of the next fiscal year 结转预算占用."""

    zh: ClassVar[str] = "结转预算占用"
    by_house: ClassVar[bool] = True
    year: Year
    by: str


EncumbranceCommand = ReserveFunds | ReleaseFunds | CommitFunds | FollowOrder | FreeOrder | CarryEncumbrance


class _OnLine(Event):
    """An event on a budget line."""

    clause: ClassVar[str] = CLAUSE_CONTROL
    year: int
    department: str
    account: str
    month: str


class FundsReserved(_OnLine):
    """So much is reserved 预算已预留: for ``released`` reserved before, or ``freed`` of a cancelled order."""

    zh: ClassVar[str] = "预算已预留"
    clause: ClassVar[str] = CLAUSE_CONTROL
    amount: Money
    released: Money = ZERO
    freed: Money = ZERO


class FundsReleased(_OnLine):
    """So much of the reservation is given back 预留已释放."""

    zh: ClassVar[str] = "预留已释放"
    clause: ClassVar[str] = CLAUSE_CONTROL
    amount: Money
    reason: Reason


class FundsCommitted(_OnLine):
    """An order is committed 预算已承诺; ``released`` of the reservation went into it or was given back."""

    zh: ClassVar[str] = "预算已承诺"
    clause: ClassVar[str] = CLAUSE_CONTROL
    order: str
    amount: Money
    released: Money


class CommitmentChanged(_OnLine):
    """What is still to come of the order costs more or less 承诺已变动: given up, settled, accepted on top."""

    zh: ClassVar[str] = "承诺已变动"
    clause: ClassVar[str] = CLAUSE_CONTROL
    order: str
    change: Change
    reason: Reason


class CostIncurred(_OnLine):
    """Goods or services were accepted 实际成本已发生: ``amount`` is spent, ``released`` of the commitment is over."""

    zh: ClassVar[str] = "实际成本已发生"
    clause: ClassVar[str] = CLAUSE_CONTROL
    order: str
    amount: Change
    released: Money


class EncumbranceCarried(Event):
    """It was taken to the line of the next year 预算占用已结转."""

    zh: ClassVar[str] = "预算占用已结转"
    clause: ClassVar[str] = "2.1.3.1"
    department: str
    account: str
    from_year: int
    to_year: int
    from_month: str
    to_month: str
    reserved: Money
    committed: Money
    by: str


EncumbranceEvent = (
    FundsReserved | FundsReleased | FundsCommitted | CommitmentChanged | CostIncurred | EncumbranceCarried
)
