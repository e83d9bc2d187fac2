"""What may be asked of a supplier on the register, what happens to it 供应商命令与事件 (clauses 4.1.2.1, 4.1.2.2)."""

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from domain.kernel import Command, Event, Personal
from domain.money import Percent
from domain.operations.goods import Sha256
from domain.operations.procurement.supplier_rules import CLAUSE_EVALUATION, CLAUSE_REGISTER

_Reason = Annotated[str, Field(min_length=1, max_length=2000, description="Reason 理由")]
_Contact = Annotated[str, Personal(of="contact", purpose="supplier_contact")]


class ContactDetails(Command):
    """Whom to call at a supplier 联系人."""

    contact_name: str = Field(min_length=1, max_length=100, description="Contact person 联系人")
    contact_phone: str = Field("", max_length=40, description="Telephone 电话")
    contact_email: str = Field("", max_length=200, description="E-mail 邮箱")


class ProposeSupplier(ContactDetails):
    """Propose a supplier for the register 推荐供应商."""

    zh: ClassVar[str] = "推荐供应商"
    name: str = Field(min_length=1, max_length=200, description="Company name 名称")
    credit_code: str = Field(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$", description="Unified credit code 统一社会信用代码")
    categories: tuple[str, ...] = Field(min_length=1, max_length=20, description="Categories 类别")
    reason: _Reason


class QualifySupplier(Command):
    """Put a proposed supplier on the register 供应商准入."""

    zh: ClassVar[str] = "供应商准入"
    findings: str = Field(min_length=1, max_length=2000, description="What was looked at 审核意见")
    evidence: tuple[Sha256, ...] = Field((), max_length=20, description="SHA-256 of the papers seen 资质材料")


class RejectSupplier(Command):
    """Turn a proposed supplier down 不予准入."""

    zh: ClassVar[str] = "不予准入"
    reason: _Reason


class SuspendSupplier(Command):
    """Give a supplier no new business until further notice 暂停供应商."""

    zh: ClassVar[str] = "暂停供应商"
    reason: _Reason


class ReinstateSupplier(Command):
    """End a suspension 恢复供应商."""

    zh: ClassVar[str] = "恢复供应商"
    reason: _Reason


class RemoveSupplier(Command):
    """Strike a supplier off the register 供应商除名."""

    zh: ClassVar[str] = "供应商除名"
    reason: _Reason


class ChangeSupplierContact(ContactDetails):
    """Name another contact person 变更联系人."""

    zh: ClassVar[str] = "变更供应商联系人"


class OpenSupplierEvaluation(Command):
    """The calendar opens the evaluation of a year 开启年度评估; issued by the house."""

    zh: ClassVar[str] = "开启年度供应商评估"
    by_house: ClassVar[bool] = True
    year: int = Field(ge=2000, le=9999)


class RecordScore(Command):
    """Enter the yearly score in the register 登记年度评分; issued together with the evaluation."""

    zh: ClassVar[str] = "登记年度评分"
    by_house: ClassVar[bool] = True
    year: int
    score: Percent | None
    minimum: Percent


SupplierCommand = (
    ProposeSupplier
    | QualifySupplier
    | RejectSupplier
    | SuspendSupplier
    | ReinstateSupplier
    | RemoveSupplier
    | ChangeSupplierContact
    | OpenSupplierEvaluation
    | RecordScore
)


class SupplierProposed(Event):
    """A supplier was proposed for the register 供应商已推荐."""

    zh: ClassVar[str] = "供应商已推荐"
    clause: ClassVar[str] = CLAUSE_REGISTER
    name: str
    credit_code: str
    categories: tuple[str, ...]
    reason: str
    proposer: str
    department: str
    contact: str
    contact_name: _Contact
    contact_phone: _Contact = ""
    contact_email: _Contact = ""


class SupplierQualified(Event):
    """A supplier stands on the register 供应商已准入."""

    zh: ClassVar[str] = "供应商已准入"
    clause: ClassVar[str] = CLAUSE_REGISTER
    name: str
    credit_code: str
    categories: tuple[str, ...]
    findings: str
    evidence: tuple[Sha256, ...] = ()
    qualified_by: str


class SupplierRejected(Event):
    """A proposed supplier was turned down 供应商未准入."""

    zh: ClassVar[str] = "供应商未准入"
    clause: ClassVar[str] = CLAUSE_REGISTER
    reason: str


class SupplierSuspended(Event):
    """A supplier gets no new business until further notice 供应商已暂停."""

    zh: ClassVar[str] = "供应商已暂停"
    clause: ClassVar[str] = CLAUSE_REGISTER
    reason: str


class SupplierReinstated(Event):
    """A suspension ended 供应商已恢复."""

    zh: ClassVar[str] = "供应商已恢复"
    clause: ClassVar[str] = CLAUSE_REGISTER
    reason: str


class SupplierRemoved(Event):
    """A supplier was struck off the register 供应商已除名; ``failed`` where its yearly score was the cause."""

    zh: ClassVar[str] = "供应商已除名"
    clause: ClassVar[str] = CLAUSE_REGISTER
    reason: str
    failed: bool = False


class SupplierContactChanged(Event):
    """Another contact person was named 供应商联系人已变更."""

    zh: ClassVar[str] = "供应商联系人已变更"
    clause: ClassVar[str] = CLAUSE_REGISTER
    contact: str
    contact_name: _Contact
    contact_phone: _Contact = ""
    contact_email: _Contact = ""


class SupplierEvaluationOpened(Event):
    """The yearly evaluation is due 年度供应商评估已开启."""

    zh: ClassVar[str] = "年度供应商评估已开启"
    clause: ClassVar[str] = CLAUSE_EVALUATION
    year: int
    evaluators: tuple[str, ...]
    due_at: datetime


class SupplierScored(Event):
    """The yearly score stands in the register 年度评分已登记; None where there was nothing to score."""

    zh: ClassVar[str] = "年度评分已登记"
    clause: ClassVar[str] = CLAUSE_EVALUATION
    year: int
    score: Percent | None


SupplierEvent = (
    SupplierProposed
    | SupplierQualified
    | SupplierRejected
    | SupplierSuspended
    | SupplierReinstated
    | SupplierRemoved
    | SupplierContactChanged
    | SupplierEvaluationOpened
    | SupplierScored
)
