"""When an employee's data are erased, the organisation keeps his number alone 删除离职员工信息 (clause 4.3.2.1)."""

from collections.abc import Iterable

from application.together import Asked, together
from domain.governance.erasure import SubjectErased
from domain.governance.organisation_changes import ForgetEmployee
from domain.kernel import Context, Stream


@together(SubjectErased)
def forget_an_erased_employee(erased: SubjectErased, context: Context) -> Iterable[Asked]:
    """So every process that has the organisation in memory forgets the name as well."""
    if erased.purpose == "employment":
        yield Asked(Stream("organisation", "company"), ForgetEmployee(employee=erased.person))
