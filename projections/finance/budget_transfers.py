"""Budget transfers 预算调剂 (clause 2.1.3.1): from which line or the pool to which lines, how far they have come."""

from domain.finance.budget_transfer_messages import BudgetTransferred, TransferRevised, TransferSubmitted
from projections.columns import column, table
from projections.finance.approving import WAITS, approval_columns, follow_approval
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Child, View

TRANSFERS = table(
    "budget_transfers",
    column("subject", "subject", "调剂申请", "Transfer", key=True),
    column("number", "year", "财年", "Fiscal year"),
    column("employee", "requester", "申请人", "Requester"),
    column("texts", "departments", "涉及部门", "Departments it touches"),
    column("flag", "from_pool", "动用调剂池", "From the reserve pool"),
    column("department", "source_department", "调出部门", "Department that gives", null=True),
    column("text", "source_account", "调出科目", "Account that gives", null=True),
    column("money", "amount", "调剂金额", "Amount"),
    column("money", "to_pool", "退回调剂池", "Back to the pool"),
    column("money", "left", "申请时可用余额", "Left at its source when filed"),
    column("text", "grounds", "调剂依据", "Grounds"),
    *approval_columns(),
    column("number", "round", "轮次", "Round"),
    column("text", "month", "生效月份", "From month", null=True),
    column("text", "assessment", "财务评估", "Assessment by finance", null=True),
    column("moment", "submitted_at", "提交时间", "Submitted at"),
    column("moment", "transferred_at", "调剂时间", "Transferred at", null=True),
    indexes=(("year", "submitted_at"), ("status", "submitted_at"), ("departments",), ("requester",)),
)

TARGETS = table(
    "budget_transfer_targets",
    column("subject", "subject", "调剂申请", "Transfer", key=True),
    column("number", "number", "序号", "Number", key=True),
    column("department", "department", "调入部门", "Department that receives"),
    column("text", "account", "调入科目", "Account that receives"),
    column("money", "amount", "金额", "Amount"),
    column("text", "calculation", "详细测算", "Detailed calculation"),
    column("json", "items", "测算明细", "What it is made of"),
    column("text", "category", "成本类别", "Cost category", null=True),
    column("flag", "opens", "新开预算行", "Line opened with it", null=True),
)

VIEW = View(
    TRANSFERS,
    zh="预算调剂",
    en="Budget transfers",
    clauses=("2.1.3.1",),
    children=(Child(TARGETS, "调入项", "Lines that receive"),),
    own=("requester",),
    department="departments",
    order=("-submitted_at",),
)


@VIEW.on(TransferSubmitted)
def submitted(event: TransferSubmitted, at: Happened, rows: Rows) -> None:
    """A row, and one for each line that receives."""
    rows.put(
        {
            "subject": at.subject,
            "requester": event.requester,
            "submitted_at": at.occurred_at,
            "round": 1,
            "month": None,
            "assessment": None,
            "transferred_at": None,
            **_form(event, at),
        }
    )
    _put_targets(event, at, rows)


@VIEW.on(TransferRevised)
def revised(event: TransferRevised, at: Happened, rows: Rows) -> None:
    """What is now asked for; the approval starts again."""
    row = rows.change(at.subject, **_form(event, at))
    rows.change(at.subject, round=row["round"] + 1)
    targets = rows.of_table(TARGETS)
    for target in targets.of(at.subject):
        targets.drop(at.subject, target["number"])
    _put_targets(event, at, rows)


follow_approval(VIEW, "budget_transfer")


@VIEW.on(BudgetTransferred)
def transferred(event: BudgetTransferred, at: Happened, rows: Rows) -> None:
    """The lines moved."""
    rows.change(
        at.subject,
        status="transferred",
        month=event.month,
        assessment=event.assessment,
        transferred_at=at.occurred_at,
        changed_at=at.occurred_at,
    )
    for number, target in enumerate(event.targets, 1):
        rows.of_table(TARGETS).change(at.subject, number, category=target.category, opens=target.opens)


def _form(event: TransferSubmitted | TransferRevised, at: Happened) -> Row:
    source = event.source
    named = [each.department for each in event.targets] + ([source.department] if source else [])
    return {
        **WAITS,
        "year": event.year,
        "departments": sorted(set(named)),
        "from_pool": source is None,
        "source_department": source.department if source else None,
        "source_account": source.account if source else None,
        "amount": event.amount,
        "to_pool": event.to_pool,
        "left": event.left,
        "grounds": event.grounds,
        "changed_at": at.occurred_at,
    }


def _put_targets(event: TransferSubmitted | TransferRevised, at: Happened, rows: Rows) -> None:
    for number, target in enumerate(event.targets, 1):
        rows.of_table(TARGETS).put(
            {
                "subject": at.subject,
                "number": number,
                "department": target.department,
                "account": target.account,
                "amount": target.amount,
                "calculation": target.calculation,
                "items": [each.model_dump(mode="json") for each in target.items],
                "category": None,
                "opens": None,
            }
        )
