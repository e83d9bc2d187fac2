"""Cost alert 成本预警 (clauses 2.2.2.1 - 2.2.2.3): a department's labour share over budget month after month.

One stream for a department and month, ``D06.2026-03``. The house raises it; the head of the department records five
whys and files the 《成本异常分析报告》, finance accepts or returns it. What came of
it enters the department's evaluation.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from domain.directory import Role
from domain.finance import cost_alert_rules as rules
from domain.finance.cost_alert_messages import (
    CLAUSE_ALERT,
    CLAUSE_REPORT,
    CLAUSE_WHYS,
    AcceptAnomalyReport,
    AlertCommand,
    AlertEvent,
    AnomalyReportAccepted,
    AnomalyReportFiled,
    AnomalyReportReturned,
    Cause,
    CostAlertRaised,
    FileAnomalyReport,
    FiveWhysRecorded,
    NoteShares,
    RecordFiveWhys,
    ReturnAnomalyReport,
)
from domain.finance.cost_alert_shares import is_over, with_shares
from domain.kernel import Aggregate, Context, Decision, Fact, Obligation, Stream

Status = Literal["none", "raised", "filed", "returned", "accepted"]


@dataclass(frozen=True, slots=True)
class CostAlertStanding(Fact):
    """What an alert tells of itself 成本预警概况, for the department's evaluation. ``over`` as the alert says."""

    department: str
    month: str
    over: Decimal
    over_means: str
    status: Status
    due_at: datetime
    first_filed_at: datetime | None
    late: bool
    """Whether the first report came after it was due; False while none has come."""
    returned: int
    """How often finance returned it."""


@dataclass(frozen=True, slots=True)
class CostAlert:
    """An alert as its history left it."""

    raised: CostAlertRaised | None = None
    whys: FiveWhysRecorded | None = None
    report: AnomalyReportFiled | None = None
    status: Status = "none"
    late: bool = False
    first_filed_at: datetime | None = None
    returned: int = 0


def alert_of(department: str, month: str) -> Stream:
    """The stream of a department's alert of a month, e.g. ``cost_alert-D06.2026-03``."""
    return Stream("cost_alert", f"{department}.{month}")


