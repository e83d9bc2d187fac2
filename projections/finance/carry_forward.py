"""Carry-forward 预算结转 (clause 2.1.3.1): what departments ask to take into the next year, and what was taken."""

from domain.finance.carry_forward_messages import BudgetCarriedForward, CarryForwardFiled, CarryForwardRevised
from projections.columns import column, table
from projections.finance.approving import WAITS, approval_columns, follow_approval
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import Child, View

CARRIES = table(
    "carry_forward",
    column("subject", "subject", "结转申请", "Carry-forward", key=True),
    column("number", "year", "结转财年", "Year it comes from"),
    column("number", "to_year", "转入财年", "Year it goes to", null=True),
    column("department", "department", "部门", "Department"),
    column("employee", "requester", "申请人", "Requester"),
    column("money", "asked", "申请金额", "Asked for"),
    column("money", "carried", "已结转", "Carried forward", null=True),
    column("text", "grounds", "结转依据", "Grounds"),
    *approval_columns(),
    column("text", "assessment", "财务评估", "Assessment by finance", null=True),
    column("moment", "filed_at", "提交时间", "Filed at"),
    column("moment", "carried_at", "结转时间", "Carried forward at", null=True),
    indexes=(("year", "department"), ("department",), ("status",)),
)

LINES = table(
    "carry_forward_lines",
    column("subject", "subject", "结转申请", "Carry-forward", key=True),
    column("text", "account", "科目", "Account", key=True),
    column("text", "category", "成本类别", "Cost category"),
    column("text", "rule", "结转规则", "What the policy lets it carry"),
    column("money", "unspent", "未使用", "Not spent"),
    column("money", "encumbered", "已占用", "Reserved and committed"),
    column("money", "asked", "申请金额", "Asked for"),
    column("money", "carried", "已结转", "Carried forward", null=True),
    column("number", "claims", "随转占用数", "Open claims taken along", null=True),
    column("flag", "opens", "新开预算行", "Line opened with it", null=True),
)

VIEW = View(
    CARRIES,
    zh="预算结转",
    en="Carry-forward",
    clauses=("2.1.3.1",),
    children=(Child(LINES, "结转项", "Lines"),),
    own=("requester",),
    department="department",
    order=("-year", "department"),
)


@VIEW.on(CarryForwardFiled)
def filed(event: CarryForwardFiled, at: Happened, rows: Rows) -> None:
    """A row, and one for each line."""
    rows.put(
        {
            "subject": at.subject,
            "to_year": None,
            "requester": event.requester,
            "carried": None,
            "assessment": None,
            "filed_at": at.occurred_at,
            "carried_at": None,
            **_form(event, at),
        }
    )
    _put_lines(event, at, rows)


@VIEW.on(CarryForwardRevised)
def revised(event: CarryForwardRevised, at: Happened, rows: Rows) -> None:
    """What is now asked for; the approval starts again."""
    rows.change(at.subject, **_form(event, at))
    lines = rows.of_table(LINES)
    for line in lines.of(at.subject):
        lines.drop(at.subject, line["account"])
    _put_lines(event, at, rows)


follow_approval(VIEW, "carry_forward")


@VIEW.on(BudgetCarriedForward)
def carried(event: BudgetCarriedForward, at: Happened, rows: Rows) -> None:
    """It is in the next year's lines."""
    rows.change(
        at.subject,
        status="carried",
        to_year=event.to_year,
        carried=event.total,
        assessment=event.assessment,
        carried_at=at.occurred_at,
        changed_at=at.occurred_at,
    )
    for line in event.lines:
        rows.of_table(LINES).change(
            at.subject,
            line.account,
            carried=line.amount,
            encumbered=line.encumbered,
            claims=line.claims,
            opens=line.opens,
        )


def _form(event: CarryForwardFiled | CarryForwardRevised, at: Happened) -> Row:
    return {
        **WAITS,
        "year": event.year,
        "department": event.department,
        "asked": event.total,
        "grounds": event.grounds,
        "changed_at": at.occurred_at,
    }


def _put_lines(event: CarryForwardFiled | CarryForwardRevised, at: Happened, rows: Rows) -> None:
    for line in event.lines:
        rows.of_table(LINES).put(
            {
                "subject": at.subject,
                "account": line.account,
                "category": line.category,
                "rule": line.rule,
                "unspent": line.unspent,
                "encumbered": line.encumbered,
                "asked": line.amount,
                "carried": None,
                "claims": None,
                "opens": None,
            }
        )
