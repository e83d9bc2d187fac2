"""What a department's budget refuses 部门预算规则 (2.1.1.1-2.1.1.6)."""

from collections.abc import Sequence
from decimal import Decimal

from domain.kernel import Context, Refusal

AMOUNT_BELOW = Decimal(10) ** 13
"""CNY (``domain.money.Money``)."""
BYTES_MOST = 60_000
"""Of a version as stored: an entry of the journal stays under 64 KiB, its envelope included."""


class RoundClosed(Refusal):
    """A department's budget is made while the budget round of its year is open.

    部门预算在该财年预算编制启动后、发布前办理。

    → Wait until the round opens; what is published is changed by a transfer (clause 2.1.3.1).
    → 请等待预算编制启动；已发布的预算通过《预算调剂申请表》调整。
    """

    clause = "2.1.1.1"


class OutsideTheRound(Refusal):
    """This department takes no part in the budget round of the year.

    该部门不在该财年的预算编制范围内。

    → Have the finance manager include it.
    → 请由财务经理纳入编制范围。
    """

    clause = "2.1.1.1"


class NotItsNumber(Refusal):
    """A department's budget is numbered by its year and its department.

    部门预算编号由财年与部门组成。

    → Use the number shown, e.g. 2027.D06.
    → 请使用所示编号，如 2027.D06。
    """

    clause = "2.1.1.1"


class FiledByItsHead(Refusal):
    """A department's budget is filed by its head; who stands above fills in where there is none, finance restructures.

    部门预算由部门主管编制提交；无主管的由上级部门主管代行，财务经理可调整结构。

    → Ask one of those named.
    → 请由所列人员办理。
    """

    clause = "2.1.1.2"
    attempt = True


class CategoriesIncomplete(Refusal):
    """Last year's actuals are stated for every category of cost of the policy, each once; zero is an amount.

    上年实际支出须按制度的全部成本类别逐一填写，每类一次；没有支出填零。

    → State each of the categories named, and none but those.
    → 请逐一填写所列类别，不得多填或漏填。
    """

    clause = "2.1.1.1"


class ReasonForCorrection(Refusal):
    """What the journal's own figures say of last year is replaced only with a reason.

    系统按账计算的上年支出，须说明原因方可更正。

    → Say why the figures are replaced.
    → 请填写更正原因。
    """

    clause = "2.1.1.1"


class ActualsFirst(Refusal):
    """A budget is filed once last year's actuals are gathered and their changes forecast.

    收集上年实际支出并预测变动后，方可提交部门预算。

    → Gather the actuals by category, then forecast their changes (none is an answer).
    → 请先填报上年实际支出并预测变动（无变动亦须确认）。
    """

    clause = "2.1.1.1"


class BudgetFiledAlready(Refusal):
    """A department files its budget once; further versions are revisions.

    部门预算只提交一次，其后以修改方式形成新版本。

    → Revise it.
    → 请使用“修改部门预算”。
    """

    clause = "2.1.1.2"


class NotFiled(Refusal):
    """This budget is not filed yet.

    该部门预算尚未提交。

    → File it first.
    → 请先提交部门预算。
    """

    clause = "2.1.1.2"


class NothingRevised(Refusal):
    """A revision changes something.

    修改须有实质变化。

    → Change a line, or leave the version as it is.
    → 请修改预算行，或保持现有版本。
    """

    clause = "2.1.1.2"


class NotAnAccount(Refusal):
    """Every line is on an account of the chart, in the account's category.

    每一预算行须使用科目表中的科目，成本类别与科目一致。

    → Choose an account in use and leave its category to the chart.
    → 请选用在用科目，成本类别以科目表为准。
    """

    clause = "2.1.1.2"


class AccountTwice(Refusal):
    """A department has one line for an account.

    同一部门同一科目只有一个预算行。

    → Put the lines of the account into one, with items.
    → 请合并该科目的预算行，并以明细列示。
    """

    clause = "2.1.1.2"


