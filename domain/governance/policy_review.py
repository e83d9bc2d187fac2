"""Yearly review 年度复盘 (clause 5.3): whether the processes still fit the business.

The calendar opens it in the month the policy names, once a period; who owes it records findings, each citing its
clause. A finding that wants other numbers becomes a policy proposal.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from pydantic import AwareDatetime, Field

from domain.directory import Role
from domain.governance.regulation import clauses
from domain.kernel import Aggregate, Command, Context, Decision, Event, Message, Obligation, Refusal, Schedule
from domain.policy import Policy
from domain.working_time import WorkingTime

CLAUSE = "5.3"
_MONTHS_APART = {"year": 12, "half_year": 6, "quarter": 3}


class Finding(Message):
    """What the review found of a clause 复盘发现, and what should become of it."""

    cites: str = Field(min_length=1, max_length=20, description="Clause 条款")
    finding: str = Field(min_length=1, max_length=2000, description="What was found 发现")
    proposal: str = Field("", max_length=2000, description="What should change 建议")


class OpenPolicyReview(Command):
    """Open the review of a period 启动制度复盘; issued by the calendar."""

    zh: ClassVar[str] = "启动制度复盘"
    by_house: ClassVar[bool] = True
    period: str


class RecordPolicyReview(Command):
    """Record the review 记录制度复盘."""

    zh: ClassVar[str] = "记录制度复盘"
    findings: tuple[Finding, ...] = Field((), max_length=106, description="What was found, clause by clause 复盘结论")
    conclusion: str = Field(min_length=1, max_length=8000, description="Conclusion 结论")


PolicyReviewCommand = OpenPolicyReview | RecordPolicyReview


class PolicyReviewOpened(Event):
    """The review of a period fell due 制度复盘已启动."""

    zh: ClassVar[str] = "制度复盘已启动"
    clause: ClassVar[str] = CLAUSE
    period: str
    due_at: AwareDatetime
    owed_by: tuple[str, ...]


class PolicyReviewRecorded(Event):
    """The review was held and recorded 制度复盘已记录."""

    zh: ClassVar[str] = "制度复盘已记录"
    clause: ClassVar[str] = CLAUSE
    period: str
    findings: tuple[Finding, ...]
    conclusion: str
    by: str


PolicyReviewEvent = PolicyReviewOpened | PolicyReviewRecorded


class NotForYouToReview(Refusal):
    """The review is recorded by those who owe it or by management.

    制度复盘由责任人或管理层记录。

    → Ask one of those who owe it.
    → 请联系复盘责任人。
    """

    clause = CLAUSE
    attempt = True


class NoReviewOpen(Refusal):
    """A review is recorded once, after the calendar has opened it.

    制度复盘由系统日历启动后记录，且只记录一次。

    → Wait for the month the policy names, or look at the review on record.
    → 请等待制度规定的复盘月份，或查看已有记录。
    """

    clause = CLAUSE


class FindingCitesNoClause(Refusal):
    """Each finding of a review cites a clause of the regulation.

    复盘的每项发现须注明本规定的条款。

    → Give the clause's number as the rulebook shows it, e.g. 4.1.2.3.
    → 请按制度页面填写条款编号，如 4.1.2.3。
    """

    clause = CLAUSE


@dataclass(frozen=True, slots=True)
class PolicyReview:
    """A review: opened while ``period`` is set, done once ``recorded``."""

    period: str = ""
    owed_by: tuple[str, ...] = ()
    recorded: bool = False


def decide(command: PolicyReviewCommand, state: PolicyReview, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case OpenPolicyReview(period=period):
            if state.period:
                return []
            days = context.policy.value(CLAUSE, "review_working_days")
            due_at = context.working_time.working_days_after(context.now, days)
            return [PolicyReviewOpened(period=period, due_at=due_at, owed_by=_owed_by(context))]
        case RecordPolicyReview(findings=findings):
            if not state.period or state.recorded:
                raise NoReviewOpen(period=state.period)
            if context.principal not in state.owed_by and not context.directory.is_management(context.principal):
                raise NotForYouToReview(owed_by=", ".join(state.owed_by))
            for number, finding in enumerate(findings):
                if finding.cites not in clauses():
                    raise FindingCitesNoClause(field=f"findings.{number}.cites", cites=finding.cites)
            return [
                PolicyReviewRecorded(
                    period=state.period, findings=findings, conclusion=command.conclusion, by=context.principal
                )
            ]


def evolve(state: PolicyReview, event: PolicyReviewEvent) -> PolicyReview:
    """The review after ``event``."""
    match event:
        case PolicyReviewOpened():
            return PolicyReview(period=event.period, owed_by=event.owed_by)
        case PolicyReviewRecorded():
            return replace(state, recorded=True)


def _owed_by(context: Context) -> tuple[str, ...]:
    """Who holds the roles the policy names; management where they are vacant."""
    roles = [Role(role) for role in context.policy.value(CLAUSE, "reviewed_by")]
    named = {person for role in roles for person in context.directory.holders(role)}
    return tuple(sorted(named or filter(context.directory.is_management, context.directory.employees)))


def _due_on(day: date, policy: Policy, working_time: WorkingTime) -> bool:
    """The first working day of a month in which a review opens."""
    apart = _MONTHS_APART[policy.value(CLAUSE, "every")]
    if (day.month - policy.value(CLAUSE, "review_month")) % apart:
        return False
    return day == working_time.nth_working_day(day.year, day.month, 1)


def _period(day: date) -> str:
    return f"{day:%Y-%m}"


YEARLY_REVIEW = Schedule(
    clause=CLAUSE,
    zh="年度复盘",
    due_on=_due_on,
    period=_period,
    act=lambda day: (_period(day), OpenPolicyReview(period=_period(day))),
)

REVIEW_RECORDED = Obligation(
    clause=CLAUSE,
    zh="按期完成年度复盘",
    opened_by=PolicyReviewOpened,
    fulfilled_by=(PolicyReviewRecorded,),
    due=lambda opened: opened.due_at,
    owed_by=lambda opened: opened.owed_by,
)

POLICY_REVIEW = Aggregate(
    name="policy_review",
    zh="制度复盘",
    prefix="RV",
    initial=PolicyReview(),
    decide=decide,
    evolve=evolve,
    obligations=(REVIEW_RECORDED,),
    schedules=(YEARLY_REVIEW,),
)
