"""What budget transfers and carry-forwards refuse 预算调剂与结转规则 (clause 2.1.3.1)."""

from domain.finance.budget_transfer_messages import CLAUSE
from domain.kernel import Refusal


class NotForYouToTransfer(Refusal):
    """A budget is moved on application of the head of a department concerned, or of finance.

    预算调剂与结转由相关部门的主管或财务申请。

    → Ask the head of the department that gives or receives, or finance.
    → 请由调出或调入部门的主管，或由财务提交。
    """

    clause = CLAUSE
    attempt = True


class AppliedAlready(Refusal):
    """An application is filed once; after that its requester revises it, until it is decided.

    申请只提交一次；办结前由申请人修改。

    → Revise it, or file a new one where it is decided.
    → 请修改该申请；已办结的请另行提交。
    """

    clause = CLAUSE


class OnlyRequesterRevises(Refusal):
    """An application is revised by whoever filed it.

    申请由申请人本人修改。

    → Return it to the requester, with what should be different.
    → 请退回申请人并说明修改意见。
    """

    clause = CLAUSE
    attempt = True


class NothingMoves(Refusal):
    """Every line of an application moves an amount above zero, and there is at least one.

    申请须至少有一项，且每项金额大于零。

    → State the lines and amounts.
    → 请填写调入项与金额。
    """

    clause = CLAUSE


class LineNamedTwice(Refusal):
    """A line stands in an application once, and gives or receives, not both.

    同一预算行在一份申请中只出现一次，且不得同时调出与调入。

    → Combine its amounts, or leave it out.
    → 请合并金额或删除重复项。
    """

    clause = CLAUSE


class PoolToPool(Refusal):
    """What goes back to the reserve pool comes from a line.

    退回调剂池的金额须来自预算行。

    → Name the line that gives.
    → 请填写调出项。
    """

    clause = CLAUSE


class TotalStays(Refusal):
    """The policy lets the total of the budget change in no way, so nothing is drawn from or given to the reserve pool.

    制度规定预算总额不得变动，故不得动用或退回预算调剂池。

    → Transfer between lines instead.
    → 请改为在预算行之间调剂。
    """

    clause = CLAUSE


class YearIsOver(Refusal):
    """The budget of a fiscal year that is over is not transferred any more.

    已结束财年的预算不得再调剂。

    → Apply to carry it forward, where the policy allows it.
    → 制度允许的，请提交预算结转申请。
    """

    clause = CLAUSE


class CalculationDiffers(Refusal):
    """The items of a detailed calculation add up to the amount asked.

    测算明细合计须等于申请金额。

    → Correct the items or the amount.
    → 请更正明细或金额。
    """

    clause = CLAUSE


class NoDepartmentToReceive(Refusal):
    """A department named stands in the organisation.

    所填部门须在组织架构中。

    → Check the department in the organisation chart.
    → 请在组织架构中核对部门。
    """

    clause = CLAUSE


class AssessmentNeeded(Refusal):
    """Finance writes down its assessment of the need when it agrees.

    财务同意时须写明对调剂必要性的评估意见。

    → Write the assessment into the comment.
    → 请在审批意见中填写评估意见。
    """

    clause = CLAUSE


class NotYetOver(Refusal):
    """A budget is carried forward in the last month of its fiscal year or after it.

    预算结转须在财年最后一个月或其后办理。

    → Wait for the last month of the year.
    → 请于财年最后一个月起办理。
    """

    clause = CLAUSE


class NotAYearOfADepartment(Refusal):
    """A carry-forward is numbered by year and department, e.g. 2026.D06.

    预算结转以“财年.部门”编号，如 2026.D06。

    → Use that number.
    → 请使用该编号。
    """

    clause = CLAUSE


class NextYearUnpublished(Refusal):
    """A budget is carried into a year whose own budget is published.

    预算只能结转至已发布预算的财年。

    → Wait until the next year's budget is published.
    → 请待下一年度预算发布后办理。
    """

    clause = CLAUSE


class NotCarriedForward(Refusal):
    """The policy lets nothing of this line be carried forward: its category is not, or nothing of it is left.

    按制度该预算行无可结转金额：其成本类别不结转，或已无可结转余额。

    → Leave it out.
    → 请删除该项。
    """

    clause = CLAUSE


class MoreThanMayBeCarried(Refusal):
    """No more is carried forward than the policy allows of the line.

    结转金额不得超过制度允许的额度。

    → Ask for less, or leave the amount out for all that is allowed.
    → 请减少金额，或不填金额以结转可结转全额。
    """

    clause = CLAUSE
