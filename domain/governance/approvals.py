"""Approvals 审批: one value, one set of commands and events for whatever needs a decision by named authorities.

The path is computed once, when something is submitted, from the authorities the policy names, and stored with the
clause and policy version behind every step; from then on only recorded events move it. Steps are taken in order; a step
wants all of its signers (会签) or any one of them (或签). An aggregate keeps an ``Approval`` in its state, hands it the
commands of ``ApprovalCommand`` and remembers the events of ``ApprovalEvent``; every rule of duty stands here.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from domain.governance import approval_rules as rules
from domain.governance.approval_path import Step, open_step
from domain.kernel import Command, Context, Decision, Event, Ruled


class Approve(Command):
    """Agree at the step that is open 同意."""

    zh: ClassVar[str] = "同意"
    comment: str = Field("", max_length=2000)


class Reject(Command):
    """Refuse for good at the step that is open 驳回."""

    zh: ClassVar[str] = "驳回"
    reason: str = Field(min_length=1, max_length=2000)


class Return(Command):
    """Send back 退回: to an earlier step by its number from 1, or to the author where none is given."""

    zh: ClassVar[str] = "退回"
    reason: str = Field(min_length=1, max_length=2000)
    to_step: int | None = Field(None, ge=1, le=99)


class Withdraw(Command):
    """Take one's own request back before it is decided 撤回."""

    zh: ClassVar[str] = "撤回"
    reason: str = Field("", max_length=2000)


class Transfer(Command):
    """Hand one's own part of the open step to a colleague 转交."""

    zh: ClassVar[str] = "转交"
    to: str = Field(min_length=1, max_length=64)
    reason: str = Field(min_length=1, max_length=2000)


class AddSigner(Command):
    """Have somebody sign as well 加签: in a step before or after the open one, or beside oneself in it."""

    zh: ClassVar[str] = "加签"
    signer: str = Field(min_length=1, max_length=64)
    place: Literal["before", "after", "beside"]
    reason: str = Field("", max_length=2000)


class Remind(Command):
    """Remind those the open step waits for 催办."""

    zh: ClassVar[str] = "催办"


class Copy(Command):
    """Let somebody know who need not decide 抄送."""

    zh: ClassVar[str] = "抄送"
    to: tuple[str, ...] = Field(min_length=1, max_length=50)


class EndStepTime(Command):
    """The calendar says the open step's time is over 审批时限届满; issued by the system."""

    zh: ClassVar[str] = "审批时限届满"
    by_house: ClassVar[bool] = True
    step: int


ApprovalCommand = Approve | Reject | Return | Withdraw | Transfer | AddSigner | Remind | Copy | EndStepTime


class ApprovalStepOpened(Event):
    """A step waits for its signers 待审批."""

    zh: ClassVar[str] = "待审批"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    authority: str
    signers: tuple[str, ...]
    mode: Literal["all", "any"]
    decided_under: str
    policy: str
    instead_of: tuple[str, ...] = ()
    remind_at: datetime | None = None
    due_at: datetime | None = None


class ApprovalGiven(Event):
    """A signer agreed 已同意."""

    zh: ClassVar[str] = "已同意"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    authority: str
    signer: str
    acting_for: str | None = None
    comment: str = ""


class ApprovalCompleted(Event):
    """Every step agreed 审批通过."""

    zh: ClassVar[str] = "审批通过"
    clause: ClassVar[str] = "5.1"
    round: int


class ApprovalRejected(Event):
    """A signer refused for good 已驳回."""

    zh: ClassVar[str] = "已驳回"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    authority: str
    signer: str
    acting_for: str | None = None
    reason: str


class ApprovalReturned(Event):
    """A signer sent it back 已退回, to a step or (``to_step`` None) to the author."""

    zh: ClassVar[str] = "已退回"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    authority: str
    signer: str
    acting_for: str | None = None
    to_step: int | None = None
    reason: str


class ApprovalWithdrawn(Event):
    """The requester took it back 已撤回."""

    zh: ClassVar[str] = "已撤回"
    clause: ClassVar[str] = "5.1"
    round: int
    by: str
    reason: str = ""


class ApprovalTransferred(Event):
    """A signer handed his part to a colleague 已转交."""

    zh: ClassVar[str] = "已转交"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    giver: str
    receiver: str
    reason: str


class SignerAdded(Event):
    """Somebody has to sign as well 已加签. ``before`` and ``after`` add a step of their own."""

    zh: ClassVar[str] = "已加签"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    by: str
    signer: str
    place: Literal["before", "after", "beside"]
    decided_under: str
    policy: str
    reason: str = ""


