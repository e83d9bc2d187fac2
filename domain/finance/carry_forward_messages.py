"""What may be asked of a carry-forward, and what happens to it 预算结转命令与事件 (clause 2.1.3.1)."""

from typing import Annotated, ClassVar

from pydantic import Field

from domain.finance.accounts import AccountCode, DepartmentId
from domain.finance.periods import Year
from domain.governance.approval_path import Step
from domain.governance.approvals import ApprovalCommand, ApprovalEvent
from domain.kernel import Command, Event, Message
from domain.money import Money

CLAUSE = "2.1.3.1"
LINES_MAX = 100

_Grounds = Annotated[str, Field(min_length=1, max_length=4000, description="Grounds 结转依据")]


class CarryRequest(Message):
    """A line to carry forward 申请结转项: its account, and how much; no amount: all the policy allows."""

    account: AccountCode
    amount: Money | None = Field(None, description="Amount; none: all the policy allows 金额（空为可结转全额）")


class FileCarryForward(Command):
    """Ask to carry budget into the next year 提交预算结转申请; the subject's number is ``{year}.{department}``."""

    zh: ClassVar[str] = "提交预算结转申请"
    year: Year = Field(description="Fiscal year to carry from 转出财年")
    department: DepartmentId
    lines: tuple[CarryRequest, ...] = Field(min_length=1, max_length=LINES_MAX, description="Lines 结转项")
    grounds: _Grounds


class ReviseCarryForward(Command):
    """Change it and file it again 修改预算结转申请; what was approved of it opens again."""

    zh: ClassVar[str] = "修改预算结转申请"
    lines: tuple[CarryRequest, ...] = Field(min_length=1, max_length=LINES_MAX, description="Lines 结转项")
    grounds: _Grounds


CarryCommand = FileCarryForward | ReviseCarryForward | ApprovalCommand


class RequestedCarry(Message):
    """A line as filed 结转项: what the policy says of its category, what it had, what is asked."""

    account: str
    category: str
    rule: str
    unspent: Money
    """What was left and what was open together: what the year did not spend."""
    encumbered: Money
    """Reserved and committed."""
    amount: Money


class CarryForwardFiled(Event):
    """A carry-forward was asked for 预算结转已申请."""

    zh: ClassVar[str] = "预算结转已申请"
    clause: ClassVar[str] = CLAUSE
    requester: str
    year: int
    department: str
    lines: tuple[RequestedCarry, ...]
    total: Money
    grounds: str
    path: tuple[Step, ...]


class CarryForwardRevised(Event):
    """It was changed and filed again 预算结转申请已修改."""

    zh: ClassVar[str] = "预算结转申请已修改"
    clause: ClassVar[str] = CLAUSE
    year: int
    department: str
    lines: tuple[RequestedCarry, ...]
    total: Money
    grounds: str
    path: tuple[Step, ...]


class CarriedLine(Message):
    """What a line carried over 已结转项, with so many ``claims``; ``opens`` where next year's line is opened."""

    account: str
    category: str
    amount: Money
    encumbered: Money
    claims: int
    opens: bool


class BudgetCarriedForward(Event):
    """The approved carry-forward took effect 预算已结转: budget first, then the claims on it, in one transaction."""

    zh: ClassVar[str] = "预算已结转"
    clause: ClassVar[str] = CLAUSE
    department: str
    from_year: int
    to_year: int
    from_month: str
    to_month: str
    lines: tuple[CarriedLine, ...]
    total: Money
    assessment: str


CarryEvent = CarryForwardFiled | CarryForwardRevised | BudgetCarriedForward | ApprovalEvent
