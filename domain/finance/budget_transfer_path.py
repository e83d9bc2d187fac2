"""Who moves a budget 预算调剂权限 (clauses 2.1.3.1, 2.1.1.5, 2.1.2.2): who may apply, and who decides.

The finance manager assesses the need, then the authorities of the amount decide; where the path asks department heads,
those of every department concerned, save the one who applies. What the reserve pool gives, management decides.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from domain.directory import Role
from domain.finance.budget_transfer_messages import CLAUSE, CLAUSE_POOL, CLAUSE_TIERS
from domain.finance.budget_transfer_rules import AssessmentNeeded, NotForYouToTransfer
from domain.governance.approval_path import Authority, Step, path
from domain.governance.approval_rules import VacantStep
from domain.governance.approvals import Approval, ApprovalGiven, Approve
from domain.governance.parameters import authority_chain, speaks_for
from domain.kernel import Basis, Command, Context, Event

HEAD, ASSESSOR = str(Role.DEPARTMENT_HEAD), str(Role.FINANCE_MANAGER)


def check_may_apply(departments: Iterable[str], context: Context) -> None:
    """Only the head of a department concerned or finance."""
    holds = context.directory.holds
    who = context.principal
    named = sorted(set(departments))
    if holds(who, Role.FINANCE) or holds(who, Role.FINANCE_MANAGER):
        return
    if not any(holds(who, Role.DEPARTMENT_HEAD, each) for each in named):
        raise NotForYouToTransfer(departments=", ".join(named))


def path_for(
    amount: Decimal, departments: Sequence[str], requester: str, context: Context, *, from_pool: bool = False
) -> tuple[tuple[Step, ...], Basis]:
    """The steps in order, and the ruling behind them; ``departments`` with the one that gives first."""
    value = context.policy.value
    chain = authority_chain(
        value(CLAUSE_TIERS, "tiers"),
        amount,
        between=value(CLAUSE_TIERS, "between"),
        chain=value(CLAUSE_TIERS, "chain"),
    )
    authorities = [Authority(role=ASSESSOR, clause=CLAUSE)]
    for role in chain:
        if role == HEAD:
            authorities += _heads(departments, requester, context, from_pool=from_pool)
        elif role != ASSESSOR:
            authorities.append(Authority(role=role, clause=CLAUSE_TIERS))
    if from_pool:
        decides = value(CLAUSE_POOL, "authority")
        speakers = set(speaks_for(decides))
        if not any(speaks_for(each.role) and speakers.issuperset(speaks_for(each.role)) for each in authorities):
            authorities.append(Authority(role=decides, clause=CLAUSE_POOL))
    steps = path(authorities, requester=requester, department=departments[0], context=context)
    told = " → ".join(each.authority for each in steps)
    return steps, context.basis(
        CLAUSE_TIERS, "tiers", told, amount=amount, departments=", ".join(departments), from_pool=from_pool
    )


def _heads(departments: Sequence[str], requester: str, context: Context, *, from_pool: bool) -> list[Authority]:
    """The heads of the departments the requester does not head; his superior where that leaves none to decide."""
    heads: list[tuple[str, ...]] = []
    for each in dict.fromkeys(departments):
        found = context.directory.holders(Role.DEPARTMENT_HEAD, each)
        if not found:
            raise VacantStep(field=HEAD, step=HEAD, department=each, clause=CLAUSE_TIERS)
        if found not in heads:
            heads.append(found)
    others = [each for each in heads if requester not in each]
    # What management decides in any case needs nobody above the head who asks for it.
    asked = others if others or from_pool else heads
    return [Authority(role=HEAD, clause=CLAUSE_TIERS, people=each) for each in asked]


def check_assessed(command: Command, approval: Approval) -> None:
    """Finance agrees with an assessment, never without a word."""
    open_step = approval.step if approval.status == "open" else None
    if isinstance(command, Approve) and open_step and _is_assessment(open_step) and not command.comment:
        raise AssessmentNeeded(field="comment")


def assessed_by(command: Command, approval: Approval, so_far: str) -> str:
    """The assessment as it stands with the agreement that completes the path."""
    return command.comment if isinstance(command, Approve) and _is_assessment(approval.step) else so_far


def assessment_after(event: Event, approval: Approval, so_far: str) -> str:
    """The assessment as it stands after what happened at the open step."""
    return event.comment if isinstance(event, ApprovalGiven) and _is_assessment(approval.step) else so_far


def _is_assessment(step: Step) -> bool:
    """Whether a step is finance's assessment of the need."""
    return step.authority == ASSESSOR and step.clause == CLAUSE