def decide(command: AlertCommand, state: CostAlert, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    if isinstance(command, NoteShares):
        return [] if state.raised else _judge(command, context)
    if state.raised is None:
        raise rules.NoCostAlert(alert=context.subject.id)
    match command:
        case RecordFiveWhys():
            _check_head(state.raised, context)
            if state.status == "accepted":
                raise rules.ReportAccepted()
            return _whys(command, state.raised, context)
        case FileAnomalyReport():
            _check_head(state.raised, context)
            return _file(command, state.raised, state, context)
        case AcceptAnomalyReport() | ReturnAnomalyReport():
            return _review(command, state.raised, state, context)


def evolve(state: CostAlert, event: AlertEvent) -> CostAlert:
    """The alert after ``event``."""
    match event:
        case CostAlertRaised():
            return CostAlert(raised=event, status="raised")
        case FiveWhysRecorded():
            return replace(state, whys=event)
        case AnomalyReportFiled():
            return replace(
                state,
                report=event,
                status="filed",
                late=event.late,
                first_filed_at=event.first_filed_at,
            )
        case AnomalyReportAccepted():
            return replace(state, status="accepted")
        case AnomalyReportReturned():
            return replace(state, status="returned", returned=state.returned + 1)


def _judge(command: NoteShares, context: Context) -> Decision:
    """Raised where every one of the months in a row is over; the department may count fewer of them (5.2)."""
    value = context.policy.value
    count, percent = int(value(CLAUSE_ALERT, "consecutive_months")), value(CLAUSE_ALERT, "over_percent")
    means = value(CLAUSE_ALERT, "over_means")
    known = {each.month: each for each in command.months}
    looked_at = command.looked_at[-count:]
    if len(looked_at) < count or not all(is_over(known.get(each), percent, means) for each in looked_at):
        return []
    months = tuple(with_shares(known[each], means) for each in looked_at)
    heads = _heads(command.department, context)
    finance = context.directory.holders(Role.FINANCE_MANAGER)
    due_at = context.working_time.working_days_after(context.now, int(value(CLAUSE_REPORT, "working_days")))
    raised = CostAlertRaised(
        department=command.department,
        month=command.month,
        months=months,
        over=months[-1].over,
        over_means=means,
        table_due_on=command.table_due_on,
        due_at=due_at,
        owed_by=heads,
        informed=tuple(dict.fromkeys((*heads, *finance))),
    )
    told: Mapping[str, object] = {each.month: f"{each.share} / {each.budget_share}" for each in months}
    ruling = context.basis(
        CLAUSE_ALERT, "over_percent", "warned", over_percent=percent, over_means=means, months=count, **told
    )
    return [raised.under(ruling, context.basis(CLAUSE_REPORT, "working_days", "due", due_at=due_at.isoformat()))]


def _whys(command: RecordFiveWhys, raised: CostAlertRaised, context: Context) -> Decision:
    minimum = int(context.policy.value(CLAUSE_WHYS, "minimum_causes"))
    asked_for = int(context.policy.value(CLAUSE_WHYS, "whys"))
    if len(command.causes) < minimum:
        raise rules.TooFewCauses(field="causes", minimum=minimum, have=len(command.causes))
    depth = _depth(command.causes)
    if depth < asked_for and not command.ends_because:
        raise rules.ChainEndsEarly(field="ends_because", asked_for=asked_for, depth=depth)
    recorded = FiveWhysRecorded(
        department=raised.department,
        phenomenon=command.phenomenon,
        causes=command.causes,
        depth=depth,
        asked_for=asked_for,
        ends_because=command.ends_because,
        by=context.principal,
    )
    outcome = "complete" if depth >= asked_for else "ends early"
    return [recorded.under(context.basis(CLAUSE_WHYS, "whys", outcome, depth=depth, asked_for=asked_for))]


def _depth(causes: tuple[Cause, ...]) -> int:
    """How many whys in a row lead from the phenomenon to the deepest cause."""
    depths = [0]
    for number, each in enumerate(causes):
        if each.explains > number:
            raise rules.ExplainsNoLevel(field=f"causes.{number}.explains", level=number + 1, explains=each.explains)
        depths.append(depths[each.explains] + 1)
    return max(depths)


def _file(command: FileAnomalyReport, raised: CostAlertRaised, state: CostAlert, context: Context) -> Decision:
    if state.status == "accepted":
        raise rules.ReportAccepted()
    if state.status == "filed":
        raise rules.ReportUnderReview()
    if state.whys is None:
        raise rules.FiveWhysFirst()
    for number, each in enumerate(command.measures):
        if each.responsible not in context.directory.employees:
            raise rules.MeasureBySomebody(field=f"measures.{number}.responsible", responsible=each.responsible)
    first_filed_at = state.first_filed_at or context.now
    late = first_filed_at > raised.due_at
    filed = AnomalyReportFiled(
        department=raised.department,
        month=raised.month,
        version=state.report.version + 1 if state.report else 1,
        analysis=command.analysis,
        measures=command.measures,
        due_at=raised.due_at,
        first_filed_at=first_filed_at,
        late=late,
        by=context.principal,
    )
    told = {"due_at": raised.due_at.isoformat(), "first_filed_at": first_filed_at.isoformat()}
    return [filed.under(context.basis(CLAUSE_REPORT, "working_days", "late" if late else "in time", **told))]


def _review(
    command: AcceptAnomalyReport | ReturnAnomalyReport, raised: CostAlertRaised, state: CostAlert, context: Context
) -> Decision:
    holds = context.directory.holds
    if not any(holds(context.principal, role) for role in (Role.FINANCE_MANAGER, Role.FINANCE)):
        raise rules.ReviewedByFinance()
    own = {*raised.owed_by, *_heads(raised.department, context), *((state.report.by,) if state.report else ())}
    if own & {context.actor, context.principal}:
        raise rules.NobodyReviewsHisOwn()
    report = state.report
    if report is None or state.status != "filed":
        raise rules.NoReportToReview(status=state.status)
    told = {
        "department": raised.department,
        "month": raised.month,
        "version": report.version,
        "by": context.principal,
    }
    if isinstance(command, AcceptAnomalyReport):
        return [AnomalyReportAccepted.model_validate({**told, "remark": command.remark})]
    to = _heads(raised.department, context)
    return [AnomalyReportReturned.model_validate({**told, "reason": command.reason, "to": to})]


def _check_head(raised: CostAlertRaised, context: Context) -> None:
    heads = _heads(raised.department, context)
    if context.principal not in heads:
        raise rules.AnsweredByHead(department=raised.department, heads=", ".join(heads))


def _heads(department: str, context: Context) -> tuple[str, ...]:
    """The heads of a department; management where nobody heads it or what it belongs to."""
    directory = context.directory
    heads = directory.holders(Role.DEPARTMENT_HEAD, department)
    return heads or tuple(sorted(filter(directory.is_management, directory.employees)))


def standing(state: CostAlert) -> CostAlertStanding | None:
    """What others may know of it."""
    if state.raised is None:
        return None
    raised = state.raised
    return CostAlertStanding(
        department=raised.department,
        month=raised.month,
        over=raised.over,
        over_means=raised.over_means,
        status=state.status,
        due_at=raised.due_at,
        first_filed_at=state.first_filed_at,
        late=state.late,
        returned=state.returned,
    )


def department(command: AlertCommand, state: CostAlert, context: Context) -> str | None:
    """The department whose detailed rules apply."""
    if isinstance(command, NoteShares):
        return command.department
    return state.raised.department if state.raised else None


COST_ALERT = Aggregate(
    name="cost_alert",
    zh="成本预警",
    prefix="AL",
    initial=CostAlert(),
    decide=decide,
    evolve=evolve,
    fact=standing,
    department=department,
    obligations=(
        Obligation(
            clause=CLAUSE_REPORT,
            zh="提交成本异常分析报告",
            opened_by=CostAlertRaised,
            fulfilled_by=(AnomalyReportFiled,),
            due=lambda raised: raised.due_at,
            owed_by=lambda raised: raised.owed_by,
        ),
    ),
)
