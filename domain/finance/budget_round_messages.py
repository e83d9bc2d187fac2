"""What may be asked of a year's budget round, and what happens in it 年度预算编制命令与事件 (2.1.1.1-2.1.1.6)."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field

from domain.finance.accounts import DepartmentId
from domain.finance.department_budget_terms import DepartmentActuals, SourceFile
from domain.finance.periods import Year
from domain.kernel import Command, Event, Message
from domain.money import Money

CLAUSE_GATHER, CLAUSE_TOTALS, CLAUSE_CONFLICTS = "2.1.1.1", "2.1.1.3", "2.1.1.4"
CLAUSE_APPROVAL, CLAUSE_PUBLISHED = "2.1.1.5", "2.1.1.6"

Person = Annotated[str, Field(min_length=1, max_length=64, description="Employee 员工编号")]


class OpenBudgetRound(Command):
    """Open the round of a fiscal year 启动年度预算编制; issued by the calendar."""

    zh: ClassVar[str] = "启动年度预算编制"
    by_house: ClassVar[bool] = True
    year: Year


class IncludeDepartment(Command):
    """Take a department into the round that was founded since 纳入预算编制."""

    zh: ClassVar[str] = "纳入预算编制"
    department: DepartmentId
    reason: str = Field(min_length=1, max_length=2000, description="Why 原因")


class ExcludeDepartment(Command):
    """Leave a department out of the round: it was closed, or spends nothing of its own 移出预算编制."""

    zh: ClassVar[str] = "移出预算编制"
    department: DepartmentId
    reason: str = Field(min_length=1, max_length=2000, description="Why 原因")


class ImportActuals(Command):
    """Bring in last year's actuals of several departments from a file 导入上年实际支出."""

    zh: ClassVar[str] = "导入上年实际支出"
    source: SourceFile = Field(description="The file 来源文件")
    departments: tuple[DepartmentActuals, ...] = Field(
        min_length=1, max_length=120, description="Actuals by department 各部门实际支出"
    )


class SetTotal(Command):
    """Set the most a department's budget may come to 下达部门预算总量 (2.1.1.3)."""

    zh: ClassVar[str] = "下达部门预算总量"
    department: DepartmentId
    total: Money
    reason: str = Field(min_length=1, max_length=2000, description="Why, by strategy or history 依据")


class RecordNegotiation(Command):
    """Record what departments and finance agreed on 记录预算协商 (2.1.1.4)."""

    zh: ClassVar[str] = "记录预算协商"
    departments: tuple[DepartmentId, ...] = Field(min_length=1, max_length=200, description="Departments 部门")
    participants: tuple[Person, ...] = Field(min_length=2, max_length=100, description="Who took part 参与人")
    agreed: str = Field(min_length=1, max_length=4000, description="What was agreed 协商结果")


class RecordMeeting(Command):
    """Record the management meeting that deliberated on budgets 记录管理层会议 (2.1.1.5).

    ``departments`` names those deliberated on; none: all that are filed.
    """

    zh: ClassVar[str] = "记录管理层会议"
    held_on: date = Field(description="Day of the meeting 会议日期")
    attendees: tuple[Person, ...] = Field(min_length=1, max_length=200, description="Who attended 出席人")
    minutes: str = Field(min_length=1, max_length=8000, description="Minutes 会议纪要")
    departments: tuple[DepartmentId, ...] = Field((), max_length=500, description="Departments 审议部门")


class SetReservePool(Command):
    """Set the year's reserve pool, opened with the publication 设定预算调剂池."""

    zh: ClassVar[str] = "设定预算调剂池"
    amount: Money
    reason: str = Field(min_length=1, max_length=2000, description="Why 依据")


class PublishBudget(Command):
    """Publish the year's budget 发布年度预算 (2.1.1.6): lines open, the year binds, the pool is funded."""

    zh: ClassVar[str] = "发布年度预算"


RoundCommand = (
    OpenBudgetRound
    | IncludeDepartment
    | ExcludeDepartment
    | ImportActuals
    | SetTotal
    | RecordNegotiation
    | RecordMeeting
    | SetReservePool
    | PublishBudget
)