class ApprovalReminded(Event):
    """Those it waits for were reminded 已催办."""

    zh: ClassVar[str] = "已催办"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    signers: tuple[str, ...]


class ApprovalCopied(Event):
    """Somebody was let know 已抄送."""

    zh: ClassVar[str] = "已抄送"
    clause: ClassVar[str] = "5.1"
    to: tuple[str, ...]


class ApprovalStepEscalated(Event):
    """A step's time was over, so it waits for the signers' superiors as well 超时上报."""

    zh: ClassVar[str] = "超时上报"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    late: tuple[str, ...]
    to: tuple[str, ...]


class ApprovalStepExpired(Event):
    """A step's time was over and nobody stands above to take it 超时未决; it goes on waiting, and says so."""

    zh: ClassVar[str] = "超时未决"
    clause: ClassVar[str] = "5.1"
    round: int
    step: int
    late: tuple[str, ...]


ApprovalEvent = (
    ApprovalStepOpened
    | ApprovalGiven
    | ApprovalCompleted
    | ApprovalRejected
    | ApprovalReturned
    | ApprovalWithdrawn
    | ApprovalTransferred
    | SignerAdded
    | ApprovalReminded
    | ApprovalCopied
    | ApprovalStepEscalated
    | ApprovalStepExpired
)

