"""Where an approval stands 审批进度: the columns of it, and what its events change, for views of what is approved."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column

from domain.governance.approvals import (
    ApprovalCompleted,
    ApprovalRejected,
    ApprovalReturned,
    ApprovalStepOpened,
    ApprovalWithdrawn,
)
from domain.kernel import Event
from projections.columns import column
from projections.happened import Happened
from projections.rows import Row, Rows
from projections.view import View

WAITS: Row = {"status": "open", "step": None, "authority": None, "decided_at": None}
"""Filed, and on its way."""

_ENDS: dict[type[Event], str] = {
    ApprovalCompleted: "approved",
    ApprovalRejected: "rejected",
    ApprovalWithdrawn: "withdrawn",
}


def approval_columns() -> tuple[Column[Any], ...]:
    """Status, open step with its authority, when it was decided, and when anything of it changed."""
    return (
        column("text", "status", "状态", "Status"),
        column("number", "step", "当前步骤", "Open step", null=True),
        column("text", "authority", "当前审批权限", "Open authority", null=True),
        column("moment", "decided_at", "办结时间", "Decided at", null=True),
        column("moment", "changed_at", "最近变动", "Last change"),
    )


def follow_approval(view: View, aggregate: str) -> None:
    """Lets ``view``, whose rows are subjects of ``aggregate``, follow their approvals.

    Approvals of other subjects load and change nothing.
    """
    prefix = f"{aggregate}-"

    def mine(event: Event, at: Happened) -> Iterable[str]:
        return (at.subject,) if at.subject.startswith(prefix) else ()

    def change(at: Happened, rows: Rows, **values: Any) -> None:
        rows.change(at.subject, **values, changed_at=at.occurred_at)

    @view.on(ApprovalStepOpened, touches=mine)
    def opened(event: ApprovalStepOpened, at: Happened, rows: Rows) -> None:
        if at.subject.startswith(prefix):
            change(at, rows, status="open", step=event.step, authority=event.authority, decided_at=None)

    @view.on(ApprovalCompleted, ApprovalRejected, ApprovalWithdrawn, touches=mine)
    def ended(event: ApprovalCompleted | ApprovalRejected | ApprovalWithdrawn, at: Happened, rows: Rows) -> None:
        if at.subject.startswith(prefix):
            change(at, rows, status=_ENDS[type(event)], step=None, authority=None, decided_at=at.occurred_at)

    @view.on(ApprovalReturned, touches=mine)
    def returned(event: ApprovalReturned, at: Happened, rows: Rows) -> None:
        if at.subject.startswith(prefix) and event.to_step is None:
            change(at, rows, status="returned", step=None, authority=None, decided_at=at.occurred_at)
