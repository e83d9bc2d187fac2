"""What a cost period refuses 成本期间规则."""

from domain.finance.cost_period_messages import CLAUSE_ERRORS, CLAUSE_GATHERED
from domain.kernel import Refusal


class GatheredByFinance(Refusal):
    """Costs are booked, corrected, allocated and closed by finance.

    成本入账、更正、分摊与归集由财务办理。

    → Ask finance.
    → 请联系财务办理。
    """

    clause = CLAUSE_GATHERED
    attempt = True


class PeriodNotOpen(Refusal):
    """Costs are booked in a month whose period is open: not before the month, not after it is closed.

    成本须计入已开启且未关闭的期间：不得早于当月，亦不得晚于归集完成。

    → Book what belongs to a closed month in the open one, by a correction that names the month.
    → 已关闭月份的成本，请在开启的期间以更正分录入账并注明原月份。
    """

    clause = CLAUSE_GATHERED


class MonthNotOver(Refusal):
    """A period is closed after its month is over.

    期间须在当月结束后方可关闭。

    → Close it from the first day of the next month on.
    → 请于次月首日起办理。
    """

    clause = CLAUSE_GATHERED


class AccountsUnassigned(Refusal):
    """A period is closed once every entry has an account.

    所有分录指定科目后方可关闭期间。

    → Correct the entries named, each with its account; assign the category of goods to an account for the next time.
    → 请更正所列分录并填写科目，并为该采购类别指定科目。
    """

    clause = CLAUSE_ERRORS


class SharesNotAllocated(Refusal):
    """A period is closed once the costs of shared departments are allocated by the keys declared for the month.

    当月适用的分摊标准全部执行后方可关闭期间。

    → Allocate what is named, then close.
    → 请先分摊所列费用，再关闭期间。
    """

    clause = CLAUSE_GATHERED


class BudgetLinesMissing(Refusal):
    """Costs are booked on budget lines that exist: for some of these departments and accounts none is published.

    成本须计入已发布的预算行：所列部门与科目没有预算行。

    → Correct the rows named, or have a transfer open the lines (clause 2.1.3.1), then book again.
    → 请更正所列各行，或通过预算调剂开立预算行（2.1.3.1）后重新入账。
    """

    clause = "2.1.2.2"


class AccountsUnknown(Refusal):
    """Costs are booked on accounts in use.

    成本须计入启用的科目。

    → Correct the rows named, or have finance add the accounts.
    → 请更正所列各行，或由财务新增科目。
    """

    clause = CLAUSE_ERRORS


class DepartmentsUnknown(Refusal):
    """Costs are booked to departments of the company.

    成本须计入公司现有部门。

    → Correct the rows named.
    → 请更正所列各行。
    """

    clause = CLAUSE_ERRORS


class RowTwice(Refusal):
    """Every entry of a file names its line and part once.

    文件的每条分录，行号与序号不得重复。

    → Number the entries by the file's lines.
    → 请按文件行号编号。
    """

    clause = CLAUSE_ERRORS


class ObjectNotNamed(Refusal):
    """The direct costs of a department that produces name one of its cost objects: a variety, or a step.

    生产部门的直接成本须注明其成本对象（品种或步骤）。

    → Name an object of the department's costing method in the rows named.
    → 请在所列各行填写该部门核算方法中的成本对象。
    """

    clause = "2.2.1.2"


class NoSuchEntry(Refusal):
    """Corrected is an entry that was booked, and was not corrected before.

    仅可更正已入账且尚未更正的分录。

    → Look up the entry; where it was corrected before, correct the entry that was booked instead.
    → 请核对分录编号；已更正的，请更正其更正分录。
    """

    clause = CLAUSE_ERRORS


class NothingCorrected(Refusal):
    """A correction books something else than the entry it corrects.

    更正后的分录须与原分录不同。

    → Say what is right, or leave it out to take the entry back.
    → 请填写正确内容；仅冲销时不填写。
    """

    clause = CLAUSE_ERRORS


class CorrectedThere(Refusal):
    """An entry of a month that is still open is corrected in that month.

    未关闭月份的分录须在该月份更正。

    → Correct it in its own period.
    → 请在其所属期间更正。
    """

    clause = CLAUSE_ERRORS


class NoKeyForMonth(Refusal):
    """Shared costs are allocated by a key declared for the month, on accounts it names.

    共同费用须按当月适用的分摊标准及其科目分摊。

    → Have finance record the key, or choose another.
    → 请由财务登记分摊标准，或改用其他标准。
    """

    clause = CLAUSE_ERRORS


class NothingToAllocate(Refusal):
    """The shared department bears nothing on these accounts that is not allocated already.

    共同费用部门在所列科目下没有待分摊的费用。

    → Book the costs first.
    → 请先将费用入账。
    """

    clause = CLAUSE_ERRORS
