"""Who approves a department's budget 部门预算审批路径 (2.1.1.5): by its amount, and never whoever files it.

The head who files is the lowest authority himself, so his own signature falls to his superior: up to 100,000 the
superior approves; above it the superior, then the general manager. Nobody signs twice: where the superior is the
general manager, or the general manager files, the lower step goes into the higher one, which somebody else signs.

The steps have no limit of time of their own: they wait for the management meeting, and the day of publication is owed.
"""

from decimal import Decimal

from domain.directory import Directory, Role
from domain.governance.approval_path import Authority, Step, path
from domain.governance.parameters import authority_chain
from domain.kernel import Basis, Context

CLAUSE = "2.1.1.5"


def budget_path(amount: Decimal, requester: str, department: str, context: Context) -> tuple[tuple[Step, ...], Basis]:
    """The steps, and the ruling behind them. Raises VacantStep where nobody may sign one."""
    value = context.policy.value
    chain = authority_chain(
        value(CLAUSE, "tiers"), amount, between=value(CLAUSE, "between"), chain=value(CLAUSE, "chain")
    )
    signers = [_signers(each, requester, department, context.directory) for each in chain]
    wanted = [
        authority
        for place, authority in enumerate(chain)
        if len(signers[place]) != 1 or not any(signers[place] <= later for later in signers[place + 1 :])
    ]
    steps = path(
        [Authority(role=role, clause=CLAUSE, limit_working_hours=0) for role in wanted],
        requester=requester,
        department=department,
        context=context,
    )
    ruling = context.basis(
        CLAUSE, "tiers", " → ".join(wanted), amount=amount, department=department, authorities=" → ".join(chain)
    )
    return steps, ruling


def _signers(authority: str, requester: str, department: str, directory: Directory) -> frozenset[str]:
    """Who would sign for an authority: whoever holds it, else the requester's superior in his place."""
    if authority in ("superior", "management"):
        return frozenset()
    held = frozenset(directory.holders(Role(authority), department)) - {requester}
    superior = directory.superior_of(requester)
    return held or frozenset((superior,) if superior else ())