class Filers(Message):
    """Who files a department's budget 编制人."""

    department: str
    people: tuple[str, ...]


class BudgetRoundOpened(Event):
    """The round of a fiscal year is open 年度预算编制已启动.

    ``filers`` says for each department who files its budget: its head, or whoever heads a department above it.
    ``of_year`` is the last fiscal year that is over: the one whose actuals are gathered.
    """

    zh: ClassVar[str] = "年度预算编制已启动"
    clause: ClassVar[str] = CLAUSE_GATHER
    year: int
    of_year: int
    opened_on: date
    departments: tuple[str, ...]
    filers: tuple[Filers, ...]
    publish_due_at: AwareDatetime
    owed_by: tuple[str, ...]


class DepartmentIncluded(Event):
    """A department takes part after all 部门已纳入预算编制."""

    zh: ClassVar[str] = "部门已纳入预算编制"
    clause: ClassVar[str] = CLAUSE_GATHER
    department: str
    filers: tuple[str, ...]
    reason: str


class DepartmentExcluded(Event):
    """A department takes no part 部门已移出预算编制."""

    zh: ClassVar[str] = "部门已移出预算编制"
    clause: ClassVar[str] = CLAUSE_GATHER
    department: str
    reason: str


class ActualsImported(Event):
    """Last year's actuals of several departments came from a file 上年实际支出已导入."""

    zh: ClassVar[str] = "上年实际支出已导入"
    clause: ClassVar[str] = CLAUSE_GATHER
    year: int
    source: SourceFile
    departments: tuple[DepartmentActuals, ...]


class TotalSet(Event):
    """A department's budget comes to at most this 部门预算总量已下达; ``before`` None the first time."""

    zh: ClassVar[str] = "部门预算总量已下达"
    clause: ClassVar[str] = CLAUSE_TOTALS
    department: str
    total: Money
    before: Money | None = None
    reason: str


class NegotiationRecorded(Event):
    """A round of negotiation took place 预算协商已记录; ``number`` counts them from 1."""

    zh: ClassVar[str] = "预算协商已记录"
    clause: ClassVar[str] = CLAUSE_CONFLICTS
    number: int
    departments: tuple[str, ...]
    participants: tuple[str, ...]
    agreed: str


class Deliberated(Message):
    """A department's budget as a meeting had it before it 审议部门预算."""

    department: str
    version: int
    total: Money


class MeetingHeld(Event):
    """Management met and deliberated on these budgets 管理层会议已召开; ``pool`` is the pool it had before it."""

    zh: ClassVar[str] = "管理层会议已召开"
    clause: ClassVar[str] = CLAUSE_APPROVAL
    held_on: date
    attendees: tuple[str, ...]
    management: tuple[str, ...]
    """Who of them is of management."""
    departments: tuple[Deliberated, ...]
    pool: Money
    minutes: str


class ReservePoolSet(Event):
    """The year's reserve pool is to be so much 预算调剂池已设定."""

    zh: ClassVar[str] = "预算调剂池已设定"
    clause: ClassVar[str] = CLAUSE_TOTALS
    amount: Money
    before: Money
    reason: str


class PublishedDepartment(Message):
    """A department in the published budget 已发布部门预算."""

    department: str
    version: int
    total: Money


class BudgetPublished(Event):
    """The year's budget is published 年度预算已发布. ``total`` is that of the departments and the pool together."""

    zh: ClassVar[str] = "年度预算已发布"
    clause: ClassVar[str] = CLAUSE_PUBLISHED
    year: int
    departments: tuple[PublishedDepartment, ...]
    departments_total: Money
    pool: Money
    total: Money
    published_on: date


RoundEvent = (
    BudgetRoundOpened
    | DepartmentIncluded
    | DepartmentExcluded
    | ActualsImported
    | TotalSet
    | NegotiationRecorded
    | MeetingHeld
    | ReservePoolSet
    | BudgetPublished
)
