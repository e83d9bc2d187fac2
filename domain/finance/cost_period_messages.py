"""What may be asked of a cost period, and what happens to it 成本期间命令与事件 (clauses 2.2.1.1, 2.2.1.4)."""

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, Field, PlainSerializer

from domain.finance.accounts import AccountCode, DepartmentId
from domain.finance.periods import Month
from domain.kernel import Command, Event, Message
from domain.money import Change

CLAUSE_GATHERED, CLAUSE_SHOWN, CLAUSE_ERRORS = "2.2.1.1", "2.2.1.3", "2.2.1.4"

MOST_ENTRIES = 60_000
"""Entries one act may book; a payroll of 10,000 people with six columns fills it."""


def _nonzero(value: Decimal) -> Decimal:
    if not value:
        raise ValueError("an entry of nothing is none 金额不得为零")
    return value


Booked = Annotated[Change, AfterValidator(_nonzero)]
"""What an entry books, in CNY 入账金额: below zero where a cost is taken back; never nothing."""

FileSha256 = Annotated[
    str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the file, 64 hex digits 文件校验值")
]

Rate = Annotated[
    Decimal,
    Field(ge=0, max_digits=12, decimal_places=4, allow_inf_nan=False, description="Percent, four places 百分比"),
    AfterValidator(lambda value: value.quantize(Decimal("0.0001"))),
    PlainSerializer(str, return_type=str),
]
"""A rate in percent 比率; above 100 where more was corrected than booked."""

Origin = Literal["import", "receipt", "correction", "allocation"]
"""Where an entry comes from 来源: 导入, 入库, 更正, 分摊."""


class EntryValues(Message):
    """What an entry says 分录内容."""

    account: AccountCode
    department: DepartmentId
    amount: Booked
    project: str = Field("", max_length=64, description="Project 项目")
    object: str = Field("", max_length=64, description="Product variety or process 成本对象（品种或步骤）")
    description: str = Field("", max_length=120, description="What for 摘要")


class FileEntry(EntryValues):
    """An entry made from a row of a file 文件分录: ``line`` is the row's, ``part`` counts the entries made of it."""

    line: int = Field(ge=1, le=10_000_000, description="Line of the file 行号")
    part: int = Field(1, ge=1, le=99, description="Which of the entries made of this line 同行序号")


class CostEntry(Message):
    """An entry as booked 成本分录. ``account`` is empty where none could be found for a receipt 待指定科目.

    ``original`` is the entry a correction is about, or the allocation key; ``line`` that of the file, 0 without one.
    """

    id: str
    account: str
    department: str
    category: str
    heading: str
    amount: Booked
    project: str = ""
    object: str = ""
    description: str = ""
    origin: Origin
    line: int = 0
    original: str = ""


class OpenPeriod(Command):
    """Open the cost period of a month 开启成本期间; issued by the calendar."""

    zh: ClassVar[str] = "开启成本期间"
    by_house: ClassVar[bool] = True
    month: Month


class BookEntries(Command):
    """Book the rows of a file 成本入账: all of them or none; the same file a second time changes nothing.

    Naming the ``month`` opens its period where the calendar has not, as long as it can be gathered in time.
    """

    zh: ClassVar[str] = "成本入账"
    month: Month | None = Field(None, description="Month the file is booked into; none: that of the period 入账月份")
    file: str = Field(min_length=1, max_length=200, description="Name of the file 文件名")
    sha256: FileSha256
    entries: tuple[FileEntry, ...] = Field(min_length=1, max_length=MOST_ENTRIES, description="Entries 分录")


class BookReceipt(Command):
    """Book what a receipt costs 入库成本入账; issued by the house. ``id`` names what was accepted, once for all.

    ``account`` is the one its purchase names, None for that of the category of goods.
    """

    zh: ClassVar[str] = "入库成本入账"
    by_house: ClassVar[bool] = True
    month: Month
    id: str
    order: str
    receipt: str
    department: DepartmentId
    goods: str
    account: str | None = None
    amount: Booked


class CorrectEntry(Command):
    """Correct an entry by its reversal and the right one 更正分录; without ``right`` it is only reversed.

    ``month`` is the earlier, closed month the entry was booked in; None for this one.
    """

    zh: ClassVar[str] = "更正分录"
    entry: str = Field(min_length=1, max_length=120, description="Entry to correct 原分录编号")
    month: Month | None = Field(None, description="Month of the entry; none: that of the period 原分录月份")
    right: EntryValues | None = Field(None, description="What is right; none: it is taken back 更正后的分录")
    reason: str = Field(min_length=1, max_length=2000, description="Why 更正原因")


class NoteCorrection(Command):
    """An entry of this closed period is corrected in a later one 登记跨期更正; issued together with the correction."""

    zh: ClassVar[str] = "登记跨期更正"
    by_house: ClassVar[bool] = True
    entry: str
    by: Month


