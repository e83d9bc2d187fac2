"""What may be asked of a yearly budget review, and what happens in it 年度预算复盘命令与事件 (clause 2.1.3.2)."""

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BeforeValidator, Field, PlainSerializer

from domain.finance.accounts import AccountCode, DepartmentId
from domain.finance.periods import Year
from domain.finance.variance_explanation_messages import CauseKind
from domain.kernel import Command, Event, Message
from domain.money import Money

CLAUSE = "2.1.3.2"
LINES_MAX, PARTS_MAX = 150, 400


def _no_floats(value: object) -> object:
    if isinstance(value, float | bool):
        raise ValueError('write the number as a string, e.g. "12.50" 请以字符串填写数字')
    return value


OverPercent = Annotated[
    Decimal,
    BeforeValidator(_no_floats, json_schema_input_type=str),
    Field(ge=0, allow_inf_nan=False, description="Over the budget in percent, two places 超支比例(%)"),
    PlainSerializer(str, return_type=str),
]
"""By how much a line is over its budget, in percent of it: 12.50."""


class YearLine(Message):
    """A line at the end of its year 年末预算行: what it had, what it spent."""

    department: DepartmentId
    account: AccountCode
    category: str
    budget: Money
    actual: Money


class OpenBudgetReview(Command):
    """Open the review of a fiscal year that ended 启动年度预算复盘; issued by the calendar."""

    zh: ClassVar[str] = "启动年度预算复盘"
    by_house: ClassVar[bool] = True
    year: Year


class NoteOverruns(Command):
    """Put before the review which lines spent more than their budget 登记超支预算行: ``part`` of ``parts``."""

    zh: ClassVar[str] = "登记超支预算行"
    by_house: ClassVar[bool] = True
    part: int = Field(ge=1, le=PARTS_MAX)
    parts: int = Field(ge=1, le=PARTS_MAX)
    lines: tuple[YearLine, ...] = Field(max_length=LINES_MAX)


class RecordBudgetFinding(Command):
    """Record what the review found of a department, or of one of its lines 记录复盘结论."""

    zh: ClassVar[str] = "记录预算复盘结论"
    department: DepartmentId
    account: AccountCode | None = Field(None, description="Account of the line; none: the department 科目（空为部门）")
    cause_kind: CauseKind = Field(description="Cause: plan, execution or external 原因类别")
    cause: str = Field(min_length=1, max_length=2000, description="Cause 原因分析")
    own_making: bool = Field(description="Whether the department could have avoided it 是否自身原因")
    improvement: str = Field(min_length=1, max_length=2000, description="Improvement 改进措施")
    responsible: str | None = Field(
        None, max_length=64, description="Employee who answers for it; none: the department 责任人（空为部门）"
    )
    lesson: str = Field(min_length=1, max_length=2000, description="Lesson for the handbook 改进手册条目")


class CompleteBudgetReview(Command):
    """Complete the review 完成年度预算复盘; its lessons make up the 《预算管理改进手册》 of the year."""

    zh: ClassVar[str] = "完成年度预算复盘"
    conclusion: str = Field(min_length=1, max_length=8000, description="Conclusion 结论")


ReviewCommand = OpenBudgetReview | NoteOverruns | RecordBudgetFinding | CompleteBudgetReview


class BudgetReviewOpened(Event):
    """The review of a fiscal year fell due 年度预算复盘已启动."""

    zh: ClassVar[str] = "年度预算复盘已启动"
    clause: ClassVar[str] = CLAUSE
    year: int
    due_at: AwareDatetime
    owed_by: tuple[str, ...]


class OverrunLine(Message):
    """A line over its year's budget 超支预算行; ``beyond`` where that is more than the policy's serious percent."""

    department: str
    account: str
    category: str
    budget: Money
    actual: Money
    over: Money
    percent: OverPercent | None
    """None where there was no budget at all."""
    beyond: bool


class OverrunsNoted(Event):
    """The lines over their budget are before the review 超支预算行已登记: ``part`` of ``parts``."""

    zh: ClassVar[str] = "超支预算行已登记"
    clause: ClassVar[str] = CLAUSE
    year: int
    part: int
    parts: int
    lines: tuple[OverrunLine, ...]


class BudgetFindingRecorded(Event):
    """A finding is on record 预算复盘结论已记录. ``serious``: far over budget and of one's own making."""

    zh: ClassVar[str] = "预算复盘结论已记录"
    clause: ClassVar[str] = CLAUSE
    year: int
    number: int
    department: str
    account: str | None
    cause_kind: CauseKind
    cause: str
    own_making: bool
    over: Money
    percent: OverPercent | None
    serious: bool
    improvement: str
    responsible: str | None
    lesson: str
    by: str


class BudgetReviewCompleted(Event):
    """The review is complete 年度预算复盘已完成; ``serious`` are the numbers of the findings an evaluation reads."""

    zh: ClassVar[str] = "年度预算复盘已完成"
    clause: ClassVar[str] = CLAUSE
    year: int
    findings: int
    serious: tuple[int, ...]
    conclusion: str
    by: str


ReviewEvent = BudgetReviewOpened | OverrunsNoted | BudgetFindingRecorded | BudgetReviewCompleted
