"""Savings ideas 成本优化金点子 (clauses 2.2.3.1 - 2.2.3.3): proposed, piloted against a target, what they returned."""

from domain.finance.savings_idea_messages import (
    MeasureAdopted,
    PilotEnded,
    PilotEndedWithLessons,
    PilotPlanned,
    PilotProgressNoted,
    SavingsIdeaAccepted,
    SavingsIdeaDeclined,
    SavingsIdeaProposed,
    SavingsIdeaRewarded,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Child, Computed, View

IDEAS = table(
    "savings",
    column("subject", "subject", "金点子", "Idea", key=True),
    column("text", "call", "征集期", "Call"),
    column("department", "department", "部门", "Department"),
    column("employee", "proposer", "提出人", "Proposer"),
    column("text", "status", "状态", "Status"),
    column("text", "problem", "存在的问题", "What costs too much"),
    column("text", "measure", "改进措施", "What to do about it"),
    column("money", "benefit", "预计年效益", "Benefit a year"),
    column("text", "calculation", "效益测算", "How it is calculated"),
    column("text", "assessment", "评估意见", "Assessment", null=True),
    column("employee", "assessed_by", "评估人", "Assessed by", null=True),
    column("number", "pilots", "试点次数", "Pilots"),
    column("employee", "leader", "试点组长", "Leader of the pilot", null=True),
    column("day", "pilot_ends_on", "试点结束日", "Pilot ends on", null=True),
    column("moment", "evaluate_by", "效果填报时限", "Effect due at", null=True),
    column("money", "target", "目标节约额", "Target", null=True),
    column("money", "saving", "实际节约额", "Saved", null=True),
    column("money", "investment", "投入金额", "Invested", null=True),
    column("percent", "roi", "投资回报率(%)", "Return on investment, %", null=True),
    column("flag", "target_reached", "达成目标", "Target reached", null=True),
    column("flag", "works", "有效", "Works", null=True),
    column("text", "standard", "标准做法", "What everybody does from now on", null=True),
    column("texts", "adopted_by", "推广部门", "Departments that take it over"),
    column("money", "reward", "奖励金额", "Reward", null=True),
    column("text", "rewarded_for", "奖励理由", "What the reward is for", null=True),
    column("moment", "proposed_at", "提出时间", "Proposed at"),
    column("moment", "changed_at", "最近变动", "Last change"),
    indexes=(("call",), ("department",), ("status",), ("proposer",)),
)

PILOTS = table(
    "savings_pilots",
    column("subject", "subject", "金点子", "Idea", key=True),
    column("number", "number", "试点序号", "Pilot", key=True),
    column("text", "plan", "试点方案", "Plan"),
    column("employee", "leader", "组长", "Leader"),
    column("employees", "group", "项目小组", "Project group"),
    column("day", "starts_on", "开始日期", "First day"),
    column("day", "ends_on", "结束日期", "Last day"),
    column("text", "measured", "衡量指标", "What is measured"),
    column("money", "before", "试点前", "Before"),
    column("money", "after", "试点后", "After", null=True),
    column("money", "target", "目标节约额", "Target"),
    column("money", "saving", "实际节约额", "Saved", null=True),
    column("money", "investment", "投入金额", "Invested", null=True),
    column("percent", "roi", "投资回报率(%)", "Return on investment, %", null=True),
    column("flag", "works", "有效", "Works", null=True),
    column("flag", "target_reached", "达成目标", "Target reached", null=True),
    column("day", "ended_on", "实际结束日", "Ended on", null=True),
    column("text", "early_because", "提前结束原因", "Why it ended early", null=True),
    column("text", "outcome", "结果", "Outcome"),
    column("text", "lessons", "经验教训", "Lessons", null=True),
    column("text", "adjustment", "调整措施", "What is adjusted", null=True),
    column("text", "target_missed_because", "未达目标原因", "Why the target was missed", null=True),
)

PROGRESS = table(
    "savings_progress",
    column("subject", "subject", "金点子", "Idea", key=True),
    column("number", "position", "日志位置", "Position", key=True),
    column("number", "number", "试点序号", "Pilot"),
    column("text", "note", "进展情况", "What was done and seen"),
    column("money", "measured", "截至目前金额", "Measured so far", null=True),
    column("employee", "by", "记录人", "Noted by"),
    column("moment", "noted_at", "记录时间", "Noted at"),
)

VIEW = View(
    IDEAS,
    zh="成本优化金点子",
    en="Savings ideas",
    clauses=("2.2.3.1", "2.2.3.2", "2.2.3.3"),
    children=(Child(PILOTS, "试点", "Pilots"), Child(PROGRESS, "试点进展", "Progress")),
    own=("proposer", "leader"),
    department="department",
    order=("-proposed_at",),
    computed=(
        Computed(
            "overdue",
            "flag",
            "效果逾期未报",
            "Effect overdue",
            lambda t, now: ((t.c.status == "piloted") & (t.c.evaluate_by < now)).is_(True),
        ),
    ),
)


_EFFECT = ("saving", "investment", "roi", "works", "target_reached")


@VIEW.on(SavingsIdeaProposed)
def proposed(event: SavingsIdeaProposed, at: Happened, rows: Rows) -> None:
    """A row."""
    rows.put(
        {
            **{str(each.name): None for each in IDEAS.columns},
            **dict(event),
            "subject": at.subject,
            "status": "proposed",
            "pilots": 0,
            "adopted_by": [],
            "proposed_at": at.occurred_at,
            "changed_at": at.occurred_at,
        }
    )


@VIEW.on(SavingsIdeaAccepted)
def accepted(event: SavingsIdeaAccepted, at: Happened, rows: Rows) -> None:
    """Worth piloting."""
    _change(at, rows, status="accepted", assessment=event.remark, assessed_by=event.by)


@VIEW.on(SavingsIdeaDeclined)
def declined(event: SavingsIdeaDeclined, at: Happened, rows: Rows) -> None:
    """Not worth piloting."""
    _change(at, rows, status="declined", assessment=event.reason, assessed_by=event.by)


@VIEW.on(SavingsIdeaRewarded)
def rewarded(event: SavingsIdeaRewarded, at: Happened, rows: Rows) -> None:
    """Rewarded."""
    _change(at, rows, reward=event.amount, rewarded_for=event.grounds)


@VIEW.on(PilotPlanned)
def planned(event: PilotPlanned, at: Happened, rows: Rows) -> None:
    """A pilot with its target; what an earlier one came to stands below."""
    _change(
        at,
        rows,
        status="piloted",
        pilots=event.number,
        leader=event.leader,
        pilot_ends_on=event.ends_on,
        evaluate_by=event.evaluate_by,
        target=event.target,
        **dict.fromkeys(_EFFECT),
    )
    rows.of_table(PILOTS).put(
        {
            **{str(each.name): None for each in PILOTS.columns},
            "subject": at.subject,
            "number": event.number,
            "plan": event.plan,
            "leader": event.leader,
            "group": list(event.group),
            "starts_on": event.starts_on,
            "ends_on": event.ends_on,
            "measured": event.measured,
            "before": event.baseline,
            "target": event.target,
            "outcome": "running",
        }
    )


@VIEW.on(PilotProgressNoted)
def noted(event: PilotProgressNoted, at: Happened, rows: Rows) -> None:
    """How it gets on."""
    rows.of_table(PROGRESS).put(
        {"subject": at.subject, "position": at.position, **dict(event), "noted_at": at.occurred_at}
    )
    _change(at, rows)


@VIEW.on(PilotEnded)
def ended(event: PilotEnded, at: Happened, rows: Rows) -> None:
    """Before against after."""
    effect = {name: getattr(event, name) for name in _EFFECT}
    _change(at, rows, status="ended", **effect)
    rows.of_table(PILOTS).change(
        at.subject,
        event.number,
        before=event.before,
        after=event.after,
        ended_on=event.ended_on,
        early_because=event.early_because or None,
        outcome="ended",
        **effect,
    )


@VIEW.on(MeasureAdopted)
def adopted(event: MeasureAdopted, at: Happened, rows: Rows) -> None:
    """Standard in the whole company."""
    _change(at, rows, status="standard", standard=event.standard, adopted_by=list(event.departments))
    rows.of_table(PILOTS).change(
        at.subject, event.number, outcome="adopted", target_missed_because=event.target_missed_because or None
    )


@VIEW.on(PilotEndedWithLessons)
def learned(event: PilotEndedWithLessons, at: Happened, rows: Rows) -> None:
    """It did not hold as it was."""
    _change(at, rows, status="lessons")
    rows.of_table(PILOTS).change(
        at.subject, event.number, outcome="lessons", lessons=event.lessons, adjustment=event.adjustment
    )


def _change(at: Happened, rows: Rows, **values: object) -> None:
    rows.change(at.subject, **values, changed_at=at.occurred_at)
