"""Whoever asked is told what came of it 审批结果通知, and whoever is copied in is told as well 抄送."""

from collections.abc import Sequence

from application.notices import tell
from application.reactions import Asked, Known, after
from domain.governance.approvals import (
    Approval,
    ApprovalCompleted,
    ApprovalCopied,
    ApprovalRejected,
    ApprovalReturned,
)
from domain.history import Recorded


@after(ApprovalCompleted, ApprovalRejected, ApprovalReturned)
async def tell_the_requester_what_was_decided(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """A return to an earlier step tells its signers by that step's opening, so only one to the author is told here."""
    subject = str(recorded.subject)
    match recorded.event:
        case ApprovalCompleted():
            kind, zh, en = "approval_given", f"{subject} 已审批通过", f"{subject} is approved"
        case ApprovalRejected(signer=signer, reason=reason):
            kind = "approval_rejected"
            zh, en = f"{subject} 被 {signer} 驳回：{reason}", f"{subject} was rejected by {signer}: {reason}"
        case ApprovalReturned(to_step=None, signer=signer, reason=reason):
            kind = "approval_returned"
            zh, en = f"{subject} 被 {signer} 退回：{reason}", f"{subject} was returned by {signer}: {reason}"
        case _:
            return []
    approval = getattr(await known.state(recorded.subject, recorded.position), "approval", None)
    if not isinstance(approval, Approval) or not approval.requester:
        return []
    return tell(recorded, (approval.requester,), kind, zh, en)


@after(ApprovalCopied)
async def tell_who_is_copied_in(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """抄送: for information, nothing to decide."""
    assert isinstance(recorded.event, ApprovalCopied)
    subject = str(recorded.subject)
    zh, en = f"{recorded.actor} 将 {subject} 抄送给您", f"{recorded.actor} copied you in on {subject}"
    return tell(recorded, recorded.event.to, "approval_copy", zh, en)
