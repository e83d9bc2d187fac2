"""What may be asked of a request for quotation, and what happens to it 询价单命令与事件 (clauses 4.1.2.3, 4.1.2.4)."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domain.governance.approval_path import Step
from domain.governance.approvals import ApprovalCommand, ApprovalEvent
from domain.kernel import Command, Event
from domain.money import Money, Percent
from domain.operations.goods import Sha256
from domain.operations.procurement.quotes import ComparedQuote, Difference, Ground, QuotedLine
from domain.operations.procurement.rfq_rules import CLAUSE_AWARD, CLAUSE_RFQ
from domain.operations.procurement.terms import RequestedLine

_Supplier = Annotated[str, Field(min_length=1, max_length=64, description="Supplier's number 供应商编号")]
_Reason = Annotated[str, Field(min_length=1, max_length=2000, description="Reason 理由")]


class OpenRfq(Command):
    """Ask suppliers of the register to quote for an approved requisition 发起询价."""

    zh: ClassVar[str] = "发起询价"
    requisition: str = Field(min_length=1, max_length=64, description="Approved requisition 采购申请单号")
    suppliers: tuple[_Supplier, ...] = Field(
        min_length=1, max_length=50, description="Numbers of the suppliers asked 询价供应商"
    )


class InviteSupplier(Command):
    """Ask one more supplier 增加询价供应商."""

    zh: ClassVar[str] = "增加询价供应商"
    supplier: _Supplier


class RecordQuote(Command):
    """Record a supplier's quote, or its revision 登记报价."""

    zh: ClassVar[str] = "登记报价"
    supplier: _Supplier
    lines: tuple[QuotedLine, ...] = Field(min_length=1, max_length=500, description="The quote line by line 报价明细")
    delivery_days: int = Field(ge=0, le=3660, description="Delivery time in days from the order 交货期(天)")
    after_sales: str = Field(min_length=1, max_length=2000, description="After-sales service 售后服务")
    valid_until: date = Field(description="Quote valid until 报价有效期")
    documents: tuple[Sha256, ...] = Field(
        (), max_length=20, description="SHA-256 of the supplier's documents 报价单附件"
    )


class DeclineToQuote(Command):
    """Record that a supplier will not quote 登记放弃报价."""

    zh: ClassVar[str] = "登记放弃报价"
    supplier: _Supplier
    reason: str = Field("", max_length=2000, description="Why it does not quote 不报价原因")


class RecordSampleTest(Command):
    """Record how a supplier's sample did 登记样品测试."""

    zh: ClassVar[str] = "登记样品测试"
    supplier: _Supplier
    passed: bool = Field(description="Whether the sample is fit 是否合格")
    score: Percent = Field(description="Score of the sample, 0-100 样品得分")
    findings: str = Field(min_length=1, max_length=2000, description="Findings 测试意见")
    report: Sha256 | None = Field(None, description="SHA-256 of the test report 测试报告")


class ProposeAwardException(Command):
    """Ask the authority of the amount to allow an award that follows neither path 提出定标例外."""

    zh: ClassVar[str] = "提出定标例外"
    supplier: _Supplier
    reason: _Reason


class AwardRfq(Command):
    """Choose a quote and name the ground 定标."""

    zh: ClassVar[str] = "定标"
    supplier: _Supplier
    ground: Ground = Field(description="On what ground it is awarded 定标依据")
    reason: _Reason


class RevokeAward(Command):
    """Take an award back that is not on order 撤销定标."""

    zh: ClassVar[str] = "撤销定标"
    reason: _Reason


class CancelRfq(Command):
    """Give a request for quotation up 取消询价."""

    zh: ClassVar[str] = "取消询价"
    reason: _Reason


RfqCommand = (
    OpenRfq
    | InviteSupplier
    | RecordQuote
    | DeclineToQuote
    | RecordSampleTest
    | ProposeAwardException
    | AwardRfq
    | RevokeAward
    | CancelRfq
    | ApprovalCommand
)


class RfqOpened(Event):
    """Suppliers were asked to quote 询价已发起; ``warnings`` are those of their standing."""

    zh: ClassVar[str] = "询价已发起"
    clause: ClassVar[str] = CLAUSE_RFQ
    requisition: str
    requester: str
    department: str
    buyer: str
    category: str
    lines: tuple[RequestedLine, ...]
    suppliers: tuple[str, ...]
    quotes_due_at: datetime
    warnings: tuple[str, ...] = ()


class SupplierInvited(Event):
    """One more supplier was asked 已增加询价供应商."""

    zh: ClassVar[str] = "已增加询价供应商"
    clause: ClassVar[str] = CLAUSE_RFQ
    supplier: str
    warnings: tuple[str, ...] = ()


class QuoteReceived(Event):
    """A supplier quoted 报价已登记; ``revision`` counts its quotes from 1."""

    zh: ClassVar[str] = "报价已登记"
    clause: ClassVar[str] = CLAUSE_RFQ
    supplier: str
    revision: int
    lines: tuple[QuotedLine, ...]
    amount: Money
    delivery_days: int
    after_sales: str
    valid_until: date
    late: bool
    documents: tuple[Sha256, ...] = ()


class QuoteDeclined(Event):
    """A supplier will not quote 供应商放弃报价."""

    zh: ClassVar[str] = "供应商放弃报价"
    clause: ClassVar[str] = CLAUSE_RFQ
    supplier: str
    reason: str = ""


class SampleTested(Event):
    """A supplier's sample was tested 样品已测试."""

    zh: ClassVar[str] = "样品已测试"
    clause: ClassVar[str] = CLAUSE_AWARD
    supplier: str
    passed: bool
    score: Percent
    findings: str
    tester: str
    tested_as: Literal["technical", "using"]
    report: Sha256 | None = None


class AwardExceptionProposed(Event):
    """The authority of the amount is asked for an exception 定标例外已提出."""

    zh: ClassVar[str] = "定标例外已提出"
    clause: ClassVar[str] = CLAUSE_AWARD
    supplier: str
    amount: Money
    reason: str
    proposer: str
    path: tuple[Step, ...]


class RfqAwarded(Event):
    """A quote was chosen 已定标: by whom, on what ground, beside which others 《询价记录表》."""

    zh: ClassVar[str] = "已定标"
    clause: ClassVar[str] = CLAUSE_AWARD
    requisition: str
    supplier: str
    ground: Ground
    reason: str
    awarded_by: str
    amount: Money
    lines: tuple[QuotedLine, ...]
    delivery_days: int
    valid_until: date
    difference_percent: Difference | None
    compared: tuple[ComparedQuote, ...]


class AwardRevoked(Event):
    """An award was taken back 定标已撤销."""

    zh: ClassVar[str] = "定标已撤销"
    clause: ClassVar[str] = CLAUSE_AWARD
    reason: str


class RfqCancelled(Event):
    """A request for quotation was given up 询价已取消."""

    zh: ClassVar[str] = "询价已取消"
    clause: ClassVar[str] = CLAUSE_RFQ
    reason: str


RfqEvent = (
    RfqOpened
    | SupplierInvited
    | QuoteReceived
    | QuoteDeclined
    | SampleTested
    | AwardExceptionProposed
    | RfqAwarded
    | AwardRevoked
    | RfqCancelled
    | ApprovalEvent
)
