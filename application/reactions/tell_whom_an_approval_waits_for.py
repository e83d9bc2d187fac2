"""Whoever an approval waits for is told, reminded, and told when it comes to him 审批待办通知."""

from collections.abc import Sequence

from application.notices import shown, tell
from application.reactions import Asked, Known, after
from domain.governance.approvals import (
    ApprovalReminded,
    ApprovalStepEscalated,
    ApprovalStepExpired,
    ApprovalStepOpened,
    ApprovalTransferred,
    SignerAdded,
)
from domain.history import Recorded


@after(
    ApprovalStepOpened, ApprovalReminded, ApprovalTransferred, SignerAdded, ApprovalStepEscalated, ApprovalStepExpired
)
async def tell_whom_an_approval_waits_for(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """One notice for each event, to those it puts something before."""
    subject = str(recorded.subject)
    match recorded.event:
        case ApprovalStepOpened(signers=to, due_at=due):
            until = shown(due) if due else ""
            zh = f"{subject} 待您审批" + (f"，请于 {until} 前处理" if until else "")
            en = f"{subject} waits for your approval" + (f", please decide by {until}" if until else "")
            kind = "approval_waits"
        case ApprovalReminded(signers=to):
            kind = "approval_reminder"
            zh, en = f"催办：{subject} 仍待您审批", f"Reminder: {subject} still waits for your approval"
        case ApprovalTransferred(giver=giver, receiver=receiver, reason=reason):
            kind, to = "approval_waits", (receiver,)
            zh = f"{giver} 将 {subject} 的审批转交给您：{reason}"
            en = f"{giver} handed you the approval of {subject}: {reason}"
        case SignerAdded(by=by, signer=signer, place="beside", reason=reason):
            kind, to = "approval_waits", (signer,)
            zh, en = f"{by} 请您加签 {subject}：{reason}", f"{by} asks you to sign {subject} as well: {reason}"
        case ApprovalStepEscalated(late=late, to=to):
            kind, names = "approval_escalated", ", ".join(late)
            zh, en = (
                f"{subject} 审批超时（{names}），已上报给您",
                f"{subject} was not decided in time by {names}; it waits for you too",
            )
        case ApprovalStepExpired(late=to):
            kind = "approval_overdue"
            zh, en = f"{subject} 已超过审批时限，请尽快处理", f"The time to decide {subject} is over, please decide"
        case _:
            # A signer added before or after gets a step of his own, whose opening tells him.
            return []
    return tell(recorded, to, kind, zh, en)
