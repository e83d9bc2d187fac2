"""Approvals 审批: one value, one set of commands and events for whatever needs a decision by named authorities.

The path is computed once, when something is submitted, from the authorities the policy names, and stored with the
clause and policy version behind every step; from then on only recorded events move it. Steps are taken in order; a step
wants all of its signers (会签) or any one of them (或签). An aggregate keeps an ``Approval`` in its state, hands it the
commands of ``ApprovalCommand`` and remembers the events of ``ApprovalEvent``; every rule of duty stands here.
"""

from dataclasses import replace

from domain.governance import approval_rules as rules
from domain.governance.approval_path import Step, first_superior, open_step, staffed_now, successors, time_end
from domain.governance.approval_state import ADDED, Approval, evolve, opened
from domain.governance.approval_words import (
    AddSigner,
    ApprovalCommand,
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
    Approve,
    Copy,
    EndStepTime,
    Reject,
    Remind,
    Return,
    SignerAdded,
    Transfer,
    Withdraw,
)
from domain.kernel import SYSTEM, Basis, Context, Decision, Ruled

__all__ = [
    "ADDED",
    "AddSigner",
    "Approval",
    "ApprovalCommand",
    "ApprovalCompleted",
    "ApprovalCopied",
    "ApprovalEvent",
    "ApprovalGiven",
    "ApprovalRejected",
    "ApprovalReminded",
    "ApprovalReturned",
    "ApprovalStepEscalated",
    "ApprovalStepExpired",
    "ApprovalStepOpened",
    "ApprovalTransferred",
    "ApprovalWithdrawn",
    "Approve",
    "Copy",
    "EndStepTime",
    "Reject",
    "Remind",
    "Return",
    "SignerAdded",
    "Transfer",
    "Withdraw",
    "decide",
    "evolve",
    "opened",
    "submit",
]


def submit(approval: Approval, requester: str, path: tuple[Step, ...], context: Context) -> tuple[Approval, Ruled]:
    """Open an approval (or open it again) along ``path``: the approval as it will be, and its first step, opened.

    The caller's own event carries ``path``; its ``evolve`` calls ``opened`` with it.
    """
    filed_by = context.actor if context.actor not in {requester, SYSTEM} else None
    fresh = replace(opened(approval, requester, path), filed_by=filed_by)
    return fresh, _open(fresh, 1, context)


def decide(command: ApprovalCommand, approval: Approval, context: Context) -> Decision:
    """What comes of an approval command; the order of the cases is the order of the rules."""
    if approval.status != "open":
        raise rules.NothingToDecide(status=approval.status)
    match command:
        case Withdraw(reason=reason):
            if context.principal != approval.requester:
                raise rules.OnlyRequesterWithdraws(requester=approval.requester)
            return [ApprovalWithdrawn(round=approval.round, by=context.actor, reason=reason)]
        case Remind():
            _check_concerned(approval, context)
            if context.actor == SYSTEM and approval.reminded:
                return []
            return [ApprovalReminded(round=approval.round, step=approval.at, signers=approval.waits_for)]
        case Copy(to=people):
            _check_concerned(approval, context)
            _known(people, context)
            return [ApprovalCopied(to=people)]
        case EndStepTime():
            return _time_over(command, approval, context)
        case Approve(comment=comment):
            _check_duty(approval, context)
            return _approve(comment, approval, context)
        case Reject(reason=reason):
            _check_duty(approval, context)
            return [ApprovalRejected.model_validate({**_signature(approval, context), "reason": reason})]
        case Return(reason=reason, to_step=to_step):
            _check_duty(approval, context)
            return _return(reason, to_step, approval, context)
        case Transfer(to=receiver, reason=reason):
            _check_duty(approval, context, handing_over=True)
            _check_new_signer(receiver, approval, context)
            return [
                ApprovalTransferred(
                    round=approval.round, step=approval.at, giver=context.principal, receiver=receiver, reason=reason
                )
            ]
        case AddSigner():
            _check_duty(approval, context)
            return _add_signer(command, approval, context)


def _check_duty(approval: Approval, context: Context, *, handing_over: bool = False) -> None:
    """Whose the open step is: a signer of it, himself or by a delegate, free of every conflict of duty.

    Who decided before may still hand his part over: that is no decision.
    """
    if approval.requester in (context.actor, context.principal):
        raise rules.OwnRequest(requester=approval.requester)
    if approval.filed_by in (context.actor, context.principal):
        raise rules.FiledByHimself(filed_by=approval.filed_by)
    if not handing_over and not approval.decided.isdisjoint((context.actor, context.principal)):
        raise rules.DecidedAlready(step=approval.at)
    if context.principal not in approval.waits_for:
        raise rules.NotASigner(waits_for=", ".join(approval.waits_for), authority=approval.step.authority)


def _check_concerned(approval: Approval, context: Context) -> None:
    signers = {person for step in approval.path for person in step.signers}
    if context.principal not in {SYSTEM, approval.requester, *signers, *approval.decided, *approval.waits_for}:
        raise rules.NotConcerned(requester=approval.requester)


