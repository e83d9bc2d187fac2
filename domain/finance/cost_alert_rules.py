"""What a cost alert refuses 成本预警规则."""

from domain.finance.cost_alert_messages import CLAUSE_ALERT, CLAUSE_REPORT, CLAUSE_WHYS
from domain.kernel import Refusal


class NoCostAlert(Refusal):
    """There is a cost alert only where the house raised one.

    成本预警由系统发出；该部门当月没有预警。

    → Look the alert up in the list of cost alerts.
    → 请在成本预警清单中查找。
    """

    clause = CLAUSE_ALERT


class AnsweredByHead(Refusal):
    """A cost alert is answered by the head of the department it was raised for.

    成本预警由被预警部门的主管作出说明。

    → Ask the head of the department.
    → 请由该部门主管办理。
    """

    clause = CLAUSE_REPORT
    attempt = True


class TooFewCauses(Refusal):
    """Five whys name at least as many causes as the policy says.

    5Why分析的原因不得少于制度规定的层数。

    → Ask why the last one came about, and add the answer.
    → 请就最后一层继续追问并补充原因。
    """

    clause = CLAUSE_WHYS


class ExplainsNoLevel(Refusal):
    """A cause explains the phenomenon or a cause before it.

    每层原因须解释现象或其之前的某一层原因。

    → Give the level it explains: 0 for the phenomenon, 1 for the first cause, at most the one before.
    → 请填写所解释的层级：0 为现象，1 为第一层原因，最大为其前一层。
    """

    clause = CLAUSE_WHYS


class ChainEndsEarly(Refusal):
    """A chain of causes shorter than the policy asks for says why it ends there.

    原因链不足制度要求的层数时，须说明为何到此为止。

    → Go on asking why, or fill in why the chain ends.
    → 请继续追问，或填写不再追问的原因。
    """

    clause = CLAUSE_WHYS


class FiveWhysFirst(Refusal):
    """The anomaly report follows from five whys that are on record.

    提交成本异常分析报告前，须先记录5Why分析。

    → Record the phenomenon and its causes first.
    → 请先记录现象与各层原因。
    """

    clause = CLAUSE_WHYS


class ReportAccepted(Refusal):
    """A report that finance accepted stands as it is.

    财务已认可的报告不再变更。

    → Nothing is left to do.
    → 无需再办理。
    """

    clause = CLAUSE_REPORT


class ReportUnderReview(Refusal):
    """A report that is before finance is filed again once finance has returned it.

    报告正由财务审核，退回后方可再次提交。

    → Wait for the review, or ask finance to return it.
    → 请等待审核，或请财务退回。
    """

    clause = CLAUSE_REPORT


class NoReportToReview(Refusal):
    """A report is reviewed after it was filed, once for each version.

    报告提交后方可审核，每一版本只审核一次。

    → Wait until the head of the department files it.
    → 请等待部门主管提交报告。
    """

    clause = CLAUSE_REPORT


class MeasureBySomebody(Refusal):
    """Every measure is in the hands of somebody employed.

    每项整改措施须由在职员工负责。

    → Give the employee number of who does it.
    → 请填写责任人的工号。
    """

    clause = CLAUSE_REPORT


class ReviewedByFinance(Refusal):
    """A cost anomaly report is reviewed by finance.

    成本异常分析报告由财务审核。

    → Ask the finance manager or finance.
    → 请联系财务经理或财务人员。
    """

    clause = CLAUSE_REPORT
    attempt = True


class NobodyReviewsHisOwn(Refusal):
    """Nobody reviews a report he filed or owes, neither himself nor through a delegate.

    任何人不得审核本人提交或应由本人提交的报告，也不得通过代理人审核。

    → Leave it to somebody else of finance.
    → 请由财务的其他人员审核。
    """

    clause = CLAUSE_REPORT
    attempt = True
