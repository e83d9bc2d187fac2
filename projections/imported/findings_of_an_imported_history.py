"""Findings of an imported history 导入历史结论 (clause 5.2): whether each case conforms, and its steps."""

from datetime import datetime
from typing import Any

from domain.governance.imported_case import (
    ImportedCaseOpened,
    ImportedDeviationFound,
    ImportedMattersUndetermined,
    ImportedStepTaken,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Child, View

CASES = table(
    "findings_of_an_imported_history",
    column("subject", "subject", "案例", "Case", key=True),
    column("text", "procedure", "流程", "Procedure"),
    column("text", "file_sha256", "文件校验值", "SHA-256 of the log"),
    column("text", "original_id", "原编号", "Id in the log"),
    column("text", "number", "单号", "Number"),
    column("text", "department", "部门", "Department"),
    column("quantity", "amount", "金额", "Amount", null=True),
    column("text", "currency", "币种", "Currency"),
    column("number", "events", "日志事件数", "Events of the log"),
    column("number", "deviations", "偏差数", "Deviations"),
    column("flag", "conforms", "符合流程", "Conforms"),
    column("texts", "rules", "违反的规则", "Rules broken"),
    column("texts", "undetermined", "无法判定", "What the log cannot tell"),
    column("number", "rounds", "轮次", "Rounds"),
    column("number", "rejections", "驳回次数", "Rejections"),
    column("moment", "first_at", "首个事件", "First event", null=True),
    column("moment", "last_at", "末个事件", "Last event", null=True),
    column("number", "seconds", "总历时(秒)", "Seconds in all"),
    indexes=(("procedure", "conforms"), ("original_id",)),
)

STEPS = table(
    "imported_steps",
    column("subject", "subject", "案例", "Case", key=True),
    column("number", "version", "版本", "Version", key=True),
    column("text", "procedure", "流程", "Procedure"),
    column("text", "step", "步骤", "Step"),
    column("text", "outcome", "结果", "Outcome"),
    column("text", "activity", "原活动", "Activity in the log"),
    column("text", "role", "原角色", "Role in the log"),
    column("text", "person", "原人员", "Person in the log"),
    column("number", "round", "轮次", "Round"),
    column("text", "deviation", "违反的规则", "Rule broken", null=True),
    column("json", "facts", "事实", "Facts"),
    column("moment", "happened_at", "发生时间", "Happened at"),
    column("number", "seconds", "停留秒数", "Seconds since the step before", null=True),
    indexes=(("procedure", "step"), ("deviation",)),
)

VIEW = View(
    CASES,
    zh="导入历史结论",
    en="Findings of an imported history",
    clauses=("5.2",),
    children=(Child(STEPS, "步骤", "Steps"),),
    order=("subject",),
    weight=2,
)


@VIEW.on(ImportedCaseOpened)
def opened(event: ImportedCaseOpened, at: Happened, rows: Rows) -> None:
    """A case, conforming until something says otherwise."""
    rows.put(
        {
            "subject": at.subject,
            "procedure": event.procedure,
            "file_sha256": event.file_sha256,
            "original_id": event.original_id,
            "number": event.number,
            "department": event.department,
            "amount": event.amount,
            "currency": event.currency,
            "events": 0,
            "deviations": 0,
            "conforms": True,
            "rules": [],
            "undetermined": [],
            "rounds": 0,
            "rejections": 0,
            "first_at": None,
            "last_at": None,
            "seconds": 0,
        }
    )


@VIEW.on(ImportedStepTaken)
def taken(event: ImportedStepTaken, at: Happened, rows: Rows) -> None:
    """As the procedure allows."""
    _step(event, None, {}, at, rows)


@VIEW.on(ImportedDeviationFound)
def deviated(event: ImportedDeviationFound, at: Happened, rows: Rows) -> None:
    """As the procedure would have refused."""
    _step(event, event.rule, event.facts, at, rows)


@VIEW.on(ImportedMattersUndetermined)
def undetermined(event: ImportedMattersUndetermined, at: Happened, rows: Rows) -> None:
    """Neither passed nor broken."""
    row = rows.change(at.subject)
    rows.change(at.subject, undetermined=sorted({*row["undetermined"], *event.questions}))


def _step(
    event: ImportedStepTaken | ImportedDeviationFound,
    rule: str | None,
    facts: dict[str, Any],
    at: Happened,
    rows: Rows,
) -> None:
    row = rows.change(at.subject)
    when = event.happened_at
    before: datetime | None = row["last_at"]
    rows.of_table(STEPS).put(
        {
            "subject": at.subject,
            "version": at.version,
            "procedure": row["procedure"],
            "step": event.step,
            "outcome": event.outcome,
            "activity": event.activity,
            "role": event.role,
            "person": event.person,
            "round": event.round,
            "deviation": rule,
            "facts": facts,
            "happened_at": when,
            "seconds": None if before is None else int((when - before).total_seconds()),
        }
    )
    first = when if row["first_at"] is None else min(row["first_at"], when)
    last = when if before is None else max(before, when)
    rows.change(
        at.subject,
        events=row["events"] + 1,
        deviations=row["deviations"] + int(rule is not None),
        conforms=row["conforms"] and rule is None,
        rules=sorted({*row["rules"], rule}) if rule is not None else row["rules"],
        rounds=max(row["rounds"], event.round),
        rejections=row["rejections"] + int(event.outcome == "rejected"),
        first_at=first,
        last_at=last,
        seconds=int((last - first).total_seconds()),
    )