def _signature(approval: Approval, context: Context) -> dict[str, object]:
    return {
        "round": approval.round,
        "step": approval.at,
        "authority": approval.step.authority,
        "signer": context.actor,
        "acting_for": context.acting_for,
    }


def _approve(comment: str, approval: Approval, context: Context) -> Decision:
    step = approval.step
    given = ApprovalGiven.model_validate({**_signature(approval, context), "comment": comment})
    basis = _ruling(
        step,
        "authority",
        "approved",
        context,
        step=approval.at,
        authority=step.authority,
        signer=context.actor,
        acting_for=context.acting_for or "",
        delegation=context.delegation or "",
        policy_in_force=context.policy.version,
    )
    after = evolve(approval, given)
    if after.parts:
        return [given.under(basis)]
    if approval.at < len(approval.path):
        return [given.under(basis), _open(after, approval.at + 1, context)]
    done = _ruling(step, "path", "approved", context, steps=len(approval.path), round=approval.round)
    return [given.under(basis), ApprovalCompleted(round=approval.round).under(done)]


def _return(reason: str, to_step: int | None, approval: Approval, context: Context) -> Decision:
    if to_step is not None and to_step >= approval.at:
        raise rules.ReturnGoesBack(field="to_step", open_step=approval.at, to_step=to_step)
    returned = ApprovalReturned.model_validate({**_signature(approval, context), "to_step": to_step, "reason": reason})
    if to_step is None:
        return [returned]
    return [returned, _open(evolve(approval, returned), to_step, context)]


def _add_signer(command: AddSigner, approval: Approval, context: Context) -> Decision:
    _check_new_signer(command.signer, approval, context)
    added = SignerAdded(
        round=approval.round,
        step=approval.at,
        by=context.principal,
        signer=command.signer,
        place=command.place,
        decided_under=approval.step.clause,
        policy=context.policy.version,
        reason=command.reason,
    )
    if command.place != "before":
        return [added]
    return [added, _open(evolve(approval, added), approval.at, context)]


def _check_new_signer(person: str, approval: Approval, context: Context) -> None:
    _known((person,), context)
    if person == approval.requester:
        raise rules.OwnRequest(requester=person)
    if person == approval.filed_by:
        raise rules.FiledByHimself(filed_by=person)
    # Steps behind count as well: after a return he could sign there, and then not where he was added.
    if person in approval.barred or person in approval.waits_for:
        raise rules.SignsAlready(signer=person)


def _known(people: tuple[str, ...], context: Context) -> None:
    for person in people:
        if person not in context.directory.employees:
            raise rules.UnknownEmployee(employee=person)


def _time_over(command: EndStepTime, approval: Approval, context: Context) -> Decision:
    """Nothing for a step that moved on meanwhile; else it goes up, unless the policy lets it wait.

    What only those who left could sign goes to a successor either way.
    """
    if command.step != approval.at or approval.timed_out or approval.due_at is None or context.now < approval.due_at:
        return []
    barred, employed = approval.barred, context.directory.employees
    goes_up = time_end(approval.step, context) == "escalate"
    late: list[str] = []
    to: list[str] = []
    for person in approval.waits_for:
        above: str | None = None
        if person in employed:
            above = first_superior(person, barred, context.directory) if goes_up else None
        elif any(employed.keys().isdisjoint(part) for part in approval.parts if person in part):
            above = next(iter(successors(approval.step, approval.requester, barred, context)), None)
        if above is not None:
            late.append(person)
            to.append(above)
            barred.add(above)
    if not to:
        return [ApprovalStepExpired(round=approval.round, step=approval.at, late=approval.waits_for)]
    return [ApprovalStepEscalated(round=approval.round, step=approval.at, late=tuple(late), to=tuple(to))]


def _open(approval: Approval, number: int, context: Context) -> Ruled:
    step = approval.path[number - 1]
    here = {each.principal for each in approval.signed if each.step == number}
    signers = tuple(signer for signer in step.signers if signer not in here)
    if step.mode == "any":
        signers = tuple(signer for signer in signers if signer not in approval.decided) or signers
    signers, left = staffed_now(step, signers, approval.requester, approval.barred, context)
    remind_at, due_at = open_step(step, context)
    event = ApprovalStepOpened(
        round=approval.round,
        step=number,
        authority=step.authority,
        signers=signers,
        mode=step.mode,
        decided_under=step.clause,
        policy=step.policy,
        instead_of=tuple(dict.fromkeys((*step.instead_of, *left))),
        filed_by=approval.filed_by,
        remind_at=remind_at,
        due_at=due_at,
    )
    basis = _ruling(step, "step", "waits", context, authority=step.authority, signers=", ".join(signers))
    return event.under(basis)


def _ruling(step: Step, rule: str, outcome: str, context: Context, /, **inputs: object) -> Basis:
    """A ruling under the policy version the path was computed by, which holds for it though a later one is in force."""
    under = context.basis(step.clause, rule, outcome, **inputs)
    return under.model_copy(update={"policy": step.policy})