class LineIncomplete(Refusal):
    """A budget line states what the policy asks for, its basis of calculation included.

    预算行须填写制度要求的全部内容，包括测算依据。

    → Fill in what is missing.
    → 请补填缺项。
    """

    clause = "2.1.1.2"


class PhasingDiffers(Refusal):
    """The twelve months of a line come to its amount.

    十二个月的分解之和须等于预算行金额。

    → Correct a month or the amount, or leave the months out to spread it evenly.
    → 请更正月度金额或年度金额；不填月度则平均分解。
    """

    clause = "2.1.1.2"


class ItemsDiffer(Refusal):
    """The items of a line come to its amount.

    明细合计须等于预算行金额。

    → Correct quantities, prices or the amount.
    → 请更正数量、单价或金额。
    """

    clause = "2.1.1.2"


class TooManyBudgetLines(Refusal):
    """A department's budget has at most three hundred lines.

    部门预算最多三百行。

    → Put similar lines into one account.
    → 请合并相近的预算行。
    """

    clause = "2.1.1.2"


class BudgetTooLong(Refusal):
    """A version of a budget is stored as one entry, which has room for so much.

    部门预算的一个版本作为一条记录保存，超出容量。

    → Shorten texts, merge items, leave out months that are spread evenly, or attach the calculation as a file.
    → 请精简文字、合并明细，或将测算表作为附件。
    """

    clause = "2.1.1.2"


class BudgetTooLarge(Refusal):
    """A budget comes to less than ten trillion CNY.

    预算金额须小于十万亿元。

    → Check the amounts.
    → 请核对金额。
    """

    clause = "2.1.1.2"


class NoConflictThere(Refusal):
    """Grounds are recorded for a category that grows beyond the limit.

    仅须为增长超过上限的成本类别记录业务依据。

    → Name a category in conflict; the others need no grounds.
    → 请选择存在冲突的成本类别。
    """

    clause = "2.1.1.4"


class ConflictsOpen(Refusal):
    """A budget with conflicts is not approved: growth beyond the limit needs grounds on record, a total is kept.

    存在冲突的部门预算不得批准：超过增长上限须记录业务依据，且不得超出下达总量。

    → Record the grounds, change the lines, or have finance raise the total with a reason.
    → 请记录业务依据、修改预算行，或由财务经理说明原因上调总量。
    """

    clause = "2.1.1.4"


class NotDeliberated(Refusal):
    """A budget is approved once a management meeting has deliberated on it, and on no less than it comes to.

    管理层会议审议后方可批准部门预算；金额高于审议金额的须重新审议。

    → Have the meeting held and recorded, then approve.
    → 请先召开并记录管理层会议，再行审批。
    """

    clause = "2.1.1.5"


class NotThatVersion(Refusal):
    """What is published is the version that was approved.

    仅发布已批准的版本。

    → Publish again: the department's budget moved on meanwhile.
    → 部门预算已变动，请重新发布。
    """

    clause = "2.1.1.6"


def bounded(amount: Decimal) -> Decimal:
    """``amount`` in CNY; raises BudgetTooLarge where it is out of range."""
    if amount >= AMOUNT_BELOW:
        raise BudgetTooLarge(field="lines", amount=amount)
    return amount


def check_categories(named: Sequence[str], context: Context, *, whole: bool) -> None:
    """Each category is the policy's and named once; ``whole``: and all of them are."""
    categories = context.policy.value("2.1.1.1", "categories")
    missing = [each for each in categories if each not in named] if whole else []
    unknown = [each for each in named if each not in categories]
    twice = [each for each in dict.fromkeys(named) if named.count(each) > 1]
    if missing or unknown or twice:
        raise CategoriesIncomplete(
            field="actuals" if whole else "changes",
            missing=", ".join(missing),
            unknown=", ".join(unknown),
            twice=", ".join(twice),
        )
