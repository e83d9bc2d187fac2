"""What may be asked of a budget transfer, and what happens to it 预算调剂命令与事件 (clause 2.1.3.1)."""

from typing import Annotated, ClassVar

from pydantic import Field

from domain.finance.accounts import AccountCode, DepartmentId
from domain.finance.department_budget_terms import ITEMS_MAX, BudgetItem
from domain.finance.periods import Year
from domain.governance.approval_path import Step
from domain.governance.approvals import ApprovalCommand, ApprovalEvent
from domain.kernel import Command, Event, Message
from domain.money import ZERO, Money

CLAUSE, CLAUSE_TIERS, CLAUSE_POOL = "2.1.3.1", "2.1.1.5", "2.1.2.2"
TARGETS_MAX = 50

_Grounds = Annotated[str, Field(min_length=1, max_length=4000, description="Grounds 调剂依据")]


class LineRef(Message):
    """A budget line of the transfer's fiscal year 预算行: department and account."""

    department: DepartmentId
    account: AccountCode


class TransferTarget(Message):
    """A line that receives 调入项, how much, and the detailed calculation; ``items``, where given, add up to it."""

    department: DepartmentId
    account: AccountCode
    amount: Money
    calculation: str = Field(min_length=1, max_length=2000, description="Detailed calculation of the amount 详细测算")
    items: tuple[BudgetItem, ...] = Field((), max_length=ITEMS_MAX, description="What it is made of 测算明细")


class SubmitTransfer(Command):
    """Apply for a transfer 提交《预算调剂申请表》: from a line, or without one from the reserve pool, to lines.

    ``to_pool`` is what the line gives back to the pool. All lines are of the one fiscal year.
    """

    zh: ClassVar[str] = "提交预算调剂申请表"
    year: Year
    source: LineRef | None = Field(None, description="Line that gives; none: the reserve pool 调出项（空为调剂池）")
    targets: tuple[TransferTarget, ...] = Field((), max_length=TARGETS_MAX, description="Lines that receive 调入项")
    to_pool: Money = Field(ZERO, description="What goes back to the reserve pool 退回调剂池金额")
    grounds: _Grounds


class ReviseTransfer(Command):
    """Change an application and file it again 修改预算调剂申请表; what was approved of it opens again."""

    zh: ClassVar[str] = "修改预算调剂申请表"
    source: LineRef | None = Field(None, description="Line that gives; none: the reserve pool 调出项（空为调剂池）")
    targets: tuple[TransferTarget, ...] = Field((), max_length=TARGETS_MAX, description="Lines that receive 调入项")
    to_pool: Money = Field(ZERO, description="What goes back to the reserve pool 退回调剂池金额")
    grounds: _Grounds


TransferCommand = SubmitTransfer | ReviseTransfer | ApprovalCommand


class TransferSubmitted(Event):
    """A transfer was applied for 预算调剂已申请. ``left`` is what its source had left then."""

    zh: ClassVar[str] = "预算调剂已申请"
    clause: ClassVar[str] = CLAUSE
    requester: str
    year: int
    source: LineRef | None
    targets: tuple[TransferTarget, ...]
    to_pool: Money
    amount: Money
    left: Money
    grounds: str
    path: tuple[Step, ...]


class TransferRevised(Event):
    """An application was changed and filed again 预算调剂申请已修改."""

    zh: ClassVar[str] = "预算调剂申请已修改"
    clause: ClassVar[str] = CLAUSE
    year: int
    source: LineRef | None
    targets: tuple[TransferTarget, ...]
    to_pool: Money
    amount: Money
    left: Money
    grounds: str
    path: tuple[Step, ...]


class TransferredTo(Message):
    """What a line received 调入; ``opens`` where it is opened with it."""

    department: str
    account: str
    category: str
    amount: Money
    opens: bool


class BudgetTransferred(Event):
    """The approved transfer took effect 预算已调剂 from ``month`` on; the lines move in the same transaction."""

    zh: ClassVar[str] = "预算已调剂"
    clause: ClassVar[str] = CLAUSE
    year: int
    month: str
    source: LineRef | None
    targets: tuple[TransferredTo, ...]
    to_pool: Money
    amount: Money
    assessment: str


TransferEvent = TransferSubmitted | TransferRevised | BudgetTransferred | ApprovalEvent
