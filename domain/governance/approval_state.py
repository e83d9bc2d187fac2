"""Where an approval stands 审批状态: the value an aggregate keeps, and what each event makes of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, NamedTuple

from domain.governance.approval_path import Step
from domain.governance.approval_words import (
    ApprovalCompleted,
    ApprovalCopied,
    ApprovalEvent,
    ApprovalGiven,
    ApprovalRejected,
    ApprovalReminded,
    ApprovalReturned,
    ApprovalStepEscalated,
    ApprovalStepExpired,
    ApprovalStepOpened,
    ApprovalTransferred,
    ApprovalWithdrawn,
    SignerAdded,
)

ADDED = "added_signer"
"""The authority of a step that a signer added 加签."""

Status = Literal["none", "open", "approved", "rejected", "returned", "withdrawn"]


class Signature(NamedTuple):
    """Who agreed at which step, and whose authority he used."""

    step: int
    signer: str
    principal: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Where an approval stands. ``parts`` are what the open step still wants: of each, the signature of any one.

    ``filed_by`` filed it for the requester, as his delegate.
    """

    requester: str = ""
    filed_by: str | None = None
    path: tuple[Step, ...] = ()
    round: int = 0
    at: int = 0
    parts: tuple[tuple[str, ...], ...] = ()
    signed: tuple[Signature, ...] = ()
    status: Status = "none"
    due_at: datetime | None = None
    timed_out: bool = False
    reminded: bool = False

    @property
    def step(self) -> Step:
        """The open step."""
        return self.path[self.at - 1]

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Who may sign the open step."""
        return tuple(dict.fromkeys(person for part in self.parts for person in part))

    @property
    def decided(self) -> frozenset[str]:
        """Who has signed so far in this round: in his own name, by a delegate or as one."""
        return frozenset(person for each in self.signed for person in (each.signer, each.principal))

    @property
    def authority(self) -> str:
        """The highest authority of the path; a signer added lends none."""
        return next((step.authority for step in reversed(self.path) if step.authority != ADDED), "")

    @property
    def barred(self) -> set[str]:
        """Whom no part may go to: who asks, who filed, who decided, and who signs a step of the path."""
        signers = {person for step in self.path for person in step.signers}
        return {self.requester, *self.decided, *signers} | ({self.filed_by} if self.filed_by else set())


def opened(approval: Approval, requester: str, path: tuple[Step, ...]) -> Approval:
    """The approval once its subject was submitted along ``path``; ``round`` counts the submissions."""
    return Approval(requester=requester, path=path, round=approval.round + 1, status="open")


def evolve(approval: Approval, event: ApprovalEvent) -> Approval:
    """The approval after ``event``."""
    match event:
        case ApprovalStepOpened(step=step, signers=signers):
            wanted = (signers,) if event.mode == "any" else tuple((signer,) for signer in signers)
            path, filed_by = _restaffed(approval, event), event.filed_by
            here = replace(approval, path=path, filed_by=filed_by, at=step, parts=wanted, due_at=event.due_at)
            return replace(here, timed_out=False, reminded=False)
        case ApprovalGiven(signer=signer):
            principal = event.acting_for or signer
            return replace(
                approval,
                signed=(*approval.signed, Signature(event.step, signer, principal)),
                parts=tuple(part for part in approval.parts if principal not in part),
            )
        case ApprovalCompleted():
            return replace(approval, status="approved", parts=())
        case ApprovalRejected():
            return replace(approval, status="rejected", parts=())
        case ApprovalReturned(to_step=None):
            return replace(approval, status="returned", parts=())
        case ApprovalReturned(to_step=int(to_step)):
            return replace(approval, signed=tuple(each for each in approval.signed if each.step < to_step), parts=())
        case ApprovalReturned():
            return approval
        case ApprovalWithdrawn():
            return replace(approval, status="withdrawn", parts=())
        case ApprovalTransferred(giver=giver, receiver=receiver):
            return replace(
                approval,
                parts=tuple(_swapped(part, giver, receiver) for part in approval.parts),
                path=_with_signers(approval, _swapped(approval.step.signers, giver, receiver), approval.step.mode),
            )
        case SignerAdded():
            return _signer_added(approval, event)
        case ApprovalStepEscalated(late=late, to=to):
            above = dict(zip(late, to, strict=True))
            parts = tuple((*part, *(above[person] for person in part if person in above)) for part in approval.parts)
            return replace(approval, parts=parts, timed_out=True)
        case ApprovalStepExpired():
            return replace(approval, timed_out=True)
        case ApprovalReminded():
            return replace(approval, reminded=True)
        case ApprovalCopied():
            return approval


def _signer_added(approval: Approval, event: SignerAdded) -> Approval:
    if event.place == "beside":
        if approval.step.mode == "all":
            return replace(
                approval,
                path=_with_signers(approval, (*approval.step.signers, event.signer), "all"),
                parts=(*approval.parts, (event.signer,)),
            )
        both = (event.by, event.signer)
        return replace(approval, path=_with_signers(approval, both, "all"), parts=tuple((each,) for each in both))
    extra = Step(authority=ADDED, signers=(event.signer,), clause=event.decided_under, policy=event.policy)
    at = approval.at - 1 if event.place == "before" else approval.at
    moved = tuple(each._replace(step=each.step + 1) if each.step > at else each for each in approval.signed)
    return replace(approval, path=(*approval.path[:at], extra, *approval.path[at:]), signed=moved)


def _restaffed(approval: Approval, event: ApprovalStepOpened) -> tuple[Step, ...]:
    """The path with the successors of those who left before the step opened; as it was where there are none."""
    step = approval.path[event.step - 1]
    if set(event.signers) <= set(step.signers):
        return approval.path
    here = {each.principal for each in approval.signed if each.step == event.step}
    signers = (*(person for person in step.signers if person in here), *event.signers)
    now = step.model_copy(update={"signers": signers, "instead_of": event.instead_of})
    return (*approval.path[: event.step - 1], now, *approval.path[event.step :])


def _swapped(people: tuple[str, ...], giver: str, receiver: str) -> tuple[str, ...]:
    return tuple(receiver if person == giver else person for person in people)


def _with_signers(approval: Approval, signers: tuple[str, ...], mode: Literal["all", "any"]) -> tuple[Step, ...]:
    step = approval.step.model_copy(update={"signers": signers, "mode": mode})
    return (*approval.path[: approval.at - 1], step, *approval.path[approval.at :])