Status = Literal["none", "open", "approved", "rejected", "returned", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Approval:
    """Where an approval stands. ``waits_for`` are the signers the open step still needs."""

    requester: str = ""
    path: tuple[Step, ...] = ()
    round: int = 0
    at: int = 0
    waits_for: tuple[str, ...] = ()
    decided: frozenset[str] = field(default_factory=frozenset)
    """Who has decided in this round, in his own name, by a delegate or as one."""
    by_step: tuple[tuple[int, str], ...] = ()
    status: Status = "none"
    timed_out: bool = False

    @property
    def step(self) -> Step:
        """The open step."""
        return self.path[self.at - 1]


def submit(approval: Approval, requester: str, path: tuple[Step, ...], context: Context) -> tuple[Approval, Ruled]:
    """Open an approval (or open it again) along ``path``: the approval as it will be, and the opening of its first step.

    The caller's own event carries ``path``; its ``evolve`` calls ``opened`` with it.
    """
    fresh = opened(approval, requester, path)
    return fresh, _open(fresh, 1, context)


def opened(approval: Approval, requester: str, path: tuple[Step, ...]) -> Approval:
    """The approval once its subject was submitted along ``path``; ``round`` counts the submissions."""
    return Approval(requester=requester, path=path, round=approval.round + 1, status="open")


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
            return [ApprovalReminded(round=approval.round, step=approval.at, signers=approval.waits_for)]
        case Copy(to=people):
            _known(people, context)
            return [ApprovalCopied(to=people)]
        case EndStepTime(step=step):
            return _time_over(step, approval, context)
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
            _check_duty(approval, context)
            _check_new_signer(receiver, approval, context)
            return [
                ApprovalTransferred(
                    round=approval.round, step=approval.at, giver=context.principal, receiver=receiver, reason=reason
                )
            ]
        case AddSigner():
            _check_duty(approval, context)
            return _add_signer(command, approval, context)


def evolve(approval: Approval, event: ApprovalEvent) -> Approval:
    """The approval after ``event``."""
    match event:
        case ApprovalStepOpened(step=step, signers=signers):
            return replace(approval, at=step, waits_for=signers, status="open", timed_out=False)
        case ApprovalGiven(signer=signer, acting_for=acting_for):
            mode_any = approval.step.mode == "any"
            return replace(
                approval,
                decided=approval.decided | {signer, acting_for or signer},
                by_step=(*approval.by_step, (event.step, signer), (event.step, acting_for or signer)),
                waits_for=() if mode_any else tuple(p for p in approval.waits_for if p != (acting_for or signer)),
            )
        case ApprovalCompleted():
            return replace(approval, status="approved", waits_for=())
        case ApprovalRejected():
            return replace(approval, status="rejected", waits_for=())
        case ApprovalReturned(to_step=None):
            return replace(approval, status="returned", waits_for=())
        case ApprovalReturned(to_step=to_step):
            kept = tuple((step, person) for step, person in approval.by_step if step < (to_step or 0))
            return replace(approval, by_step=kept, decided=frozenset(person for _, person in kept))
        case ApprovalWithdrawn():
            return replace(approval, status="withdrawn", waits_for=())
        case ApprovalTransferred(giver=giver, receiver=receiver):
            swapped = tuple(receiver if person == giver else person for person in approval.waits_for)
            step = approval.step.model_copy(
                update={"signers": tuple(receiver if p == giver else p for p in approval.step.signers)}
            )
            return replace(approval, waits_for=swapped, path=_with_step(approval.path, approval.at, step))
        case SignerAdded():
            return _signer_added(approval, event)
        case ApprovalStepEscalated(to=to):
            step = approval.step.model_copy(update={"mode": "any", "signers": (*approval.step.signers, *to)})
            path = _with_step(approval.path, approval.at, step)
            return replace(approval, waits_for=(*approval.waits_for, *to), path=path, timed_out=True)
        case ApprovalStepExpired():
            return replace(approval, timed_out=True)
        case ApprovalReminded() | ApprovalCopied():
            return approval


def _check_duty(approval: Approval, context: Context) -> None:
    """Who may decide now: a signer of the open step, himself or by a delegate, free of every conflict of duty."""
    if approval.requester in (context.actor, context.principal):
        raise rules.OwnRequest(requester=approval.requester)
    if {context.actor, context.principal} & approval.decided:
        raise rules.DecidedAlready(step=approval.at)
    if context.principal not in approval.waits_for:
        raise rules.NotASigner(waits_for=", ".join(approval.waits_for), authority=approval.step.authority)


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
    basis = context.basis(
        step.clause,
        "authority",
        "approved",
        step=approval.at,
        authority=step.authority,
        signer=context.actor,
        acting_for=context.acting_for or "",
        delegation=context.delegation or "",
        path_policy=step.policy,
    )
    after = evolve(approval, given)
    if after.waits_for:
        return [given.under(basis)]
    if approval.at < len(approval.path):
        return [given.under(basis), _open(after, approval.at + 1, context)]
    done = context.basis(step.clause, "path", "approved", steps=len(approval.path), round=approval.round)
    return [given.under(basis), ApprovalCompleted(round=approval.round).under(done)]


def _return(reason: str, to_step: int | None, approval: Approval, context: Context) -> Decision:
    if to_step is not None and to_step >= approval.at:
        raise rules.ReturnGoesBack(field="to_step", open_step=approval.at, to_step=to_step)
    returned = ApprovalReturned.model_validate(
        {**_signature(approval, context), "to_step": to_step, "reason": reason}
    )
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
    if person in approval.decided or any(person in step.signers for step in approval.path[approval.at - 1 :]):
        raise rules.SignsAlready(signer=person)


def _known(people: tuple[str, ...], context: Context) -> None:
    for person in people:
        if person not in context.directory.employees:
            raise rules.UnknownEmployee(employee=person)


def _time_over(step: int, approval: Approval, context: Context) -> Decision:
    if step != approval.at or approval.timed_out:
        return []
    superiors = (context.directory.superior_of(person) for person in approval.waits_for)
    barred = {approval.requester, *approval.decided, *(p for s in approval.path for p in s.signers)}
    to = tuple(sorted({person for person in superiors if person and person not in barred}))
    if not to:
        return [ApprovalStepExpired(round=approval.round, step=step, late=approval.waits_for)]
    return [ApprovalStepEscalated(round=approval.round, step=step, late=approval.waits_for, to=to)]


def _open(approval: Approval, number: int, context: Context) -> Ruled:
    step = approval.path[number - 1]
    remind_at, due_at = open_step(step, context)
    event = ApprovalStepOpened(
        round=approval.round,
        step=number,
        authority=step.authority,
        signers=step.signers,
        mode=step.mode,
        decided_under=step.clause,
        policy=step.policy,
        instead_of=step.instead_of,
        remind_at=remind_at,
        due_at=due_at,
    )
    basis = context.basis(step.clause, "step", "waits", authority=step.authority, signers=", ".join(step.signers))
    return event.under(basis)


def _signer_added(approval: Approval, event: SignerAdded) -> Approval:
    if event.place == "beside":
        all_of = approval.step.mode == "all"
        step = approval.step.model_copy(
            update={"mode": "all", "signers": (*(approval.step.signers if all_of else (event.by,)), event.signer)}
        )
        waits_for = (*(approval.waits_for if all_of else (event.by,)), event.signer)
        return replace(approval, path=_with_step(approval.path, approval.at, step), waits_for=waits_for)
    extra = Step(authority="added_signer", signers=(event.signer,), clause=event.decided_under, policy=event.policy)
    at = approval.at - 1 if event.place == "before" else approval.at
    return replace(approval, path=(*approval.path[:at], extra, *approval.path[at:]))


def _with_step(path: tuple[Step, ...], number: int, step: Step) -> tuple[Step, ...]:
    return (*path[: number - 1], step, *path[number:])
