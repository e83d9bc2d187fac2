"""What a budget line refuses 预算行规则."""

from domain.kernel import Refusal


class NoBudgetLine(Refusal):
    """Nothing is bought without a budget line: none is published for this department, account and year.

    没有预算行不得采购：该部门在该财年的该科目下没有已发布的预算。

    → Name an account that has a budget, or apply for a transfer to a new line (clause 2.1.3.1).
    → 请改用有预算的科目，或提交《预算调剂申请表》开立预算行。
    """

    clause = "2.1.2.2"


class BudgetExceeded(Refusal):
    """The budget line has less left than is asked for.

    预算行可用余额不足。

    → Ask for less, wait until something is released, or apply for a transfer 《预算调剂申请表》.
    → 请减少金额、等待释放，或提交《预算调剂申请表》。
    """

    clause = "2.1.2.2"


class ExplanationNeeded(Refusal):
    """This line is exceeded only as far as a variance explanation accepted by finance allows.

    该预算行仅可在财务审核通过的《预算差异说明》准许的额度内超支。

    → File 《预算差异说明》 for the line: cause, controllable or not, remedy, amount.
    → 请为该预算行提交《预算差异说明》：原因、是否可控、改进措施与金额。
    """

    clause = "2.1.2.2"


class NeverBelowZero(Refusal):
    """A line gives up no more than it has left.

    调出金额不得超过预算行的可用余额。

    → Transfer less, or from another line.
    → 请减少调出金额，或从其他预算行调出。
    """

    clause = "2.1.3.1"


class LineExists(Refusal):
    """A line is opened once; afterwards it is adjusted.

    预算行只开立一次，其后通过调整变更。

    → Apply for a transfer.
    → 请提交《预算调剂申请表》。
    """

    clause = "2.1.1.6"


class NotOfThisYear(Refusal):
    """A month named does not lie in the line's fiscal year.

    所填月份不属于该预算行的财年。

    → Name a month of that year.
    → 请填写该财年内的月份。
    """

    clause = "2.1.3.1"
