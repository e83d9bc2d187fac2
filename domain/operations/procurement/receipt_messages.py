"""What may be asked of a goods receipt, and what happens to it 入库单命令与事件 (clauses 4.1.3.1 - 4.1.3.3)."""

from datetime import date, datetime
from typing import Annotated, ClassVar

from pydantic import Field

from domain.kernel import Command, Event
from domain.money import Quantity
from domain.operations.goods import Bin, Sha256, Sum
from domain.operations.procurement.receipt_rules import CLAUSE_CHECK, CLAUSE_EXCEPTION, CLAUSE_STOCK
from domain.operations.procurement.receiving import CheckedLine, ReceivedLine
from domain.operations.procurement.terms import ExceptionKind

_Reason = Annotated[str, Field(min_length=1, max_length=2000, description="Reason 理由")]
_ExceptionNumber = Annotated[int, Field(ge=1, description="Number of the exception on this receipt 异常序号")]


class RecordArrival(Command):
    """Goods arrived: the time to check them starts 登记到货."""

    zh: ClassVar[str] = "登记到货"
    order: str = Field(min_length=1, max_length=64, description="Purchase order 采购订单号")
    delivery_note: str = Field(min_length=1, max_length=100, description="Delivery note 送货单号")
    remark: str = Field("", max_length=1000, description="What else was seen 备注")


class CheckGoods(Command):
    """Check what arrived against note and order, sign, photograph, put away 验收入库."""

    zh: ClassVar[str] = "验收入库"
    lines: tuple[CheckedLine, ...] = Field(
        min_length=1, max_length=500, description="What was counted and found, line by line 验收明细"
    )
    photographs: tuple[Sha256, ...] = Field(max_length=50, description="Photographs 照片")
    signature: str = Field(min_length=1, max_length=200, description="Keeper's signature on the note 验收签字")


class ReturnGoods(Command):
    """Send faulty or surplus goods back for good 退货."""

    zh: ClassVar[str] = "退货"
    exception: _ExceptionNumber
    reason: _Reason


class ExchangeGoods(Command):
    """Have goods replaced, or what is missing delivered; it arrives as a new delivery 换货或补送."""

    zh: ClassVar[str] = "换货"
    exception: _ExceptionNumber
    reason: _Reason
    expected_on: date | None = Field(None, description="When the replacement is expected 预计到货日")


class AcceptGoods(Command):
    """Accept goods as they are, with a reason 让步接收."""

    zh: ClassVar[str] = "让步接收"
    exception: _ExceptionNumber
    reason: _Reason
    bin: Bin | None = Field(None, description="Bin to put the goods into, where they are stocked 库位")


class MarkInstalled(Command):
    """Equipment of a line was installed 登记安装完成."""

    zh: ClassVar[str] = "登记安装完成"
    line: int = Field(ge=1, description="Number of the order's line, from 1 订单行号")
    quantity: Quantity
    remark: str = Field("", max_length=1000, description="What else was seen 备注")


ReceiptCommand = RecordArrival | CheckGoods | ReturnGoods | ExchangeGoods | AcceptGoods | MarkInstalled


class GoodsArrived(Event):
    """Goods arrived and are to be checked by ``check_due_at`` 货物已到."""

    zh: ClassVar[str] = "货物已到"
    clause: ClassVar[str] = CLAUSE_CHECK
    order: str
    requisition: str
    supplier: str
    buyer: str
    requester: str
    department: str
    delivery_note: str
    promised_on: date
    arrived_at: datetime
    check_due_at: datetime
    keeper: str
    remark: str = ""


class GoodsExceptionFound(Event):
    """Something is wrong with goods that arrived 到货异常; ``informed`` are told, settled by ``settle_due_at``."""

    zh: ClassVar[str] = "到货异常"
    clause: ClassVar[str] = CLAUSE_EXCEPTION
    number: int
    order: str
    supplier: str
    buyer: str
    line: int
    item: str
    specification: str
    category: str
    unit: str
    stocked: bool
    kind: ExceptionKind
    quantity: Quantity
    remark: str
    photographs: tuple[Sha256, ...]
    informed: tuple[str, ...]
    settle_due_at: datetime


class InstallationAwaited(Event):
    """Equipment waits to be installed 待安装; ``informed`` are told."""

    zh: ClassVar[str] = "待安装"
    clause: ClassVar[str] = CLAUSE_STOCK
    order: str
    department: str
    line: int
    item: str
    specification: str
    quantity: Quantity
    unit: str
    informed: tuple[str, ...]


class GoodsChecked(Event):
    """Goods were checked, signed for and photographed 已验收入库."""

    zh: ClassVar[str] = "已验收入库"
    clause: ClassVar[str] = CLAUSE_CHECK
    order: str
    supplier: str
    promised_on: date
    arrived_at: datetime
    lines: tuple[ReceivedLine, ...]
    faults: dict[str, Sum] = {}
    photographs: tuple[Sha256, ...]
    signature: str
    checked_by: str


class GoodsReturned(Event):
    """Goods went back to the supplier 已退货."""

    zh: ClassVar[str] = "已退货"
    clause: ClassVar[str] = CLAUSE_EXCEPTION
    number: int
    order: str
    item: str
    specification: str
    unit: str
    stocked: bool
    kind: ExceptionKind
    quantity: Quantity
    reason: str


class GoodsExchanged(Event):
    """Goods are replaced, or what is missing follows 已换货; it arrives as a new delivery."""

    zh: ClassVar[str] = "已换货"
    clause: ClassVar[str] = CLAUSE_EXCEPTION
    number: int
    order: str
    item: str
    specification: str
    unit: str
    stocked: bool
    kind: ExceptionKind
    quantity: Quantity
    reason: str
    expected_on: date | None = None


class GoodsAccepted(Event):
    """Goods were accepted as they are 已让步接收."""

    zh: ClassVar[str] = "已让步接收"
    clause: ClassVar[str] = CLAUSE_EXCEPTION
    number: int
    order: str
    item: str
    specification: str
    unit: str
    stocked: bool
    kind: ExceptionKind
    quantity: Quantity
    reason: str
    accepted_by: str
    bin: Bin | None = None


class EquipmentInstalled(Event):
    """Equipment was installed 设备已安装."""

    zh: ClassVar[str] = "设备已安装"
    clause: ClassVar[str] = CLAUSE_STOCK
    line: int
    quantity: Quantity
    installed_by: str
    remark: str = ""


ReceiptEvent = (
    GoodsArrived
    | GoodsExceptionFound
    | InstallationAwaited
    | GoodsChecked
    | GoodsReturned
    | GoodsExchanged
    | GoodsAccepted
    | EquipmentInstalled
)
