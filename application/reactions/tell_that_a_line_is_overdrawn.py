"""Where the policy only warns of a purchase beyond its budget line, the head is told 超预算预警 (clause 2.1.2.2)."""

from collections.abc import Sequence

from application.notices import tell
from application.reactions import Asked, Known, after
from domain.directory import Role
from domain.finance.budget_line import BudgetLine
from domain.finance.budget_line_messages import CLAUSE_CONTROL, BudgetLineMoved
from domain.history import Recorded


@after(BudgetLineMoved)
async def tell_that_a_line_is_overdrawn(recorded: Recorded, known: Known) -> Sequence[Asked]:
    """By the ruling behind the event: warned, and by how much it is over."""
    ruling = next((each for each in recorded.basis if each.clause == CLAUSE_CONTROL and each.outcome == "warned"), None)
    if ruling is None:
        return []
    moved = recorded.event
    assert isinstance(moved, BudgetLineMoved)
    line = await known.state(recorded.subject, recorded.position)
    assert isinstance(line, BudgetLine)
    heads = known.directory().holders(Role.DEPARTMENT_HEAD, line.department)
    id, over = recorded.subject.id, ruling.inputs["over"]
    return tell(
        recorded,
        heads,
        "line_overdrawn",
        f"预算行 {id} 已超预算 {over} 元（{moved.claim}），可事先提交《预算差异说明》或《预算调剂申请表》",
        f"Budget line {id} is exceeded by {over} CNY ({moved.claim}); explain it in advance or apply for a transfer",
    )
