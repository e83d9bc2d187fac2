"""Events of a purchase as they are recorded, in few words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.governance.approval_path import Step
from domain.governance.approvals import ApprovalCompleted, ApprovalGiven, ApprovalStepOpened
from domain.kernel import Basis
from domain.operations.procurement.requisition_messages import RequisitionSubmitted
from domain.operations.procurement.terms import RequestedLine

LAPTOP = RequestedLine(
    item="笔记本电脑",
    specification="14英寸 32GB",
    category="it_equipment",
    quantity=Decimal(1),
    unit="台",
    estimated_price=Decimal("5400.00"),
)
DOCK = RequestedLine(
    item="扩展坞",
    specification="USB-C",
    category="it_equipment",
    quantity=Decimal(1),
    unit="个",
    estimated_price=Decimal("600.00"),
)
TIERS = Basis(
    clause="4.1.1.2", policy="2026.1", rule="tiers", inputs={"amount": "6000.00"}, outcome="head → finance → vice"
)


def step(authority: str, *signers: str, mode: str = "any", instead_of: tuple[str, ...] = ()) -> Step:
    """A step of a path under 4.1.1.2."""
    return Step.model_validate(
        {
            "authority": authority,
            "signers": signers,
            "mode": mode,
            "clause": "4.1.1.2",
            "policy": "2026.1",
            "instead_of": instead_of,
        }
    )


PATH = (step("department_head", "HEAD"), step("finance_manager", "FINN"), step("vice_president", "VICE"))


def submitted(requester: str = "ANN", *lines: RequestedLine, department: str = "RND") -> RequisitionSubmitted:
    """A requisition filed; without lines, a laptop and its dock for 6,000 CNY."""
    wanted = lines or (LAPTOP, DOCK)
    return RequisitionSubmitted(
        requester=requester,
        department=department,
        lines=wanted,
        purpose="新员工入职",
        amount=sum((line.amount for line in wanted), Decimal(0)),
        submitted_on=date(2026, 3, 3),
        path=PATH,
    )


def opened(number: int, at: Step | None = None, round: int = 1, due: datetime | None = None) -> ApprovalStepOpened:
    """Step ``number`` waits for its signers."""
    waits = at or PATH[number - 1]
    return ApprovalStepOpened(
        round=round,
        step=number,
        authority=waits.authority,
        signers=waits.signers,
        mode=waits.mode,
        decided_under=waits.clause,
        policy=waits.policy,
        instead_of=waits.instead_of,
        remind_at=due - timedelta(hours=4) if due else None,
        due_at=due,
    )


def given(number: int, signer: str, acting_for: str | None = None, round: int = 1) -> ApprovalGiven:
    """``signer`` agreed at step ``number``."""
    return ApprovalGiven(
        round=round,
        step=number,
        authority=PATH[number - 1].authority,
        signer=signer,
        acting_for=acting_for,
        comment="同意",
    )


def completed(round: int = 1) -> ApprovalCompleted:
    """Every step agreed."""
    return ApprovalCompleted(round=round)
