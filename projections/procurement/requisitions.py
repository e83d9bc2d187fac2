"""Purchase requisitions 采购申请 (clauses 4.1.1.1, 4.1.1.2): what is asked for, by whom, and how far it has come."""

from typing import Any

from domain.governance.approvals import (
    ApprovalCompleted,
    ApprovalRejected,
    ApprovalReturned,
    ApprovalStepOpened,
    ApprovalWithdrawn,
)
from domain.operations.procurement.requisition_messages import (
    RequisitionCancelled,
    RequisitionOrderCancelled,
    RequisitionOrdered,
    RequisitionRevised,
    RequisitionSubmitted,
)
from projections.columns import column, table
from projections.happened import Happened
from projections.rows import Rows
from projections.view import Child, View

REQUISITIONS = table(
    "requisitions",
    column("subject", "subject", "申请单", "Requisition", key=True),
    column("employee", "requester", "申请人", "Requester"),
    column("department", "department", "申请部门", "Department"),
    column("text", "category", "类别", "Category"),
    column("money", "amount", "金额", "Amount"),
    column("text", "purpose", "用途", "Purpose"),
    column("text", "supplier_suggested", "建议供应商", "Supplier suggested", null=True),
    column("text", "status", "状态", "Status"),
    column("number", "round", "轮次", "Round"),
    column("number", "step", "当前步骤", "Open step", null=True),
    column("text", "authority", "当前审批权限", "Open authority", null=True),
    column("text", "order", "采购订单", "Order", null=True),
    column("moment", "submitted_at", "提交时间", "Submitted at"),
    column("moment", "decided_at", "办结时间", "Decided at", null=True),
    column("moment", "changed_at", "最近变动", "Last change"),
    indexes=(("department", "submitted_at"), ("requester", "submitted_at"), ("status", "submitted_at")),
)

LINES = table(
    "requisition_lines",
    column("subject", "subject", "申请单", "Requisition", key=True),
    column("number", "line", "行号", "Line", key=True),
    column("text", "item", "物品", "Item"),
    column("text", "specification", "规格型号", "Specification"),
    column("quantity", "quantity", "数量", "Quantity"),
    column("text", "unit", "单位", "Unit"),
    column("money", "estimated_price", "预估单价", "Estimated unit price"),
    column("money", "amount", "金额", "Amount"),
)

VIEW = View(
    REQUISITIONS,
    zh="采购申请",
    en="Purchase requisitions",
    clauses=("4.1.1.1", "4.1.1.2"),
    children=(Child(LINES, "明细", "Lines"),),
    own=("requester",),
    department="department",
    order=("-submitted_at",),
    weight=5,
)


@VIEW.on(RequisitionSubmitted)
def submitted(event: RequisitionSubmitted, at: Happened, rows: Rows) -> None:
    """A row, and one for each line."""
    rows.put(
        {
            "subject": at.subject,
            "requester": event.requester,
            "department": event.department,
            "submitted_at": at.occurred_at,
            "order": None,
            **_form(event, at),
            "round": 1,
        }
    )
    _put_lines(event, at, rows)


@VIEW.on(RequisitionRevised)
def revised(event: RequisitionRevised, at: Happened, rows: Rows) -> None:
    """What is now asked for; the approval starts again."""
    row = rows.change(at.subject, **_form(event, at))
    rows.change(at.subject, round=row["round"] + 1)
    lines = rows.of_table(LINES)
    for line in lines.of(at.subject):
        lines.drop(at.subject, line["line"])
    _put_lines(event, at, rows)


@VIEW.on(ApprovalStepOpened)
def opened(event: ApprovalStepOpened, at: Happened, rows: Rows) -> None:
    """Where it waits."""
    if rows.get(at.subject):
        rows.change(at.subject, status="open", step=event.step, authority=event.authority, changed_at=at.occurred_at)


@VIEW.on(ApprovalCompleted)
def approved(event: ApprovalCompleted, at: Happened, rows: Rows) -> None:
    """Approved."""
    _decided("approved", at, rows)


@VIEW.on(ApprovalRejected)
def rejected(event: ApprovalRejected, at: Happened, rows: Rows) -> None:
    """Refused for good."""
    _decided("rejected", at, rows)


@VIEW.on(ApprovalReturned)
def returned(event: ApprovalReturned, at: Happened, rows: Rows) -> None:
    """Back with the author; a return to a step is followed by that step's opening."""
    if event.to_step is None:
        _decided("returned", at, rows)


@VIEW.on(ApprovalWithdrawn)
def withdrawn(event: ApprovalWithdrawn, at: Happened, rows: Rows) -> None:
    """Taken back."""
    _decided("withdrawn", at, rows)


@VIEW.on(RequisitionCancelled)
def cancelled(event: RequisitionCancelled, at: Happened, rows: Rows) -> None:
    """Given up."""
    _decided("cancelled", at, rows)


@VIEW.on(RequisitionOrdered)
def ordered(event: RequisitionOrdered, at: Happened, rows: Rows) -> None:
    """On order."""
    rows.change(at.subject, status="ordered", order=event.order, changed_at=at.occurred_at)


@VIEW.on(RequisitionOrderCancelled)
def order_cancelled(event: RequisitionOrderCancelled, at: Happened, rows: Rows) -> None:
    """It may be ordered again."""
    rows.change(at.subject, status="approved", order=None, changed_at=at.occurred_at)


def _form(event: RequisitionSubmitted | RequisitionRevised, at: Happened) -> dict[str, Any]:
    return {
        "category": event.lines[0].category,
        "amount": event.amount,
        "purpose": event.purpose,
        "supplier_suggested": event.supplier_suggested,
        "status": "open",
        "step": None,
        "authority": None,
        "decided_at": None,
        "changed_at": at.occurred_at,
    }


def _put_lines(event: RequisitionSubmitted | RequisitionRevised, at: Happened, rows: Rows) -> None:
    lines = rows.of_table(LINES)
    for number, line in enumerate(event.lines, 1):
        lines.put(
            {
                "subject": at.subject,
                "line": number,
                "item": line.item,
                "specification": line.specification,
                "quantity": line.quantity,
                "unit": line.unit,
                "estimated_price": line.estimated_price,
                "amount": line.amount,
            }
        )


def _decided(status: str, at: Happened, rows: Rows) -> None:
    """Only of requisitions: approvals of other subjects have no row here."""
    if rows.get(at.subject):
        rows.change(
            at.subject, status=status, step=None, authority=None, decided_at=at.occurred_at, changed_at=at.occurred_at
        )
