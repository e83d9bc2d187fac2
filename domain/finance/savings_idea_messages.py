"""What may be asked of a savings idea, and what happens to it 成本优化金点子命令与事件 (clauses 2.2.3.1 - 2.2.3.3)."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, Field, PlainSerializer

from domain.finance.savings_call import CLAUSE_CALL, Period
from domain.kernel import Command, Event
from domain.money import Change, Money

CLAUSE_PILOT, CLAUSE_EFFECT = "2.2.3.2", "2.2.3.3"

Roi = Annotated[
    Decimal,
    Field(decimal_places=2, allow_inf_nan=False, description="Return on investment in percent 投资回报率(%)"),
    PlainSerializer(str, return_type=str),
]
"""(saving − investment) ÷ investment × 100, rounded half to even to two places; below zero where it did not pay."""

Text = Annotated[str, Field(min_length=1, max_length=4000)]
Person = Annotated[str, Field(min_length=1, max_length=64)]


class ProposeSavingsIdea(Command):
    """Propose a savings idea under an open call 提出成本优化金点子; anybody employed may."""

    zh: ClassVar[str] = "提出成本优化金点子"
    call: Period
    problem: Text = Field(description="What costs too much 存在的问题")
    measure: Text = Field(description="What to do about it 改进措施")
    benefit: Money = Field(description="Benefit a year in CNY 预计年效益(元)")
    calculation: Text = Field(description="How the benefit is calculated 效益测算")


class AcceptSavingsIdea(Command):
    """Find an idea worth piloting 认可金点子值得试点."""

    zh: ClassVar[str] = "认可金点子"
    remark: str = Field("", max_length=2000, description="Assessment 评估意见")


class DeclineSavingsIdea(Command):
    """Decline an idea with the reason 不采纳金点子."""

    zh: ClassVar[str] = "不采纳金点子"
    reason: Text = Field(description="Why 不采纳原因")


class RewardSavingsIdea(Command):
    """Record the reward of a good idea 登记金点子奖励; by the finance manager, once."""

    zh: ClassVar[str] = "登记金点子奖励"
    amount: Money = Field(description="Reward in CNY 奖励金额(元)")
    grounds: Text = Field(description="What it is given for 奖励理由")


class PlanPilot(Command):
    """Plan the pilot of an accepted idea 制定试点方案; again, adjusted, after a pilot that ended with lessons.

    ``baseline`` is what is measured as it was before, over a time as long as the pilot; ``target`` is what it is to
    come down by.
    """

    zh: ClassVar[str] = "制定试点方案"
    leader: Person = Field(description="Leader, of finance 组长（财务）")
    group: tuple[Person, ...] = Field(min_length=1, max_length=50, description="Project group 项目小组成员")
    plan: Text = Field(description="Plan 试点方案")
    starts_on: date = Field(description="First day 开始日期")
    months: int | None = Field(
        None, ge=1, le=24, description="Months, those of the policy if left out 试点月数，默认按制度"
    )
    measured: Text = Field(description="What is measured, and how 衡量指标与口径")
    baseline: Money = Field(description="What it costs before, over as long a time, CNY 试点前金额(元)")
    target: Money = Field(description="What is to be saved during the pilot, CNY 目标节约额(元)")


class NotePilotProgress(Command):
    """Note how the pilot is getting on 记录试点进展."""

    zh: ClassVar[str] = "记录试点进展"
    note: Text = Field(description="What was done and seen 进展情况")
    measured: Money | None = Field(None, description="What is measured, so far, CNY 截至目前金额(元)")


class EndPilot(Command):
    """End the pilot with its effect 结束试点并填报效果: what is measured as it is after, and what was invested."""

    zh: ClassVar[str] = "结束试点"
    after: Money = Field(description="What it costs after, measured as before, CNY 试点后金额(元)")
    investment: Money = Field(description="What was invested, CNY 投入金额(元)")
    early_because: str = Field("", max_length=2000, description="Why it ends before its last day 提前结束的原因")
    remark: str = Field("", max_length=2000, description="Remark 说明")


class AdoptMeasure(Command):
    """Make the measure standard in the whole company 将措施固化为标准并全公司推广."""

    zh: ClassVar[str] = "推广为标准做法"
    standard: Text = Field(description="What everybody does from now on 标准做法")
    target_missed_because: str = Field(
        "", max_length=2000, description="Why the target was missed, where it was 未达目标的原因"
    )


class EndWithLessons(Command):
    """Give the measure up as it is 总结经验并调整: what was learned, and what is adjusted."""

    zh: ClassVar[str] = "总结经验并调整"
    lessons: Text = Field(description="Lessons 经验教训")
    adjustment: Text = Field(description="What is adjusted 调整措施")


IdeaCommand = (
    ProposeSavingsIdea
    | AcceptSavingsIdea
    | DeclineSavingsIdea
    | RewardSavingsIdea
    | PlanPilot
    | NotePilotProgress
    | EndPilot
    | AdoptMeasure
    | EndWithLessons
)


class SavingsIdeaProposed(Event):
    """A savings idea was proposed 金点子已提出; ``benefit`` in CNY a year."""

    zh: ClassVar[str] = "金点子已提出"
    clause: ClassVar[str] = CLAUSE_CALL
    call: str
    department: str
    proposer: str
    problem: str
    measure: str
    benefit: Money
    calculation: str


class SavingsIdeaAccepted(Event):
    """Finance found the idea worth piloting 金点子已认可."""

    zh: ClassVar[str] = "金点子已认可"
    clause: ClassVar[str] = CLAUSE_CALL
    proposer: str
    remark: str
    by: str


class SavingsIdeaDeclined(Event):
    """Finance declined the idea 金点子未采纳."""

    zh: ClassVar[str] = "金点子未采纳"
    clause: ClassVar[str] = CLAUSE_CALL
    proposer: str
    reason: str
    by: str


class SavingsIdeaRewarded(Event):
    """A good idea was rewarded 金点子已奖励; ``amount`` in CNY."""

    zh: ClassVar[str] = "金点子已奖励"
    clause: ClassVar[str] = CLAUSE_CALL
    proposer: str
    amount: Money
    grounds: str
    by: str


class PilotPlanned(Event):
    """A pilot was planned 试点方案已制定; ``number`` counts the pilots of the idea from 1.

    Its effect is due by ``evaluate_by`` from ``owed_by``, the leader.
    """

    zh: ClassVar[str] = "试点方案已制定"
    clause: ClassVar[str] = CLAUSE_PILOT
    number: int
    leader: str
    group: tuple[str, ...]
    plan: str
    starts_on: date
    months: int
    ends_on: date
    evaluate_by: AwareDatetime
    owed_by: tuple[str, ...]
    measured: str
    baseline: Money
    target: Money


class PilotProgressNoted(Event):
    """How the pilot was getting on 试点进展已记录."""

    zh: ClassVar[str] = "试点进展已记录"
    clause: ClassVar[str] = CLAUSE_PILOT
    number: int
    note: str
    measured: Money | None
    by: str


class PilotEnded(Event):
    """The pilot ended with its effect 试点已结束: before against after, in CNY.

    ``roi`` is None where nothing was invested. ``works`` says whether the return exceeds the policy's minimum (or
    anything was saved where nothing was invested).
    """

    zh: ClassVar[str] = "试点已结束"
    clause: ClassVar[str] = CLAUSE_EFFECT
    number: int
    ended_on: date
    early_because: str
    before: Money
    after: Money
    saving: Change
    investment: Money
    roi: Roi | None
    works: bool
    target: Money
    target_reached: bool
    remark: str
    by: str


class MeasureAdopted(Event):
    """The measure is standard in the whole company 措施已固化为标准并推广; ``departments`` that take it over."""

    zh: ClassVar[str] = "措施已推广"
    clause: ClassVar[str] = CLAUSE_EFFECT
    number: int
    proposer: str
    standard: str
    departments: tuple[str, ...]
    saving: Change
    roi: Roi | None
    target_missed_because: str
    informed: tuple[str, ...]
    by: str


class PilotEndedWithLessons(Event):
    """The measure did not hold as it was 试点已总结经验: lessons and what is adjusted."""

    zh: ClassVar[str] = "试点已总结经验"
    clause: ClassVar[str] = CLAUSE_EFFECT
    number: int
    proposer: str
    lessons: str
    adjustment: str
    by: str


IdeaEvent = (
    SavingsIdeaProposed
    | SavingsIdeaAccepted
    | SavingsIdeaDeclined
    | SavingsIdeaRewarded
    | PilotPlanned
    | PilotProgressNoted
    | PilotEnded
    | MeasureAdopted
    | PilotEndedWithLessons
)
