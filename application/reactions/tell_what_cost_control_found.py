"""Those concerned are told what cost control found and asks for 成本控制通知 (clauses 2.2.2.1 - 2.2.3.3)."""

from collections.abc import Sequence

from application.notices import shown, tell
from application.reactions import Asked, Known, after
from domain.directory import Directory, Role
from domain.finance.cost_alert_messages import (
    AnomalyReportAccepted,
    AnomalyReportFiled,
    AnomalyReportReturned,
    CostAlertRaised,
)
from domain.finance.savings_call import CallOpened
from domain.finance.savings_idea_messages import (
    MeasureAdopted,
    PilotEndedWithLessons,
    PilotPlanned,
    SavingsIdeaAccepted,
    SavingsIdeaDeclined,
    SavingsIdeaProposed,
    SavingsIdeaRewarded,
)
from domain.history import Recorded


@after(CostAlertRaised)
async def tell_of_the_cost_alert(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """The head of the department and the finance manager, ahead of the cost table (clause 2.2.2.1)."""
    raised = recorded.event
    assert isinstance(raised, CostAlertRaised)
    shares = "、".join(f"{each.month} {each.share}%（预算 {each.budget_share}%）" for each in raised.months)
    shares_en = ", ".join(f"{each.month} {each.share} % (budget {each.budget_share} %)" for each in raised.months)
    due = shown(raised.due_at)
    return tell(
        recorded,
        raised.informed,
        "cost_alert",
        f"成本预警：{raised.department} 人工占比连续超预算，{shares}；请部门主管于 {due} 前提交《成本异常分析报告》",
        f"Cost alert: labour share of {raised.department} over budget month after month, {shares_en}. "
        f"The head of the department files the anomaly report by {due}",
    )


@after(AnomalyReportFiled, AnomalyReportAccepted, AnomalyReportReturned)
async def tell_how_the_anomaly_report_stands(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """Finance is told that a report waits, the department what came of it (clause 2.2.2.3)."""
    event = recorded.event
    match event:
        case AnomalyReportFiled():
            directory: Directory = known.directory()
            to: tuple[str, ...] = directory.holders(Role.FINANCE_MANAGER)
            if event.by in to:
                to = tuple(each for each in (*to, *directory.holders(Role.FINANCE)) if each != event.by)
            zh = f"{event.department} {event.month}《成本异常分析报告》第{event.version}版待财务审核"
            en = (
                f"The anomaly report of {event.department} for {event.month}, version {event.version}, waits for review"
            )
        case AnomalyReportAccepted():
            alert = await known.state(recorded.subject, recorded.position)
            to = (alert.report.by,)
            zh = f"{event.department} {event.month}《成本异常分析报告》已获财务认可，将计入部门评价"
            en = f"Finance accepted the anomaly report of {event.department} for {event.month}"
        case AnomalyReportReturned():
            to = event.to
            zh = f"{event.department} {event.month}《成本异常分析报告》被财务退回：{event.reason}"
            en = f"Finance returned the anomaly report of {event.department} for {event.month}: {event.reason}"
        case _:
            return []
    return tell(recorded, to, "anomaly_report", zh, en)


@after(CallOpened)
async def tell_of_the_call(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """The heads of all departments (clause 2.2.3.1)."""
    opened = recorded.event
    assert isinstance(opened, CallOpened)
    return tell(
        recorded,
        opened.informed,
        "savings_call",
        f"{opened.period} 成本优化金点子征集已启动，请动员本部门员工于 {opened.closes_on} 前提出",
        f"Savings ideas of {opened.period} are called for: have your department propose them by {opened.closes_on}",
    )


@after(
    SavingsIdeaProposed,
    SavingsIdeaAccepted,
    SavingsIdeaDeclined,
    SavingsIdeaRewarded,
    PilotPlanned,
    MeasureAdopted,
    PilotEndedWithLessons,
)
async def tell_how_the_idea_stands(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """Finance of a new idea, its proposer of what came of it, the group of a pilot, everybody of a new standard."""
    event, idea = recorded.event, recorded.subject.id
    match event:
        case SavingsIdeaProposed():
            to: tuple[str, ...] = known.directory().holders(Role.FINANCE_MANAGER)
            zh, en = f"金点子 {idea} 待财务评估", f"Savings idea {idea} waits to be assessed"
        case SavingsIdeaAccepted():
            to, zh, en = (event.proposer,), f"金点子 {idea} 已认可，将安排试点", f"Idea {idea} is worth piloting"
        case SavingsIdeaDeclined():
            to = (event.proposer,)
            zh, en = f"金点子 {idea} 未采纳：{event.reason}", f"Idea {idea} was declined: {event.reason}"
        case SavingsIdeaRewarded():
            to = (event.proposer,)
            zh = f"金点子 {idea} 获奖励 {event.amount} 元：{event.grounds}"
            en = f"Idea {idea} is rewarded with {event.amount} CNY: {event.grounds}"
        case PilotPlanned():
            to = event.group
            zh = f"金点子 {idea} 试点 {event.starts_on} 至 {event.ends_on}，您是小组成员，组长 {event.leader}"
            en = f"You are in the pilot of idea {idea}, {event.starts_on} to {event.ends_on}, led by {event.leader}"
        case MeasureAdopted():
            to = (*event.informed, event.proposer)
            zh = f"金点子 {idea} 经试点节约 {event.saving} 元，全公司推广：{event.standard}"
            en = f"Idea {idea} saved {event.saving} CNY in its pilot and is standard from now on: {event.standard}"
        case PilotEndedWithLessons():
            to = (event.proposer,)
            zh, en = f"金点子 {idea} 试点未推广：{event.lessons}", f"Idea {idea} ended with lessons: {event.lessons}"
        case _:
            return []
    return tell(recorded, to, "savings_idea", zh, en)
