"""What may be asked of a purchase requisition, what happens to it 采购申请命令与事件 (clauses 4.1.1.1, 4.1.1.2)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from domain.governance.approval_path import Step
from domain.governance.approvals import ApprovalCommand, ApprovalEvent
from domain.kernel import Command, Event, Message
from domain.money import Money
from domain.operations.procurement.requisition_rules import CLAUSE_FORM, CLAUSE_TIERS
from domain.operations.procurement.terms import RequestedLine

Account = Annotated[
    str | None,
    Field(
        pattern=r"^[A-Za-z0-9_-]{1,32}$",
        description="Account whose budget pays for it; none: that of the goods 预算科目(不填则按采购类别)",
    ),
]


class SubmitRequisition(Command):
    """File the form 《采购申请单》 for approval."""

    zh: ClassVar[str] = "提交采购申请"
    department: str = Field(min_length=1, max_length=64, description="Requesting department 申请部门")
    lines: tuple[RequestedLine, ...] = Field(min_length=1, max_length=500, description="What is wanted 采购明细")
    purpose: str = Field(min_length=1, max_length=2000, description="Purpose 用途")
    supplier_suggested: str | None = Field(None, max_length=200, description="Supplier suggested 建议供应商")
    supplier_reason: str | None = Field(None, max_length=2000, description="Why that supplier 推荐理由")
    account: Account = None


class ReviseRequisition(Command):
    """Change what is asked for and file it again 修改采购申请; an approval given before opens again."""

    zh: ClassVar[str] = "修改采购申请"
    lines: tuple[RequestedLine, ...] = Field(min_length=1, max_length=500, description="What is wanted 采购明细")
    purpose: str = Field(min_length=1, max_length=2000, description="Purpose 用途")
    supplier_suggested: str | None = Field(None, max_length=200, description="Supplier suggested 建议供应商")
    supplier_reason: str | None = Field(None, max_length=2000, description="Why that supplier 推荐理由")
    account: Account = None


class CancelRequisition(Command):
    """Give up what was asked for 取消采购申请, as long as nothing is ordered."""

    zh: ClassVar[str] = "取消采购申请"
    reason: str = Field(min_length=1, max_length=2000, description="Why it is given up 取消原因")


class MarkOrdered(Command):
    """An order was placed for it 标记已下单; issued together with the order, in one transaction."""

    zh: ClassVar[str] = "标记已下单"
    by_house: ClassVar[bool] = True
    order: str


class MarkOrderCancelled(Command):
    """Its order was cancelled 标记订单取消, so it may be ordered again; issued together with the cancellation."""

    zh: ClassVar[str] = "标记订单取消"
    by_house: ClassVar[bool] = True
    order: str


RequisitionCommand = (
    SubmitRequisition | ReviseRequisition | CancelRequisition | MarkOrdered | MarkOrderCancelled | ApprovalCommand
)


class Change(Message):
    """One field that a revision changed 变更项: what it said before and after."""

    field: str
    before: str
    after: str


class RequisitionSubmitted(Event):
    """A requisition was filed 采购申请已提交."""

    zh: ClassVar[str] = "采购申请已提交"
    clause: ClassVar[str] = CLAUSE_FORM
    schema_version: ClassVar[int] = 2
    requester: str
    department: str
    lines: tuple[RequestedLine, ...]
    purpose: str
    supplier_suggested: str | None = None
    supplier_reason: str | None = None
    account: str | None = None
    amount: Money
    submitted_on: date
    path: tuple[Step, ...]


class RequisitionRevised(Event):
    """A requisition was changed in substance and filed again 采购申请已修改."""

    zh: ClassVar[str] = "采购申请已修改"
    clause: ClassVar[str] = CLAUSE_FORM
    schema_version: ClassVar[int] = 2
    lines: tuple[RequestedLine, ...]
    purpose: str
    supplier_suggested: str | None = None
    supplier_reason: str | None = None
    account: str | None = None
    amount: Money
    changes: tuple[Change, ...]
    path: tuple[Step, ...]


class RequisitionCancelled(Event):
    """A requisition was given up 采购申请已取消."""

    zh: ClassVar[str] = "采购申请已取消"
    clause: ClassVar[str] = CLAUSE_FORM
    reason: str


class RequisitionOrdered(Event):
    """What it asks for is on order 采购申请已下单."""

    zh: ClassVar[str] = "采购申请已下单"
    clause: ClassVar[str] = CLAUSE_TIERS
    order: str


class RequisitionOrderCancelled(Event):
    """Its order was cancelled; it may be ordered again 订单取消,可重新下单."""

    zh: ClassVar[str] = "采购申请的订单已取消"
    clause: ClassVar[str] = CLAUSE_TIERS
    order: str


RequisitionEvent = (
    RequisitionSubmitted
    | RequisitionRevised
    | RequisitionCancelled
    | RequisitionOrdered
    | RequisitionOrderCancelled
    | ApprovalEvent
)
