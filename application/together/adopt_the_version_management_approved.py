"""When management approves a policy proposal, the rulebook adopts the new version 施行制度新版本 (clause 5.3)."""

from collections.abc import Iterable

from application.together import Asked, together
from domain.governance.policy_proposal import PolicyProposalApproved
from domain.governance.rulebook import AdoptVersion
from domain.kernel import Context, Stream


@together(PolicyProposalApproved)
def adopt_the_version_management_approved(approved: PolicyProposalApproved, context: Context) -> Iterable[Asked]:
    """The proposal's parameters, from the day it names."""
    command = AdoptVersion(
        proposal=context.subject.id, changes=approved.changes, effective_from=approved.effective_from
    )
    yield Asked(Stream("rulebook", "company"), command)
