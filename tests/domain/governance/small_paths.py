"""Requests along small paths 审批路径, for the specs of approvals: ANN asks for a chair, those named decide."""

from datetime import datetime
from typing import Any

from domain.governance.approval_path import Step
from domain.governance.approvals import (
    ApprovalCompleted,
    ApprovalGiven,
    ApprovalStepOpened,
    ApprovalTransferred,
    Approve,
)
from domain.operations.procurement.requisition import REQUISITION
from domain.operations.procurement.requisition_messages import SubmitRequisition
from domain.operations.procurement.terms import RequestedLine
from domain.working_time import SHANGHAI
from tests.spec import Outcome, Spec, spec

CHAIR = RequestedLine.model_validate(
    {
        "item": "示例办公椅",
        "specification": "S-1",
        "category": "office_supplies",
        "quantity": "1",
        "estimated_price": "300.00",
    }
)
IN_8_WORKING_HOURS = datetime(2026, 3, 4, 10, 0, tzinfo=SHANGHAI)
IN_16_WORKING_HOURS = datetime(2026, 3, 5, 10, 0, tzinfo=SHANGHAI)


def step(*signers: str, mode: str = "any", authority: str = "somebody", **more: Any) -> Step:
    return Step.model_validate(
        {"authority": authority, "signers": signers, "mode": mode, "clause": "4.1.1.2", "policy": "2026.1", **more}
    )


def waits(number: int, wanted: Step, *signers: str, round: int = 1) -> ApprovalStepOpened:
    """Step ``number`` was opened at the fixed time for its signers (or for those named)."""
    return ApprovalStepOpened(
        round=round,
        step=number,
        authority=wanted.authority,
        signers=signers or wanted.signers,
        mode=wanted.mode,
        decided_under=wanted.clause,
        policy=wanted.policy,
        instead_of=wanted.instead_of,
        remind_at=IN_8_WORKING_HOURS,
        due_at=IN_16_WORKING_HOURS,
    )


def filed(*steps: Step) -> Spec:
    """ANN's request for a chair, along these steps, waits at the first."""
    asked = SubmitRequisition(department="D-SALES", lines=(CHAIR,), purpose="示例")
    submitted, _ = spec(REQUISITION).when(asked, by="ANN").events
    return spec(REQUISITION, submitted.model_copy(update={"path": steps}), waits(1, steps[0]))


def signed(number: int, signer: str, *, for_: str | None = None, authority: str = "somebody") -> ApprovalGiven:
    return ApprovalGiven(round=1, step=number, authority=authority, signer=signer, acting_for=for_)


DONE = ApprovalCompleted(round=1)
SAM, FAY, IAN, PAT, VICE = (step(name) for name in ("SAM", "FAY", "IAN", "PAT", "VICE"))
ANY_OF_TWO, ALL_OF_TWO = step("SAM", "FAY"), step("SAM", "FAY", mode="all")


def approve(situation: Spec, by: str, acting_for: str | None = None) -> Outcome:
    return situation.when(Approve(), by=by, acting_for=acting_for)


def transferred(giver: str, receiver: str, number: int = 1) -> ApprovalTransferred:
    return ApprovalTransferred(round=1, step=number, giver=giver, receiver=receiver, reason="出差")
