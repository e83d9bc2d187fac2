"""What may be asked of a department's budget, and what happens to it 部门预算命令与事件 (2.1.1.1-2.1.1.6)."""

from typing import ClassVar, Literal

from pydantic import Field

from domain.finance.accounts import Category, DepartmentId
from domain.finance.department_budget_terms import (
    CategoryAmount,
    CategoryChange,
    Conflict,
    FiledLine,
    Growth,
    LineChange,
    PlannedLine,
    PublishedLine,
    SourceFile,
)
from domain.finance.periods import Year
from domain.governance.approval_path import Step
from domain.governance.approvals import ApprovalCommand, ApprovalEvent
from domain.kernel import Command, Event
from domain.money import Money

CLAUSE_GATHER, CLAUSE_FORM, CLAUSE_CONFLICTS = "2.1.1.1", "2.1.1.2", "2.1.1.4"
CLAUSE_APPROVAL, CLAUSE_PUBLISHED = "2.1.1.5", "2.1.1.6"

How = Literal["computed", "entered", "imported"]
"""Where actuals come from 来源: 系统计算, 填报, 导入."""


class GatherActuals(Command):
    """State last year's actuals of every category of cost 填报上年实际支出 (2.1.1.1).

    With ``source`` they were read from a file. What the house computed is replaced with a reason only.
    """

    zh: ClassVar[str] = "填报上年实际支出"
    year: Year
    department: DepartmentId
    actuals: tuple[CategoryAmount, ...] = Field(min_length=1, max_length=30, description="By category 按成本类别")
    source: SourceFile | None = Field(None, description="File it comes from 来源文件")
    reason: str = Field("", max_length=2000, description="Why computed figures are replaced 更正原因")


class NoteActuals(Command):
    """Take last year's actuals from the journal, or from finance's file 登记上年实际支出; issued by the house."""

    zh: ClassVar[str] = "登记上年实际支出"
    by_house: ClassVar[bool] = True
    year: Year
    department: DepartmentId
    how: Literal["computed", "imported"]
    actuals: tuple[CategoryAmount, ...]
    position: int | None = None
    source: SourceFile | None = None


class ForecastChanges(Command):
    """Forecast how each category of cost will change 预测变动 (2.1.1.1); what is not named stays as it was."""

    zh: ClassVar[str] = "预测变动"
    changes: tuple[CategoryChange, ...] = Field((), max_length=30, description="By category 按成本类别")


class FileBudget(Command):
    """File the department's budget for approval, line by line 提交部门预算 (2.1.1.2)."""

    zh: ClassVar[str] = "提交部门预算"
    year: Year
    department: DepartmentId
    lines: tuple[PlannedLine, ...] = Field(min_length=1, description="Lines 预算行")
    source: SourceFile | None = Field(None, description="File it comes from 来源文件")


class ReviseBudget(Command):
    """File a further version 修改部门预算; what was approved of it opens again. Finance restructures with it, too."""

    zh: ClassVar[str] = "修改部门预算"
    lines: tuple[PlannedLine, ...] = Field(min_length=1, description="Lines 预算行")
    reason: str = Field(min_length=1, max_length=2000, description="Why 修改原因")
    source: SourceFile | None = Field(None, description="File it comes from 来源文件")


class RecordGrounds(Command):
    """Record the business grounds of a category that grows beyond the limit 记录业务依据 (2.1.1.4)."""

    zh: ClassVar[str] = "记录业务依据"
    category: Category
    grounds: str = Field(min_length=1, max_length=2000, description="Business grounds 业务依据")


class PublishDepartmentBudget(Command):
    """Publish it with the year's budget 发布部门预算; issued together with the publication."""

    zh: ClassVar[str] = "发布部门预算"
    by_house: ClassVar[bool] = True
    version: int


DepartmentBudgetCommand = (
    GatherActuals
    | NoteActuals
    | ForecastChanges
    | FileBudget
    | ReviseBudget
    | RecordGrounds
    | PublishDepartmentBudget
    | ApprovalCommand
)


class ActualsGathered(Event):
    """Last year's actuals by category of cost are on record 上年实际支出已收集.

    ``how`` says where from: ``position`` of the journal they were computed at, or the file.
    """

    zh: ClassVar[str] = "上年实际支出已收集"
    clause: ClassVar[str] = CLAUSE_GATHER
    year: int
    department: str
    of_year: int
    how: How
    actuals: tuple[CategoryAmount, ...]
    total: Money
    position: int | None = None
    source: SourceFile | None = None
    reason: str = ""


class ChangesForecast(Event):
    """How the categories will change was forecast 变动已预测."""

    zh: ClassVar[str] = "变动已预测"
    clause: ClassVar[str] = CLAUSE_GATHER
    year: int
    department: str
    changes: tuple[CategoryChange, ...]


class DepartmentBudgetFiled(Event):
    """A department filed its budget 部门预算已提交. ``allowed`` is the total finance had set by then, if it had."""

    zh: ClassVar[str] = "部门预算已提交"
    clause: ClassVar[str] = CLAUSE_FORM
    year: int
    department: str
    requester: str
    version: int
    lines: tuple[FiledLine, ...]
    total: Money
    allowed: Money | None = None
    conflicts: tuple[Conflict, ...]
    source: SourceFile | None = None
    path: tuple[Step, ...]


class DepartmentBudgetRevised(Event):
    """A further version was filed 部门预算已修改; ``changes`` is how it differs from the version before."""

    zh: ClassVar[str] = "部门预算已修改"
    clause: ClassVar[str] = CLAUSE_FORM
    year: int
    department: str
    requester: str
    version: int
    lines: tuple[FiledLine, ...]
    total: Money
    allowed: Money | None = None
    conflicts: tuple[Conflict, ...]
    changes: tuple[LineChange, ...]
    reason: str
    source: SourceFile | None = None
    path: tuple[Step, ...]


class GroundsRecorded(Event):
    """The grounds of a category's growth are on record 业务依据已记录, for as much as ``amount``."""

    zh: ClassVar[str] = "业务依据已记录"
    clause: ClassVar[str] = CLAUSE_CONFLICTS
    category: str
    grounds: str
    amount: Money
    last_year: Money
    growth: Growth | None = None


class DepartmentBudgetApproved(Event):
    """A department's budget is approved 部门预算已批准."""

    zh: ClassVar[str] = "部门预算已批准"
    clause: ClassVar[str] = CLAUSE_APPROVAL
    year: int
    department: str
    version: int
    total: Money


class DepartmentBudgetPublished(Event):
    """A department's budget is published, its lines are open 部门预算已发布."""

    zh: ClassVar[str] = "部门预算已发布"
    clause: ClassVar[str] = CLAUSE_PUBLISHED
    year: int
    department: str
    version: int
    lines: tuple[PublishedLine, ...]
    total: Money


DepartmentBudgetEvent = (
    ActualsGathered
    | ChangesForecast
    | DepartmentBudgetFiled
    | DepartmentBudgetRevised
    | GroundsRecorded
    | DepartmentBudgetApproved
    | DepartmentBudgetPublished
    | ApprovalEvent
)
