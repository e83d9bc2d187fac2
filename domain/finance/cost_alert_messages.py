"""What may be asked of a cost alert, and what happens to it 成本预警命令与事件 (clauses 2.2.2.1 - 2.2.2.3)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field, PlainSerializer

from domain.finance.accounts import DepartmentId
from domain.finance.periods import Month
from domain.kernel import Command, Event, Message
from domain.money import Change

CLAUSE_ALERT, CLAUSE_WHYS, CLAUSE_REPORT = "2.2.2.1", "2.2.2.2", "2.2.2.3"

OverMeans = Literal["percentage_points", "percent_of_share"]
"""How a share is over that of the budget 超出的含义: by points 百分点, or by percent of the budgeted share 百分比."""

Points = Annotated[
    Decimal,
    Field(decimal_places=2, allow_inf_nan=False, description="Percent, two places, either sign 百分比"),
    PlainSerializer(str, return_type=str),
]
"""A share or a difference of shares in percent, rounded to two places to be shown."""

Text = Annotated[str, Field(min_length=1, max_length=2000)]


class MonthFigures(Message):
    """A department's labour and total cost of a month, spent and budgeted, in CNY 部门月度人工成本."""

    month: Month
    labour: Change
    total: Change
    budget_labour: Change
    budget_total: Change


class MonthShare(MonthFigures):
    """A month's figures with the shares they make 人工占比; shown rounded, judged exactly.

    ``over`` is by how much the share is over that of the budget, in what the policy means by it.
    """

    share: Points
    budget_share: Points
    over: Points


class Cause(Message):
    """One answer to "why" 原因, and which level it explains: 0 the phenomenon, 1 the first cause, and so on."""

    explains: int = Field(ge=0, description="Level it explains, 0 is the phenomenon 所解释的层级，0 为现象")
    cause: Text = Field(description="Cause 原因")


class Measure(Message):
    """What is done about it 整改措施: by whom, until when."""

    measure: Text = Field(description="Measure 措施")
    responsible: str = Field(min_length=1, max_length=64, description="Who does it, employee number 责任人工号")
    until: date = Field(description="Until when 完成日期")


class NoteShares(Command):
    """Judge a department's labour shares 判断人工占比; issued by the house when a month is watched.

    ``months`` are the figures on record of the months ``looked_at``; a month may be missing.
    """

    zh: ClassVar[str] = "判断人工占比"
    by_house: ClassVar[bool] = True
    department: DepartmentId
    month: Month
    looked_at: tuple[Month, ...] = Field(min_length=1)
    months: tuple[MonthFigures, ...]
    table_due_on: date


class RecordFiveWhys(Command):
    """Record the root cause by five whys 记录5Why分析: the phenomenon and a chain of causes, the first explaining it.

    Again, until the report is accepted; the last one counts.
    """

    zh: ClassVar[str] = "记录5Why分析"
    phenomenon: Text = Field(description="What was seen 现象")
    causes: tuple[Cause, ...] = Field(max_length=30, description="Causes, level 1 first 各层原因")
    ends_because: str = Field(
        "", max_length=2000, description="Why the chain ends before the levels asked for 不足追问层数的原因"
    )


class FileAnomalyReport(Command):
    """File the cost anomaly report 提交《成本异常分析报告》; again where finance returned it."""

    zh: ClassVar[str] = "提交成本异常分析报告"
    analysis: str = Field(min_length=1, max_length=8000, description="Analysis 分析")
    measures: tuple[Measure, ...] = Field(min_length=1, max_length=30, description="What is done about it 整改措施")


class AcceptAnomalyReport(Command):
    """Accept the cost anomaly report 认可成本异常分析报告."""

    zh: ClassVar[str] = "认可成本异常分析报告"
    remark: str = Field("", max_length=2000, description="Remark 审核意见")


class ReturnAnomalyReport(Command):
    """Return the cost anomaly report with the reason 退回成本异常分析报告."""

    zh: ClassVar[str] = "退回成本异常分析报告"
    reason: Text = Field(description="What is missing 退回原因")


AlertCommand = NoteShares | RecordFiveWhys | FileAnomalyReport | AcceptAnomalyReport | ReturnAnomalyReport


class CostAlertRaised(Event):
    """A department's labour share was over budget month after month 成本预警已发出.

    ``over`` is by how much in the last month, in what ``over_means`` says. ``due_at`` is when the anomaly report is due
    from ``owed_by``, the head of the department.
    """

    zh: ClassVar[str] = "成本预警已发出"
    clause: ClassVar[str] = CLAUSE_ALERT
    department: str
    month: str
    months: tuple[MonthShare, ...]
    over: Points
    over_means: OverMeans
    table_due_on: date
    due_at: AwareDatetime
    owed_by: tuple[str, ...]
    informed: tuple[str, ...]


class FiveWhysRecorded(Event):
    """The root cause is on record 5Why分析已记录; ``depth`` levels of the ``asked_for``."""

    zh: ClassVar[str] = "5Why分析已记录"
    clause: ClassVar[str] = CLAUSE_WHYS
    department: str
    phenomenon: str
    causes: tuple[Cause, ...]
    depth: int
    asked_for: int
    ends_because: str
    by: str


class AnomalyReportFiled(Event):
    """A version of the report was filed 成本异常分析报告已提交; ``late`` where the first came too late."""

    zh: ClassVar[str] = "成本异常分析报告已提交"
    clause: ClassVar[str] = CLAUSE_REPORT
    department: str
    month: str
    version: int
    analysis: str
    measures: tuple[Measure, ...]
    due_at: AwareDatetime
    first_filed_at: AwareDatetime
    late: bool
    by: str


class AnomalyReportAccepted(Event):
    """Finance accepted the report 成本异常分析报告已认可; it enters the department's evaluation."""

    zh: ClassVar[str] = "成本异常分析报告已认可"
    clause: ClassVar[str] = CLAUSE_REPORT
    department: str
    month: str
    version: int
    remark: str
    by: str


class AnomalyReportReturned(Event):
    """Finance returned the report 成本异常分析报告已退回; it is filed again."""

    zh: ClassVar[str] = "成本异常分析报告已退回"
    clause: ClassVar[str] = CLAUSE_REPORT
    department: str
    month: str
    version: int
    reason: str
    to: tuple[str, ...]
    by: str


AlertEvent = CostAlertRaised | FiveWhysRecorded | AnomalyReportFiled | AnomalyReportAccepted | AnomalyReportReturned
