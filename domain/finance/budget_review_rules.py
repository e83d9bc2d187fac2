"""What a yearly budget review refuses 年度预算复盘规则 (clause 2.1.3.2)."""

from domain.finance.budget_review_messages import CLAUSE
from domain.kernel import Refusal


class FinanceHoldsTheReview(Refusal):
    """The yearly budget review is held by finance.

    年度预算复盘由财务组织并记录。

    → Ask finance to record it.
    → 请联系财务记录。
    """

    clause = CLAUSE
    attempt = True


class OwnOverrun(Refusal):
    """Nobody judges an overrun of a department he heads, or one he answers for, nor through a delegate.

    任何人不得对本人主管部门的超支、或由本人负责的超支作出结论，也不得通过代理人办理。

    → Leave the finding to a colleague in finance.
    → 请由财务其他同事登记该结论。
    """

    clause = CLAUSE
    attempt = True


class NoBudgetReviewOpen(Refusal):
    """A budget review is held once it has been opened by the calendar, and until it is complete.

    年度预算复盘由系统日历启动后方可记录，完成后不再变更。

    → Wait for the month the policy names, or look at the review on record.
    → 请等待制度规定的复盘月份，或查看已完成的复盘。
    """

    clause = CLAUSE


class NoSuchDepartmentThere(Refusal):
    """A finding is about a department of the organisation or of a line that was over its budget.

    复盘结论须针对组织架构中的部门或超支预算行所属部门。

    → Check the department in the organisation chart.
    → 请在组织架构中核对部门。
    """

    clause = CLAUSE


class LineWasNotOver(Refusal):
    """A finding about a line is about one that was over its year's budget.

    针对预算行的结论须为当年超支的预算行。

    → Name a line that was over, or leave the account out for the department as a whole.
    → 请填写超支的预算行；针对部门整体的请不填科目。
    """

    clause = CLAUSE


class ExternalIsNotOnesOwn(Refusal):
    """What external causes brought about is nobody's own making.

    外部因素造成的超支不属于自身原因。

    → Name plan or execution as the cause, or say that it is not of the department's own making.
    → 请将原因改为预算编制或执行，或注明非自身原因。
    """

    clause = CLAUSE


class NobodyToAnswer(Refusal):
    """Whoever answers for an overrun of one's own making is employed; the department may be named in his place.

    责任人须为在职员工；也可由部门承担责任。

    → Check the employee number, or leave it out for the department.
    → 请核对员工编号，或留空由部门承担。
    """

    clause = CLAUSE


class OverrunsAwaited(Refusal):
    """A review is completed once all the lines that were over are before it.

    超支预算行全部登记后方可完成复盘。

    → The system puts them before it by itself shortly after it opens; try again.
    → 系统将在复盘启动后自动登记，请稍后再试。
    """

    clause = CLAUSE


class FindingsMissing(Refusal):
    """A review is complete with at least one finding for each line that was over its budget.

    每个超支预算行至少须有一项复盘结论，方可完成复盘。

    → Record a finding for each of the lines named.
    → 请为所列预算行逐一记录结论。
    """

    clause = CLAUSE
