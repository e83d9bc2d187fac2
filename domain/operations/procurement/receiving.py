"""Checking goods 验收: what a keeper found, and what follows for each line (clauses 4.1.3.1 - 4.1.3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import Literal

from pydantic import Field

from domain.kernel import Message
from domain.money import THOUSANDTH, Count, Quantity
from domain.operations.goods import Bin, Sha256
from domain.operations.procurement.terms import ExceptionKind, OpenLine

Check = Literal["quantity", "condition", "specification"]
"""What is checked 验收项目: 数量, 外观, 规格."""


class Fault(Message):
    """Goods of a line that are not as they should be 异常."""

    kind: Literal["damaged", "defective", "wrong_specification"] = Field(
        description="What is wrong 破损, 故障, 规格不符"
    )
    quantity: Quantity
    remark: str = Field("", max_length=1000, description="What was seen 说明")
    photographs: tuple[Sha256, ...] = Field((), max_length=20, description="Photographs of it 照片")


class CheckedLine(Message):
    """What the keeper found on a line of the order 验收明细: noted on the delivery note, counted, faulty, put where."""

    line: int = Field(ge=1, description="Line of the order 订单行号")
    noted: Count = Field(description="Quantity on the delivery note 送货单数量")
    counted: Count = Field(description="Quantity counted 清点数量")
    checked: tuple[Check, ...] = Field(max_length=10, description="What was checked 核对项目")
    faults: tuple[Fault, ...] = Field((), max_length=20, description="Goods that are not as they should be 异常")
    bin: Bin | None = Field(None, description="Bin of the accepted goods 库位")
    remark: str = Field("", max_length=1000, description="What else was seen 备注")


class ReceivedLine(Message):
    """What became of a line 入库明细. ``stocked`` where the goods go into stock (services do not)."""

    line: int
    item: str
    specification: str
    category: str
    unit: str
    noted: Count
    counted: Count
    accepted: Count
    bin: Bin | None = None
    stocked: bool = True
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Something wrong with a line."""

    kind: ExceptionKind
    quantity: Decimal
    remark: str = ""
    photographs: tuple[Sha256, ...] = ()


def outcome(checked: CheckedLine, ordered: OpenLine, over_percent: Decimal) -> tuple[Decimal, tuple[Found, ...]]:
    """How much of a line is accepted, and what was wrong with the rest.

    Sound goods are accepted up to what is outstanding, plus the policy's tolerance on what was ordered; what is sound
    beyond that is too much. What the delivery note promised and nobody found is too little.
    """
    faulty = sum((fault.quantity for fault in checked.faults), Decimal(0))
    sound = checked.counted - faulty
    tolerance = (ordered.line.quantity * over_percent / 100).quantize(THOUSANDTH, ROUND_FLOOR)
    accepted = min(sound, ordered.outstanding + tolerance)
    found = [Found(fault.kind, fault.quantity, fault.remark, fault.photographs) for fault in checked.faults]
    if sound > accepted:
        found.append(Found("excess", sound - accepted, checked.remark))
    if checked.noted > checked.counted:
        found.append(Found("shortage", checked.noted - checked.counted, checked.remark))
    return accepted, tuple(found)


def missing_checks(lines: Sequence[CheckedLine], wanted: Sequence[str]) -> tuple[str, ...]:
    """What was not checked, as ``line 2 condition``."""
    return tuple(f"line {each.line} {check}" for each in lines for check in wanted if check not in each.checked)