class AllocateShared(Command):
    """Distribute a shared department's costs by a recorded key 分摊共同费用; without ``accounts`` all the key names."""

    zh: ClassVar[str] = "分摊共同费用"
    key: str = Field(min_length=1, max_length=32, description="Allocation key 分摊标准")
    accounts: tuple[AccountCode, ...] = Field((), max_length=50, description="Accounts 科目")


class ClosePeriod(Command):
    """Close the period: all costs of the month are gathered 完成成本归集."""

    zh: ClassVar[str] = "完成成本归集"


class PublishTable(Command):
    """Publish the month's cost table if it is due 发布部门成本分析表; issued by the calendar, every day until it is."""

    zh: ClassVar[str] = "发布部门成本分析表"
    by_house: ClassVar[bool] = True


PeriodCommand = (
    OpenPeriod | BookEntries | BookReceipt | CorrectEntry | NoteCorrection | AllocateShared | ClosePeriod | PublishTable
)


class PeriodOpened(Event):
    """The costs of a month are gathered from here on 成本期间已开启; due at ``due_at``, in ``fiscal_year``."""

    zh: ClassVar[str] = "成本期间已开启"
    clause: ClassVar[str] = CLAUSE_GATHERED
    month: str
    fiscal_year: int
    due_at: AwareDatetime
    owed_by: tuple[str, ...]


class CostsBooked(Event):
    """Rows of a file were booked 成本已入账: one of the ``parts`` a file is booked in, at most 200 entries each.

    ``year`` is the fiscal year whose budget lines moved with the last part, None where no budget binds.
    """

    zh: ClassVar[str] = "成本已入账"
    clause: ClassVar[str] = CLAUSE_ERRORS
    month: str
    year: int | None
    batch: str
    file: str
    sha256: str
    part: int
    parts: int
    entries: tuple[CostEntry, ...]


class ReceiptCostBooked(Event):
    """What was accepted on an order is cost 入库成本已入账; its budget line moved with the receipt itself."""

    zh: ClassVar[str] = "入库成本已入账"
    clause: ClassVar[str] = CLAUSE_ERRORS
    month: str
    order: str
    receipt: str
    goods: str
    entry: CostEntry


class ReceiptCostDeferred(Event):
    """The month was closed already, so the cost counts in the next 入库成本转下期."""

    zh: ClassVar[str] = "入库成本转下期"
    clause: ClassVar[str] = CLAUSE_GATHERED
    month: str
    to_month: str
    id: str
    order: str
    receipt: str
    department: str
    goods: str
    account: str | None
    amount: Booked


class EntryCorrected(Event):
    """An entry was corrected 分录已更正: ``reversal`` takes it back, ``right`` books what is right, if anything."""

    zh: ClassVar[str] = "分录已更正"
    clause: ClassVar[str] = CLAUSE_ERRORS
    month: str
    year: int | None
    original: str
    original_month: str
    reversal: CostEntry
    right: CostEntry | None
    reason: str
    by: str


class CorrectionNoted(Event):
    """An entry of this closed month was corrected in a later one 跨期更正已登记."""

    zh: ClassVar[str] = "跨期更正已登记"
    clause: ClassVar[str] = CLAUSE_ERRORS
    entry: str
    by_month: str


class SharedCostAllocated(Event):
    """A shared department's cost on an account was divided 共同费用已分摊: ``entries`` sum to nothing."""

    zh: ClassVar[str] = "共同费用已分摊"
    clause: ClassVar[str] = CLAUSE_SHOWN
    month: str
    year: int | None
    key: str
    key_version: int
    department: str
    account: str
    amount: Booked
    entries: tuple[CostEntry, ...]


class PeriodClosed(Event):
    """All costs of the month are gathered 成本归集已完成; nothing is booked in it any more.

    ``corrected`` of ``entries`` (corrections themselves not counted) were wrong; ``within`` says whether the error rate
    stays under ``limit`` percent.
    """

    zh: ClassVar[str] = "成本归集已完成"
    clause: ClassVar[str] = CLAUSE_GATHERED
    month: str
    entries: int
    corrected: int
    error_rate: Rate
    limit: Rate
    within: bool
    total: Change
    by: str


class DepartmentCosts(Message):
    """A department's costs of the month under the headings shown apart 部门成本 (2.2.1.3), in CNY."""

    department: str
    labour: Change
    materials: Change
    operating: Change
    period: Change


class CostTablePublished(Event):
    """The month's cost table is published 部门成本分析表已发布: as everything stood before this entry."""

    zh: ClassVar[str] = "部门成本分析表已发布"
    clause: ClassVar[str] = CLAUSE_ERRORS
    month: str
    departments: tuple[DepartmentCosts, ...]
    total: Change
    error_rate: Rate
    within: bool


PeriodEvent = (
    PeriodOpened
    | CostsBooked
    | ReceiptCostBooked
    | ReceiptCostDeferred
    | EntryCorrected
    | CorrectionNoted
    | SharedCostAllocated
    | PeriodClosed
    | CostTablePublished
)
