"""When management approves a department's rules, the rulebook puts them in force 施行部门细则 (clause 5.2)."""

from collections.abc import Iterable

from application.together import Asked, together
from domain.governance.department_rules import DepartmentRulesApproved
from domain.governance.rulebook import AdoptDepartmentRules
from domain.kernel import Context, Stream


@together(DepartmentRulesApproved)
def put_approved_department_rules_in_force(approved: DepartmentRulesApproved, context: Context) -> Iterable[Asked]:
    """What the department tightened, from the day it names."""
    command = AdoptDepartmentRules(
        filing=context.subject.id,
        department=approved.department,
        tightened=approved.tightened,
        effective_from=approved.effective_from,
    )
    yield Asked(Stream("rulebook", "company"), command)
