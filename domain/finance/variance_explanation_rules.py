"""What a variance explanation refuses 预算差异说明规则 (clause 2.1.2.2)."""

from domain.finance.variance_explanation_messages import CLAUSE
from domain.kernel import Refusal


class NotALineAndMonth(Refusal):
    """An explanation is numbered by its budget line and month, e.g. 2026.D06.office.2026-03.

    差异说明以“预算行.月份”编号，如 2026.D06.office.2026-03。

    → Use that number.
    → 请使用该编号。
    """

    clause = CLAUSE


class HeadExplains(Refusal):
    """An overrun is explained by the head of the department whose line it is, by management where there is none.

    预算差异由该预算行所属部门的主管说明；部门无主管时由管理层说明。

    → Ask the head of the department.
    → 请联系部门主管。
    """

    clause = CLAUSE
    attempt = True


class ExplainedAlready(Refusal):
    """An explanation is filed once, and again only where finance returned it.

    差异说明只提交一次；财务退回后方可再次提交。

    → Ask finance to return it, or explain the next month's overrun.
    → 请由财务退回后修改，或在下月说明中补充。
    """

    clause = CLAUSE


class AllowanceOrPool(Refusal):
    """An explanation asks for an allowance or for an amount of the reserve pool, not for both.

    差异说明申请超支额度或调剂池金额，不得同时申请。

    → Leave one of them empty.
    → 请只填写其中一项。
    """

    clause = CLAUSE


class NoAllowance(Refusal):
    """The policy stops purchases beyond a line of this category, whatever is explained.

    制度规定该成本类别超预算即禁止采购，说明不能放宽。

    → Ask for an amount of the reserve pool, or apply for a transfer 《预算调剂申请表》.
    → 请申请动用调剂池，或提交《预算调剂申请表》。
    """

    clause = CLAUSE


class FinanceReviews(Refusal):
    """An explanation is reviewed by finance.

    差异说明由财务审核。

    → Ask finance to review it.
    → 请联系财务审核。
    """

    clause = CLAUSE
    attempt = True


class OwnExplanation(Refusal):
    """Nobody reviews or decides on an explanation he filed or reviewed himself, nor through a delegate.

    任何人不得审核或决定本人提交或审核过的差异说明，也不得通过代理人办理。

    → Leave it to a colleague who had no part in it.
    → 请由未参与的同事处理。
    """

    clause = CLAUSE
    attempt = True


class NoExplanationToReview(Refusal):
    """There is no explanation that waits for a review.

    没有待审核的差异说明。

    → Wait until it is filed.
    → 请待部门提交后审核。
    """

    clause = CLAUSE


class ManagementDecidesOnPool(Refusal):
    """What the reserve pool gives is decided by whom the policy names for it, e.g. management.

    调剂池的动用由制度指定的权限人（如管理层）决定。

    → Ask one of them to decide.
    → 请由权限人决定。
    """

    clause = CLAUSE
    attempt = True


class NothingAskedOfPool(Refusal):
    """Nothing waits for a decision on the reserve pool: an explanation that asks for it is accepted by finance first.

    没有待决定的调剂池申请：须先由财务审核通过，且申请了调剂池金额。

    → Look at the explanation's timeline.
    → 请查看差异说明的时间线。
    """

    clause = CLAUSE


class GrantedMoreThanAsked(Refusal):
    """No more is granted than was asked.

    批准金额不得超过申请金额。

    → Grant what was asked or less.
    → 请批准不高于申请的金额。
    """

    clause = CLAUSE
