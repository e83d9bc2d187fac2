"""What a purchase requisition refuses 采购申请规则."""

from domain.kernel import Refusal

CLAUSE_FORM, CLAUSE_TIERS = "4.1.1.1", "4.1.1.2"


class RequisitionExists(Refusal):
    """A requisition is submitted once; after that it is revised.

    采购申请只提交一次，之后请修改。

    → Revise it, or submit a new requisition under a new number.
    → 请修改该申请，或以新单号提交。
    """

    clause = CLAUSE_FORM


class NotOfThisDepartment(Refusal):
    """A requisition is filed by an employee of the requesting department.

    采购申请由申请部门的员工提交。

    → File it for your own department, or ask a colleague of that department.
    → 请以本部门名义提交，或请该部门同事提交。
    """

    clause = CLAUSE_FORM
    attempt = True


class OneCategory(Refusal):
    """A requisition's lines are of one registered category, so that suppliers of that category can quote for it.

    一份采购申请的明细须属同一已登记类别，以便向该类别供应商询价。

    → File a requisition for each category; the policy lists the categories.
    → 请按类别分别提交；类别见现行制度。
    """

    clause = CLAUSE_FORM


class TooManyLines(Refusal):
    """A requisition has no more lines than the policy allows.

    采购申请的明细行数不得超过制度规定。

    → File the rest as a further requisition.
    → 其余明细请另行提交。
    """

    clause = CLAUSE_FORM


class ReasonForSupplier(Refusal):
    """Whoever suggests a supplier says why.

    建议供应商的，须填写推荐理由。

    → Fill in the reason, or leave the supplier empty.
    → 请填写推荐理由，或不填建议供应商。
    """

    clause = CLAUSE_FORM


class OnlyRequesterChanges(Refusal):
    """A requisition is revised or cancelled by its requester, or cancelled by the department head.

    采购申请由申请人修改或取消；部门主管亦可取消。

    → Ask the requester, or return the requisition to him.
    → 请联系申请人，或将申请退回。
    """

    clause = CLAUSE_FORM
    attempt = True


class RequisitionClosed(Refusal):
    """A requisition that is rejected, cancelled or on order is not changed any more.

    已驳回、已取消或已下单的采购申请不得再变更。

    → Submit a new requisition; where an order stands, cancel the order first.
    → 请提交新的申请；已下单的请先取消订单。
    """

    clause = CLAUSE_FORM


class NothingChanged(Refusal):
    """A revision changes something.

    修改须有实际变更。

    → Change what should be different, or leave the requisition as it is.
    → 请修改相应内容，或保持原申请不变。
    """

    clause = CLAUSE_FORM


class NotApproved(Refusal):
    """Only an approved requisition is ordered, and only once.

    仅已批准的采购申请可以下单，且只能下单一次。

    → Wait for its approval, or look at the order that stands for it.
    → 请等待审批通过，或查看已有订单。
    """

    clause = CLAUSE_TIERS
