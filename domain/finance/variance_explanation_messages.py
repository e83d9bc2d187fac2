"""What may be asked of a variance explanation, and what happens to it 预算差异说明命令与事件 (clause 2.1.2.2)."""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from domain.finance.accounts import AccountCode, DepartmentId
from domain.finance.periods import Month, Year
from domain.kernel import Command, Event
from domain.money import ZERO, Money

CLAUSE = "2.1.2.2"

CauseKind = Literal["plan", "execution", "external"]
"""Kind of cause 原因类别: 预算编制, 执行, 外部因素 (as the yearly review sorts them, 2.1.3.2)."""

_Text = Annotated[str, Field(min_length=1, max_length=4000)]


class DemandExplanation(Command):
    """Ask a department why a line is over its budget 要求差异说明; ``report`` is the monthly report that found it."""

    zh: ClassVar[str] = "要求差异说明"
    by_house: ClassVar[bool] = True
    year: Year
    department: DepartmentId
    account: AccountCode
    month: Month
    budget: Money
    actual: Money
    report: str


class FileExplanation(Command):
    """Explain why a line is over its budget, or will be 提交《预算差异说明》.

    ``allowance`` is by how much the line may be exceeded; ``from_pool`` what is asked of the reserve pool instead.
    """

    zh: ClassVar[str] = "提交预算差异说明"
    year: Year
    department: DepartmentId
    account: AccountCode
    month: Month
    cause_kind: CauseKind = Field(description="Kind of cause: plan, execution or external 原因类别")
    cause: _Text = Field(description="Cause 原因")
    controllable: bool = Field(description="Whether the department could have avoided it 是否可控")
    remedy: _Text = Field(description="Remedy 改进措施")
    allowance: Money = Field(ZERO, description="By how much the line may be exceeded 申请超支额度")
    from_pool: Money = Field(ZERO, description="Amount asked of the reserve pool 申请动用调剂池金额")


class AcceptExplanation(Command):
    """Finance accepts an explanation 审核通过差异说明; what it asks of the pool then goes to management."""

    zh: ClassVar[str] = "审核通过差异说明"
    comment: str = Field("", max_length=2000, description="Comment 审核意见")


class ReturnExplanation(Command):
    """Finance sends an explanation back 退回差异说明."""

    zh: ClassVar[str] = "退回差异说明"
    reason: str = Field(min_length=1, max_length=2000, description="What has to change 退回理由")


class DecideOnPool(Command):
    """Management decides how much the pool gives 决定动用调剂池: all that was asked, less, or nothing."""

    zh: ClassVar[str] = "决定动用调剂池"
    granted: Money = Field(description="Amount granted, at most what was asked 批准金额")
    reason: str = Field(min_length=1, max_length=2000, description="Why 决定理由")


ExplanationCommand = DemandExplanation | FileExplanation | AcceptExplanation | ReturnExplanation | DecideOnPool


class ExplanationDemanded(Event):
    """A department has to explain an overrun 已要求差异说明, by ``due_at``."""

    zh: ClassVar[str] = "已要求差异说明"
    clause: ClassVar[str] = CLAUSE
    year: int
    department: str
    account: str
    month: str
    budget: Money
    actual: Money
    over: Money
    report: str
    due_at: AwareDatetime
    owed_by: tuple[str, ...]


class ExplanationFiled(Event):
    """An overrun was explained 差异说明已提交; ``demanded`` where it was asked for."""

    zh: ClassVar[str] = "差异说明已提交"
    clause: ClassVar[str] = CLAUSE
    year: int
    department: str
    account: str
    month: str
    cause_kind: CauseKind
    cause: str
    controllable: bool
    remedy: str
    allowance: Money
    from_pool: Money
    demanded: bool
    by: str
    delegate: str | None
    """Who filed it for him."""
    reviewers: tuple[str, ...]


class ExplanationAccepted(Event):
    """Finance accepted it 差异说明已审核通过; ``from_pool`` now waits for ``decided_by``."""

    zh: ClassVar[str] = "差异说明已审核通过"
    clause: ClassVar[str] = CLAUSE
    year: int
    department: str
    account: str
    month: str
    allowance: Money
    from_pool: Money
    by: str
    delegate: str | None
    comment: str
    decided_by: tuple[str, ...]


class ExplanationReturned(Event):
    """Finance sent it back 差异说明已退回, to be filed again by ``due_at``."""

    zh: ClassVar[str] = "差异说明已退回"
    clause: ClassVar[str] = CLAUSE
    reason: str
    by: str
    due_at: AwareDatetime
    owed_by: tuple[str, ...]


class PoolDecided(Event):
    """Management decided what the pool gives 调剂池动用已决定; the line gets it in the same transaction."""

    zh: ClassVar[str] = "调剂池动用已决定"
    clause: ClassVar[str] = CLAUSE
    year: int
    department: str
    account: str
    asked: Money
    granted: Money
    month: str
    """From which the amount is spread."""
    by: str
    reason: str


ExplanationEvent = ExplanationDemanded | ExplanationFiled | ExplanationAccepted | ExplanationReturned | PoolDecided
