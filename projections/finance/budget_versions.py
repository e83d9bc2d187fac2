"""Budget versions 部门预算版本 (clauses 2.1.1.2, 2.1.1.4): every version as it was filed, and how it differs."""

from collections.abc import Iterable

from domain.finance.department_budget_messages import (
    DepartmentBudgetFiled,
    DepartmentBudgetPublished,
    DepartmentBudgetRevised,
)
from domain.governance.approvals import ApprovalCompleted, ApprovalRejected, ApprovalReturned, ApprovalWithdrawn
from domain.kernel import Event
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Child, View

VERSIONS = table(
    "budget_versions",
    column("subject", "subject", "部门预算", "Department budget", key=True),
    column("number", "version", "版本", "Version", key=True),
    column("number", "year", "财年", "Fiscal year"),
    column("department", "department", "部门", "Department"),
    column("text", "status", "状态", "Status"),
    column("money", "total", "总额", "Total"),
    column("money", "set_total", "当时下达总量", "Total set by then", null=True),
    column("number", "lines", "预算行数", "Lines"),
    column("json", "conflicts", "冲突", "Conflicts found"),
    column("text", "reason", "修改原因", "Why it was revised", null=True),
    column("text", "file", "来源文件", "File it came from", null=True),
    column("text", "sha256", "文件校验值", "SHA-256 of the file", null=True),
    column("employee", "filed_by", "提交人", "Filed by"),
    column("moment", "filed_at", "提交时间", "Filed at"),
    indexes=(("year", "department"), ("department",)),
)

LINES = table(
    "budget_version_lines",
    column("subject", "subject", "部门预算", "Department budget", key=True),
    column("number", "version", "版本", "Version", key=True),
    column("text", "account", "科目", "Account", key=True),
    column("text", "category", "成本类别", "Cost category"),
    column("money", "amount", "金额", "Amount"),
    column("json", "phasing", "月度分解", "By month"),
    column("text", "basis_of_calculation", "测算依据", "Basis of calculation"),
    column("json", "items", "测算明细", "What it is made of"),
    column("text", "grounds", "业务依据", "Grounds"),
)

CHANGES = table(
    "budget_version_changes",
    column("subject", "subject", "部门预算", "Department budget", key=True),
    column("number", "version", "版本", "Version", key=True),
    column("text", "account", "科目", "Account", key=True),
    column("text", "kind", "变化", "Change"),
    column("money", "before", "修改前", "Before", null=True),
    column("money", "after", "修改后", "After", null=True),
    column("texts", "fields", "修改项", "What else differs"),
)

VIEW = View(
    VERSIONS,
    zh="部门预算版本",
    en="Versions of budgets",
    clauses=("2.1.1.2", "2.1.1.4"),
    children=(Child(LINES, "预算行", "Lines"), Child(CHANGES, "与上一版差异", "How it differs from the one before")),
    own=("filed_by",),
    department="department",
    order=("-year", "department", "-version"),
)


@VIEW.on(DepartmentBudgetFiled, DepartmentBudgetRevised)
def filed(event: DepartmentBudgetFiled | DepartmentBudgetRevised, at: Happened, rows: Rows) -> None:
    """One more version; the one before stands no longer."""
    reason, changes = (event.reason, event.changes) if isinstance(event, DepartmentBudgetRevised) else (None, ())
    for row in rows.of(at.subject):
        if row["status"] in ("open", "approved"):
            rows.change(at.subject, row["version"], status="superseded")
    key = {"subject": at.subject, "version": event.version}
    rows.put(
        {
            **key,
            "year": event.year,
            "department": event.department,
            "status": "open",
            "total": event.total,
            "set_total": event.allowed,
            "lines": len(event.lines),
            "conflicts": [each.model_dump(mode="json") for each in event.conflicts],
            "reason": reason,
            "file": event.source.file if event.source else None,
            "sha256": event.source.sha256 if event.source else None,
            "filed_by": event.requester,
            "filed_at": at.occurred_at,
        }
    )
    for line in event.lines:
        told = line.model_dump(include={"account", "category", "amount", "basis_of_calculation", "grounds"})
        listed = line.model_dump(mode="json", include={"phasing", "items"})
        rows.of_table(LINES).put({**key, **told, **listed})
    for change in changes:
        rows.of_table(CHANGES).put({**key, **change.model_dump(exclude={"fields"}), "fields": list(change.fields)})


def _is_one(at: Happened) -> bool:
    return at.subject.startswith("department_budget-")


def _mine(event: Event, at: Happened) -> Iterable[str]:
    return (at.subject,) if _is_one(at) else ()


_STANDS = {ApprovalCompleted: "approved", ApprovalRejected: "rejected", ApprovalWithdrawn: "withdrawn"}


@VIEW.on(ApprovalCompleted, ApprovalRejected, ApprovalWithdrawn, touches=_mine)
def decided(event: ApprovalCompleted | ApprovalRejected | ApprovalWithdrawn, at: Happened, rows: Rows) -> None:
    """What became of the version last filed."""
    _last(_STANDS[type(event)], at, rows)


@VIEW.on(ApprovalReturned, touches=_mine)
def returned(event: ApprovalReturned, at: Happened, rows: Rows) -> None:
    """Back with the department."""
    if event.to_step is None:
        _last("returned", at, rows)


@VIEW.on(DepartmentBudgetPublished)
def published(event: DepartmentBudgetPublished, at: Happened, rows: Rows) -> None:
    """This version became the budget."""
    rows.change(at.subject, event.version, status="published")


def _last(status: str, at: Happened, rows: Rows) -> None:
    if _is_one(at):
        rows.change(at.subject, rows.of(at.subject)[-1]["version"], status=status)
