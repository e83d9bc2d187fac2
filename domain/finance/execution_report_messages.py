"""What may be asked of a budget execution report, and what happens to it 预算执行分析报告命令与事件 (2.1.2.1)."""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from domain.finance.periods import Month
from domain.kernel import Command, Event, Message
from domain.money import Change, Money, Percent

CLAUSE, CLAUSE_OVERRUN = "2.1.2.1", "2.1.2.2"

Method = Literal["run_rate", "seasonal_run_rate"]
"""How the year is forecast 预测方法: 当年执行率, 按上年季节性修正的执行率."""

OverrunBasis = Literal["year", "year_to_date", "month"]
"""Over which budget a line is overrun 超支口径: 全年, 累计, 当月."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the canonical report 报告指纹")]


class Total(Message):
    """What a department or a category spent beside its budget 合计, in CNY: in the month, and in the year up to it."""

    key: str
    month_budget: Change
    month_actual: Change
    to_date_budget: Change
    to_date_actual: Change
    year_budget: Change
    forecast: Change


class Overrun(Message):
    """A line that is over 超支预算行: its budget and what was spent, on the basis the policy names."""

    line: str = Field(description="Budget line 预算行", examples=["2026.D06.office"])
    department: str
    account: str
    category: str
    budget: Money
    actual: Money
    over: Money


class OpenReport(Command):
    """Open the report of a month 启动月度报告; issued by the calendar on the first working day after it."""

    zh: ClassVar[str] = "启动预算执行分析报告"
    by_house: ClassVar[bool] = True
    month: Month


class PublishReport(Command):
    """Publish what was compiled from the figures at ``position`` 发布报告.

    ``candidates`` are the lines that spent more than their budget on the report's basis; which of them have to be
    explained is judged here.
    """

    zh: ClassVar[str] = "发布预算执行分析报告"
    by_house: ClassVar[bool] = True
    position: int = Field(ge=-1)
    sha256: Sha256
    company: Total
    departments: tuple[Total, ...]
    categories: tuple[Total, ...]
    likely: int = Field(ge=0, description="Lines likely to overrun 预计超支的预算行数")
    candidates: tuple[Overrun, ...]


ReportCommand = OpenReport | PublishReport


class ReportOpened(Event):
    """The report of a month is due 预算执行分析报告已启动; by what terms it is compiled."""

    zh: ClassVar[str] = "预算执行分析报告已启动"
    clause: ClassVar[str] = CLAUSE
    month: str
    year: int
    due_at: AwareDatetime
    owed_by: tuple[str, ...]
    forecast: Method
    likely_percent: Percent
    overrun_basis: OverrunBasis
    overrun_percent: Percent


class ReportPublished(Event):
    """The report is published 预算执行分析报告已发布.

    Whoever compiles it again from the figures at ``position`` gets bytes of this ``sha256``. ``overruns`` and
    ``departments`` go on in ``ReportContinued`` where they are many; ``overrun_lines`` counts all of them.
    """

    zh: ClassVar[str] = "预算执行分析报告已发布"
    clause: ClassVar[str] = CLAUSE
    month: str
    year: int
    position: int
    sha256: Sha256
    company: Total
    departments: tuple[Total, ...]
    categories: tuple[Total, ...]
    likely: int
    overrun_lines: int
    overruns: tuple[Overrun, ...]


class ReportContinued(Event):
    """More departments and overruns of a report 预算执行分析报告续表; ``part`` counts from 2."""

    zh: ClassVar[str] = "预算执行分析报告续表"
    clause: ClassVar[str] = CLAUSE
    month: str
    part: int
    departments: tuple[Total, ...]
    overruns: tuple[Overrun, ...]


ReportEvent = ReportOpened | ReportPublished | ReportContinued
