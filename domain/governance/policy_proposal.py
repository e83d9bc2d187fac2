"""Policy proposal 制度修订提案 (clause 5.3): parameters to change, the day they take effect, and why.

Management approves it like anything else; with the approval the rulebook adopts the new version in the same
transaction. What the rulebook refuses then (another version came first) refuses the approval, and says what to do.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from pydantic import Field

from domain.directory import Role
from domain.governance import approvals
from domain.governance.approval_path import Authority, Step, path
from domain.governance.approvals import Approval, ApprovalCommand, ApprovalEvent
from domain.governance.policy_changes import (
    NothingChanges,
    ParameterChange,
    Raw,
    approved_by,
    read_changes,
    starts,
    with_changes,
)
from domain.governance.policy_in_force import LatestVersion
from domain.kernel import Aggregate, Command, Context, Decision, Event, Refusal, Stream
from domain.policy import Policy

CLAUSE = "5.3"
RULEBOOK = Stream("rulebook", "company")


class ProposePolicy(Command):
    """Propose a new version of the policy 提出制度修订."""

    zh: ClassVar[str] = "提出制度修订"
    changes: Raw
    effective_from: date = Field(description="Day it takes effect 生效日期")
    reason: str = Field(min_length=1, max_length=4000, description="Why 修订理由")


class RevisePolicyProposal(Command):
    """Change a proposal and file it again 修改制度修订提案; what was approved of it opens again."""

    zh: ClassVar[str] = "修改制度修订提案"
    changes: Raw
    effective_from: date = Field(description="First day in force 生效日")
    reason: str = Field(min_length=1, max_length=4000, description="Why the policy is to change 修订理由")


PolicyProposalCommand = ProposePolicy | RevisePolicyProposal | ApprovalCommand


class PolicyProposed(Event):
    """A new version was proposed 制度修订已提出. ``based_on`` is the version it was compared with."""

    zh: ClassVar[str] = "制度修订已提出"
    clause: ClassVar[str] = CLAUSE
    proposer: str
    changes: tuple[ParameterChange, ...]
    effective_from: date
    reason: str
    based_on: str
    path: tuple[Step, ...]


class PolicyProposalRevised(Event):
    """A proposal was changed and filed again 制度修订提案已修改."""

    zh: ClassVar[str] = "制度修订提案已修改"
    clause: ClassVar[str] = CLAUSE
    changes: tuple[ParameterChange, ...]
    effective_from: date
    reason: str
    based_on: str
    path: tuple[Step, ...]


class PolicyProposalApproved(Event):
    """Management approved a proposal 制度修订已批准; the rulebook adopts it in the same transaction."""

    zh: ClassVar[str] = "制度修订已批准"
    clause: ClassVar[str] = CLAUSE
    changes: tuple[ParameterChange, ...]
    effective_from: date


PolicyProposalEvent = PolicyProposed | PolicyProposalRevised | PolicyProposalApproved | ApprovalEvent


class NotForYouToPropose(Refusal):
    """A new version is proposed by those the policy names for it.

    制度修订由制度指定的人员提出。

    → Ask one of them to propose it, e.g. the administrator or management.
    → 请由其中一人提出，如系统管理员或管理层。
    """

    clause = CLAUSE
    attempt = True


class ProposedAlready(Refusal):
    """A proposal is made once; after that its proposer revises it, until it is decided.

    提案只提出一次；办结前由提案人修改。

    → Revise it, or make a new proposal where it is decided.
    → 请修改该提案；已办结的请另行提出。
    """

    clause = CLAUSE


class OnlyProposerRevises(Refusal):
    """A proposal is revised by whoever made it.

    提案由提案人本人修改。

    → Return it to the proposer, with what should be different.
    → 请退回提案人并说明修改意见。
    """

    clause = CLAUSE
    attempt = True


@dataclass(frozen=True, slots=True)
class PolicyProposal:
    """A proposal as its history left it."""

    proposer: str = ""
    changes: tuple[ParameterChange, ...] = ()
    effective_from: date | None = None
    reason: str = ""
    approval: Approval = Approval()


def decide(command: PolicyProposalCommand, state: PolicyProposal, context: Context) -> Decision:
    """The order of the cases is the order of the rules."""
    match command:
        case ProposePolicy():
            return _propose(command, state, context)
        case RevisePolicyProposal():
            return _revise(command, state, context)
        case _:
            decision = approvals.decide(command, state.approval, context)
            if state.effective_from is None or not approved_by(decision):
                return decision
            return [*decision, PolicyProposalApproved(changes=state.changes, effective_from=state.effective_from)]


def evolve(state: PolicyProposal, event: PolicyProposalEvent) -> PolicyProposal:
    """The proposal after ``event``."""
    match event:
        case PolicyProposed() | PolicyProposalRevised():
            proposer = event.proposer if isinstance(event, PolicyProposed) else state.proposer
            return PolicyProposal(
                proposer=proposer,
                changes=event.changes,
                effective_from=event.effective_from,
                reason=event.reason,
                approval=approvals.opened(state.approval, proposer, event.path),
            )
        case PolicyProposalApproved():
            return state
        case _:
            return replace(state, approval=approvals.evolve(state.approval, event))


def _propose(command: ProposePolicy, state: PolicyProposal, context: Context) -> Decision:
    if state.proposer:
        raise ProposedAlready(status=state.approval.status)
    may = context.policy.value(CLAUSE, "proposed_by")
    if not any(context.directory.holds(context.principal, Role(role)) for role in may):
        raise NotForYouToPropose(proposed_by=", ".join(may))
    changes, steps = _read(command, context.principal, context)
    proposed = PolicyProposed(
        proposer=context.principal,
        changes=changes,
        effective_from=command.effective_from,
        reason=command.reason,
        based_on=_latest(context).version,
        path=steps,
    )
    _, first = approvals.submit(state.approval, context.principal, steps, context)
    return [proposed, first]


def _revise(command: RevisePolicyProposal, state: PolicyProposal, context: Context) -> Decision:
    if state.approval.status in ("none", "approved", "rejected"):
        raise ProposedAlready(status=state.approval.status)
    if context.principal != state.proposer:
        raise OnlyProposerRevises(proposer=state.proposer)
    changes, steps = _read(command, state.proposer, context)
    revised = PolicyProposalRevised(
        changes=changes,
        effective_from=command.effective_from,
        reason=command.reason,
        based_on=_latest(context).version,
        path=steps,
    )
    _, first = approvals.submit(state.approval, state.proposer, steps, context)
    return [revised, first]


def _read(
    command: ProposePolicy | RevisePolicyProposal, proposer: str, context: Context
) -> tuple[tuple[ParameterChange, ...], tuple[Step, ...]]:
    """What it changes, and who approves it."""
    policy = context.policy
    starts(command.effective_from, context.now, context.working_time.zone, policy.value(CLAUSE, "notice_days"))
    base = _latest(context)
    changes = read_changes(command.changes, base)
    if not changes:
        raise NothingChanges(field="changes", version=base.version)
    with_changes(base, changes)
    authority = Authority(role=policy.value(CLAUSE, "authority"), clause=CLAUSE)
    return changes, path([authority], requester=proposer, department=None, context=context)


def _latest(context: Context) -> Policy:
    """The version a proposal changes: the last one adopted, though it may not be in force yet."""
    known = context.fact(LatestVersion, *RULEBOOK)
    return known.policy if known else context.policy


def consults(command: PolicyProposalCommand, state: PolicyProposal) -> Iterable[Stream]:
    """The rulebook, for its latest version."""
    return (RULEBOOK,) if isinstance(command, ProposePolicy | RevisePolicyProposal) else ()


POLICY_PROPOSAL = Aggregate(
    name="policy_proposal",
    zh="制度修订提案",
    prefix="PP",
    initial=PolicyProposal(),
    decide=decide,
    evolve=evolve,
    consults=consults,
)
